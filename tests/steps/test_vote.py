"""Votes counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.recipe import VoteRule
from judge.steps.vote import PREFERENCE, reduce, tally, undecided
from judge.types import Failure, Judgment, Score

BROKEN = Judgment(critic="c", failure=Failure(kind="unparseable", message="no verdict"))


def judged(value: float, criterion: str = "quality", response: int = 0) -> Judgment:
    return Judgment(critic="c", scores=(Score(response=response, criterion=criterion, raw=value, value=value),))


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("mean", [0.0, 0.5, 1.0, 0.5], 0.5),
        ("median", [0.1, 0.9, 0.4], 0.4),
        ("median", [0.1, 0.4, 0.6, 0.9], 0.4),
        ("majority", [1.0, 0.0, 1.0], 1.0),
        ("majority", [1.0, 0.0], None),
        ("min", [0.7, 0.2], 0.2),
        ("mean", [], None),
    ],
)
def test_rules(rule: str, values: list[float], expected: float | None) -> None:
    assert reduce(values, rule) == expected


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.sampled_from(["mean", "median", "min"]))
def test_no_rule_leaves_the_range_of_the_votes(values: list[float], rule: str) -> None:
    found = reduce(values, rule)
    assert found is not None
    assert min(values) - 1e-12 <= found <= max(values) + 1e-12


@given(st.permutations([0.0, 0.25, 0.25, 0.5, 1.0]), st.sampled_from(["mean", "median", "majority", "min"]))
def test_order_of_votes_does_not_matter(values: list[float], rule: str) -> None:
    assert reduce(values, rule) == reduce(sorted(values), rule)


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


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1.0, 1.0], False), ([1.0, 0.0], True), ([0.5, 0.5], False), ([0.9, 0.8], False), ([], True)],
)
def test_undecided_comparisons(values: list[float], expected: bool) -> None:
    counted = tally([judged(value, PREFERENCE) for value in values], 0, [PREFERENCE], VoteRule())
    assert undecided(counted, VoteRule()) is expected
