import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from judge.errors import ModelError
from judge.models.base import CallError, Model, Reply, Request
from judge.models.openai import OpenAIModel
from judge.models.retry import Retrying
from judge.models.scripted import ScriptedModel

if TYPE_CHECKING:
    from tests.models.conftest import Endpoint

Ask = Callable[..., Request]
BUSY = ModelError("busy", "provider", retryable=True)


def complete(inner: Model, request: Request, retries: int = 4) -> Reply:
    async def run() -> Reply:
        model = Retrying(inner, retries, first_wait_s=0.01)
        try:
            return await model.complete(request)
        finally:
            await model.close()

    return asyncio.run(run())


def test_two_failed_tries_are_on_the_bill(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(500), endpoint.refuse(429), endpoint.say("fine"))
    reply = complete(OpenAIModel(endpoint.spec()), ask())
    assert reply.completions[0].text == "fine"
    assert (reply.usage.calls, reply.usage.prompt_tokens) == (3, 10)


def test_a_paid_answer_that_was_no_completion_is_on_the_bill(endpoint: "Endpoint", ask: Ask) -> None:
    useless = endpoint.say()
    useless.body = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 3}}
    endpoint.play(useless, endpoint.say("fine"))
    usage = complete(OpenAIModel(endpoint.spec()), ask()).usage
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (2, 20, 8)


def test_gives_up_after_the_last_try_with_the_whole_bill(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(500))
    with pytest.raises(CallError) as caught:
        complete(OpenAIModel(endpoint.spec()), ask(), retries=2)
    assert (caught.value.kind, caught.value.usage.calls, len(endpoint.bodies)) == ("provider", 3, 3)


@pytest.mark.parametrize("error", [ModelError("no", "bad_request"), ValueError("a defect")])
def test_what_cannot_succeed_is_not_repeated(ask: Ask, error: Exception) -> None:
    model = ScriptedModel([error, "fine"])
    with pytest.raises(type(error)):
        complete(model, ask())
    assert len(model.requests) == 1


def test_no_retries_means_one_try(ask: Ask) -> None:
    model = ScriptedModel([BUSY, "fine"])
    with pytest.raises(ModelError):
        complete(model, ask(), retries=0)
    assert len(model.requests) == 1


def test_waits_as_long_as_the_endpoint_asks(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(429, retry_after="0.4"), endpoint.say("fine"))
    complete(OpenAIModel(endpoint.spec()), ask())
    assert endpoint.times[1] - endpoint.times[0] >= 0.4


def test_does_not_wait_an_hour(ask: Ask) -> None:
    model = ScriptedModel([CallError("quota", "rate_limited", retryable=True, retry_after=3600.0), "fine"])
    with pytest.raises(CallError):
        complete(model, ask())
    assert len(model.requests) == 1


def test_cancelling_ends_the_wait_at_once(ask: Ask) -> None:
    async def run() -> None:
        model = Retrying(ScriptedModel([CallError("busy", retryable=True, retry_after=60.0)]), 4)
        call = asyncio.create_task(model.complete(ask()))
        await asyncio.sleep(0.01)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    start = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - start < 30
