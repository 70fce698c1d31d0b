"""What is undecided after a round of votes, and what was never asked."""

import pytest

from judge.critics import PREFERENCE
from judge.recipe import VoteRule
from judge.steps.vote import tally
from judge.types import Failure, Judgment, Score
from judge.undecided import open_units

PAIR = frozenset((0, 1))
BROKEN = Judgment(critic="c", failure=Failure(kind="unparseable", message="no verdict"))


def judged(value: float, criterion: str = "quality", response: int = 0) -> Judgment:
    return Judgment(critic="c", scores=(Score(response=response, criterion=criterion, raw=value, value=value),))


def compared(value: float) -> Judgment:
    """A comparison of responses 0 and 1, in which 0 is better with probability `value`."""
    scores = ((0, value), (1, 1 - value))
    return Judgment(
        critic="c",
        shown=(0, 1),
        scores=tuple(Score(response=index, criterion=PREFERENCE, raw=v, value=v) for index, v in scores),
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 1.0], False), ([1.0, 0.0], True), ([0.5, 0.5], False), ([0.9, 0.8], False)],
)
def test_undecided_comparisons(values: list[float], expected: bool) -> None:
    judgments = [compared(value) for value in values]
    counted = tally(judgments, [0], [PREFERENCE], VoteRule())
    assert open_units(judgments, counted, VoteRule(), left=2) == ({PAIR: {PREFERENCE}} if expected else {})


def test_comparison_that_failed_is_open() -> None:
    broken = BROKEN.model_copy(update={"shown": (0, 1)})
    counted = tally([broken], [0], [PREFERENCE], VoteRule())
    assert open_units([broken], counted, VoteRule(), left=2) == {PAIR: {PREFERENCE}}


def test_only_the_responses_that_are_undecided_are_asked_again() -> None:
    sure = [judged(value) for value in (0.9, 0.9)]
    torn = [judged(value, response=1).model_copy(update={"shown": (1,)}) for value in (1.0, 0.0)]
    counted = (
        *tally([*sure, *torn], [0], ["quality"], VoteRule()),
        *tally([*sure, *torn], [1], ["quality"], VoteRule()),
    )
    assert open_units([*sure, *torn], counted, VoteRule(), left=2) == {frozenset({1}): {"quality"}}
