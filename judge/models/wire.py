"""Read a chat completion as it came over the wire. Servers differ, so nothing about its shape is trusted."""

import json
import math
from typing import Any

from judge.models.base import CallError, Completion, Reply, TokenLogprob
from judge.models.spec import Price
from judge.types import ToolCall, Usage

_FINISH = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}
FORBIDDEN = -9999.0
"""What vLLM gives as the logarithm of a token that the grammar rules out."""
_RAW = str.maketrans({"Ġ": " ", "▁": " ", "Ċ": "\n"})
"""Spaces and newlines as byte-pair vocabularies write them; some servers show tokens raw."""


def read_reply(data: object, source: str, *, seconds: float = 0.0, price: Price | None = None) -> Reply:
    """Return the samples and the cost of one response body.

    Args:
        data: the decoded JSON body, or text when it was no JSON.
        source: who answered, for error messages.
        seconds: wall seconds of the call.
        price: US dollars for a million tokens; without it the cost in money is unknown.

    Raises:
        CallError: the body is no completion, or it has no choice; the cost of the call is on the error.
    """
    body = data if isinstance(data, dict) else {}
    usage = read_usage(body.get("usage"), seconds, price)
    choices = body.get("choices")
    read = [_completion(choice) for choice in choices] if isinstance(choices, list) else []
    completions = tuple(completion for completion in read if completion is not None)
    if not completions:
        raise _no_completion(data, source, usage)
    return Reply(completions, usage, str(body.get("model") or ""))


def split_thinking(text: str) -> tuple[str, str]:
    """Return (thinking, answer) of a text that may begin with a <think> block.

    A block that never ends is all thinking. A block whose opening tag stood in the prompt ends at the only `</think>`.
    """
    start = text.lstrip()
    if start.startswith("<think>"):
        thinking, _, answer = start.removeprefix("<think>").partition("</think>")
        return thinking.strip(), answer.lstrip()
    if text.count("</think>") == 1 and "<think>" not in text:
        thinking, _, answer = text.partition("</think>")
        return thinking.strip(), answer.lstrip()
    return "", text


def _no_completion(data: object, source: str, usage: Usage) -> CallError:
    """Some gateways answer 200 with the error of the server behind them."""
    error = data.get("error") if isinstance(data, dict) else None
    limited = isinstance(error, dict) and str(error.get("code")) == "429"
    shown = repr(error or data)[:300]
    return CallError(
        f"{source} answered with no completion: {shown}; check base_url and the server's log",
        "rate_limited" if limited else "provider",
        retryable=True,
        usage=usage,
    )


def _completion(choice: Any) -> Completion | None:
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict) or choice.get("finish_reason") == "error":
        return None
    thinking, text = _content(message.get("content"))
    shown = message.get("reasoning_content") or message.get("reasoning")
    if isinstance(shown, str) and shown:
        thinking = "\n".join(filter(None, (shown, thinking)))
    if thinking and not text.lstrip().startswith("<think>"):
        inline = ""
    else:
        inline, text = split_thinking(text)
    finish = _FINISH.get(str(choice.get("finish_reason")), "stop")
    if not text and isinstance(message.get("refusal"), str) and message["refusal"]:
        text, finish = message["refusal"], "content_filter"
    reasoning = "\n".join(filter(None, (thinking, inline)))
    calls = _tool_calls(message.get("tool_calls"))
    return Completion(text, finish, reasoning, _logprobs(choice.get("logprobs")), calls)


def _tool_calls(calls: Any) -> tuple[ToolCall, ...]:
    """Read the tool calls of a message; arguments that are no JSON object are kept under the name `unreadable`."""
    read = []
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            arguments = _arguments(function.get("arguments"))
            read.append(ToolCall(name=function["name"], arguments=arguments, id=str(call.get("id") or "")))
    return tuple(read)


def _arguments(given: Any) -> dict[str, Any]:
    try:
        found = json.loads(given) if isinstance(given, str) and given.strip() else given or {}
        ToolCall(name="", arguments=found)  # which refuses NaN and infinity
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"unreadable": str(given)[:1000]}


def _content(content: Any) -> tuple[str, str]:
    """Return (thinking, text) of a message's content: a string, null, or a list of parts."""
    if isinstance(content, str):
        return "", content
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [str(part.get("text") or "") for part in parts if part.get("type") == "text"]
    thoughts = [_content(part.get("thinking"))[1] for part in parts if part.get("type") == "thinking"]
    return "\n".join(thoughts), "".join(texts)


def _logprobs(logprobs: Any) -> tuple[TokenLogprob, ...]:
    tokens = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(tokens, list):
        return ()
    return tuple(_token(token) for token in tokens if isinstance(token, dict))


def _token(token: dict[str, Any]) -> TokenLogprob:
    """Read one token; the token that was taken counts as an alternative even where the server leaves it out."""
    listed = token.get("top_logprobs")
    top: dict[str, float] = {}
    for item in [*(listed if isinstance(listed, list) else ()), token]:
        logprob = item.get("logprob") if isinstance(item, dict) else None
        if isinstance(logprob, int | float) and math.isfinite(logprob) and logprob > FORBIDDEN:
            top.setdefault(plain_token(item.get("token")), float(logprob))
    return TokenLogprob(plain_token(token.get("token")), tuple(top.items()))


def plain_token(token: Any) -> str:
    """Return a token's text; some servers show the marks of the vocabulary for spaces and newlines."""
    return str("" if token is None else token).translate(_RAW)


def read_usage(counts: Any, seconds: float, price: Price | None) -> Usage:
    """Return what one call cost, as the `usage` of its answer counts it; what is no count is 0."""
    counts = counts if isinstance(counts, dict) else {}
    details = counts.get("completion_tokens_details")
    prompt, completion = _count(counts, "prompt_tokens"), _count(counts, "completion_tokens")
    return Usage(
        calls=1,
        prompt_tokens=prompt,
        completion_tokens=completion,
        reasoning_tokens=_count(details, "reasoning_tokens") if isinstance(details, dict) else 0,
        seconds=seconds,
        usd=(prompt * price.prompt + completion * price.completion) / 1e6 if price else None,
    )


def _count(counts: dict[str, Any], name: str) -> int:
    value = counts.get(name)
    return max(0, int(value)) if isinstance(value, int | float) and math.isfinite(value) else 0
