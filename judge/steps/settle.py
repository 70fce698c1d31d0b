"""Settle: turn tallies and evidence into a reward, or say why there is none."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from judge.calibration import Calibrated, Calibrator
from judge.critics import OVERALL
from judge.recipe import Settlement, StepRewards
from judge.reducers import combine
from judge.transforms import chain
from judge.transforms.steps import clip_steps, delta_steps
from judge.types import Brief, Criterion, Evidence, Failure, Judgment, Reward, Status, Tally

CONTRADICTION = 0.5
"""Evidence and opinion that differ by at least this share of the scale are flagged."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything known about one response when it is settled."""

    response: int
    evidence: tuple[Evidence, ...] = ()
    judgments: tuple[Judgment, ...] = ()
    tallies: tuple[Tally, ...] = ()
    failure: Failure | None = None
    """Why the response went no further than the guard."""
    missing: str = ""
    """What the tools would need, when none applied."""
    brief: Brief | None = None
    """What was written about the prompt beforehand, where a model wrote it."""
    user: str = ""
    cycle: tuple[int, ...] = ()
    """Responses that beat one another in a circle, the response among them."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the critics think of a response, in [0, 1], and the standard error of that."""

    value: float
    error: float | None


def settle(
    found: Findings,
    criteria: Mapping[str, Criterion | None],
    checks: Mapping[str, float],
    rules: Settlement,
    calibrator: Calibrator | None = None,
) -> Reward:
    """Return the reward of one response, before the transforms of its group.

    A hard check outranks every critic: it decides alone or gates the opinion, as the rules say. Without a hard check
    the reward is the critics' opinion, with the soft findings that have a weight. Next to a hard check that broke, one
    that passed decides nothing and one that refuted still does.

    Args:
        found: what is known about the response.
        criteria: by id; None stands for a plain preference of weight 1. Where a model wrote the criteria, those that
            the reward shows: their opinion as a whole.
        checks: weights of the recipe's checks by name; with the criteria they are the keys of `parts`.
        rules: how evidence and opinion combine, and the range of the reward.
        calibrator: maps the opinion, where one was fitted.
    """
    judged = _judged_by(found, criteria)
    weights = {name: criterion.weight if criterion else 1.0 for name, criterion in judged.items()}
    bare = _opinion(found, judged, weights, rules)
    calibrated = _calibrated(bare, found, calibrator)
    opinion = _with_soft(calibrated.opinion if calibrated else None, found, weights, checks)
    facts = _facts(found.evidence)
    value = _combine(facts, opinion, rules)
    failure = None if value is not None else _why_not(found)
    spread = opinion.error if opinion and (facts is None or rules.evidence == "gates") else None
    shown = {name: criterion.weight if criterion else 1.0 for name, criterion in criteria.items()}
    interval = calibrated.interval if calibrated and value is not None and facts is None else None
    return Reward(
        status="ok" if failure is None else _status(failure),
        value=None if value is None else _scaled(value, rules),
        lo=rules.lo,
        hi=rules.hi,
        failure=failure,
        rationale=_rationale(found, failure, decided=facts is not None),
        parts=_parts(found, criteria, checks, bare),
        weights=shown | dict(checks),
        uncertainty=None if spread is None or value is None else spread * (rules.hi - rules.lo),
        interval=(_scaled(interval[0], rules), _scaled(interval[1], rules)) if interval else None,
        steps=_step_rewards(found.tallies, weights, rules.steps),
        flags=_flags(found, facts, opinion),
        response=found.response,
        brief=found.brief,
        evidence=found.evidence,
        judgments=found.judgments,
        tallies=found.tallies,
    )


def transformed(rewards: Sequence[Reward], rules: Settlement, lengths: Sequence[int], seed: int) -> tuple[Reward, ...]:
    """Return the rewards of all responses to a prompt after the recipe's transforms, with their new range.

    A standard error and an interval do not survive a transform.
    """
    if not rules.transforms:
        return tuple(rewards)
    values = [reward.value for reward in rewards]
    after = chain(rules.transforms, values, lo=rules.lo, hi=rules.hi, lengths=lengths, seed=seed)
    return tuple(
        reward.model_copy(
            update={"value": value, "lo": after.lo, "hi": after.hi, "uncertainty": None, "interval": None}
        )
        for reward, value in zip(rewards, after.values, strict=True)
    )


