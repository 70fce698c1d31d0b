"""Critique: ask a critic for its reasons and its numbers, and read what it says.

A reply that was cut off is asked for once more with a larger budget; one that cannot be read is shown to the critic
once more. What still cannot be read becomes a judgment without a number, with the reply kept.
"""

import asyncio
import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from judge import replies
from judge.agent import AGENT
from judge.errors import ModelError, ParseError
from judge.models.base import Completion, Model, Request, spent_on
from judge.recipe import Critic
from judge.replies.copied import Copied
from judge.text import Prompt, fence, images
from judge.types import Criterion, Evidence, Failure, FailureKind, Judgment, Rubric, Sample, Score, digest

_CITED = re.compile(r"\[E\d{1,4}(?:, {0,2}E\d{1,4}){0,16}\]")
"""How a critique cites evidence: [E1], or [E1, E3]."""
_ID = re.compile(r"E\d{1,4}")
LARGER = 4
"""A reply that was cut off gets this many times its budget."""
_LAST_CHARS = 4_000
"""So much of an unreadable reply, from its end, is shown to the critic again."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A critic, ready to be asked."""

    critic: Critic
    prompt: Prompt
    again: Prompt
    """How to ask once more for a reply that can be read."""
    model: Model
    preference: str
    """The criterion that a comparison is counted under."""


@dataclass(frozen=True, slots=True)
class _Question:
    """What one request is about."""

    sample: Sample
    shown: tuple[int, ...]
    """The responses that are shown, in this order."""
    criteria: tuple[Criterion, ...]
    evidence: Sequence[Evidence]
    panel: Panel
    seed: int = 0
    round: int = 0
    """How often it was asked before: further rounds draw fresh samples."""


async def critique(
    sample: Sample,
    responses: Collection[int],
    rubric: Rubric | None,
    evidence: Sequence[Evidence],
    panel: Panel,
    *,
    seed: int,
    round: int = 0,
) -> tuple[Judgment, ...]:
    """Return the critic's judgments on the responses: k per response, or k per pair and order.

    Raises:
        ModelError: the key is missing or refused; any other failed call becomes a judgment without a number.
    """
    criteria = rubric.criteria if rubric else ()
    orders = _orders(sorted(responses), panel.critic)
    asked = [_ask(_Question(sample, shown, criteria, evidence, panel, seed, round)) for shown in orders]
    groups = [await asked[0]] if len(asked) == 1 else await asyncio.gather(*asked)
    return tuple(itertools.chain.from_iterable(groups))


def foresee(sample: Sample, rubric: Rubric | None, panel: Panel) -> tuple[int, int, int]:
    """Return (calls, prompt tokens, most completion tokens) of one round, tokens estimated as characters / 4."""
    criteria = rubric.criteria if rubric else ()
    orders = _orders(range(len(sample.responses)), panel.critic)
    requests = [_request(_Question(sample, shown, criteria, (), panel)) for shown in orders]
    characters = sum(len(str(message["content"])) for request in requests for message in request.messages)
    return len(requests), characters // 4, len(requests) * panel.critic.samples * panel.critic.max_tokens


def _orders(responses: Sequence[int], critic: Critic) -> list[tuple[int, ...]]:
    if critic.shape == "pointwise":
        return [(index,) for index in responses]
    pairs: list[tuple[int, ...]] = list(itertools.combinations(responses, 2))
    return pairs + [pair[::-1] for pair in pairs] if critic.orders == "both" else pairs


async def _ask(question: _Question) -> list[Judgment]:
    """Ask for k samples and read them, each with one more try."""
    request = _request(question)
    try:
        reply = await question.panel.model.complete(request)
    except ModelError as error:
        if error.kind == "auth":  # every row would fail alike, so the caller must know now
            raise
        lost = [_judgment(question, request, number, failure=_failure(error)) for number in range(request.n)]
        return [lost[0].model_copy(update={"usage": spent_on(error)}), *lost[1:]]
    read = [_read(question, request, number, completion) for number, completion in enumerate(reply.completions)]
    missing = Failure(kind="provider", message=f"the endpoint gave {len(read)} of {request.n} samples", retryable=True)
    read += [_judgment(question, request, number, failure=missing) for number in range(len(read), request.n)]
    read[0] = read[0].model_copy(update={"usage": reply.usage})
    if not any(judgment.failure for judgment in read):
        return read
    return list(await asyncio.gather(*(_once_more(question, request, judgment) for judgment in read)))


async def _once_more(question: _Question, request: Request, judgment: Judgment) -> Judgment:
    """Ask again for one sample that was cut off or could not be read; keep the first failure when the call fails."""
    failure, number = judgment.failure, judgment.sample
    request = replace(request, n=1, labels=request.labels | {"sample": number, "again": True})
    if failure and failure.kind == "truncated":
        request = replace(request, max_tokens=question.panel.critic.max_tokens * LARGER)
    elif failure and failure.kind == "unparseable":
        shown = {"reply": judgment.reply[-_LAST_CHARS:], "problem": failure.message}
        request = replace(request, messages=request.messages + question.panel.again.messages(shown))
    else:
        return judgment
    try:
        reply = await question.panel.model.complete(request)
    except ModelError as error:
        return judgment.model_copy(update={"usage": judgment.usage + spent_on(error)})
    second = _read(question, request, number, reply.completions[0])
    # under the first request's hash, so that a replay of the record meets the reply that counted
    return second.model_copy(update={"usage": judgment.usage + reply.usage, "request": judgment.request})


