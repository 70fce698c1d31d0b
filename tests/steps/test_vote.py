"""Votes counted by hand."""

import pytest

from judge.critics import PREFERENCE
from judge.recipe import VoteRule
from judge.steps.vote import open_units, tally
from judge.types import Failure, Judgment, Score

BROKEN = Judgment(critic="c", failure=Failure(kind="unparseable", message="no verdict"))


def judged(value: float, criterion: str = "quality", response: int = 0) -> Judgment:
    return Judgment(critic="c", scores=(Score(response=response, criterion=criterion, raw=value, value=value),))


def test_failed_judgments_are_counted_apart_and_never_as_zero() -> None:
    [counted] = tally([judged(1.0), BROKEN, judged(0.5)], 0, ["quality"], VoteRule())
    assert (counted.value, counted.unscored, counted.spread) == (0.75, 1, 0.25)
    assert [vote.judgment for vote in counted.votes] == [0, 2]


def test_too_few_votes_give_no_number() -> None:
    [counted] = tally([judged(1.0), BROKEN], 0, ["quality"], VoteRule(min_votes=2))
    assert counted.value is None


def test_criteria_without_votes_are_there_without_a_number() -> None:
    counted = tally([judged(1.0)], 0, ["quality", "style"], VoteRule())
    assert {item.criterion: item.value for item in counted} == {"quality": 1.0, "style": None}


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
    counted = tally(judgments, 0, [PREFERENCE], VoteRule())
    assert open_units(judgments, counted, VoteRule(), left=2) == (frozenset({frozenset((0, 1))}) if expected else set())


def test_comparison_that_failed_is_open() -> None:
    broken = BROKEN.model_copy(update={"shown": (0, 1)})
    counted = tally([broken], 0, [PREFERENCE], VoteRule())
    assert open_units([broken], counted, VoteRule(), left=2) == {frozenset((0, 1))}


def test_only_the_responses_that_are_undecided_are_asked_again() -> None:
    sure = [judged(value) for value in (0.9, 0.9)]
    torn = [judged(value, response=1).model_copy(update={"shown": (1,)}) for value in (1.0, 0.0)]
    counted = (*tally([*sure, *torn], 0, ["quality"], VoteRule()), *tally([*sure, *torn], 1, ["quality"], VoteRule()))
    assert open_units([*sure, *torn], counted, VoteRule(), left=2) == {frozenset({1})}


def test_a_criterion_of_a_rubric_may_be_called_preference() -> None:
    votes = [judged(0.25, PREFERENCE), judged(0.75, PREFERENCE)]
    [counted] = tally(votes, 0, [PREFERENCE], VoteRule(undecided=0.2))
    assert counted.value == 0.5
    assert open_units(votes, [counted], VoteRule(undecided=0.2), 1) == frozenset((frozenset((0,)),))
