import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.guards import decide, is_mathematical


@pytest.mark.parametrize(
    ("gold", "answer", "equal", "how"),
    [
        ("18", "$18", True, "rational"),
        ("18", "26", False, "rational"),
        ("5", "x = 5", True, "rational"),
        ("7", "3 + 4 = 7", True, "rational"),
        ("5.2", "\\sqrt{27} \\approx 5.2", True, "rational"),
        ("5", "5 out of 8 apples", True, "rational"),
        ("12", "she has 12 eggs left over", True, "rational"),
        ("2.74", "2,74", True, "rational"),
        ("1,22", "1.22", True, "rational"),
        ("5", "5 or 6", False, "hedged"),
        ("7", "1, 2, 3, 4, 5, 6, 7", False, "hedged"),
        ("5", "correct", False, "no number"),
        ("1", "nan", False, "no number"),
        ("x+1", "$x + 1$", True, "by parts"),
        ("\\int_0^1 x dx", "1/2", None, ""),
        ("14:30", "2:30 PM", True, "time"),
        ("no solution", "\\emptyset", True, "words"),
        ("\\textbf{(C)}\\ 12", "C", True, "choice"),
        ("\\textbf{(C)}\\ 12", "12", True, "rational"),
        ("\\textbf{(C)}\\ 12", "D", False, "choice"),
        ("Yes", "Yes, it is", True, "words"),
        ("5 cm", "it is 5 m long", False, "rational"),
        ("5 cm", "it is 50 mm long", True, "rational"),
        ("864 inches^2", "864 inches^7", False, "rational"),
        ("5", "not 5", False, "no number"),
        ("5", "5 or 5.0", True, "by parts"),
        ("x+1", "$x+1$", True, "verbatim"),
        ("2024-03-05", "March 5, 2024", True, "date"),
        ("$B$", "(C)", False, "choice"),
        ("\\text{Evelyn}", "evelyn", True, "words"),
        ("6", "x=1, y=6", False, "by parts"),
        ("1", "9**9**9", False, "too large"),
        ("1", "\\prod_{k=1}^{10^{8}} (k^2+1)", False, "too large"),
    ],
)
def test_what_can_be_decided_at_once(gold: str, answer: str, equal: bool | None, how: str) -> None:
    verdict = decide(gold, answer)
    assert (verdict and verdict.equal, verdict.how if verdict else "") == (equal, how)


@pytest.mark.parametrize(
    "gold", ["5", "42 dollars", "x", "x^2+2xy+y^2", "$B$", "\\text{Evelyn}", "(1,2]", "π", "sin(x)+1"]
)
def test_mathematical_references(gold: str) -> None:
    assert is_mathematical(gold)


@pytest.mark.parametrize(
    "gold", ["", "$", "B", "Paris", "Apollo 11", "March 5", "2024-03-05", "The Battle of 1066", "第3章"]
)
def test_other_references(gold: str) -> None:
    assert not is_mathematical(gold)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(gold: str, answer: str) -> None:
    verdict = decide(gold, answer)
    assert verdict is None or verdict.equal in (True, False)


@given(st.integers(), st.integers())
def test_integers_are_equal_only_to_themselves(gold: int, answer: int) -> None:
    verdict = decide(str(gold), f"{answer:,}")
    assert verdict is not None
    assert verdict.equal is (gold == answer)