def _request(question: _Question) -> Request:
    sample, shown, critic = question.sample, question.shown, question.panel.critic
    values = {
        "criteria": question.criteria,
        "question": fence("request", sample.question),
        "profile": fence("user", sample.profile) if sample.profile else "",
        "reference": "\n\n".join(fence("reference", reference) for reference in sample.references),
        "responses": [fence("response", sample.responses[index].text) for index in shown],
        "evidence": _findings(question.evidence, shown),
    }
    messages = question.panel.prompt.messages(values, images(sample))
    said = "\n".join(str(message["content"]) for message in messages)
    return Request(
        messages=messages,
        n=critic.samples,
        temperature=critic.temperature,
        max_tokens=critic.max_tokens,
        seed=int(digest(f"{question.seed} {question.round} {said}"), 16) % 2**31,  # whatever else is in the batch
        schema=replies.schema(critic.grammar, **_shape(question), comparison=critic.shape == "pairwise"),
        labels={"sample_id": sample.id, "shown": list(shown), "round": question.round},
    )


def _findings(evidence: Sequence[Evidence], shown: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"letter": "AB"[shown.index(item.response)] if len(shown) > 1 else "", **item.model_dump()}
        for item in evidence
        if item.response in shown and item.stance != "error" and item.tool != AGENT
    ]


def _citations(question: _Question, critique: str) -> dict[str, tuple[str, ...]]:
    """Return the evidence that a critique cites, and what of that it was not shown. Quoted marks are not its own."""
    copied = Copied(critique, [question.sample.responses[index].text for index in question.shown])
    marks = [match for match in _CITED.finditer(critique) if not copied.covers(*match.span())]
    names = dict.fromkeys(name for match in marks for name in _ID.findall(match[0]))
    there = {finding["id"] for finding in _findings(question.evidence, question.shown)}
    return {
        "cites": tuple(name for name in names if name in there),
        "unfounded": tuple(name for name in names if name not in there),
    }


def _shape(question: _Question) -> dict[str, Any]:
    """What the reply must score: ids, and the scale where all criteria share one."""
    criteria = question.criteria
    if question.panel.critic.shape == "pairwise":
        return {"ids": (), "scale": None}
    shared = all(criterion.scale == criteria[0].scale for criterion in criteria)
    ids = tuple(criterion.id for criterion in criteria) if len(criteria) > 1 else ("score",)
    return {"ids": ids, "scale": criteria[0].scale if shared else None}


def _judgment(question: _Question, request: Request, number: int, **found: Any) -> Judgment:
    return Judgment(
        critic=question.panel.prompt.name,
        model=question.panel.model.name,
        shown=question.shown,
        sample=number,
        request=request.hash,
        seed=request.seed,
        **found,
    )


def _read(question: _Question, request: Request, number: int, completion: Completion) -> Judgment:
    """Return what a completion says: critique and scores, or the failure that says why there are none."""
    said = {"reply": completion.text, "reasoning": completion.reasoning}
    if completion.finish == "length":
        message = f"the reply was cut off after {request.max_tokens} tokens; raise critic.max_tokens"
        return _judgment(question, request, number, failure=Failure(kind="truncated", message=message), **said)
    if completion.finish == "content_filter":
        failure = Failure(kind="refused", message="the endpoint's content filter withheld the reply")
        return _judgment(question, request, number, failure=failure, **said)
    quoted = [question.sample.responses[index].text for index in question.shown]
    try:
        found = replies.read(question.panel.critic.grammar, completion.text, **_shape(question), quoted=quoted)
        scores = _scores(question, found)
    except ParseError as error:
        failure = Failure(kind="unparseable", message=str(error))
        return _judgment(question, request, number, failure=failure, **said)
    cited = _citations(question, found.critique)
    return _judgment(
        question, request, number, critique=found.critique, scores=scores, asks=found.asks, **cited, **said
    )


def _scores(question: _Question, found: replies.Reading) -> tuple[Score, ...]:
    if found.asks and not found.scores and found.preference is None:  # it wants to see a check first
        return ()
    if question.panel.critic.shape == "pairwise":
        if found.preference is None:
            raise ParseError("the reply compares nothing")
        values = zip(question.shown, (found.preference, 1 - found.preference), strict=True)
        return tuple(Score(response=r, criterion=question.panel.preference, raw=v, value=v) for r, v in values)
    if not found.scores:
        raise ParseError("the reply compares where a score is due")
    only = next(iter(found.scores.values()))
    raw = {item.id: found.scores[item.id] if len(question.criteria) > 1 else only for item in question.criteria}
    for item in question.criteria:
        if raw[item.id] not in item.scale:
            raise ParseError(f"{raw[item.id]:g} for {item.id!r} is not from {item.scale.lo:g} to {item.scale.hi:g}")
    return tuple(
        Score(response=question.shown[0], criterion=item.id, raw=raw[item.id], value=item.scale.normalise(raw[item.id]))
        for item in question.criteria
    )


def _failure(error: ModelError) -> Failure:
    kind: FailureKind = error.kind  # type: ignore[assignment]
    return Failure(kind=kind, message=str(error), retryable=error.retryable)
