import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from judge.errors import ModelError
from judge.models.base import CallError, Request
from judge.models.flight import SingleFlight
from judge.models.openai import OpenAIModel
from judge.models.scripted import ScriptedModel
from judge.types import Usage

if TYPE_CHECKING:
    from tests.models.conftest import Endpoint

Ask = Callable[..., Request]
FREE = Usage(cached=1)


def together(inner: ScriptedModel, *requests: Request) -> list[Any]:
    async def run() -> list[Any]:
        model = SingleFlight(inner, FREE)
        return await asyncio.gather(*map(model.complete, requests), return_exceptions=True)

    return asyncio.run(run())


def test_equal_requests_share_a_call_and_one_pays(ask: Ask) -> None:
    inner = ScriptedModel(["one", "two"], latency_s=0.01)
    replies = together(inner, ask("a"), ask("a", labels={"sample": 1}), ask("b"), ask("a"))
    assert [reply.completions[0].text for reply in replies] == ["one", "one", "two", "one"]
    assert [reply.usage for reply in replies] == [Usage(calls=1), FREE, Usage(calls=1), FREE]


def test_a_later_request_is_a_new_call(ask: Ask) -> None:
    inner = ScriptedModel(["one", "two"])

    async def run() -> list[str]:
        model = SingleFlight(inner, FREE)
        return [(await model.complete(ask())).completions[0].text for _ in range(2)]

    assert asyncio.run(run()) == ["one", "two"]


def test_a_failure_is_shared_and_billed_once(ask: Ask) -> None:
    paid = Usage(calls=3, prompt_tokens=30)

    async def fail(request: Request) -> Any:
        await asyncio.sleep(0.01)
        raise CallError("down", "provider", retryable=True, status=503, usage=paid)

    inner = ScriptedModel([])
    inner.complete = fail  # type: ignore[method-assign]
    errors = together(inner, ask(), ask(), ask())
    assert [(error.kind, error.status, error.retryable) for error in errors] == [("provider", 503, True)] * 3
    assert sum((error.usage for error in errors), Usage()) == paid


def test_any_other_error_reaches_everybody(ask: Ask) -> None:
    errors = together(ScriptedModel([ModelError("a")]), ask(), ask())
    assert [str(error) for error in errors] == ["a", "a"]


def test_who_came_first_may_leave(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("fine", delay_s=0.2))

    async def run() -> None:
        model = SingleFlight(OpenAIModel(endpoint.spec()), FREE)
        first, second, third = [asyncio.create_task(model.complete(ask())) for _ in range(3)]
        await asyncio.sleep(0.05)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        replies = await asyncio.gather(second, third)
        assert sorted(reply.usage.calls for reply in replies) == [0, 1]
        await model.close()

    asyncio.run(run())
    assert (len(endpoint.bodies), endpoint.aborted) == (1, 0)


def test_when_nobody_waits_the_call_ends(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("late", delay_s=30))

    async def run() -> None:
        model = SingleFlight(OpenAIModel(endpoint.spec()), FREE)
        calls = [asyncio.create_task(model.complete(ask())) for _ in range(3)]
        await endpoint.reach(requests=1)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await endpoint.reach(aborted=1)
        endpoint.play(endpoint.say("new"))
        assert (await model.complete(ask())).completions[0].text == "new"
        await model.close()

    asyncio.run(run())
    assert len(endpoint.bodies) == 2
