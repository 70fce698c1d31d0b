import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.bases import read_numeral, same_numeral


@pytest.mark.parametrize(
    ("text", "value"),
    [("1011_2", 11), ("FF_{16}", 255), ("(212)_3", 23), ("101_{two}", 5), ("0xFF", 255), ("0b101", 5)],
)
def test_numerals(text: str, value: int) -> None:
    numeral = read_numeral(text)
    assert numeral is not None
    assert numeral.value == value


@pytest.mark.parametrize("text", ["", "x_1", "a_n", "219_3", "12_1", "1011", "1_234", "x_{10}", "212_"])
def test_what_names_no_base_is_none(text: str) -> None:
    assert read_numeral(text) is None


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("1011_2", "1011", True),
        ("1011_2", "11", False),
        ("1011_2", "B_{16}", True),
        ("212_3", "212_4", False),
        ("1011_2", "x+1", None),
    ],
)
def test_equality(gold: str, answer: str, equal: bool | None) -> None:
    numeral = read_numeral(gold)
    assert numeral is not None
    assert same_numeral(numeral, answer) is equal


@given(st.integers(0, 10**9))
def test_a_number_reads_back_from_its_binary_form(number: int) -> None:
    numeral = read_numeral(f"{number:b}_2")
    assert numeral is not None
    assert numeral.value == number
