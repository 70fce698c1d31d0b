import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.models.base import CallError, Request
from judge.models.limits import Limited, Pace
from judge.models.openai import OpenAIModel
from judge.models.retry import Retrying
from judge.models.scripted import ScriptedModel
from judge.models.spec import ModelSpec
from judge.types import Usage

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]


def together(endpoint: "Endpoint", requests: list[Request], **settings: Any) -> list[Any]:
    """Send all at once through the limits; return replies and errors."""

    async def run() -> list[Any]:
        spec = endpoint.spec(**settings)
        model = Limited(OpenAIModel(spec), spec, pause_s=0.2)
        try:
            return await asyncio.gather(*map(model.complete, requests), return_exceptions=True)
        finally:
            await model.close()

    return asyncio.run(run())


def test_a_pace_lets_a_second_of_calls_through_and_then_one_at_a_time() -> None:
    pace = Pace(per_minute=120)  # two a second
    waits = []
    for _ in range(5):
        waits.append(max(0.0, pace.wait(10.0)))
        pace.take(1, 10.0)
    assert waits == [0.0, 0.0, 0.0, 0.5, 1.0]
    assert pace.wait(20.0) < 0


def test_a_pace_without_a_limit_never_waits() -> None:
    pace = Pace()
    pace.take(1e9, 5.0)
    assert pace.wait(5.0) < 0
    assert pace.rate(5.0) == math.inf


def test_a_cut_halves_the_rate_and_five_seconds_give_all_of_it_back() -> None:
    pace = Pace(per_minute=600)  # ten a second
    pace.cut(seen=math.inf, least=1.0, now=100.0, resume_at=102.0)
    # five a second, and from 102 on two more every second
    assert [pace.rate(at) for at in (101.0, 102.0, 103.0, 104.5, 500.0)] == [5.0, 5.0, 7.0, 10.0, 10.0]
    assert pace.wait(100.0) == 2.0
    pace.cut(seen=4.0, least=1.0, now=500.0, resume_at=500.0)
    assert pace.rate(500.0) == 2.0
    for least, lowest in ((0.1, 0.1), (math.inf, 10 / 60)):
        for _ in range(9):
            pace.cut(seen=math.inf, least=least, now=500.0, resume_at=500.0)
        assert pace.rate(500.0) == pytest.approx(lowest)


def test_after_a_cut_calls_go_out_one_at_a_time() -> None:
    pace = Pace()
    pace.cut(seen=20.0, least=1.0, now=100.0, resume_at=101.0)
    waits = []
    for _ in range(3):
        waits.append(pace.wait(101.0))
        pace.take(1, 101.0)
    assert waits == pytest.approx([0.0, 0.1, 0.2])  # ten a second


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 50)), min_size=1, max_size=30), st.floats(1, 6000))
def test_no_more_is_sent_than_rate_and_burst_allow(steps: list[tuple[float, int]], per_minute: float) -> None:
    pace, now, sent, largest = Pace(per_minute), 0.0, 0, 0
    for idle, amount in steps:
        now += idle
        now += max(0.0, pace.wait(now))
        pace.take(amount, now)
        sent, largest = sent + amount, max(largest, amount)
        assert sent <= (now + 1.0) * per_minute / 60 + largest + 1e-6


def test_no_more_calls_at_once_than_allowed(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("fine", delay_s=0.05))
    replies = together(endpoint, [ask(str(number)) for number in range(12)], in_flight=3)
    assert len(replies) == 12
    assert endpoint.most_in_flight == 3


def test_the_time_limit_of_a_call_starts_when_it_is_sent(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("fine", delay_s=0.2))
    # six calls in a row take 1.2 s altogether, and none of them more than its limit
    replies = together(endpoint, [ask(str(number)) for number in range(6)], in_flight=1, call_timeout_s=1.0)
    assert [reply.completions[0].text for reply in replies] == ["fine"] * 6


def in_a_row(inner: ScriptedModel, requests: list[Request], **settings: Any) -> float:
    """Send one after the other through the limits; return the seconds it took."""

    async def run() -> float:
        model = Limited(inner, ModelSpec.parse("scripted:x", **settings))
        start = time.monotonic()
        for request in requests:
            with contextlib.suppress(CallError):
                await model.complete(request)
        return time.monotonic() - start

    return asyncio.run(run())


