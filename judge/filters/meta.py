"""Meta voting: a meta reward model says how far each judgment can be trusted, after DeepSeek-GRM (arXiv 2504.02495).

Three forms behind one interface: a model that is asked whether the critique is faithful and the score follows from it,
a scalar reward model behind a scoring endpoint, and a small calibrator fitted on labelled judgments.
"""

import asyncio
import math
from collections.abc import Collection, Sequence
from typing import Any

from judge.critics import TOP, findings, letters, spoken
from judge.errors import ModelError
from judge.filters.view import View, answered, noted
from judge.models.base import Request, spent_on
from judge.models.labels import read_labels
from judge.models.scoring import ModelScorer
from judge.recipe import Meta
from judge.text import fence
from judge.types import Asked, Judgment

_YES_NO = {"Yes": 1.0, "No": 0.0}


async def by_meta(rule: Meta, view: View, judgments: Sequence[Judgment]) -> list[Judgment]:
    """Return the judgments as the meta reward model leaves them.

    `cut` keeps the best `keep` of the judgments on the same responses, criterion and context, and drops the rest;
    `weight` weighs each by its score. Scores of a scalar model are on a scale of their own and are turned into weights
    by a softmax over such judgments, times their number, so that the mean weight is 1. A judgment that could not be
    scored stays, with the mean of the others. What was asked about a judgment in an earlier round is not asked again.

    Raises:
        ModelError: the key is missing or refused.
    """
    able = [place for place, judgment in enumerate(judgments) if judgment.scores and not judgment.dropped]
    some = [judgments[place] for place in able]
    if rule.form == "fitted":
        scored = _fitted(rule, view, some)
    else:
        one = _scored if rule.form == "scorer" else _judged
        scored = list(await asyncio.gather(*(one(rule, view, judgment) for judgment in some)))
    kept = list(judgments)
    for place, judgment in zip(able, scored, strict=True):
        kept[place] = judgment
    for places in _groups([kept[place] for place in able], able):
        for place, changed in zip(places, _settled(rule, [kept[place] for place in places]), strict=True):
            kept[place] = changed
    return kept


def _groups(judgments: Sequence[Judgment], places: Sequence[int]) -> Collection[list[int]]:
    """The places of judgments on the same question: what else would be cut might be all there is on a criterion."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, judgment in zip(places, judgments, strict=True):
        groups.setdefault((frozenset(judgment.shown), judgment.criterion, judgment.context), []).append(place)
    return groups.values()


def _settled(rule: Meta, group: list[Judgment]) -> list[Judgment]:
    """Cut or weigh the judgments on the same responses."""
    trusts = [judgment.detail.get("meta") for judgment in group]
    known = [trust for trust in trusts if isinstance(trust, int | float)]
    if not known:
        return group
    middle = math.fsum(known) / len(known)
    filled = [float(trust) if isinstance(trust, int | float) else middle for trust in trusts]
    if rule.mode == "weight":
        weights = _softmax(filled) if rule.form == "scorer" else filled
        return [noted(one, weight=one.weight * weight) for one, weight in zip(group, weights, strict=True)]
    most = max(1, math.floor(rule.keep * len(group)) if rule.keep < 1 else min(len(group), int(rule.keep)))
    best = sorted(range(len(group)), key=lambda place: -filled[place])[:most]
    why = f"below the best {most} of {len(group)} by the meta reward model"
    return [one if place in best else noted(one, dropped=why) for place, one in enumerate(group)]


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    return [len(scores) * each / math.fsum(raised) for each in raised]


async def _judged(rule: Meta, view: View, judgment: Judgment) -> Judgment:
    """Ask a model whether the critique is faithful and the verdict follows: the probability of Yes."""
    request = view.request(judgment, rule.prompt, _shown(view, judgment), max_tokens=4, top_logprobs=TOP)
    if answered(judgment, request.hash):
        return judgment
    try:
        reply = await view.models[rule.model].complete(request)
    except ModelError as error:
        return _lost(judgment, error)
    said = reply.completions[0]
    read = read_labels(said, _YES_NO) if said.logprobs else None
    labels = read.masses if read else {}
    word = spoken(said.text, _YES_NO)
    asked = Asked(prompt=rule.prompt, request=request.hash, reply=said.text, labels=labels)
    found: dict[str, Any] = {"meta": read.probabilities["Yes"]} if read else {"meta": _YES_NO[word]} if word else {}
    return noted(judgment, detail=found, asked=(*judgment.asked, asked), usage=judgment.usage + reply.usage)


async def _scored(rule: Meta, view: View, judgment: Judgment) -> Judgment:
    """Score the conversation of prompt, responses and critique by a scalar reward model."""
    messages = view.prompts[rule.prompt].messages(_shown(view, judgment))
    labels = {"sample_id": view.sample.id, "prompt": rule.prompt, "of": judgment.request, "sample": judgment.sample}
    said = {"role": "assistant", "content": judgment.critique or judgment.reply}
    if answered(judgment, Request(messages=(*messages, said)).hash):
        return judgment
    try:
        found = await ModelScorer(view.models[rule.model]).score((*messages, said), labels=labels)
    except ModelError as error:
        return _lost(judgment, error)
    asked = Asked(prompt=rule.prompt, request=found.request, reply=repr(found.score))
    spent = judgment.usage + found.usage
    return noted(judgment, detail={"meta": found.score}, asked=(*judgment.asked, asked), usage=spent)


def _fitted(rule: Meta, view: View, judgments: list[Judgment]) -> list[Judgment]:
    """Give every judgment the probability of being right that a fitted meta vote finds among those on the same."""
    meta = view.metas[rule.file]
    found = list(judgments)
    for places in _groups(judgments, range(len(judgments))):
        weights = meta.weigh([judgments[place] for place in places], view.evidence)
        for place, weight in zip(places, weights, strict=True):
            found[place] = noted(judgments[place], detail={"meta": weight})
    return found


def _lost(judgment: Judgment, error: ModelError) -> Judgment:
    if error.kind == "auth":
        raise error
    return noted(judgment, usage=judgment.usage + spent_on(error), detail={"meta_failure": str(error)})


def _shown(view: View, judgment: Judgment) -> dict[str, Any]:
    sample, names = view.sample, letters(len(judgment.shown))
    by_name = [(names[judgment.shown.index(score.response)], score) for score in judgment.scores[:50]]
    verdict = ", ".join(f"{name} {score.criterion} {score.raw:g}" for name, score in by_name)
    return {
        "question": fence("request", sample.question),
        "profile": fence("user", sample.profile) if sample.profile else "",
        "names": names,
        "evidence": findings(view.evidence, judgment.shown, names),
        "reference": "\n\n".join(fence("reference", text) for text in sample.references),
        "responses": [fence("response", sample.responses[index].text) for index in judgment.shown],
        "critique": fence("critique", judgment.critique),
        "verdict": verdict,
    }
