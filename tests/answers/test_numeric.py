from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.formula import Tree, read_formula
from judge.answers.numeric import constant, proportional, rounds, same_formula


def read(text: str) -> Tree:
    tree = read_formula(text)
    assert tree is not None, text
    return tree


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("(x+1)^2", "x^2+2x+1", True),
        ("(x+1)^2", "x^2+1", False),
        ("\\frac{x^2-1}{x-1}", "x+1", True),
        ("2\\sin x\\cos x", "\\sin 2x", True),
        ("\\cot x", "\\tan x", False),
        ("|x|", "x", False),
        ("\\sqrt{x-2}", "(x-2)^{1/2}", True),
        ("\\sqrt{8}", "2\\sqrt{2}", True),
        ("\\frac{1}{1+\\sqrt{2}}", "\\sqrt{2}-1", True),
        ("\\log_2 8", "3", True),
        ("e^{i\\pi}", "-1", True),
        ("\\cos x + i\\sin x", "e^{ix}", True),
        ("\\cos 60^\\circ", "\\frac12", True),
        ("\\binom{n}{2}", "\\frac{n(n-1)}{2}", True),
        ("\\sqrt[3]{-8}", "-2", True),
        ("\\lfloor 3.7 \\rfloor", "3", True),
        ("x", "y", False),
        ("\\pi", "\\frac{355}{113}", False),
    ],
)
def test_formulas(gold: str, answer: str, equal: bool) -> None:
    assert same_formula(read(gold), read(answer)) is equal
    assert same_formula(read(answer), read(gold)) is equal


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("10^{20}", "10^{20}+1"),
        ("\\frac{1}{2004!}", "\\frac{1}{2006!}"),
        ("\\pi+10^{-100}", "\\pi"),
        ("\\sqrt{10^{20}+1}", "10^{10}"),
        ("2^{2005}", "2^{2005}+1"),
        ("e^{-100}", "e^{-101}"),
    ],
)
def test_neighbours_are_told_apart_however_near(gold: str, answer: str) -> None:
    assert same_formula(read(gold), read(answer)) is False


@pytest.mark.parametrize(
    "answer",
    [
        "\\frac{1}{0}",
        "1/(\\sqrt{2}-\\sqrt{2})",
        "0^0",
        "10^{99999}",
        "9999!",
        "e^{e^{99}}",
        "\\pi+e^{-e^{6}}",
        "\\tan 90^\\circ",
    ],
)
def test_what_is_undefined_or_would_grow_or_be_lost_is_left_open(answer: str) -> None:
    assert same_formula(read("\\pi"), read(answer)) is None


def test_names_of_variables_count_unless_told_otherwise() -> None:
    assert same_formula(read("2x+1"), read("2y+1")) is False
    assert same_formula(read("2x+1"), read("2y+1"), strict=False) is True
    assert same_formula(read("2x+1"), read("2y+2"), strict=False) is False


def test_both_sides_of_an_equation_may_be_multiplied() -> None:
    assert proportional(read("2x-4y"), read("x-2y")) is True
    assert proportional(read("2x-4y"), read("x+2y")) is None


def test_constants_and_rounding() -> None:
    assert constant(read("\\sqrt{9}/2")) == Fraction(3, 2)
    assert constant(read("x")) is None
    assert constant(read("\\sqrt{-2}")) is None
    assert rounds(read("\\pi"), read("3.14"), 2) is True
    assert rounds(read("\\pi"), read("3.15"), 2) is False


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-50, 50))
def test_products_equal_their_expansion_and_nothing_else(a: int, b: int, error: int) -> None:
    product = read(f"(x+({a}))(x+({b}))")
    assert same_formula(product, read(f"x^2+({a + b})x+({a * b + error})")) is (error == 0)


@given(
    st.text(alphabet="0123456789xe+-*/^!|(){}", max_size=40), st.text(alphabet="0123456789xe+-*/^!|(){}", max_size=40)
)
def test_any_two_formulas_can_be_compared(gold: str, answer: str) -> None:
    right, left = read_formula(gold), read_formula(answer)
    if right is not None and left is not None:
        assert same_formula(right, left) in (True, False, None)
