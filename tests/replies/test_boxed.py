"""Scores in boxes and lists, one per response."""

import pytest

from judge.errors import ParseError
from judge.replies import read

TWO = ("1", "2")


@pytest.mark.parametrize(
    "reply",
    [
        r"The first is thin. Scores: \boxed{4, 6}",
        r"The first is thin [1]. \boxed{ 4/10 ; 6 out of 10 } [3]",
        r"\boxed{1, 2}? No, the first is thin: \boxed{4, 6}.",
        "The first is thin.\n[4, 6]",
        "Scores: [1, 2]. Or rather, the first is thin: [ 4.0 , 6 ]",
    ],
)
def test_scores_in_order(reply: str) -> None:
    assert read("boxed", reply, ids=TWO).scores == {"1": 4.0, "2": 6.0}


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        (r"Thin. \boxed{4}", "gives 1 where 2 scores are wanted: 1, 2"),
        (r"Thin. [4, 5, 6]", "gives 3 where 2"),
        (r"Thin. \boxed{good}", "the box holds 'good', no number"),
        (r"Thin. \boxed{4, x}", "the score ' x' is no number"),
        (r"Thin. \boxed{4, 6", "no verdict"),
    ],
)
def test_what_is_wrong_is_said(reply: str, wrong: str) -> None:
    with pytest.raises(ParseError) as caught:
        read("boxed", reply, ids=TWO)
    assert wrong in str(caught.value)


@pytest.mark.parametrize("box", [r"\boxed{Assistant 1}", r"\boxed{\text{Assistant 1}}", r"\boxed{A}"])
def test_a_boxed_winner(box: str) -> None:
    assert read("boxed", f"The first is right. {box}", ids=()).preference == 1.0
