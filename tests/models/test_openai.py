import asyncio
import pickle
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from judge.models.base import CallError, Reply, Request
from judge.models.openai import OpenAIModel
from judge.models.spec import ModelSpec, Price
from judge.types import Usage

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]


def complete(spec: ModelSpec, *requests: Request) -> list[Reply]:
    async def run() -> list[Reply]:
        model = OpenAIModel(spec)
        try:
            return [await model.complete(request) for request in requests]
        finally:
            await model.close()

    return asyncio.run(run())


def failure(spec: ModelSpec, request: Request) -> CallError:
    with pytest.raises(CallError) as caught:
        complete(spec, request)
    return caught.value


def test_a_reply_with_its_cost(endpoint: "Endpoint", ask: Ask) -> None:
    spec = endpoint.spec(price=Price(prompt=2.0, completion=8.0))
    [reply] = complete(spec, ask(n=2))
    assert [completion.text for completion in reply.completions] == ["fine", "fine"]
    assert reply.model == "tiny-1"
    assert reply.usage.seconds > 0
    # 10 prompt tokens at 2 dollars and 10 completion tokens at 8 dollars a million
    assert reply.usage.model_copy(update={"seconds": 0.0}) == Usage(
        calls=1, prompt_tokens=10, completion_tokens=10, usd=0.0001
    )


def test_sends_what_is_set_and_the_extra_body(endpoint: "Endpoint", ask: Ask) -> None:
    spec = endpoint.spec(extra_body={"chat_template_kwargs": {"enable_thinking": False}, "top_p": 0.5})
    complete(spec, ask("Hm?", temperature=0.0, max_tokens=7, top_p=0.9, schema={"type": "object"}, stop=("END",)))
    assert endpoint.bodies == [
        {
            "model": "tiny",
            "messages": [{"role": "user", "content": "Hm?"}],
            "temperature": 0.0,
            "max_tokens": 7,
            "top_p": 0.5,
            "stop": ["END"],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": {"type": "object"}, "strict": True},
            },
            "chat_template_kwargs": {"enable_thinking": False},
        }
    ]


def test_one_connection_serves_calls_in_a_row(endpoint: "Endpoint", ask: Ask) -> None:
    complete(endpoint.spec(), ask("a"), ask("b"), ask("c"))
    assert (len(endpoint.bodies), endpoint.connections) == (3, 1)


def test_more_samples_than_asked_for_are_dropped(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("a", "b", "c"))
    [reply] = complete(endpoint.spec(), ask(n=2))
    assert [completion.text for completion in reply.completions] == ["a", "b"]


def test_half_a_surrogate_pair_does_not_stop_the_call(endpoint: "Endpoint", ask: Ask) -> None:
    complete(endpoint.spec(), ask("broken \ud83d emoji, whole 😀 emoji"))
    assert endpoint.bodies[0]["messages"][0]["content"] == "broken ? emoji, whole 😀 emoji"


REFUSALS: list[tuple[str, dict[str, Any], str, bool]] = [
    ("wrong key", {"status": 401}, "auth", False),
    ("no right", {"status": 403}, "auth", False),
    ("not a model", {"status": 404}, "bad_request", False),
    ("too long", {"status": 400}, "bad_request", False),
    ("too large", {"status": 413}, "bad_request", False),
    ("filtered", {"status": 400, "code": "content_filter"}, "refused", False),
    ("your input was flagged", {"status": 403}, "refused", False),
    ("slow down", {"status": 429}, "rate_limited", True),
    ("no credit left", {"status": 429, "code": "insufficient_quota"}, "rate_limited", False),
    ("waited for the body", {"status": 408}, "timeout", True),
    ("oops", {"status": 500}, "provider", True),
    ("overloaded", {"status": 529}, "provider", True),
]


@pytest.mark.parametrize(("message", "answer", "kind", "retryable"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_what_a_status_means(
    endpoint: "Endpoint", ask: Ask, message: str, answer: dict[str, Any], kind: str, retryable: bool
) -> None:
    endpoint.play(endpoint.refuse(message=message, **answer))
    error = failure(endpoint.spec(), ask())
    assert (error.kind, error.retryable, error.status) == (kind, retryable, answer["status"])
    assert message in str(error)
    assert error.usage.calls == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after_ms": "1500", "retry_after": "2"}, 1.5),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),  # long ago
        ({"retry_after": "soon"}, None),
        ({"retry_after": "inf"}, None),
        ({}, None),
    ],
)
def test_reads_how_long_to_wait(endpoint: "Endpoint", ask: Ask, headers: dict[str, str], seconds: float | None) -> None:
    endpoint.play(endpoint.refuse(429, **headers))
    assert failure(endpoint.spec(), ask()).retry_after == seconds


