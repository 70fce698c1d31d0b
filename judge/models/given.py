"""The log-probability of a text that is given, not generated: how likely a model finds it after what comes before.

vLLM gives it for the tokens of the whole prompt (`prompt_logprobs`), the last message left open at its end
(`continue_final_message`). Which of them are the given text is found from the end: their texts must spell it. A second
request that counts the tokens before it would cost more and be wrong without a word where a chat template opens the
last message in another way than it opens a reply, as those of thinking models do; here a mismatch is an error.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

from judge.models.base import CallError, Completion, Reply, Request, TokenLogprob
from judge.models.spec import Price
from judge.models.wire import FORBIDDEN, plain_token, read_usage
from judge.types import NOTHING, Usage

_FIELDS = re.compile("prompt.?logprobs|add_generation_prompt|return_token_ids", re.I)
_FIELD = re.compile("continue_final_message", re.I)
_UNKNOWN = re.compile("unknown|unrecogni|unexpected|unsupported|not supported|not permitted|extra (field|input)", re.I)
"""With `_FIELD`, which transformers also names when a template has changed the given text."""
_BROKEN = "\ufffd"
"""What a token is shown as that holds only some of a character's bytes."""

_Token = tuple[str, float | None]
"""Text and log-probability."""


def given_text(request: Request) -> str:
    """Return the text whose log-probability is asked for: the content of the last message.

    Raises:
        CallError: there is no such text, or several samples are asked for.
    """
    text = request.messages[-1].get("content") if request.messages else None
    if not isinstance(text, str) or not text.strip() or request.n != 1:
        raise CallError("score_given needs a last message with a text, and n=1; correct the request", "bad_request")
    return text


def log_probability(completion: Completion) -> float:
    """Return log P(text) of a given text, the sum over its tokens, in nats; divide by their number for a mean.

    Raises:
        ValueError: the completion has a token without a log-probability, or no token at all.
    """
    known = [token.logprob for token in completion.logprobs if token.logprob is not None]
    if not known or len(known) < len(completion.logprobs):
        raise ValueError("the completion has no log-probabilities; ask with score_given=True")
    return math.fsum(known)


def cannot(source: str, usage: Usage = NOTHING) -> CallError:
    """Return the failure of an endpoint that gives no probabilities of given text."""
    return CallError(
        f"{source} gives no log-probabilities of given text; serve the model with vLLM, or read label probabilities",
        "bad_request",
        usage=usage,
    )


def refuses(error: CallError) -> bool:
    """Whether an endpoint's refusal means that it never says how probable a given text is."""
    unknown = _FIELDS.search(error.answer) or (_FIELD.search(error.answer) and _UNKNOWN.search(error.answer))
    return error.status in (400, 422) and bool(unknown)


def read_given(data: object, given: str, source: str, *, seconds: float = 0.0, price: Price | None = None) -> Reply:
    """Return the given text with the log-probability of each of its tokens; no completion where there are none.

    White space is not compared: templates trim the text, and some servers drop the space before a token.

    Args:
        data: the decoded JSON body of the answer.
        given: the text.
        source: who answered, for error messages.
        seconds: wall seconds of the call.
        price: US dollars for a million tokens; without it the cost in money is unknown.

    Raises:
        CallError: the tokens do not spell the text, or one of them has no finite log-probability.
    """
    body = data if isinstance(data, dict) else {}
    usage = read_usage(body.get("usage"), seconds, price)
    listed = body.get("prompt_logprobs")
    if not isinstance(listed, list):
        return Reply((), usage)
    ids = body.get("prompt_token_ids")
    known = ids if isinstance(ids, list) and len(ids) == len(listed) else [None] * len(listed)
    tokens = [_token(entry, number) for entry, number in zip(listed, known, strict=True)]
    start = _start(tokens, given)
    if start is None:
        message = f"the prompt that {source} scored does not end in the given text; its chat template has changed it"
        raise CallError(f"{message}, so send one that it leaves as it is", usage=usage)
    chosen = [TokenLogprob(text, ((text, logprob),)) for text, logprob in tokens[start:] if logprob is not None]
    if len(chosen) < len(tokens) - start:
        message = f"{source} gives a token of the given text no finite log-probability; change the text"
        raise CallError(message, usage=usage)
    return Reply((Completion(given, logprobs=tuple(chosen)),), usage, str(body.get("model") or ""))


def _token(entry: Any, number: Any) -> _Token:
    """Read one position of the prompt. Beside the prompt's own token stands the likeliest one, where it is another."""
    found = {key: value for key, value in entry.items() if isinstance(value, dict)} if isinstance(entry, dict) else {}
    own = found.get(str(number)) or max(found.values(), key=_rank, default=None)
    if own is None:
        return "", None
    text, logprob = plain_token(own.get("decoded_token")), own.get("logprob")
    if not isinstance(logprob, int | float) or not math.isfinite(logprob) or logprob <= FORBIDDEN:
        return text, None
    return text, min(0.0, float(logprob))


def _rank(item: dict[str, Any]) -> float:
    rank = item.get("rank")
    return rank if isinstance(rank, int | float) else 0.0


def _start(tokens: Sequence[_Token], given: str) -> int | None:
    """Return the first of the last tokens that together spell the given text.

    Where a token holds only some bytes of a character, several counts of characters are possible: all are followed.
    """
    wanted = _letters(given)
    left = {len(wanted)}
    """How much of the text the tokens before may still have to spell."""
    place = len(tokens)
    while place and 0 not in left:
        place -= 1
        left = _before(left, wanted, _letters(tokens[place][0]))
        if not left:
            return None
    while place and 0 in left and not tokens[place - 1][0].strip(_BROKEN) and tokens[place - 1][1] is not None:
        place -= 1  # the first bytes of the first character
    return place if 0 in left else None


def _before(left: set[int], wanted: str, said: str) -> set[int]:
    """Return how much may be left before a token that says `said`."""
    if _BROKEN not in said:
        return {rest - len(said) for rest in left if wanted.endswith(said, 0, rest)}
    pattern = re.compile(re.sub(f"{_BROKEN}+", r"[^\\x00-\\x7f]*", re.escape(said)))
    return {
        begin
        for rest in left
        for begin in range(max(0, rest - len(said)), rest + 1)
        if pattern.fullmatch(wanted, begin, rest)
    }


def _letters(text: str) -> str:
    return "".join(text.split())
