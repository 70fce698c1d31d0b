"""Yes and no."""

import pytest

from judge.errors import ParseError
from judge.replies import read
from judge.types import Scale


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ("The date is right.\nAnswer: Yes", 1.0),
        ("The date is right.\n\n**Yes**", 1.0),
        ("The date is wrong, so the answer is no.", 0.0),
        ("No, the date is wrong.", 0.0),
        ("Yes. It may seem so.\nBut the date is wrong.\nVerdict: **No**.", 0.0),
        ("yes - the date is right", 1.0),
    ],
)
def test_an_answer(reply: str, score: float) -> None:
    assert read("yes_no", reply).scores == {"score": score}


def test_yes_is_the_top_of_the_scale_and_no_its_bottom() -> None:
    assert read("yes_no", "Right.\nYes", scale=Scale(lo=1, hi=5)).scores == {"score": 5.0}
    assert read("yes_no", "Wrong.\nNo", scale=Scale(lo=1, hi=5)).scores == {"score": 1.0}


@pytest.mark.parametrize(
    "reply", ["No errors were found.", "Yesterday it rained.", "Is it so? Yes and no", "The answer is not clear"]
)
def test_what_is_no_answer(reply: str) -> None:
    with pytest.raises(ParseError, match="must end in"):
        read("yes_no", reply)
