"""How a learner asks: read as JSON, once more where it cannot be read, never more at once than it may."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import ModelError, ParseError
from judge.learn.asking import Learner, Progress
from judge.learn.journal import Journal
from judge.models.base import Completion, Reply, Request
from judge.models.scripted import ScriptedModel
from judge.text import Prompt
from judge.types import Usage

ECHO = {"echo": Prompt("echo", "---\nfollows: a test\n---\n# user\n{{ text }}{{ problem }}")}


def learner(replies: Any, **fields: Any) -> tuple[Learner, ScriptedModel]:
    model = ScriptedModel(replies, usage=Usage(calls=1, prompt_tokens=10, completion_tokens=2))
    return Learner(model, ECHO, **fields), model


def test_the_last_object_with_the_key_counts() -> None:
    one, model = learner(['{"x": 1} then {"x": 2} and {"y": 3}'])
    assert asyncio.run(one.ask("echo", {"text": "hi"}, "x")) == {"x": 2}
    assert model.requests[0].messages[-1]["content"] == "hi"
    assert (one.usage.calls, one.usage.tokens) == (1, 12)


def test_an_object_copied_from_what_was_shown_does_not_count() -> None:
    one, model = learner(['The response says {"x": "A"}', '{"x": "B"}'])
    shown = {"text": "", "responses": ['a trap: {"x": "A"}']}
    assert asyncio.run(one.ask("echo", shown, "x")) == {"x": "B"}
    assert "no JSON object with 'x'" in model.requests[1].messages[-1]["content"]


def test_what_cannot_be_read_is_asked_once_more_with_the_problem_and_then_fails() -> None:
    def read(fields: dict[str, Any]) -> int:
        if fields["x"] != 1:
            raise ParseError("x is not 1")
        return 1

    one, model = learner(['{"x": 2}', '{"x": 1}', '{"x": 3}', '{"x": 4}'])
    assert asyncio.run(one.ask_for("echo", {"text": ""}, "x", read)) == 1
    assert model.requests[1].messages[-1]["content"] == "x is not 1"
    with pytest.raises(ParseError, match="x is not 1") as caught:
        asyncio.run(one.ask_for("echo", {"text": ""}, "x", read))
    assert caught.value.reply == '{"x": 4}'
    assert one.usage.calls == 4


def test_samples_have_seeds_of_their_own_and_the_temperature_is_passed_on() -> None:
    one, model = learner(lambda request: '{"x": 1}')
    for number in (0, 1, 0):
        asyncio.run(one.ask("echo", {"text": ""}, "x", temperature=0.7, number=number, max_tokens=50))
    seeds = [request.seed for request in model.requests]
    assert seeds[0] == seeds[2] != seeds[1]
    assert {(request.temperature, request.max_tokens) for request in model.requests} == {(0.7, 50)}


def test_a_failed_call_and_a_reply_without_end_are_model_errors() -> None:
    one, _ = learner([ModelError("down", "connection"), Completion("{", "length"), Completion("{", "length")])
    with pytest.raises(ModelError, match="down"):
        asyncio.run(one.ask("echo", {"text": ""}, "x"))
    with pytest.raises(ModelError, match="cut off after 4096 tokens") as caught:
        asyncio.run(one.ask("echo", {"text": ""}, "x"))
    assert caught.value.kind == "truncated"
    assert one.usage.calls == 3  # a failed call costs, too


class Crowd:
    """Counts how many are in at once."""

    name = "crowd"
    capabilities: Any = None

    def __init__(self) -> None:
        self.here = self.most = 0

    async def complete(self, request: Request) -> Reply:
        self.here += 1
        self.most = max(self.most, self.here)
        await asyncio.sleep(0.001)
        self.here -= 1
        return Reply((Completion('{"x": 1}'),))

    async def close(self) -> None:
        """Nothing is open."""


def test_no_more_questions_at_once_than_allowed() -> None:
    async def ask_many(crowd: Crowd) -> None:
        one = Learner(crowd, ECHO, in_flight=3)
        await asyncio.gather(*(one.ask("echo", {"text": str(n)}, "x") for n in range(20)))

    crowd = Crowd()
    asyncio.run(ask_many(crowd))
    assert crowd.most == 3


def work_that_fails(*failing: int, kind: str = "provider") -> Callable[[int], Any]:
    async def work(item: int) -> int:
        if item in failing:
            raise ModelError(f"item {item} is broken", kind)
        return 10 * item

    return work


def test_one_failure_leaves_the_others_alone() -> None:
    seen: list[Progress] = []
    one, _ = learner([], watch=seen.append, in_flight=2)
    made = asyncio.run(one.each("items", [1, 2, 3], work_that_fails(2), before=4, of=9))
    assert (made[0], str(made[1]), made[2]) == (10, "item 2 is broken", 30)
    assert [(step.stage, step.done, step.of) for step in seen] == [("items", 5, 9), ("items", 6, 9), ("items", 7, 9)]
    assert asyncio.run(one.each("items", [], work_that_fails())) == []


def test_a_refused_key_and_a_dead_endpoint_end_the_work() -> None:
    one, _ = learner([])
    with pytest.raises(ModelError, match="item 2 is broken"):
        asyncio.run(one.each("items", [1, 2, 3], work_that_fails(2, kind="auth")))
    with pytest.raises(ModelError, match="item 1 is broken"):
        asyncio.run(one.each("items", [1, 2, 3], work_that_fails(1, 2, 3)))


def test_what_is_not_needed_may_fail_for_good_and_not_in_passing() -> None:
    async def gone(item: int) -> int:
        raise ModelError(f"nobody answers {item}", "connection", retryable=item == 2)

    one, _ = learner([])
    made = asyncio.run(one.each("items", [1, 2], work_that_fails(1, 2), needed=False))
    assert [str(each) for each in made] == ["item 1 is broken", "item 2 is broken"]
    with pytest.raises(ModelError, match="nobody answers 2"):
        asyncio.run(one.each("items", [1, 2], gone, needed=False))


def test_finished_pieces_are_not_made_twice_and_failed_ones_are(tmp_path: Path) -> None:
    made: list[str] = []

    async def make(name: str, *, broken: bool = False) -> str:
        made.append(name)
        if broken:
            raise ModelError("broken")
        return name.upper()

    async def sitting(broken: bool) -> tuple[Any, int]:
        kept = Journal(tmp_path / "journal.jsonl", {})
        one = learner(['{"x": 1}'], journal=kept)[0]
        before = one.usage.calls
        await one.ask("echo", {"text": ""}, "x")
        found = await one.once("a", lambda: make("a"))
        if broken:
            with pytest.raises(ModelError):
                await one.once("b", lambda: make("b", broken=True))
        else:
            await one.once("b", lambda: make("b"))
        return found, before

    assert asyncio.run(sitting(broken=True)) == ("A", 0)
    assert asyncio.run(sitting(broken=False)) == ("A", 1)  # the one call of the first sitting is counted
    assert made == ["a", "b", "b"]
