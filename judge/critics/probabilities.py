"""Read a verdict from the probabilities of labels: Yes and No, A and B, or the numbers of a scale.

After ZYN (label probability of yes), CLoud (arXiv 2408.11791; the expected score here stands in for its trained head),
GRAM and RLBFF. Where an endpoint gives no probabilities, labels are sampled and their shares are read instead.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from judge.critics.question import TOP, Question, judged, seed_of, values
from judge.critics.reading import cut_short, preferred, read_text
from judge.errors import ModelError, ParseError
from judge.models.base import Completion, Reply, Request, failure_of, spent_on
from judge.models.labels import expected, read_labels, rounded
from judge.types import NOTHING, Asked, Failure, Judgment, Score, Usage

_LEAD = " \t\r\n\"'`*_(["
"""What may stand before a label that was sampled."""
_NOTHING_SAID = Completion("")


@dataclass(frozen=True, slots=True)
class _Heard:
    """What an answer comes to. What does not count is kept too, so that a replay comes to the same."""

    said: Completion = _NOTHING_SAID
    masses: dict[str, float] = field(default_factory=dict)
    """Each label's probability, or its share of the samples."""
    scores: tuple[Score, ...] = ()
    failure: Failure | None = None
    usage: Usage = NOTHING
    further: tuple[Asked, ...] = ()
    """The call for samples, where it failed."""


async def labelled(question: Question, request: Request) -> list[Judgment]:
    """Return the one judgment that the labels of a first turn bring.

    Raises:
        ModelError: the call failed.
    """
    heard = await _read(question, request, labels_of(question, question.critic.labels))
    return [
        judged(
            question, request, 0, scores=heard.scores, failure=heard.failure, reply=heard.said.text,
            reasoning=heard.said.reasoning, detail={"labels": heard.masses}, asked=heard.further, usage=heard.usage,
        )
    ]  # fmt: skip


async def in_the_second_turn(question: Question, first: Request, judgment: Judgment) -> Judgment:
    """Return the judgment with the verdict that the critic gives after its own critique, or why it gives none.

    Raises:
        ModelError: the key is missing or refused.
    """
    turn = question.critic.then
    assert turn is not None
    prompt = question.member.prompts[turn.prompt]
    wanted = prompt.messages(values(question) | {"critique": judgment.critique})
    messages = (*first.messages, {"role": "assistant", "content": judgment.reply}, *wanted)
    request = Request(
        messages=messages,
        temperature=0.0 if turn.read == "labels" else question.critic.temperature,
        max_tokens=turn.max_tokens,
        seed=seed_of(question, messages),
        top_logprobs=TOP if turn.read == "labels" else None,
        labels=first.labels | {"sample": judgment.sample, "turn": 2},
    )
    try:
        heard = await (
            _read(question, request, labels_of(question, turn.labels))
            if turn.read == "labels"
            else _as_text(question, request)
        )
    except ModelError as error:
        if error.kind == "auth":
            raise
        heard = _Heard(failure=failure_of(error), usage=spent_on(error))
    record = Asked(
        prompt=turn.prompt, request=request.hash, reply=heard.said.text, reasoning=heard.said.reasoning,
        labels=heard.masses, failure=None if heard.further else heard.failure,
    )  # fmt: skip
    asked = (*judgment.asked, record, *heard.further)
    changes = {"scores": heard.scores, "failure": heard.failure, "asked": asked}
    return judgment.model_copy(update=changes | {"usage": judgment.usage + heard.usage})


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


async def _read(question: Question, request: Request, labels: Mapping[str, float]) -> _Heard:
    """Ask for labels, and for samples of them where the endpoint gives no probabilities.

    Raises:
        ModelError: the first call failed, or the key is refused.
    """
    reply = await question.member.model.complete(request)
    said, usage = reply.completions[0], reply.usage
    if not said.logprobs:
        return await _sampled(question, request, labels, reply)
    read = read_labels(said, labels)
    masses, held = (read.masses, read.spent) if read else (dict.fromkeys(labels, 0.0), 0.0)
    if read is None or held < question.critic.least_mass:
        message = f"the labels {', '.join(labels)} hold {held:.2g} of the probability; it said {said.text[:40]!r}"
        return _Heard(said, masses, failure=Failure(kind="unparseable", message=message), usage=usage)
    return _Heard(said, masses, _scores(question, labels, masses), usage=usage)


async def _sampled(question: Question, request: Request, labels: Mapping[str, float], first: Reply) -> _Heard:
    """Read each label's share of several samples, after a first reply without probabilities.

    Raises:
        ModelError: the key is refused.
    """
    said, usage = first.completions[0], first.usage
    if not question.critic.fallback:
        message = "the endpoint gives no log-probabilities; set critic.fallback to sample the labels instead"
        return _Heard(said, failure=Failure(kind="bad_request", message=message), usage=usage)
    more = replace(
        request, n=question.critic.fallback, temperature=max(1.0, request.temperature or 0.0), top_logprobs=None,
        labels=request.labels | {"shares": True},
    )  # fmt: skip
    try:
        drawn = await question.member.model.complete(more)
    except ModelError as error:
        if error.kind == "auth":
            raise
        failure = failure_of(error)
        record = Asked(prompt=question.critic.prompt, request=more.hash, failure=failure)
        return _Heard(said, failure=failure, usage=usage + spent_on(error), further=(record,))
    said, shares, usage = drawn.completions[0], _shares(drawn.completions, labels), usage + drawn.usage
    if any(shares.values()):
        return _Heard(said, shares, _scores(question, labels, shares), usage=usage)
    message = f"none of {len(drawn.completions)} samples says one of {', '.join(labels)}; the first says"
    failure = Failure(kind="unparseable", message=f"{message} {said.text[:40]!r}")
    return _Heard(said, shares, failure=failure, usage=usage)


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


async def _as_text(question: Question, request: Request) -> _Heard:
    """Ask for a verdict in words.

    Raises:
        ModelError: the call failed.
    """
    turn = question.critic.then
    assert turn is not None
    reply = await question.member.model.complete(request)
    said = reply.completions[0]
    if failure := cut_short(said, request, "critic.then.max_tokens"):
        return _Heard(said, failure=failure, usage=reply.usage)
    try:
        scores = read_text(question, said.text, turn.grammar, reasons=False)["scores"]
        return _Heard(said, scores=scores, usage=reply.usage)
    except ParseError as error:
        failure = Failure(kind="unparseable", message=str(error))
        return _Heard(said, failure=failure, usage=reply.usage)
