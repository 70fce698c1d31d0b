from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.numerals import read_words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("twelve", 12),
        ("twenty-one", 21),
        ("one hundred and five", 105),
        ("two thousand three hundred", 2300),
        ("minus four", -4),
        ("one half", Fraction(1, 2)),
        ("three quarters", Fraction(3, 4)),
        ("二十五", 25),
        ("一千二百零五", 1205),
        ("二零二四", 2024),
        ("3万", 30_000),
        ("一亿", 10**8),
        ("三点一四", Fraction(157, 50)),
        ("二分之一", Fraction(1, 2)),
        ("百分之二十五", Fraction(1, 4)),
        ("负三", -3),
    ],
)
def test_numbers_in_words(text: str, number: Fraction | int) -> None:
    assert read_words(text) == number


@pytest.mark.parametrize(
    "text", ["", "one two", "five six", "twenty eleven", "hundred", "half", "and", "Paris", "个", "分之", "one or two"]
)
def test_other_words(text: str) -> None:
    assert read_words(text) is None


@given(st.text(max_size=200) | st.text(alphabet="零一二三四五六七八九十百千万亿两点分之百负", max_size=100))
def test_any_text_is_read_or_not(text: str) -> None:
    assert read_words(text) is None or isinstance(read_words(text), Fraction)
