import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.latex import tidy, unwrap


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("$\\dfrac{1}{2}$.", "\\frac{1}{2}"),
        ("\\[ \\left( 1, 2 \\right) \\]", "( 1, 2 )"),
        ("1\\,234", "1234"),
        ("a\\,b", "a b"),
        ("x≤3", "x\\le 3"),
        ("90°", "90^\\circ"),
        ("90^{\\circ}", "90^\\circ"),
        ("x²", "x^{2}"),
        ("2√3", "2\\sqrt3"),
        ("2**3", "2^3"),
        ("sqrt(2)", "\\sqrt{2}"),
        ("pi", "\\pi"),
        ("2⁻³", "2^{-3}"),
        ("x₁₀", "x_{10}"),
        ("√(5)", "\\sqrt{5}"),
        ("∛5", "\\sqrt[3]5"),
        ("\\\\frac{1}{2}", "\\frac{1}{2}"),
        ("\\begin{pmatrix}1 \\\\ 2\\end{pmatrix}", "\\begin{pmatrix}1 \\\\ 2\\end{pmatrix}"),
    ],
)
def test_one_way_to_write_it(text: str, formula: str) -> None:
    assert tidy(text) == formula


def test_text_in_a_formula_is_unwrapped() -> None:
    assert unwrap("5\\text{ cm}, 3\\%") == "5 cm, 3%"


@given(st.integers(min_value=0))
def test_digits_stay_as_they_are(number: int) -> None:
    assert tidy(str(number)) == str(number)
