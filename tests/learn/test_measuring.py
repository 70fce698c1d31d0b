"""Criteria are asked about one at a time, on every pair."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from judge.errors import ModelError
from judge.learn.measuring import measure, share_right
from judge.learn.pairs import Pair
from judge.models.base import Request
from judge.types import Criterion

if TYPE_CHECKING:
    from tests.learn.conftest import World

CRITERIA = [Criterion(id="a", text="It is polite."), Criterion(id="b", text="It is right.")]


def test_each_criterion_by_itself(make: Callable[..., Any], world: "World", pairs: Callable[..., list[Pair]]) -> None:
    learner = make(world)
    found = asyncio.run(measure(learner, pairs("polite", "polite", "right", "x"), CRITERIA))
    assert len(world.asked) == 8
    assert not any("polite." in text and "right." in text for _, text in world.asked)
    # polite prefers the chosen one on 2 of 4 pairs, right on 1; the last pair nobody sees: 3 of 4 right together.
    assert (found["a"].coverage, found["a"].precision, found["a"].contribution) == (0.5, 1.0, 0.5)
    assert (found["b"].coverage, found["b"].precision, found["b"].contribution) == (0.25, 1.0, 0.25)


def test_a_failed_verdict_is_no_verdict(
    make: Callable[..., Any], world: "World", pairs: Callable[..., list[Pair]]
) -> None:
    def flaky(request: Request) -> Any:
        said = world(request)
        return ModelError("cut") if "Ask 1" in world.asked[-1][1] and "right." in world.asked[-1][1] else said

    found = asyncio.run(measure(make(flaky), pairs("polite", "polite"), CRITERIA))
    assert (found["a"].pairs, found["b"].pairs, found["b"].failed) == (2, 1, 1)
    assert found["a"].contribution == 1.0  # over the one pair that both have a verdict on


def test_the_share_right_of_a_whole_rubric(
    make: Callable[..., Any], world: "World", pairs: Callable[..., list[Pair]]
) -> None:
    labelled = pairs("polite", "right", "x", "y")
    assert asyncio.run(share_right(make(world), labelled, ["It is polite.", "It is right."])) == 0.5
    assert asyncio.run(share_right(make(world), labelled, [])) == 0.0
    assert asyncio.run(share_right(make(world), [], [])) is None
