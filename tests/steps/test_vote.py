"""Votes counted by hand."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.critics import PREFERENCE
from judge.recipe import VoteRule
from judge.reducers import Rule
from judge.steps.vote import circles, tally
from judge.types import Context, Failure, Judgment, Score

BROKEN = Judgment(critic="c", failure=Failure(kind="unparseable", message="no verdict"))


def judged(value: float, criterion: str = "quality", response: int = 0) -> Judgment:
    return Judgment(critic="c", scores=(Score(response=response, criterion=criterion, raw=value, value=value),))


def test_failed_judgments_are_counted_apart_and_never_as_zero() -> None:
    [counted] = tally([judged(1.0), BROKEN, judged(0.5)], [0], ["quality"], VoteRule())
    assert (counted.value, counted.unscored, counted.spread) == (0.75, 1, 0.25)
    assert [vote.judgment for vote in counted.votes] == [0, 2]


def test_too_few_votes_give_no_number() -> None:
    [counted] = tally([judged(1.0), BROKEN], [0], ["quality"], VoteRule(min_votes=2))
    assert counted.value is None


def test_criteria_without_votes_are_there_without_a_number() -> None:
    counted = tally([judged(1.0)], [0], ["quality", "style"], VoteRule())
    assert {item.criterion: item.value for item in counted} == {"quality": 1.0, "style": None}


def test_criterion_of_a_rubric_may_be_called_preference() -> None:
    [counted] = tally([judged(0.25, "preference"), judged(0.75, "preference")], [0], ["preference"], VoteRule())
    assert counted.value == 0.5


def pair(value: float, shown: tuple[int, ...] = (0, 1), **more: Any) -> Judgment:
    """A comparison in which the first shown is better with probability `value`."""
    given = zip(shown, (value, 1 - value), strict=True)
    scores = tuple(Score(response=index, criterion=PREFERENCE, raw=share, value=share) for index, share in given)
    return Judgment(critic="c", shown=shown, scores=scores, **more)


def preferred(judgments: list[Judgment], response: int, rule: VoteRule, entrants: tuple[int, ...] = ()) -> float | None:
    return tally(judgments, [response], [PREFERENCE], rule, entrants=entrants)[0].value


def test_lowest_of_several_comparisons_is_each_response_s_own() -> None:
    """0.9 and 0.6 for response 0: its worst is 0.6, and that of response 1 is 0.1."""
    both = [pair(0.9, role="one"), pair(0.6, role="two")]
    rule = VoteRule(rule=Rule(rule="min"))
    assert preferred(both, 0, rule) == pytest.approx(0.6, abs=1e-9)
    assert preferred(both, 1, rule) == pytest.approx(0.1, abs=1e-9)


RULES = ["mean", "median", "majority", "min", "max", "mean_minus_std", "cvar", "quantile", "distribution", "product"]


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 1.0]), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(RULES),
    st.sampled_from(["win_rate", "bradley_terry", "elo"]),
)
def test_which_response_has_the_lower_index_means_nothing(
    said: list[tuple[float, bool]], name: Any, opponents: Any
) -> None:
    rule = VoteRule(rule=Rule(rule=name), opponents=opponents)
    one = [pair(value, (1, 0) if turned else (0, 1), sample=place) for place, (value, turned) in enumerate(said)]
    other = [pair(value, (0, 1) if turned else (1, 0), sample=place) for place, (value, turned) in enumerate(said)]
    for index in (0, 1):
        assert preferred(one, index, rule) == pytest.approx(preferred(other, 1 - index, rule), abs=1e-9)


def test_general_preference_weighs_contexts() -> None:
    """T_01 = 0.75 * 2 + 0.25 * -2 = 1 and T_10 = -1 alike, so P = sigma(2)."""
    contexts = [Context(id="x", probability=0.75), Context(id="y", probability=0.25)]
    raws = {("x", (0, 1)): 2, ("y", (0, 1)): -2, ("x", (1, 0)): -2, ("y", (1, 0)): 2}
    judgments = [
        Judgment(critic="c", shown=shown, context=context, scores=tuple(
            Score(response=index, criterion=PREFERENCE, raw=raw * sign, value=0.5)
            for index, sign in zip(shown, (1, -1), strict=True)
        ))
        for (context, shown), raw in raws.items()
    ]  # fmt: skip
    [counted] = tally(judgments, [0], [PREFERENCE], VoteRule(opponents="general"), contexts)
    assert counted.value == pytest.approx(1 / (1 + math.exp(-2)), abs=1e-9)


def test_circles_are_those_of_the_likelier_context() -> None:
    contexts = [Context(id="x", probability=0.9), Context(id="y", probability=0.1)]
    circle = [pair(1.0, shown, context="x") for shown in ((0, 1), (1, 2), (2, 0))]
    order = [pair(1.0, shown, context="y", sample=number) for shown in ((0, 1), (1, 2), (0, 2)) for number in range(3)]
    assert circles(circle + order, VoteRule(), 3) == ()
    reduced = VoteRule.model_validate({"reduce": [{"axis": "samples", "rule": "mean"}]})
    assert circles(circle + order, reduced, 3, contexts) == ((0, 1, 2),)


def test_critic_that_said_nothing_agrees_with_nobody() -> None:
    rule = VoteRule(agree=0.1)
    assert preferred([pair(1.0, role="one"), pair(0.9, role="two")], 0, rule) == pytest.approx(0.95, abs=1e-9)
    silent = BROKEN.model_copy(update={"shown": (0, 1), "role": "two"})
    assert preferred([pair(1.0, role="one"), silent], 0, rule) is None


@given(st.lists(st.one_of(st.none(), st.sampled_from([0.0, 0.2, 0.5, 1.0])), max_size=8), st.sampled_from(RULES))
def test_failed_samples_never_count(said: list[float | None], name: Any) -> None:
    rule = VoteRule(rule=Rule(rule=name))
    judgments = [BROKEN if value is None else judged(value) for value in said]
    known = [judged(value) for value in said if value is not None]
    [counted], [without] = tally(judgments, [0], ["quality"], rule), tally(known, [0], ["quality"], rule)
    assert (counted.value, counted.spread, counted.total) == (without.value, without.spread, without.total)
    assert counted.unscored == len(said) - len(known)
