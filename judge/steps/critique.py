"""Critique: ask a critic for its reasons and its numbers, and read what it says.

A reply that was cut off is asked for once more with a larger budget; one that cannot be read is shown to the critic
once more. What still cannot be read becomes a judgment without a number, with the reply kept.
"""

import asyncio
import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from judge import replies
from judge.errors import ModelError, ParseError
from judge.models.base import Completion, Model, Request
from judge.recipe import Critic
from judge.text import Prompt, fence, images
from judge.types import Criterion, Evidence, Failure, FailureKind, Judgment, Rubric, Sample, Score, digest

LARGER = 4
"""A reply that was cut off gets this many times its budget."""


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
class Showing:
    """What one request shows: some responses in some order."""

    shown: tuple[int, ...]
    round: int = 0
    """How often this was shown before: further rounds draw fresh samples."""


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
    showings = [Showing(shown, round) for shown in _orders(sorted(responses), panel.critic)]
    asked = [_judge(sample, showing, rubric, evidence, panel, seed) for showing in showings]
    groups = [await asked[0]] if len(asked) == 1 else await asyncio.gather(*asked)
    return tuple(itertools.chain.from_iterable(groups))


def foresee(sample: Sample, rubric: Rubric | None, panel: Panel) -> tuple[int, int, int]:
    """Return (calls, prompt tokens, most completion tokens) of one round, tokens estimated as characters / 4."""
    showings = _orders(range(len(sample.responses)), panel.critic)
    characters = sum(
        len(str(message["content"]))
        for shown in showings
        for message in _request(sample, Showing(shown), rubric, (), panel, 0).messages
    )
    return len(showings), characters // 4, len(showings) * panel.critic.samples * panel.critic.max_tokens


def _orders(responses: Sequence[int], critic: Critic) -> list[tuple[int, ...]]:
    if critic.shape == "pointwise":
        return [(index,) for index in responses]
    pairs: list[tuple[int, ...]] = list(itertools.combinations(responses, 2))
    return pairs + [pair[::-1] for pair in pairs] if critic.orders == "both" else pairs


async def _judge(
    sample: Sample, showing: Showing, rubric: Rubric | None, evidence: Sequence[Evidence], panel: Panel, seed: int
) -> list[Judgment]:
    """Ask for k samples of one showing and read them, each with one more try."""
    request = _request(sample, showing, rubric, evidence, panel, seed)
    try:
        reply = await panel.model.complete(request)
    except ModelError as error:
        if error.kind == "auth":  # every row would fail alike, so the caller must know now
            raise
        lost = _judgment(Completion(""), request, showing, panel, 0).model_copy(update={"failure": _failure(error)})
        return [lost.model_copy(update={"sample": number}) for number in range(request.n)]
    first, *others = [
        _read(_judgment(completion, request, showing, panel, number), completion, sample, rubric, panel)
        for number, completion in enumerate(reply.completions)
    ]
    billed = [first.model_copy(update={"usage": reply.usage}), *others]
    return [
        judgment if judgment.failure is None else await _once_more(judgment, request, sample, showing, rubric, panel)
        for judgment in billed
    ]


async def _once_more(
    judgment: Judgment, request: Request, sample: Sample, showing: Showing, rubric: Rubric | None, panel: Panel
) -> Judgment:
    """Ask again for one sample that could not be read; keep the first failure when that fails too."""
    assert judgment.failure is not None
    request = replace(request, n=1, labels=request.labels | {"sample": judgment.sample, "again": True})
    if judgment.failure.kind == "truncated":
        request = replace(request, max_tokens=panel.critic.max_tokens * LARGER)
    elif judgment.failure.kind == "unparseable":
        shown_again = {"reply": judgment.reply[-4_000:], "problem": judgment.failure.message}
        request = replace(request, messages=request.messages + panel.again.messages(shown_again))
    else:
        return judgment
    try:
        reply = await panel.model.complete(request)
    except ModelError:
        return judgment
    completion = reply.completions[0]
    second = _read(_judgment(completion, request, showing, panel, judgment.sample), completion, sample, rubric, panel)
    # under the first request's hash, so that a replay of the record meets the reply that counted
    return second.model_copy(update={"usage": judgment.usage + reply.usage, "request": judgment.request})


