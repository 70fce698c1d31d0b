"""Verdicts in tags."""

import pytest

from judge.errors import ParseError
from judge.replies import read
from judge.types import Scale

TEN = Scale(lo=1, hi=10)


def test_one_score() -> None:
    assert read("tags", "<critique>\nThin.\n</critique>\n<SCORE> 4 / 10 </SCORE>", scale=TEN).scores == {"score": 4.0}


@pytest.mark.parametrize("inside", ["4, 6", "\n4\n6\n", "a: 4\nb: 6", "b: 6; a: 4/10; overall: 5"])
def test_several_scores(inside: str) -> None:
    assert read("tags", f"Thin. <scores>{inside}</scores>", ids=("a", "b"), scale=TEN).scores == {"a": 4.0, "b": 6.0}


def test_an_id_may_hold_a_colon() -> None:
    assert read("tags", "Thin. <scores>form:length: 4</scores>", ids=("form:length",)).scores == {"form:length": 4.0}


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        ("Thin. <score>poor</score>", "the score 'poor' is no number"),
        ("Thin. <score></score>", "gives 0 where 1"),
        ("Thin. <winner>first</winner>", "the winner 'first' is none of A, B and tie"),
        ("Thin. <score>4", "no verdict"),
        ("Thin. <score>4</winner>", "no verdict"),
    ],
)
def test_what_is_wrong_is_said(reply: str, wrong: str) -> None:
    with pytest.raises(ParseError) as caught:
        read("tags", reply)
    assert wrong in str(caught.value)
