import asyncio
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from judge.models.base import CallError, Completion, Model, Reply, Request, TokenLogprob
from judge.models.given import log_probability, read_given
from judge.models.open import open_model
from judge.models.openai import OpenAIModel
from judge.models.scripted import ScriptedModel
from judge.models.spec import ModelSpec

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Ask = Callable[..., Request]
HEAD = ["<s>", "Is", " it", " so", "?", "</s>", "assistant", "\n"]


def given(text: str, question: str = "Is it so?") -> Request:
    messages = ({"role": "user", "content": question}, {"role": "assistant", "content": text})
    return Request(messages=messages, score_given=True)


def position(number: int, text: str, logprob: float, rank: int = 1) -> dict[str, Any]:
    """One position of the prompt as vLLM writes it, with the likeliest token where that is another."""
    entry = {str(number): {"logprob": logprob, "rank": rank, "decoded_token": text}}
    return entry if rank == 1 else {**entry, "900": {"logprob": -0.01, "rank": 1, "decoded_token": "other"}}


def prompt(tokens: list[str], logprobs: list[float] | None = None, rank: int = 3) -> dict[str, Any]:
    """The body of an answer whose prompt has the tokens HEAD + tokens."""
    told = [-1.0] * len(HEAD) + (logprobs or [-0.5] * len(tokens))
    listed = [position(number, text, told[number], rank) for number, text in enumerate(HEAD + tokens)]
    choice = {"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": "!"}}
    usage = {"prompt_tokens": len(listed), "completion_tokens": 1}
    return {
        "model": "tiny-1", "choices": [choice], "usage": usage, "prompt_logprobs": [None, *listed[1:]],
        "prompt_token_ids": list(range(len(listed))),
    }  # fmt: skip


def like_vllm(endpoint: "Endpoint") -> None:
    """Split what is asked at spaces; every token of the last message is as improbable as it is long."""

    def answer(body: dict[str, Any]) -> "Answer":
        tokens = re.findall(r"\s*\S+", body["messages"][-1]["content"])
        said = endpoint.say()
        said.body = prompt(tokens, [-float(len(token)) for token in tokens])
        return said

    endpoint.answer = answer


def complete(model: Model, *requests: Request) -> list[Reply]:
    async def run() -> list[Reply]:
        try:
            return [await model.complete(request) for request in requests]
        finally:
            await model.close()

    return asyncio.run(run())


def refusal(model: Model, request: Request) -> CallError:
    with pytest.raises(CallError) as caught:
        complete(model, request)
    return caught.value


def test_the_tokens_of_the_last_message_and_no_others(endpoint: "Endpoint") -> None:
    like_vllm(endpoint)
    model = OpenAIModel(endpoint.spec())
    [reply] = complete(model, given("It is so."))
    [completion] = reply.completions
    assert completion.text == "It is so."
    assert [(token.token, token.logprob) for token in completion.logprobs] == [
        ("It", -2.0),
        (" is", -3.0),
        (" so.", -4.0),
    ]
    assert log_probability(completion) == -9.0
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.model) == (11, 1, "tiny-1")
    assert model.capabilities.given_text is True
    assert endpoint.bodies == [
        {
            "model": "tiny",
            "messages": [{"role": "user", "content": "Is it so?"}, {"role": "assistant", "content": "It is so."}],
            "max_tokens": 1,
            "prompt_logprobs": 1,
            "add_generation_prompt": False,
            "continue_final_message": True,
            "return_token_ids": True,
        }
    ]


def test_only_the_messages_count_for_what_is_the_same_request(endpoint: "Endpoint", tmp_path: Path) -> None:
    like_vllm(endpoint)
    spec = endpoint.spec(cache=str(tmp_path / "c.sqlite"))
    [first] = complete(open_model(spec), given("Yes it is"))
    again = Request(messages=given("Yes it is").messages, score_given=True, temperature=0.3, seed=3, top_logprobs=5)
    [second] = complete(open_model(spec), again)
    assert second.completions == first.completions
    assert (len(endpoint.bodies), second.usage.cached) == (1, 1)
    assert given("Yes").hash != Request(messages=given("Yes").messages).hash


