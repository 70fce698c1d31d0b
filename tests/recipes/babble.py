"""A judge that answers every prompt of the shelf in the form that it asks for, with drawn verdicts; sometimes not."""

import json
import math
import random
import re
from typing import Any

from judge.models.base import CallError, Completion, Request, TokenLogprob
from judge.models.scripted import ScriptedModel
from judge.types import FailureKind, Usage

_RANGE = re.compile(r"from (-?\d+) to (\d+)")
_NUMBERED = re.compile(r'"([\w-]+)": number')
_NAMES = re.compile(r'"(model-\d+)": number')
_KINDS: tuple[FailureKind, ...] = ("timeout", "rate_limited", "connection", "provider", "bad_request", "refused")
_ARENA = ("A>>B", "A>B", "A=B", "B>A", "B>>A")


def babbler(
    seed: int, *, lost: float = 0.0, down: float = 0.0, logprobs: bool = True, name: str = "babbler"
) -> ScriptedModel:
    """Return a model that says something of the right form; what it says is drawn by the seed.

    At temperature 0 the same request has the same reply; otherwise each call draws anew.

    Args:
        seed: of the draws.
        lost: share of the replies that are of no form at all.
        down: share of the requests whose call fails, and of those that are left whose replies are cut off.
        logprobs: whether it gives the probabilities of labels.
        name: the model's name.
    """
    fresh = random.Random(seed)

    def answer(request: Request) -> Any:
        luck = random.Random(f"{seed} luck {request.hash}")
        if luck.random() < down:
            raise CallError("it is down", luck.choice(_KINDS), usage=Usage(calls=1))
        draw = fresh if request.temperature else random.Random(f"{seed} {request.hash}")
        said = [_lost(request) if draw.random() < lost else _said(request, draw, logprobs) for _ in range(request.n)]
        return list(map(_cut, said)) if request.max_tokens and luck.random() < down else said

    return ScriptedModel(answer, name=name)


def _cut(said: Any) -> Any:
    return Completion(said[: len(said) // 2], finish="length") if isinstance(said, str) else said


def _lost(request: Request) -> Any:
    if request.score_given:
        return _given(-1.0)
    if request.top_logprobs:
        return Completion("Well", logprobs=(TokenLogprob("Well", (("Well", -0.01),)),))
    return "0.5" if request.max_tokens is None else "I would rather not say."


def _given(logprob: float) -> Completion:
    return Completion("", logprobs=(TokenLogprob("x", (("x", logprob),)),))


def _said(request: Request, draw: random.Random, logprobs: bool) -> Any:
    if request.score_given:
        return _given(-draw.random())
    if request.max_tokens is None:  # a scalar reward model
        return repr(draw.gauss(0, 1))
    text = str(request.messages[-1]["content"])
    if labels := _labels(text[-400:]):
        return _label(labels, draw) if logprobs and request.top_logprobs else draw.choice(labels)
    return "Reasons. " + _form(text, text[-1200:], draw)


def _labels(tail: str) -> list[str]:
    last = tail.rstrip().splitlines()[-1]
    if "one word, A, B or tie" in last:
        return ["A", "B", "tie"]
    if "one letter, A or B" in last:
        return ["A", "B"]
    if "Yes or No, and nothing else" in last:
        return ["Yes", "No"]
    return [str(number) for number in range(1, 11)] if "number from 1 to 10 and nothing else" in last else []


def _label(labels: list[str], draw: random.Random) -> Completion:
    shares = [draw.random() + 0.01 for _ in labels]
    whole = math.fsum(shares) * 1.1
    top = tuple((label, math.log(share / whole)) for label, share in zip(labels, shares, strict=True))
    return Completion(labels[0], logprobs=(TokenLogprob(labels[0], top),))


def _number(text: str, draw: random.Random) -> int:
    """A whole number on every scale that the text names."""
    ranges = [(int(lo), int(hi)) for lo, hi in _RANGE.findall(text)] or [(1, 1)]
    lo, hi = max(lo for lo, _ in ranges), min(hi for _, hi in ranges)
    return draw.randint(lo, hi) if lo <= hi else 1


def _form(text: str, tail: str, draw: random.Random) -> str:
    for mark, forms in (
        ("[[A>>B]]", [f"\n[[{verdict}]]" for verdict in _ARENA]),
        ("<answer>[[A]]</answer>", ["<answer>[[A]]</answer>", "<answer>[[B]]</answer>"]),
        ("[[tie]]", ["\n[[A]]", "\n[[B]]", "\n[[tie]]"]),
        (r"\boxed{Assistant 1}", [r"\boxed{Assistant 1}", r"\boxed{Assistant 2}"]),
        ("Verdict: number", [f"\nVerdict: {number}" for number in range(-3, 4)]),
        ("Answer: Yes", ["\nAnswer: Yes", "\nAnswer: No"]),
        ("Score: number", [f"\nScore: {number}" for number in range(1, 11)]),
    ):
        if mark in tail:
            return draw.choice(forms)
    if count := tail.count("score of"):
        lo = 0 if "from 0 to 10" in tail else 1
        return rf"\boxed{{{', '.join(str(draw.randint(lo, 10)) for _ in range(count))}}}"
    return json.dumps(_object(text, tail, draw))


def _object(text: str, tail: str, draw: random.Random) -> dict[str, Any]:
    if names := _NAMES.findall(tail):
        ranking = draw.sample(names, len(names))
        return {"critique": "Why.", "scores": {name: draw.randint(1, 5) for name in names}, "ranking": ranking}
    if '"spans"' in tail:
        return {"critique": "Why.", "spans": []}
    if '"steps"' in tail:
        ids = _NUMBERED.findall(tail)
        verdict = {"scores": {name: _number(text, draw) for name in ids}} if ids else {
            "label": draw.choice(["correct", "incorrect"])}  # fmt: skip
        count = int(re.findall(r"every step from 1 to (\d+)", tail)[-1])
        return {"steps": [{"step": place, "explanation": "Why.", **verdict} for place in range(1, count + 1)]}
    if '"scores": {' in tail:
        ids = _NUMBERED.findall(tail)
        return {"critique": "Why.", "scores": {name: _number(text, draw) for name in ids}}
    if '"score": number' in tail:
        return {"critique": "Why.", "score": _number(text, draw)}
    if '"winner"' in tail:
        return {"critique": "Why.", "winner": draw.choice(["A", "B", "tie"])}
    return _brief(text, tail, draw)


def _brief(text: str, tail: str, draw: random.Random) -> dict[str, Any]:
    criteria = [{"name": name, "text": f"Is it {name}?", "weight": 1} for name in ("right", "short")]
    if '"contexts"' in tail:
        shares = {"name": "x", "text": "X", "probability": 0.7}, {"name": "y", "text": "Y", "probability": 0.3}
        return {"reasons": "Why.", "contexts": list(shares)}
    if '"chosen"' in tail or '"category"' in tail:
        known = re.findall(r"^- (\w+)", text, re.MULTILINE)
        return {"reasons": "Why.", "chosen": [draw.choice(known)] if known else []}
    found: dict[str, Any] = {"reasons": "Why.", "criteria": criteria} if '"criteria"' in tail else {"reasons": "Why."}
    return found | {key: "Something." for key in ("profile", "task") if f'"{key}"' in tail}
