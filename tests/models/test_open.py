import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from judge.errors import SettingsError
from judge.models.base import Reply, Request
from judge.models.open import open_model
from judge.models.spec import ModelSpec, Price
from judge.types import Usage

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]


def complete(spec: ModelSpec, *requests: Request) -> list[Reply]:
    """Open the model in a loop of its own and send all requests at once."""

    async def run() -> list[Reply]:
        model = open_model(spec)
        try:
            return await asyncio.gather(*map(model.complete, requests))
        finally:
            await model.close()
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(run())


def test_everything_together(endpoint: "Endpoint", ask: Ask, tmp_path: Path) -> None:
    faults = [endpoint.refuse(502), endpoint.refuse(429, retry_after="0.1")]

    def answer(body: dict[str, Any]) -> "Answer":
        if faults:
            return faults.pop()
        if "response_format" in body:
            return endpoint.refuse(400, "response_format is not supported")
        return endpoint.say(f"seed {body['seed']}")  # one sample, whatever n says

    endpoint.answer = answer
    price = Price(prompt=1.0, completion=2.0)
    spec = endpoint.spec(cache=str(tmp_path / "c.sqlite"), probes=str(tmp_path / "p.json"), price=price)
    request = ask(n=3, seed=5, schema={"type": "object"})
    first, shared = complete(spec, request, request)
    [cached] = complete(spec, request)
    for reply in (first, shared, cached):
        assert [completion.text for completion in reply.completions] == ["seed 5", "seed 6", "seed 7"]
    # two faults, a refused schema, one sample of three, and two more: each answer cost 10 + 2 * 5 millionths
    assert first.usage.calls == len(endpoint.bodies) == 6
    assert first.usage.prompt_tokens == 30
    assert first.usage.usd == pytest.approx(60e-6)
    assert shared.usage == cached.usage == Usage(cached=1, usd=0.0)
    assert set(endpoint.bodies[-1]) == {"model", "messages", "seed"}


def test_one_model_after_the_other_in_loops_of_their_own(endpoint: "Endpoint", ask: Ask) -> None:
    for _ in range(3):
        [reply] = complete(endpoint.spec(), ask())
        assert reply.completions[0].text == "fine"


def test_a_hundred_calls_keep_to_the_connections_allowed(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("fine", delay_s=0.01))
    assert len(complete(endpoint.spec(in_flight=8), *[ask(str(number)) for number in range(100)])) == 100
    assert endpoint.connections <= 8


def test_opening_neither_connects_nor_needs_a_loop_or_a_key() -> None:
    model = open_model(ModelSpec.parse("openai:gpt"))
    assert model.name == "openai:gpt"
    asyncio.run(model.close())


def test_a_cache_tells_endpoints_apart_and_not_their_limits(endpoint: "Endpoint", ask: Ask, tmp_path: Path) -> None:
    cache = str(tmp_path / "c.sqlite")
    complete(endpoint.spec(cache=cache), ask())
    complete(endpoint.spec(cache=cache, in_flight=1, call_timeout_s=3), ask())
    assert len(endpoint.bodies) == 1
    complete(endpoint.spec(cache=cache, extra_body={"top_k": 1}), ask())
    complete(endpoint.spec(cache=cache).model_copy(update={"name": "other"}), ask())
    complete(endpoint.spec(cache=cache).model_copy(update={"base_url": endpoint.url + "/"}), ask())
    assert len(endpoint.bodies) == 3


def test_recordings_and_scripts(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"labels": {}, "text": "recorded"}')
    (tmp_path / "s.yaml").write_text("[scripted]")
    for kind, name in (("recorded", "r.jsonl"), ("scripted", "s.yaml")):
        [reply] = complete(ModelSpec.parse(f"{kind}:{tmp_path / name}"), ask())
        assert reply.completions[0].text == kind


def test_a_cache_that_cannot_be_opened_stops_the_run_before_it_starts(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        open_model(ModelSpec.parse("openai:gpt", cache=str(tmp_path)))


def test_importing_the_models_loads_no_client() -> None:
    code = (
        "import sys, judge.models.open; "
        "print([name for name in ('openai', 'aiohttp', 'httpx2', 'tenacity', 'yaml') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert shown.stdout == "[]\n"
