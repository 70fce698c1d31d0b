"""Scores that are said in words."""

import pytest

from judge.errors import ParseError
from judge.replies import read
from judge.types import Scale

TEN = Scale(lo=1, hi=10)


@pytest.mark.parametrize(
    "end",
    [
        *["Score: 7", "**Score:** 7", "**Rating**: 7/10", "Final score = 7.", "Rating: [[7]]", "`Score`: `7`"],
        *["I give it a score of 7.", "The overall rating is 7 out of 10.", "\n7", "\n**7/10**\n"],
        *["Score: 3 at first, but then Score: 7", "Grade: 7 on a rating of 1 to 10", "Score: 2\n\n7"],
    ],
)
def test_a_score(end: str) -> None:
    assert read("score_line", f"It is clear. {end}", scale=TEN).scores == {"score": 7.0}


@pytest.mark.parametrize(
    "reply", ["I like it.", "A rating of 1-10 was asked for.", "It scored points.", "7 of them are right"]
)
def test_what_is_no_score(reply: str) -> None:
    with pytest.raises(ParseError, match="no verdict"):
        read("score_line", reply, scale=TEN)