def _scaled(value: float, rules: Settlement) -> float:
    return rules.lo + value * (rules.hi - rules.lo)


def _judged_by(found: Findings, criteria: Mapping[str, Criterion | None]) -> Mapping[str, Criterion | None]:
    """The criteria that the votes were cast under: those that a model wrote for this prompt, where it did."""
    cast = {tally.criterion for tally in found.tallies}
    if found.brief is None or cast <= set(criteria):
        return criteria
    return {criterion.id: criterion for criterion in found.brief.criteria if criterion.id in cast}


def _parts(
    found: Findings, criteria: Mapping[str, Criterion | None], checks: Mapping[str, float], bare: "Opinion | None"
) -> dict[str, float | None]:
    parts: dict[str, float | None] = dict.fromkeys(criteria) | dict.fromkeys(checks)
    if OVERALL in parts:
        parts[OVERALL] = bare.value if bare else None
    parts |= {tally.criterion: tally.value for tally in found.tallies if tally.criterion in parts}
    return parts | {item.tool: item.score for item in found.evidence if item.tool in parts}


@dataclass(frozen=True, slots=True)
class _Mapped:
    """An opinion after the calibrator, and where it lies at the level that the calibrator was fitted for."""

    opinion: Opinion
    interval: tuple[float, float] | None = None


def _calibrated(opinion: Opinion | None, found: Findings, calibrator: Calibrator | None) -> _Mapped | None:
    """The opinion as a calibrator maps it; None where it cannot, since another criterion is missing."""
    if opinion is None or calibrator is None:
        return _Mapped(opinion) if opinion else None
    values = {tally.criterion: tally.value for tally in found.tallies if tally.value is not None}
    mapped: Calibrated | None = calibrator.mapped(opinion.value, values, user=found.user)
    return _Mapped(Opinion(mapped.value, None), mapped.interval) if mapped else None


def _step_rewards(
    tallies: Sequence[Tally], weights: Mapping[str, float], rules: StepRewards
) -> tuple[float | None, ...]:
    """The rewards of the steps: over the criteria by weight, then clipped or as differences."""
    lists = {tally.criterion: tally.steps for tally in tallies if tally.steps and weights.get(tally.criterion)}
    if not lists:
        return ()
    columns = [dict(zip(lists, column, strict=True)) for column in zip(*lists.values(), strict=True)]
    values = [
        None if any(value is None for value in column.values()) else _weigh(column, weights)  # type: ignore[arg-type]
        for column in columns
    ]
    if rules.shape == "none":
        return tuple(values)
    return clip_steps(values, rules.eta) if rules.shape == "clip" else delta_steps(values)


def _facts(evidence: Sequence[Evidence]) -> float | None:
    """The lowest score of the hard checks; None when there is none, or when one broke and none refuted."""
    scores = [item.score for item in evidence if item.hard and item.score is not None]
    if not scores:
        return None
    if any(item.stance == "error" and item.hard for item in evidence) and min(scores) > 0:
        return None
    return min(scores)


def _with_soft(
    opinion: Opinion | None, found: Findings, weights: Mapping[str, float], checks: Mapping[str, float]
) -> Opinion | None:
    """The opinion and the soft findings that have a weight, averaged by weight; None when something of it is missing.

    A soft check that does not apply is left out; one that broke is missing, since the average without it is another.
    """
    soft = [item for item in found.evidence if not item.hard and checks.get(item.tool) and item.arguments is None]
    if not soft:
        return opinion
    if any(item.stance == "error" for item in soft) or (opinion is None and weights):
        return None
    scored = [(checks[item.tool], item.score) for item in soft if item.score is not None]
    if opinion is not None:
        scored.append((math.fsum(map(abs, weights.values())), opinion.value))
    total = math.fsum(weight for weight, _ in scored)
    if not total:
        return opinion
    value = min(1.0, math.fsum(weight * score for weight, score in scored) / total)
    share = math.fsum(map(abs, weights.values())) / total
    return Opinion(value, None if opinion is None or opinion.error is None else opinion.error * share)


