"""Votes counted by hand."""

from judge.recipe import VoteRule
from judge.steps.vote import tally
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


def test_criterion_of_a_rubric_may_be_called_preference() -> None:
    [counted] = tally([judged(0.25, "preference"), judged(0.75, "preference")], 0, ["preference"], VoteRule())
    assert counted.value == 0.5