def _request(
    sample: Sample, showing: Showing, rubric: Rubric | None, evidence: Sequence[Evidence], panel: Panel, seed: int
) -> Request:
    critic, criteria = panel.critic, rubric.criteria if rubric else ()
    values = {
        "criteria": criteria,
        "question": fence("request", sample.question),
        "profile": fence("user", sample.profile) if sample.profile else "",
        "reference": "\n\n".join(fence("reference", reference) for reference in sample.references),
        "responses": [fence("response", sample.responses[index].text) for index in showing.shown],
        "evidence": _findings(evidence, showing.shown),
    }
    return Request(
        messages=panel.prompt.messages(values, images(sample)),
        n=critic.samples,
        temperature=critic.temperature,
        max_tokens=critic.max_tokens,
        seed=int(digest(f"{seed} {sample.hash} {showing}"), 16) % 2**31,
        schema=replies.schema(critic.grammar, **_shape(criteria, critic)),
        labels={"sample_id": sample.id, "shown": list(showing.shown), "round": showing.round},
    )


def _findings(evidence: Sequence[Evidence], shown: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"letter": "AB"[shown.index(item.response)] if len(shown) > 1 else "", **item.model_dump()}
        for item in evidence
        if item.response in shown and item.stance != "error"
    ]


def _shape(criteria: Sequence[Criterion], critic: Critic) -> dict[str, Any]:
    if critic.shape == "pairwise":
        return {"ids": (), "scale": None, "comparison": True}
    ids = tuple(criterion.id for criterion in criteria) if len(criteria) > 1 else ("score",)
    same = all(criterion.scale == criteria[0].scale for criterion in criteria)
    return {"ids": ids, "scale": criteria[0].scale if same else None, "comparison": False}


def _judgment(completion: Completion, request: Request, showing: Showing, panel: Panel, number: int) -> Judgment:
    return Judgment(
        critic=panel.prompt.name,
        model=panel.model.name,
        shown=showing.shown,
        sample=number,
        reply=completion.text,
        reasoning=completion.reasoning,
        request=request.hash,
        seed=request.seed,
    )


def _read(judgment: Judgment, completion: Completion, sample: Sample, rubric: Rubric | None, panel: Panel) -> Judgment:
    """Fill in critique and scores from the reply, or the failure that says why there are none."""
    if completion.finish == "length":
        message = f"the reply was cut off after {panel.critic.max_tokens} tokens; raise critic.max_tokens"
        return judgment.model_copy(update={"failure": Failure(kind="truncated", message=message)})
    if completion.finish == "content_filter":
        failure = Failure(kind="refused", message="the endpoint's content filter withheld the reply")
        return judgment.model_copy(update={"failure": failure})
    quoted = [sample.responses[index].text for index in judgment.shown]
    criteria = rubric.criteria if rubric else ()
    try:
        shape = _shape(criteria, panel.critic)
        found = replies.read(
            panel.critic.grammar, completion.text, ids=shape["ids"], scale=shape["scale"], quoted=quoted
        )
        scores = _scores(found, judgment.shown, criteria, panel)
    except ParseError as error:
        failure = Failure(kind="unparseable", message=str(error), retryable=True)
        return judgment.model_copy(update={"failure": failure})
    return judgment.model_copy(update={"critique": found.critique, "scores": scores, "asks": found.asks})


def _scores(
    found: replies.Reading, shown: tuple[int, ...], criteria: Sequence[Criterion], panel: Panel
) -> tuple[Score, ...]:
    if panel.critic.shape == "pairwise":
        if found.asks and found.preference is None:
            return ()
        if found.preference is None:
            raise ParseError("the reply compares nothing")
        first, second = shown
        values = ((first, found.preference), (second, 1 - found.preference))
        return tuple(Score(response=r, criterion=panel.preference, raw=v, value=v) for r, v in values)
    if found.asks and not found.scores:  # it wants to see a check first
        return ()
    if not found.scores:
        raise ParseError("the reply compares where a score is due")
    by_id = found.scores if len(criteria) > 1 else {criteria[0].id: next(iter(found.scores.values()))}
    for item in criteria:
        if by_id[item.id] not in item.scale:
            raise ParseError(f"{by_id[item.id]:g} for {item.id!r} is not from {item.scale.lo:g} to {item.scale.hi:g}")
    return tuple(
        Score(response=shown[0], criterion=item.id, raw=by_id[item.id], value=item.scale.normalise(by_id[item.id]))
        for item in criteria
    )


def _failure(error: ModelError) -> Failure:
    kind: FailureKind = error.kind  # type: ignore[assignment]
    return Failure(kind=kind, message=str(error), retryable=error.retryable)
