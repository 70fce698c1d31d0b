"""Read a verdict from the probabilities of labels: Yes and No, A and B, or the numbers of a scale.

After ZYN (label probability of yes), CLoud (arXiv 2408.11791; the expected score here stands in for its trained head),
GRAM and RLBFF. Where an endpoint gives no probabilities, labels are sampled and their shares are read instead.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from judge.critics.question import TOP, Question, judged, seed_of, values
from judge.critics.reading import cut_short, failed, preferred, read_text
from judge.errors import ModelError, ParseError
from judge.models.base import Completion, Request, spent_on
from judge.models.labels import expected, read_labels, rounded
from judge.types import Asked, Failure, Judgment, Score, Usage

_LEAD = " \t\r\n\"'`*_(["
"""What may stand before a label that was sampled."""


async def labelled(question: Question, request: Request) -> list[Judgment]:
    """Return the one judgment that the labels of a first turn bring.

    Raises:
        ModelError: the call failed.
    """
    labels = labels_of(question, question.critic.labels)
    said, found, failure, usage = await _read(question, request, labels)
    common = {"reply": said.text, "reasoning": said.reasoning, "usage": usage, "detail": {"labels": found}}
    if failure:
        return [judged(question, request, 0, failure=failure, **common)]
    return [judged(question, request, 0, scores=_scores(question, labels, found), **common)]


async def in_the_second_turn(question: Question, first: Request, judgment: Judgment) -> Judgment:
    """Return the judgment with the verdict that the critic gives after its own critique.

    Raises:
        ModelError: the call failed.
    """
    turn = question.critic.then
    assert turn is not None
    prompt = question.member.prompts[turn.prompt]
    asked = prompt.messages(values(question) | {"critique": judgment.critique})
    messages = (*first.messages, {"role": "assistant", "content": judgment.reply}, *asked)
    request = Request(
        messages=messages,
        temperature=0.0 if turn.read == "labels" else question.critic.temperature,
        max_tokens=turn.max_tokens,
        seed=seed_of(question, messages),
        top_logprobs=TOP if turn.read == "labels" else None,
        labels=first.labels | {"sample": judgment.sample, "turn": 2},
    )
    if turn.read == "labels":
        labels = labels_of(question, turn.labels)
        said, found, failure, usage = await _read(question, request, labels)
        changes: dict[str, Any] = {"failure": failure} if failure else {"scores": _scores(question, labels, found)}
    else:
        reply = await question.member.model.complete(request)
        said, found, usage = reply.completions[0], {}, reply.usage
        changes = _as_text(question, request, said)
    record = Asked(prompt=turn.prompt, request=request.hash, reply=said.text, reasoning=said.reasoning, labels=found)
    return judgment.model_copy(update=changes | {"asked": (*judgment.asked, record), "usage": judgment.usage + usage})


def labels_of(question: Question, given: Mapping[str, float]) -> dict[str, float]:
    """Return the labels, each with its share of the scale in [0, 1]; for a pair, that the first shown is better.

    Those that were given, else A and B for a pair, else the whole numbers of the scale.
    """
    if given:
        return dict(given)
    if question.critic.shape == "pairwise":
        return dict(zip(question.names, (1.0, 0.0), strict=True))
    scale = next(iter(question.scales.values()))
    return {f"{number}": scale.normalise(number) for number in range(round(scale.lo), round(scale.hi) + 1)}


async def _read(
    question: Question, request: Request, labels: Mapping[str, float]
) -> tuple[Completion, dict[str, float], Failure | None, Usage]:
    """Ask for labels; return what was said, the probability mass of each label, why they do not count, and the cost.

    What does not count is kept too, so that a replay comes to the same.
    """
    model = question.member.model
    reply = await model.complete(request)
    said, usage = reply.completions[0], reply.usage
    if said.logprobs:
        read = read_labels(said, labels)
        masses, held = (read.masses, read.spent) if read else (dict.fromkeys(labels, 0.0), 0.0)
        if read is None or held < question.critic.least_mass:
            message = f"the labels {', '.join(labels)} hold {held:.2g} of the probability; it said {said.text[:40]!r}"
            return said, masses, Failure(kind="unparseable", message=message), usage
        return said, masses, None, usage
    if not question.critic.fallback:
        message = "the endpoint gives no log-probabilities; set critic.fallback to sample the labels instead"
        return said, {}, Failure(kind="bad_request", message=message), usage
    more = replace(
        request, n=question.critic.fallback, temperature=max(1.0, request.temperature or 0.0), top_logprobs=None,
        labels=request.labels | {"shares": True},
    )  # fmt: skip
    try:
        drawn = await model.complete(more)
    except ModelError as error:
        if error.kind == "auth":
            raise
        return said, {}, failed(error), usage + spent_on(error)  # what the first call cost stays on the bill
    said, shares = drawn.completions[0], _shares(drawn.completions, labels)
    if any(shares.values()):
        return said, shares, None, usage + drawn.usage
    message = f"none of {len(drawn.completions)} samples says one of {', '.join(labels)}; the first says"
    failure = Failure(kind="unparseable", message=f"{message} {said.text[:40]!r}")
    return said, shares, failure, usage + drawn.usage


def _shares(completions: Sequence[Completion], labels: Mapping[str, float]) -> dict[str, float]:
    """Return each label's share of the samples that say one; 0 for all where none does."""
    counts = Counter(label for said in completions if (label := spoken(said.text, labels)) is not None)
    total = counts.total() or 1
    return {label: rounded(counts[label] / total) for label in labels}


def spoken(text: str, labels: Mapping[str, float]) -> str | None:
    """Return the label that a text begins with, as a whole word or number; None when it begins with none."""
    said = text.lstrip(_LEAD).casefold()
    for label in sorted(labels, key=len, reverse=True):
        rest = said.removeprefix(label.casefold())
        if rest != said and not rest[:1].isalnum() and not (rest[:1] == "." and rest[1:2].isdigit()):
            return label
    return None


def _scores(question: Question, labels: Mapping[str, float], found: Mapping[str, float]) -> tuple[Score, ...]:
    whole = math.fsum(found.values())
    share = min(1.0, max(0.0, expected(labels, {label: mass / whole for label, mass in found.items()})))
    if question.critic.shape == "pairwise":
        return preferred(question, share)
    return tuple(
        Score(response=question.shown[0], criterion=name, raw=scale.lo + share * (scale.hi - scale.lo), value=share)
        for name, scale in question.scales.items()
    )


def _as_text(question: Question, request: Request, said: Completion) -> dict[str, Any]:
    turn = question.critic.then
    assert turn is not None
    if failure := cut_short(said, request, "critic.then.max_tokens"):
        return {"failure": failure}
    try:
        return {"scores": read_text(question, said.text, turn.grammar, reasons=False)["scores"]}
    except ParseError as error:
        return {"failure": Failure(kind="unparseable", message=str(error))}