def test_without_token_ids_the_prompts_own_token_is_the_one_of_lower_rank() -> None:
    body = prompt(["Yes"], [-2.0])
    del body["prompt_token_ids"]
    for listed in (
        body["prompt_logprobs"],
        [entry and dict(reversed(entry.items())) for entry in body["prompt_logprobs"]],
    ):
        reply = read_given(body | {"prompt_logprobs": listed}, "Yes", "test")
        assert log_probability(reply.completions[0]) == -2.0
    likeliest = prompt(["Yes"], [-0.1], rank=1)
    assert log_probability(read_given(likeliest, "Yes", "test").completions[0]) == -0.1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello world", ["Hello", "world"]),  # the space before a token dropped, as for SentencePiece
        ("Hello world", ["ĠHello", "Ġworld"]),
        ("  Hello world\n", ["Hello", " world"]),  # trimmed by the template
        ("so, so", ["so", ",", " so"]),
        ("it 😀", ["it", " \ufffd", "\ufffd", "\ufffd"]),
        ("😀 it", ["\ufffd", "\ufffd", "\ufffd", " it"]),
        ("😀 it", ["", "", "😀", " it"]),  # newer servers show such a character at its last token
        ("äöü", ["\ufffd", "\ufffd", "\ufffd", "\ufffd", "\ufffd", "\ufffd"]),
        ("a😀b😀", ["a\ufffd", "\ufffd", "b", "\ufffd", "\ufffd"]),
        ("naïve (so)", ["na", "\ufffd", "\ufffd", "ve", " (", "so", ")"]),
        ("\n".join("abc"), ["a", "\n", "b", "\n", "c"]),
    ],
)
def test_what_the_tokens_spell(text: str, tokens: list[str]) -> None:
    [completion] = read_given(prompt(tokens), text, "test").completions
    assert len(completion.logprobs) == len(tokens)
    assert log_probability(completion) == -0.5 * len(tokens)


@pytest.mark.parametrize(
    "tokens",
    [
        ["Yes", "</s>"],  # the message was closed
        ["Yes", " it", " was"],
        ["so:Yes", " it", " is"],  # a token holds the end of the head and the beginning of the text
        ["it", " is"],
    ],
)
def test_a_prompt_that_does_not_end_in_the_text_is_an_error(tokens: list[str]) -> None:
    with pytest.raises(CallError, match="chat template") as caught:
        read_given(prompt(tokens), "Yes it is", "test")
    assert (caught.value.retryable, caught.value.usage.prompt_tokens) == (False, len(HEAD) + len(tokens))


@pytest.mark.parametrize("logprob", [-9999.0, math.nan, -math.inf, "-1", None])
def test_a_token_without_a_number_is_an_error(logprob: Any) -> None:
    with pytest.raises(CallError, match="no finite log-probability"):
        read_given(prompt(["Yes", " it"], [-1.0, logprob]), "Yes it", "test")


@pytest.mark.parametrize("entry", [None, [], "x", {}, {"9": None}])
def test_a_broken_position(entry: Any) -> None:
    body = prompt(["Yes"])
    body["prompt_logprobs"][-1] = entry
    with pytest.raises(CallError):
        read_given(body, "Yes", "test")


