import pytest

from judge.answers.size import too_large


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("x" * 20_001, "20,001 characters"),
        ("9" * 5_000, "digits"),
        ("(" * 201 + ")" * 201, "nested"),
        ("2003^{2002^{2001}}", "tower"),
        ("\\int_0^{1} x^{x^{x^{x}}} dx", "tower"),
        ("10^{100000}", "exponent"),
        ("1000000000!", "factorial"),
        ("\\binom{10^{9}}{5 \\cdot 10^{8}}", "range"),
    ],
)
def test_what_would_only_be_killed_is_named(formula: str, what: str) -> None:
    assert what in too_large(formula)


@pytest.mark.parametrize("formula", ["x^{2}+y^{2}", "e^{x^2}", "2^{10}", "\\binom{5}{2}", "\\sum_{k=0}^{n} k^2", "20!"])
def test_ordinary_mathematics_passes(formula: str) -> None:
    assert too_large(formula) == ""