def test_requests_a_minute(ask: Ask) -> None:
    inner = ScriptedModel(["fine"], cycle=True)
    # ten a second: eleven at once, then one every tenth of a second
    assert in_a_row(inner, [ask()] * 14, requests_per_minute=600) >= 0.29


def test_tokens_a_minute_are_counted_as_the_endpoint_reports_them(ask: Ask) -> None:
    inner = ScriptedModel(["fine"], cycle=True, usage=Usage(calls=1, prompt_tokens=100, completion_tokens=40))
    # a hundred a second: the first call takes 140, of which 100 are the burst
    assert in_a_row(inner, [ask("short")] * 2, tokens_per_minute=6000) >= 0.39


@pytest.mark.parametrize("headers", [{"retry_after": "0.4"}, {}], ids=["asked", "not asked"])
def test_a_429_holds_everybody(endpoint: "Endpoint", ask: Ask, headers: dict[str, str]) -> None:
    endpoint.play(endpoint.refuse(429, **headers), endpoint.say("fine"))
    first, second = together(endpoint, [ask("a"), ask("b")], in_flight=1)
    assert isinstance(first, CallError)
    assert second.completions[0].text == "fine"
    assert endpoint.times[1] - endpoint.times[0] >= (0.4 if headers else 0.2)


def test_many_429s_slow_down_what_follows(ask: Ask) -> None:
    busy = CallError("busy", "rate_limited", retryable=True, retry_after=0.0)
    inner = ScriptedModel([*["fine"] * 8, busy, *["fine"] * 5])
    # one of nine calls within a second: 4.5 a second from then on, and 1.8 more every second, so that each of the four
    # waits between the last five calls is at least 1 / 6.3 s in the first second
    assert in_a_row(inner, [ask()] * 14, in_flight=1) >= 4 / 6.3


def test_a_few_429s_only_make_a_pause(ask: Ask) -> None:
    busy = CallError("busy", "rate_limited", retryable=True, retry_after=0.0)
    inner = ScriptedModel([*["fine"] * 50, busy, *["fine"] * 400])
    # a cut to 25 a second, and 10 more every second, would make the last 400 calls take 6.8 s
    assert in_a_row(inner, [ask()] * 451, in_flight=1) < 6


def test_an_hour_off_is_not_waited_for(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(429, retry_after="3600"), endpoint.say("fine"))
    first, second = together(endpoint, [ask("a"), ask("b")], in_flight=1)
    assert isinstance(first, CallError)
    assert second.completions[0].text == "fine"


def test_an_endpoint_that_takes_few_gets_everything_done(endpoint: "Endpoint", ask: Ask) -> None:
    recent: list[float] = []

    def answer(body: dict[str, Any]) -> "Answer":
        now = time.monotonic()
        recent[:] = [at for at in recent if now - at < 0.2]
        if len(recent) >= 4:
            return endpoint.refuse(429, retry_after="0.2")
        recent.append(now)
        return endpoint.say("fine")

    endpoint.answer = answer

    async def run() -> list[Any]:
        spec = endpoint.spec(in_flight=16)
        model = Retrying(Limited(OpenAIModel(spec), spec), retries=8, first_wait_s=0.05)
        try:
            return await asyncio.gather(*[model.complete(ask(str(number))) for number in range(16)])
        finally:
            await model.close()

    assert len(asyncio.run(run())) == 16
    assert len(endpoint.bodies) < 40


def test_cancelling_a_waiting_call_lets_the_next_one_through(ask: Ask) -> None:
    async def run() -> None:
        inner = ScriptedModel(["fine"], cycle=True)
        model = Limited(inner, ModelSpec.parse("scripted:x", requests_per_minute=60, in_flight=2))
        await model.complete(ask("first"))
        await model.complete(ask("second"))
        waiting = [asyncio.create_task(model.complete(ask(str(number)))) for number in range(3)]
        await asyncio.sleep(0.01)
        for task in waiting[:2]:
            task.cancel()
        reply = await waiting[2]
        assert reply.completions[0].text == "fine"
        assert [request.messages[0]["content"] for request in inner.requests] == ["first", "second", "2"]

    asyncio.run(run())
