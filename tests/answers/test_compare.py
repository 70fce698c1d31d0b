import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.compare import compare
from judge.answers.conventions import Conventions
from judge.answers.latex import tidy, unwrap

EXACT = Conventions()


def same(gold: str, answer: str, by: Conventions = EXACT) -> bool | None:
    return compare(unwrap(tidy(gold)), unwrap(tidy(answer)), by)


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        ("x=5", ["5", "x = 5.0"]),
        ("y=2x+1", ["2x+1", "y=1+2x", "2x-y+1=0", "y-3=2(x-1)"]),
        ("x=1, y=2", ["y=2, x=1", "(1,2)", "1, 2", "x = 1 \\text{ and } y = 2"]),
        ("(x,y)=(1,2)", ["(1,2)", "x=1, y=2"]),
        ("x=2 \\text{ or } x=3", ["x=3 \\text{ or } x=2", "2, 3", "\\{3,2\\}"]),
        ("x_1=2, x_2=3", ["3, 2", "x_1=3, x_2=2"]),
        ("f(n)=2n", ["f(x)=2x", "2n"]),
        ("\\frac{x^2}{9}+\\frac{y^2}{4}=1", ["4x^2+9y^2=36"]),
        ("[0,1)", ["0 \\le x < 1", "x \\in [0,1)", "\\{x \\mid 0 \\le x < 1\\}"]),
        ("(-\\infty,1)\\cup(2,\\infty)", ["x<1 \\text{ or } x>2", "x>2 or x<1", "(2,∞)∪(-∞,1)"]),
        ("[0,1]\\cup[1,3]", ["[0,3]"]),
        ("x \\ge 3", ["3 \\le x", "[3,\\infty)", "x≥3"]),
        ("x \\ne 2", ["(-\\infty,2)\\cup(2,\\infty)"]),
        ("(-\\infty,\\infty)", ["\\mathbb{R}"]),
        ("\\{1,2,3\\}", ["3,2,1", "{1,2,3}", "\\{1, 2, 3, 3\\}"]),
        ("\\left(\\frac{1}{2},3\\right)", ["(0.5,3)", "\\langle 0.5, 3 \\rangle"]),
        ("(0,1),(1,0)", ["(1,0) and (0,1)", "\\{(0,1),(1,0)\\}"]),
        ("\\pm 3", ["3, -3", "-3 \\text{ or } 3", "±3"]),
        ("\\frac{1\\pm\\sqrt{5}}{2}", ["\\frac{1-\\sqrt{5}}{2}, \\frac{1+\\sqrt{5}}{2}"]),
        ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", ["\\begin{bmatrix}1 & 2\\\\3 & 4\\end{bmatrix}", "[[1,2],[3,4]]"]),
        ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", ["(1,2)"]),
        ("3:4", ["6:8", "\\frac{3}{4}", "3 to 4"]),
        ("3:4:5", ["6:8:10"]),
        ("2\\sqrt{3} \\text{ m}", ["200\\sqrt{3} cm", "2\\sqrt{3}"]),
        ("\\frac{\\pi}{2}", ["90^\\circ", "90 degrees", "\\frac{\\pi}{2} \\text{ radians}"]),
        ("AB_{16}", ["ab_{16}", "171_{10}", "AB"]),
        ("\\sqrt{2}", ["1.414214", "1.41421356"]),
        ("\\frac{639}{40}", ["15\\frac{39}{40} \\text{ or } \\frac{639}{40}"]),
    ],
)
def test_the_same_in_another_dress(gold: str, answers: list[str]) -> None:
    for answer in answers:
        assert same(gold, answer) is True, answer


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        ("x=5", ["6", "x=6", "5x"]),
        ("y=2x+1", ["2x", "y=2x"]),
        ("x=1, y=2", ["x=2, y=1", "(2,1)", "x=1"]),
        ("x=2 \\text{ or } x=3", ["x=2", "2"]),
        ("f(n)=2n", ["f(x)=3x"]),
        ("2x+z=1", ["1"]),
        ("[0,1)", ["[0,1]", "0 \\le x \\le 1", "(0,1)", "[0,2)"]),
        ("(1,2)", ["[1,2]", "(2,1)", "(1,2,0)", "1"]),
        ("x>3", ["x\\ge 3", "x<3", "x>4", "y>3"]),
        ("(-\\infty,1)\\cup(2,\\infty)", ["(-\\infty,1]\\cup[2,\\infty)", "1<x<2", "x<1"]),
        ("\\{1,2,3\\}", ["(1,2,3)", "1,2", "1,2,3,4"]),
        ("\\pm 3", ["3", "-3", "3, -4"]),
        (
            "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
            ["\\begin{pmatrix}1&3\\\\2&4\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}", "7"],
        ),
        ("3:4", ["4:3", "\\frac{3}{5}"]),
        ("3:4:5", ["3:5:4"]),
        ("3\\pi \\text{ cm}", ["3\\pi m", "3\\pi \\text{ cm}^2"]),
        ("212_3", ["221_3", "212_4"]),
        ("AB_{16}", ["171", "x+1"]),
        ("\\sqrt{2}", ["1.414", "1.414215", "\\sqrt{2}, \\sqrt{3}"]),
        ("x_1", ["x_2", "x"]),
        ("N", ["n"]),
    ],
)
def test_other_answers(gold: str, answers: list[str]) -> None:
    for answer in answers:
        assert same(gold, answer) is not True, answer


def test_conventions_change_what_is_equal() -> None:
    assert same("\\pi", "3.14") is False
    assert same("\\pi", "3.14", Conventions(digits=2)) is True
    assert same("\\pi", "3.15", Conventions(digits=2)) is False
    assert same("x=5", "y=5") is None
    assert same("x=5", "y=5", Conventions(strict=False)) is True
    assert same("\\{1,2\\}", "(1,2)", Conventions(strict=False)) is True
    assert same("(1,2]", "1 < x \\le 2", Conventions(set_relation=False)) is False
    assert same("1 < x \\le 2", "(1,2]", Conventions(set_relation=False)) is True


@pytest.mark.parametrize(
    "piece", ["(", "(1,2),", "1,", "x=1,", "\\pm", "<x", "\\cup(1,2)", "5 cm ", "a:", "1 or ", "\\{", "&"]
)
@pytest.mark.parametrize("gold", ["5", "(1,2)", "x>3", "x=1,y=2", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"])
def test_long_hostile_answers_are_compared_or_left_open(piece: str, gold: str) -> None:
    assert same(gold, (piece * 20_000)[:20_000]) is not True


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_are_compared_or_left_open(gold: str, answer: str) -> None:
    assert compare(gold, answer, EXACT) in (True, False, None)


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=6, unique=True))
def test_sets_have_no_order_and_tuples_have(numbers: list[int]) -> None:
    turned = [*numbers[1:], numbers[0]]
    plain, other = ", ".join(map(str, numbers)), ", ".join(map(str, turned))
    assert same(f"\\{{{plain}\\}}", f"\\{{{other}\\}}") is True
    assert same(f"({plain})", f"({other})") is False