@examples(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_text_is_found_at_the_end_of_its_prompt(tokens: list[str]) -> None:
    text = "".join(tokens)
    if text.split() and "\ufffd" not in text and not set(text) & set("Ġ▁Ċ"):
        [completion] = read_given(prompt(tokens), text, "test").completions
        spelt = "".join(token.token for token in completion.logprobs)
        assert spelt.split() == text.split()


def test_an_endpoint_that_ignores_the_question_is_not_asked_again(endpoint: "Endpoint") -> None:
    model = OpenAIModel(endpoint.spec())
    for _ in range(2):
        error = refusal(model, given("Yes"))
        assert (error.kind, error.retryable) == ("bad_request", False)
        assert "vLLM" in str(error)
    assert (len(endpoint.bodies), model.capabilities.given_text) == (1, False)


@pytest.mark.parametrize(
    "message",
    [
        "Unrecognized request argument supplied: add_generation_prompt",
        "Unknown parameter: 'continue_final_message'.",
        "Requested prompt logprobs of 1, which is greater than max allowed: 0",
    ],
)
def test_an_endpoint_that_refuses_is_not_asked_again(endpoint: "Endpoint", message: str) -> None:
    endpoint.play(endpoint.refuse(400, message))
    model = OpenAIModel(endpoint.spec())
    first, second = refusal(model, given("Yes")), refusal(model, given("No"))
    assert (first.kind, first.usage.calls, second.usage.calls) == ("bad_request", 1, 0)
    assert (len(endpoint.bodies), model.capabilities.given_text) == (1, False)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "maximum context length is 1024"),
        (400, "continue_final_message is set but the final message does not appear in the chat"),
        (500, "prompt_logprobs failed"),
        (429, "prompt_logprobs: too many"),
    ],
)
def test_other_refusals_teach_nothing(endpoint: "Endpoint", status: int, message: str) -> None:
    endpoint.play(endpoint.refuse(status, message))
    model = OpenAIModel(endpoint.spec())
    assert message in str(refusal(model, given("Yes")))
    assert model.capabilities.given_text is None


def test_what_was_found_out_is_remembered_in_the_file(endpoint: "Endpoint", tmp_path: Path) -> None:
    spec = endpoint.spec(probes=str(tmp_path / "p.json"))
    refusal(OpenAIModel(spec), given("Yes"))
    assert OpenAIModel(spec).capabilities.given_text is False


def test_the_hosted_service_is_known_to_give_none_and_is_not_asked() -> None:
    model = open_model(ModelSpec.parse("openai:gpt"))
    assert model.capabilities.given_text is False
    assert "vLLM" in str(refusal(model, given("Yes")))


def test_a_recorded_run_gives_the_mean_that_was_read(tmp_path: Path) -> None:
    request = given("Yes")
    asked = {"prompt": "p", "request": request.hash, "reply": "", "logprob": -0.75}
    (tmp_path / "r.jsonl").write_text(json.dumps({"rewards": [{"judgments": [{"asked": [asked]}]}]}))
    model = open_model(ModelSpec.parse(f"recorded:{tmp_path / 'r.jsonl'}"))
    assert log_probability(asyncio.run(model.complete(request)).completions[0]) == -0.75


@pytest.mark.parametrize(
    "request_",
    [
        Request(messages=(), score_given=True),
        Request(messages=({"role": "assistant", "content": " \n"},), score_given=True),
        Request(messages=({"role": "assistant", "content": [{"type": "text", "text": "x"}]},), score_given=True),
        Request(messages=({"role": "assistant", "content": "x"},), score_given=True, n=2),
    ],
)
def test_requests_without_a_text_to_score(endpoint: "Endpoint", request_: Request) -> None:
    assert refusal(OpenAIModel(endpoint.spec()), request_).kind == "bad_request"
    assert endpoint.bodies == []


def test_a_script_plays_log_probabilities(tmp_path: Path) -> None:
    yes = TokenLogprob("Yes", (("Yes", -0.25),))
    model = ScriptedModel([Completion("", logprobs=(yes,)), "no logprobs"])
    [reply] = complete(model, given("Yes"))
    assert reply.completions == (Completion("Yes", logprobs=(yes,)),)
    assert "logprobs" in str(refusal(model, given("Yes")))
    path = tmp_path / "s.yaml"
    path.write_text("- {text: 'Yes', logprobs: [{'Yes': -0.25, 'No': -1.5}, {'.': -1}]}")
    [reply] = complete(open_model(ModelSpec.parse(f"scripted:{path}")), given("Yes."))
    assert reply.completions[0].logprobs == (
        TokenLogprob("Yes", (("Yes", -0.25), ("No", -1.5))),
        TokenLogprob(".", ((".", -1.0),)),
    )
    assert log_probability(reply.completions[0]) == -1.25


def test_no_log_probabilities_are_no_number() -> None:
    for completion in (Completion("x"), Completion("x", logprobs=(TokenLogprob("x", ()),))):
        with pytest.raises(ValueError, match="score_given"):
            log_probability(completion)
