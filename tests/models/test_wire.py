import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.models.base import CallError, Completion, Reply
from judge.models.wire import read_reply, split_thinking
from judge.types import Usage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def odd(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects that have the right names with anything under them."""
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, JSON))


CHOICE = st.fixed_dictionaries(
    {"message": odd("content", "reasoning", "reasoning_content", "refusal")},
    optional={
        "finish_reason": JSON,
        "logprobs": st.fixed_dictionaries({"content": st.lists(odd("token", "logprob", "top_logprobs"), max_size=2)}),
    },
)


def read(message: dict[str, Any], **choice: Any) -> Completion:
    reply = read_reply({"choices": [{"finish_reason": "stop", **choice, "message": message}]}, "test")
    [completion] = reply.completions
    return completion


@given(JSON | st.fixed_dictionaries({"choices": st.lists(CHOICE | JSON, max_size=3), "usage": JSON}))
def test_whatever_comes_is_a_reply_or_a_provider_error(body: Any) -> None:
    try:
        reply = read_reply(body, "test")
    except CallError as error:
        assert error.kind in ("provider", "rate_limited")
        assert error.usage.calls == 1
    else:
        assert isinstance(reply, Reply)
        assert reply.completions
        assert all(isinstance(completion.text, str) for completion in reply.completions)
        assert all(
            completion.finish in ("stop", "length", "content_filter", "tool_calls") for completion in reply.completions
        )


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        ("plain", "", "plain"),
        ("<think>\nhm\n</think>\n\nScore: 3", "hm", "Score: 3"),
        ("  <think></think>Score: 3", "", "Score: 3"),
        ("<think>hm, 3? no, ", "hm, 3? no,", ""),
        ("hm\n</think>\n\nScore: 3", "hm", "Score: 3"),  # the opening tag stood in the prompt
        ("The tag <think> is quoted. Score: 3", "", "The tag <think> is quoted. Score: 3"),
        ("It quotes <think>x</think>. Score: 3", "", "It quotes <think>x</think>. Score: 3"),
        ("a</think>b</think>c", "", "a</think>b</think>c"),
    ],
)
def test_thinking_is_kept_apart(text: str, thinking: str, answer: str) -> None:
    assert split_thinking(text) == (thinking, answer)


@given(st.text())
def test_a_text_without_tags_stays_as_it_is(text: str) -> None:
    if "think>" not in text:
        assert split_thinking(text) == ("", text)


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_reasoning_fields(name: str) -> None:
    assert read({"content": "Score: 3", name: "hm"}) == Completion("Score: 3", reasoning="hm")


def test_a_quoted_tag_is_text_when_the_server_gives_the_thinking_apart() -> None:
    assert read({"content": "It says </think>. Score: 3", "reasoning": "hm"}).text == "It says </think>. Score: 3"


def test_an_empty_think_block_is_taken_off_also_beside_a_reasoning_field() -> None:
    assert read({"content": "<think>\n\n</think>\n\nScore: 3", "reasoning": "hm"}) == Completion(
        "Score: 3", reasoning="hm"
    )


def test_parts_instead_of_a_string() -> None:
    content = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": "Score: "},
        {"type": "text", "text": "3"},
    ]
    assert read({"content": content}) == Completion("Score: 3", reasoning="hm")


def test_thinking_that_was_cut_off_is_no_answer() -> None:
    assert read({"content": "<think>hm, score: 3"}, finish_reason="length") == Completion("", "length", "hm, score: 3")
    assert read({"content": None, "reasoning_content": "hm"}, finish_reason="length") == Completion("", "length", "hm")


@pytest.mark.parametrize(
    ("said", "finish"),
    [("stop", "stop"), (None, "stop"), ("eos", "stop"), ("max_tokens", "length"), ("function_call", "tool_calls")],
)
def test_finish_reasons(said: str | None, finish: str) -> None:
    assert read({"content": "x"}, finish_reason=said).finish == finish


def test_a_model_that_declines() -> None:
    assert read({"content": None, "refusal": "I cannot."}) == Completion("I cannot.", "content_filter")


def test_logprobs_without_ruled_out_tokens_and_with_the_taken_one() -> None:
    # as vLLM answers with a grammar: what the grammar rules out is there with -9999.0
    content = [
        {
            "token": "ĠYes",
            "logprob": -0.2,
            "top_logprobs": [{"token": "ĠNo", "logprob": -1.7}, {"token": "ĠMaybe", "logprob": -9999.0}],
        }
    ]
    [token] = read({"content": "Yes"}, logprobs={"content": content}).logprobs
    assert token.token == " Yes"
    assert token.top == ((" No", -1.7), (" Yes", -0.2))


def test_usage_with_thinking_and_odd_counts() -> None:
    counts = {"prompt_tokens": 7, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 4}}
    choices = [{"message": {"content": "x"}}]
    assert read_reply({"choices": choices, "usage": counts}, "test", seconds=0.5).usage == Usage(
        calls=1, prompt_tokens=7, completion_tokens=9, reasoning_tokens=4, seconds=0.5
    )
    odd_counts = json.loads('{"prompt_tokens": null, "completion_tokens": NaN, "completion_tokens_details": 3}')
    assert read_reply({"choices": choices, "usage": odd_counts}, "test").usage == Usage(calls=1)
