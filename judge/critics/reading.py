"""Read a reply as text: the critique and the scores that follow from it, or why there are none."""

from typing import Any

from judge import replies
from judge.critics.passages import read_spans
from judge.critics.progress import read_steps
from judge.critics.question import CITED, ID, OVERALL, PREFERENCE, Question, findings, judged
from judge.errors import ParseError
from judge.models.base import Completion, Request
from judge.reducers import sigmoid
from judge.replies.copied import Copied
from judge.types import Failure, Judgment, Scale, Score

GRADED = "graded"
"""The grammar of verdicts such as -3 to 3, which compare two responses by a number."""


def read_reply(question: Question, request: Request, number: int, completion: Completion) -> Judgment:
    """Return what a completion says: critique and scores, or the failure that says why there are none."""
    said = {"reply": completion.text, "reasoning": completion.reasoning}
    failure = cut_short(completion, request)
    if failure is None and question.critic.then:  # the verdict comes in the second turn
        return judged(question, request, number, critique=completion.text.strip(), **said)
    if failure is None:
        try:
            return judged(question, request, number, **read_text(question, completion.text), **said)
        except ParseError as error:
            failure = Failure(kind="unparseable", message=str(error))
    return judged(question, request, number, failure=failure, **said)


def cut_short(completion: Completion, request: Request, setting: str = "critic.max_tokens") -> Failure | None:
    """Return why a completion is no whole reply; None when it is one."""
    if completion.finish == "length":
        message = f"the reply was cut off after {request.max_tokens} tokens; raise {setting}"
        return Failure(kind="truncated", message=message)
    if completion.finish == "content_filter":
        return Failure(kind="refused", message="the endpoint's content filter withheld the reply")
    return None


def read_text(question: Question, text: str, grammar: str = "", *, reasons: bool = True) -> dict[str, Any]:
    """Return critique, scores, citations and detail that a reply states.

    Args:
        question: what was asked.
        text: the reply.
        grammar: how to read it; "" for the critic's own.
        reasons: whether a verdict without a word beside it is refused.

    Raises:
        ParseError: no verdict can be read, or it is off the scale.
    """
    if question.critic.shape == "steps":
        return read_steps(question, text)
    if question.critic.shape == "spans":
        return read_spans(question, text)
    grammar = grammar or question.critic.grammar
    graded = grammar == GRADED
    compares = question.critic.shape == "pairwise" and not graded
    scales = {} if compares else question.scales
    found = replies.read(
        grammar,
        text,
        ids=_ids(question, scales),
        scale=next(iter(scales.values())) if len({(s.lo, s.hi, s.integer) for s in scales.values()}) == 1 else None,
        reasons=reasons,
        quoted=question.texts,
    )
    citations = _citations(question, found.critique)
    if found.asks and not found.scores and found.preference is None:  # it wants to see a check first
        return {"critique": found.critique, "asks": found.asks, **citations}
    scores = _scores(question, found, scales)
    detail = _ranking(question, text) if question.critic.shape == "listwise" else {}
    return {"critique": found.critique, "scores": scores, "asks": found.asks, "detail": detail, **citations}


def preferred(question: Question, share: float, raw: float | None = None) -> tuple[Score, ...]:
    """Return the scores of a pair: the first shown response is better with probability `share`."""
    first, second = question.shown
    raws = (share, 1 - share) if raw is None else (raw, -raw)
    pairs = ((first, share, raws[0]), (second, 1 - share, raws[1]))
    return tuple(Score(response=index, criterion=PREFERENCE, raw=r, value=v) for index, v, r in pairs)


def _ids(question: Question, scales: dict[str, Scale]) -> tuple[str, ...]:
    return tuple(scales) if len(scales) > 1 or question.critic.shape == "listwise" else ("score",)


def _scores(question: Question, found: replies.Reading, scales: dict[str, Scale]) -> tuple[Score, ...]:
    if question.critic.shape == "pairwise" and not scales:
        if found.preference is None:
            raise ParseError("the reply compares nothing")
        return preferred(question, found.preference)
    if not found.scores:
        raise ParseError("the reply compares where a score is due")
    numbers = list(found.scores.values())
    raw = dict(zip(scales, numbers, strict=True))
    for name, value in raw.items():
        if value not in scales[name]:
            scale = scales[name]
            raise ParseError(f"{value:g} for {name!r} is not from {scale.lo:g} to {scale.hi:g}")
    if question.critic.shape == "pairwise":
        verdict = raw[PREFERENCE]
        beta, scale = question.critic.beta, scales[PREFERENCE]
        share = scale.normalise(verdict) if beta is None else sigmoid(beta * verdict)
        return preferred(question, share, verdict)
    if question.critic.shape == "listwise":
        placed = zip(question.shown, raw.items(), strict=True)
        return tuple(
            Score(response=index, criterion=OVERALL, raw=value, value=scales[name].normalise(value))
            for index, (name, value) in placed
        )
    return tuple(
        Score(response=question.shown[0], criterion=name, raw=value, value=scales[name].normalise(value))
        for name, value in raw.items()
    )


def _ranking(question: Question, text: str) -> dict[str, Any]:
    """Return the ranking that a reply gives beside its scores, best first; nothing where it gives none."""
    try:
        ranking = replies.read_object(text, "ranking", question.texts)["ranking"]
    except ParseError:
        return {}
    by_name = dict(zip(question.names, question.shown, strict=True))
    if not isinstance(ranking, list) or not all(isinstance(name, str) and name in by_name for name in ranking):
        return {}
    return {"ranking": [by_name[name] for name in ranking]}


def _citations(question: Question, critique: str) -> dict[str, tuple[str, ...]]:
    """Return the evidence that a critique cites, and what of that it was not shown. Quoted marks are not its own."""
    copied = Copied(critique, question.texts)
    marks = [match for match in CITED.finditer(critique) if not copied.covers(*match.span())]
    names = dict.fromkeys(name for match in marks for name in ID.findall(match[0]))
    there = {finding["id"] for finding in findings(question.evidence, question.shown, question.names)}
    return {
        "cites": tuple(name for name in names if name in there),
        "unfounded": tuple(name for name in names if name not in there),
    }
