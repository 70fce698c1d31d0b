import asyncio
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from judge.models.base import CallError, Capabilities, Reply, Request
from judge.models.openai import OpenAIModel
from judge.models.spec import ModelSpec

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]
SCHEMA = {"type": "object"}


def complete(spec: ModelSpec, *requests: Request) -> tuple[list[Reply], Capabilities]:
    async def run() -> tuple[list[Reply], Capabilities]:
        model = OpenAIModel(spec)
        try:
            return [await model.complete(request) for request in requests], model.capabilities
        finally:
            await model.close()

    return asyncio.run(run())


def refusing(endpoint: "Endpoint", status: int = 400, **messages: str) -> None:
    """Let the endpoint refuse bodies that have one of these fields, with that field's message."""

    def answer(body: dict[str, Any]) -> "Answer":
        for name, message in messages.items():
            if name in body:
                return endpoint.refuse(status, message)
        return endpoint.say(*['{"score": 1}'] * body.get("n", 1))

    endpoint.answer = answer


def sent(endpoint: "Endpoint", name: str) -> list[bool]:
    return [name in body for body in endpoint.bodies]


def test_a_refused_field_is_left_out_and_stays_out(endpoint: "Endpoint", ask: Ask) -> None:
    refusing(endpoint, response_format="This response_format type is unavailable now")
    replies, capabilities = complete(endpoint.spec(), ask(schema=SCHEMA), ask("again", schema=SCHEMA))
    assert sent(endpoint, "response_format") == [True, False, False]
    assert [reply.usage.calls for reply in replies] == [2, 1]
    assert capabilities.json_schema is False


def test_the_message_says_which_field_goes_first(endpoint: "Endpoint", ask: Ask) -> None:
    refusing(endpoint, logprobs="logprobs are not available for this model")
    _, capabilities = complete(endpoint.spec(), ask(schema=SCHEMA, top_logprobs=5))
    assert sent(endpoint, "response_format") == [True, True]
    assert sent(endpoint, "logprobs") == sent(endpoint, "top_logprobs") == [True, False]
    assert (capabilities.json_schema, capabilities.logprobs) == (True, False)


def test_a_message_that_names_nothing(endpoint: "Endpoint", ask: Ask) -> None:
    refusing(endpoint, 422, logprobs="bad request")
    request = ask(schema=SCHEMA, top_logprobs=5)
    _, capabilities = complete(endpoint.spec(), request, request)
    # without the schema: still refused; without both: taken, so logprobs it was; the schema is tried again and works
    assert sent(endpoint, "response_format") == [True, False, False, True]
    assert sent(endpoint, "logprobs") == [True, True, False, False]
    assert (capabilities.json_schema, capabilities.logprobs) == (True, False)


FIELDS = {"response_format": "json_schema", "logprobs": "logprobs", "n": "n", "seed": "seed"}


@pytest.mark.parametrize("refused", [set(some) for some in itertools.combinations(FIELDS, 2)], ids=str)
def test_two_refused_fields_are_both_found(endpoint: "Endpoint", ask: Ask, refused: set[str]) -> None:
    refusing(endpoint, 400, **dict.fromkeys(refused, "bad request"))
    request = ask(schema=SCHEMA, top_logprobs=5, n=2, seed=1)
    _, capabilities = complete(endpoint.spec(), request, request, request)
    found = {name for name, feature in FIELDS.items() if getattr(capabilities, feature) is False}
    assert found - {"logprobs"} == refused - {"logprobs"}
    assert refused <= found  # logprobs, when sent, were ignored here
    assert not any(name in endpoint.bodies[-1] for name in refused)


def test_newer_models_take_max_tokens_under_another_name_and_no_temperature(endpoint: "Endpoint", ask: Ask) -> None:
    refusing(
        endpoint,
        max_tokens="Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        temperature="Unsupported value: 'temperature' does not support 0 with this model.",
    )
    request = ask(temperature=0.0, max_tokens=9)
    complete(endpoint.spec(), request, request, request)
    body = endpoint.bodies[-1]
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body
    assert "temperature" not in body


def test_a_request_that_is_wrong_in_itself_teaches_nothing(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.refuse(400, "maximum context length is 1024"))
    with pytest.raises(CallError) as caught:
        complete(endpoint.spec(), ask(schema=SCHEMA))
    assert caught.value.kind == "bad_request"
    assert caught.value.usage.calls == 2
    endpoint.play(endpoint.say('{"score": 1}'))
    _, capabilities = complete(endpoint.spec(), ask(schema=SCHEMA))
    assert capabilities.json_schema is True
    assert sent(endpoint, "response_format") == [True, False, True]


def test_what_works_is_not_doubted_by_a_later_refusal(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say('{"score": 1}'), endpoint.refuse(400, "too long"))
    with pytest.raises(CallError):
        complete(endpoint.spec(), ask(schema=SCHEMA), ask("long", schema=SCHEMA))
    assert len(endpoint.bodies) == 2


def test_a_server_that_fails_on_a_schema_is_believed_the_third_time(endpoint: "Endpoint", ask: Ask) -> None:
    refusing(endpoint, 500, response_format="internal error")
    _, capabilities = complete(endpoint.spec(), *[ask(str(number), schema=SCHEMA) for number in range(4)])
    assert sent(endpoint, "response_format") == [True, False, True, False, True, False, False]
    assert capabilities.json_schema is False


def test_fields_that_are_ignored_without_a_word(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("one"))
    replies, capabilities = complete(endpoint.spec(), ask(n=3, top_logprobs=5), ask("next", n=3, top_logprobs=5))
    assert [len(reply.completions) for reply in replies] == [1, 1]
    assert (capabilities.n, capabilities.logprobs) == (False, False)
    assert sent(endpoint, "n") == sent(endpoint, "logprobs") == [True, False]


def test_thinking_is_noticed(endpoint: "Endpoint", ask: Ask) -> None:
    endpoint.play(endpoint.say("Score: 3", reasoning_content="hm"))
    _, capabilities = complete(endpoint.spec(), ask())
    assert capabilities == Capabilities(reasoning=True)


def test_what_was_found_is_read_from_the_file(endpoint: "Endpoint", ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "probes.json"
    refusing(endpoint, response_format="no response_format")
    path.write_text('{"other endpoint": {"n": true}}')
    complete(endpoint.spec(probes=str(path)), ask(schema=SCHEMA, seed=1))
    assert json.loads(path.read_text()) == {
        "other endpoint": {"n": True},
        f"{endpoint.url} tiny": {"json_schema": False, "seed": True},
    }
    complete(endpoint.spec(probes=str(path)), ask(schema=SCHEMA))
    assert sent(endpoint, "response_format") == [True, False, False]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 3}', '{"URL tiny": {"seed": "yes", "n": null}}', "\x00"])
def test_a_broken_file_knows_nothing_and_is_replaced(
    endpoint: "Endpoint", ask: Ask, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "probes.json"
    path.write_text(content.replace("URL", endpoint.url))
    complete(endpoint.spec(probes=str(path)), ask(seed=1))
    assert json.loads(path.read_text())[f"{endpoint.url} tiny"] == {"seed": True}


def test_a_file_that_cannot_be_written_is_no_failure(
    endpoint: "Endpoint", ask: Ask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    replies, capabilities = complete(endpoint.spec(probes=str(tmp_path / "no folder" / "p.json")), ask(seed=1))
    assert (len(replies), capabilities.seed) == (1, True)
    assert "not remembered" in caplog.text