BROKEN: list[tuple[Any, str]] = [
    (b"<html>502 Bad Gateway</html>", "no JSON"),
    (b'{"choices": [{"mess', "no JSON"),
    (b"\xff\xfe", "no JSON"),
    ({"choices": []}, "no completion"),
    ({"choices": None}, "no completion"),
    ({"choices": [{"finish_reason": "error"}]}, "no completion"),
    ([], "no completion"),
    (None, "no completion"),
]


@pytest.mark.parametrize(("body", "said"), BROKEN)
def test_an_answer_that_is_no_completion(endpoint: "Endpoint", ask: Ask, body: Any, said: str) -> None:
    answer = endpoint.say()
    answer.body = body
    endpoint.play(answer)
    error = failure(endpoint.spec(), ask())
    assert (error.kind, error.retryable) == ("provider", True)
    assert said in str(error)


def test_a_page_instead_of_json(endpoint: "Endpoint", ask: Ask) -> None:
    answer = endpoint.say()
    answer.body, answer.headers = b"<html>log in</html>", {"content-type": "text/html"}
    endpoint.play(answer)
    assert "log in" in str(failure(endpoint.spec(), ask()))


def test_a_gateway_that_hides_a_429_in_a_200(endpoint: "Endpoint", ask: Ask) -> None:
    answer = endpoint.say()
    answer.body = {"error": {"code": 429, "message": "upstream is busy"}}
    endpoint.play(answer)
    error = failure(endpoint.spec(), ask())
    assert (error.kind, error.retryable) == ("rate_limited", True)


def test_a_cut_line_and_a_closed_port(endpoint: "Endpoint", ask: Ask) -> None:
    answer = endpoint.say("a long enough text")
    answer.cut = True
    endpoint.play(answer)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    for spec in (endpoint.spec(), ModelSpec.parse(f"openai:tiny@{closed}")):
        error = failure(spec, ask())
        assert (error.kind, error.retryable, error.usage.calls) == ("connection", True, 1)


def test_a_line_that_closes_without_an_answer(endpoint: "Endpoint", ask: Ask) -> None:
    def hang_up(body: dict[str, Any]) -> "Answer":
        raise ConnectionError

    endpoint.answer = hang_up
    assert failure(endpoint.spec(), ask()).kind == "connection"


def test_a_call_that_takes_too_long_is_given_up_and_its_line_closed(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("late", delay_s=30))
    error = failure(endpoint.spec(call_timeout_s=0.2), ask())
    assert (error.kind, error.retryable) == ("timeout", True)
    assert 0.2 <= error.usage.seconds < 10
    assert "0.2 s" in str(error)
    asyncio.run(endpoint.reach(aborted=1))


def test_cancelling_closes_the_line_at_once(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("late", delay_s=30))

    async def run() -> None:
        model = OpenAIModel(endpoint.spec())
        call = asyncio.create_task(model.complete(ask()))
        await endpoint.reach(requests=1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert asyncio.all_tasks() == {asyncio.current_task()}
        await endpoint.reach(aborted=1)
        await model.close()

    asyncio.run(run())


def test_a_missing_key_names_the_variable(ask: Ask) -> None:
    error = failure(ModelSpec.parse("openai:gpt", api_key_env="MY_KEY"), ask())
    assert error.kind == "auth"
    assert "MY_KEY" in str(error)


def test_a_local_server_needs_no_key_and_the_variable_may_name_it(
    endpoint: "Endpoint", ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    [reply] = complete(ModelSpec.parse("openai:tiny"), ask())
    assert reply.completions[0].text == "fine"


def test_the_key_is_in_no_message(endpoint: "Endpoint", ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    endpoint.play(endpoint.refuse(401, "wrong key sk-secret"))
    error = failure(endpoint.spec(), ask())
    assert "wrong key ***" in str(error)
    assert "sk-secret" not in str(error) + error.answer


def test_an_error_survives_pickling(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(429, retry_after="3"))
    error = failure(endpoint.spec(), ask())
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.kind, copy.retryable) == (str(error), "rate_limited", True)
    assert (copy.status, copy.retry_after, copy.usage) == (429, 3.0, error.usage)
