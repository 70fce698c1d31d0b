from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.formula import MAX_CHARACTERS, read_formula, variables


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("3.5", ("number", Fraction(7, 2))),
        ("\\frac12", ("/", ("number", Fraction(1)), ("number", Fraction(2)))),
        ("2\\frac{1}{3}", ("number", Fraction(7, 3))),
        ("-x", ("-", ("variable", "x"))),
        ("x_{n+1}", ("variable", "x_n+1")),
        ("\\sqrt[3]{x}", ("root", ("variable", "x"), ("number", Fraction(3)))),
        ("\\sin 2x", ("sin", ("*", ("number", Fraction(2)), ("variable", "x")))),
        ("30^\\circ", ("degrees", ("number", Fraction(30)))),
        ("x^10", ("^", ("variable", "x"), ("number", Fraction(10)))),
        ("|x|", ("abs", ("variable", "x"))),
    ],
)
def test_formulas_are_read(text: str, tree: object) -> None:
    assert read_formula(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1/2x",
        "f(x)",
        "\\sin x(x+1)",
        "3 5",
        "x2",
        "x+",
        "(x",
        "x)",
        "1,2",
        "\\frac{d}{dx} x",
        "\\sin^{-1} x",
        "x'",
        "x=1",
    ],
)
def test_what_is_no_formula_or_has_two_meanings_is_refused(text: str) -> None:
    assert read_formula(text) is None


def test_variables() -> None:
    tree = read_formula("\\alpha x_1 + e^{i\\pi} y")
    assert tree is not None
    assert variables(tree) == {"\\alpha", "x_1", "y"}


@pytest.mark.parametrize(
    "piece", ["(", "x*", "x^", "1/", "\\sin ", "\\ln", "e^{x}", "-", "{", "|", "\\sqrt", "\\frac", "!", "(A) ", "x"]
)
@pytest.mark.parametrize("size", [100, MAX_CHARACTERS, 50_000])
def test_hostile_texts_are_read_or_refused(piece: str, size: int) -> None:
    tree = read_formula((piece * size)[:size])
    assert tree is None or variables(tree) <= {"x", "A"}


@given(st.text(alphabet="0123456789xyei+-*/^!|(){}[]\\_ .,", max_size=80) | st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    tree = read_formula(text)
    assert tree is None or isinstance(variables(tree), frozenset)
