import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from judge.models.base import CallError, Reply, Request
from judge.models.openai import OpenAIModel
from judge.models.samples import Samples
from judge.models.spec import ModelSpec

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]


def complete(spec: ModelSpec, *requests: Request) -> list[Reply]:
    async def run() -> list[Reply]:
        model = Samples(OpenAIModel(spec))
        try:
            return [await model.complete(request) for request in requests]
        finally:
            await model.close()

    return asyncio.run(run())


def one_at_a_time(endpoint: "Endpoint") -> None:
    endpoint.answer = lambda body: endpoint.say(f"seed {body.get('seed')}")


def test_samples_that_did_not_come_are_asked_for_with_other_seeds(endpoint: "Endpoint", ask: Ask) -> None:
    one_at_a_time(endpoint)
    [reply] = complete(endpoint.spec(), ask(n=3, seed=7))
    assert [completion.text for completion in reply.completions] == ["seed 7", "seed 8", "seed 9"]
    assert (reply.usage.calls, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (3, 30, 15)


def test_afterwards_samples_are_asked_for_one_by_one_at_once(endpoint: "Endpoint", ask: Ask) -> None:
    one_at_a_time(endpoint)
    _, second = complete(endpoint.spec(), ask(n=2, seed=1), ask("next", n=3, seed=5))
    assert [completion.text for completion in second.completions] == ["seed 5", "seed 6", "seed 7"]
    assert [body.get("n") for body in endpoint.bodies] == [2, None, None, None, None]


def test_one_request_where_the_endpoint_can(endpoint: "Endpoint", ask: Ask) -> None:
    [reply] = complete(endpoint.spec(), ask(n=8))
    assert (len(reply.completions), len(endpoint.bodies), reply.usage.prompt_tokens) == (8, 1, 10)


def test_a_sample_that_fails_does_not_take_the_others_with_it(endpoint: "Endpoint", ask: Ask) -> None:
    def answer(body: dict[str, Any]) -> "Answer":
        return endpoint.refuse(500) if body["seed"] == 2 else endpoint.say(f"seed {body['seed']}")

    endpoint.answer = answer
    [reply] = complete(endpoint.spec(), ask(n=4, seed=0))
    assert [completion.text for completion in reply.completions] == ["seed 0", "seed 1", "seed 3"]
    assert reply.usage.calls == 4


def test_no_sample_at_all_is_a_failure_with_the_whole_bill(endpoint: "Endpoint", ask: Ask) -> None:
    one_at_a_time(endpoint)
    complete(endpoint.spec(), ask(n=2))
    endpoint.play(endpoint.refuse(503))
    with pytest.raises(CallError) as caught:
        complete(endpoint.spec(), ask("next", n=3))
    assert (caught.value.kind, caught.value.usage.calls) == ("provider", 3)


def test_cancelling_ends_all_of_them(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("one"), endpoint.say("two", delay_s=30))

    async def run() -> None:
        model = Samples(OpenAIModel(endpoint.spec()))
        call = asyncio.create_task(model.complete(ask(n=4)))
        await endpoint.reach(requests=4)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await endpoint.reach(aborted=3)
        await model.close()

    asyncio.run(run())