def _opinion(
    found: Findings, criteria: Mapping[str, Criterion | None], weights: Mapping[str, float], rules: Settlement
) -> Opinion | None:
    """The criteria combined; a negative weight counts what is absent. A broken rule makes it 0."""
    values = {tally.criterion: tally.value for tally in found.tallies}
    if not values or any(value is None for value in values.values()):
        return None
    known = {name: value for name, value in values.items() if value is not None}
    hard = [name for name, criterion in criteria.items() if criterion and criterion.kind == "rule"]
    value = combine(known, weights, rules.combine, rules=hard, holistic=rules.holistic, tau=rules.tau)
    by_judgment: dict[int, dict[str, float]] = {}
    for tally in found.tallies:
        for vote in tally.votes:
            if vote.step is None and vote.weight > 0:
                by_judgment.setdefault(vote.judgment, {})[vote.criterion] = vote.value
    each = [_weigh(votes, weights) for votes in by_judgment.values() if len(votes) == len(known)]
    error = statistics.stdev(each) / math.sqrt(len(each)) if len(each) > 1 else None
    return Opinion(value, error)


def _weigh(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = math.fsum(abs(weights[name]) for name in values)
    gains = (abs(weights[name]) * (value if weights[name] > 0 else 1 - value) for name, value in values.items())
    return min(1.0, math.fsum(gains) / total) if total else 0.0


def _combine(facts: float | None, opinion: Opinion | None, rules: Settlement) -> float | None:
    if facts is None:
        return opinion.value if opinion else None
    if rules.evidence == "decides" or facts == 0:
        return facts
    return facts * opinion.value if opinion else None


def _why_not(found: Findings) -> Failure:
    if found.failure:
        return found.failure
    broken = [item.failure for item in found.evidence if item.failure and item.arguments is None]
    failed = [judgment.failure for judgment in found.judgments if judgment.failure]
    if broken or failed:
        return [*failed, *broken][-1]
    if found.judgments:
        return Failure(
            kind="undecided", message="the votes do not settle it; ask for more samples or another vote rule"
        )
    if found.evidence:
        return Failure(kind="undecided", message=" ".join(item.summary for item in found.evidence))
    needs = found.missing or "a check that applies"
    message = f"nothing here can be verified; it would need {needs}, or a recipe with a critic such as direct"
    return Failure(kind="nothing_to_verify", message=message)


def _status(failure: Failure) -> Status:
    return "abstained" if failure.kind in ("undecided", "nothing_to_verify", "empty") else "failed"


def _rationale(found: Findings, failure: Failure | None, *, decided: bool) -> str:
    if failure:
        return failure.message
    facts = " ".join(item.summary for item in found.evidence if item.stance in ("supports", "refutes"))
    reasons = next((judgment.critique for judgment in found.judgments if judgment.scores), "")
    return "\n\n".join(text for text in ((facts, reasons) if decided else (reasons, facts)) if text)


def _flags(found: Findings, facts: float | None, opinion: Opinion | None) -> tuple[str, ...]:
    flags = []
    if facts is not None and opinion is not None and abs(facts - opinion.value) >= CONTRADICTION:
        flags.append(f"contradiction: checks say {facts:.2g}, critics say {opinion.value:.2g}")
    if unscored := max((tally.unscored for tally in found.tallies), default=0):
        flags.append(f"unscored votes: {unscored}")
    if any(item.stance == "error" and item.arguments is None for item in found.evidence):
        flags.append("a check broke")
    if unfounded := sorted({name for judgment in found.judgments for name in judgment.unfounded}):
        flags.append(f"cites evidence that is not there: {', '.join(unfounded)}")
    if dropped := sum(bool(judgment.dropped) for judgment in found.judgments):
        flags.append(f"dropped by filters: {dropped}")
    if found.cycle:
        flags.append(f"preferences run in a circle: responses {', '.join(map(str, found.cycle))}")
    if _unstable(found.judgments):
        flags.append("unstable: the verdict flips with the order")
    return tuple(flags)


def _unstable(judgments: Sequence[Judgment]) -> bool:
    """Whether some pair's better response depends on which is shown first."""
    verdicts: dict[frozenset[int], dict[tuple[int, ...], set[bool | None]]] = {}
    for judgment in judgments:
        if len(judgment.shown) == 2 and judgment.scores:
            low = min(judgment.shown)
            value = next(score.value for score in judgment.scores if score.response == low)
            better = None if value == 0.5 else value > 0.5
            verdicts.setdefault(frozenset(judgment.shown), {}).setdefault(judgment.shown, set()).add(better)
    return any(len(orders) == 2 and not set.intersection(*orders.values()) for orders in verdicts.values())
