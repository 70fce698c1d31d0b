"""Feedback and [RESULT], as Prometheus writes them."""

import pytest

from judge.errors import ParseError
from judge.replies import read
from judge.types import Scale

FIVE = Scale(lo=1, hi=5)


@pytest.mark.parametrize("end", ["[RESULT] 4", "[RESULT] (4)", "[Result]: 4.", "**[RESULT]** 4", "[RESULT]\n4/5"])
def test_a_result(end: str) -> None:
    reading = read("result", f"Feedback: The essay is clear. It lacks sources.\n{end}", scale=FIVE)
    assert (reading.scores, reading.critique) == ({"score": 4.0}, "The essay is clear. It lacks sources.")


def test_a_comparison() -> None:
    assert read("result", "Feedback: A is clearer. [RESULT] A").preference == 1.0


@pytest.mark.parametrize("end", ["[RESULT] good", "[RESULT] a good one", "RESULT 4", "[RESULT]"])
def test_what_is_no_result(end: str) -> None:
    with pytest.raises(ParseError, match=r"must end in \"\[RESULT\]\" and the score"):
        read("result", f"Feedback: Clear. {end}", scale=FIVE)
