import pytest

from judge.answers.dates import read_date


@pytest.mark.parametrize(
    "text", ["2024-03-05", "2024/3/5", "March 5, 2024", "Mar. 5th 2024", "5 March 2024", "5th of march, 2024"]
)
def test_one_date_in_many_dresses(text: str) -> None:
    assert read_date(text) == (2024, 3, 5)


def test_a_date_without_a_year() -> None:
    assert read_date("March 6") == (None, 3, 6)


@pytest.mark.parametrize("text", ["", "3/5/2024", "2024-13-01", "May", "5 marbles", "2003 - 5 - 1 x"])
def test_what_is_no_date_or_could_be_two(text: str) -> None:
    assert read_date(text) is None
