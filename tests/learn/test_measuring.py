"""Criteria are asked about one at a time, on every pair."""

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from judge.errors import ModelError
from judge.learn.measuring import measure, share_right
from judge.learn.pairs import Pair
from judge.learn.verdicts import chosen_first
from judge.models.base import Request
from judge.types import Criterion, Scale

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
    assert asyncio.run(share_right(make(world), labelled, CRITERIA)) == 0.5
    assert asyncio.run(share_right(make(world), labelled, [])) == 0.0
    assert asyncio.run(share_right(make(world), [], [])) is None


def test_of_a_fault_the_better_response_has_less_and_meanings_are_shown(make: Callable[..., Any]) -> None:
    """What a rubric says of direction reaches the model: it is asked for the better response, fault or not."""
    texts: list[str] = []

    def answer(request: Request) -> str:
        texts.append(str(request.messages[-1]["content"]))
        return json.dumps({"reasons": "r", "apply": [1], "winner": "A" if chosen_first(one, 0) else "B"})

    one = Pair(id="p", prompt="Ask", chosen="Yes.", rejected="Yes, and I excuse myself.")
    scale = Scale(lo=0, hi=1, descriptors={"0": "none", "1": "some"})
    fault = Criterion(id="excuses", text="It excuses itself. More is worse.", weight=-2, scale=scale)
    rule = Criterion(id="said", text="It says Yes.", kind="rule", weight=0)
    found = asyncio.run(measure(make(answer), [one], [fault, rule]))
    assert (found["excuses"].precision, found["said"].precision) == (1.0, 1.0)
    of_fault, of_rule = sorted(texts, key=lambda text: "More is worse" not in text)
    assert "1. (a fault: the response that has less of it is the better one)" in of_fault and "a fault" not in of_rule
    assert "It excuses itself. More is worse.\n0 = none\n1 = some" in of_fault
