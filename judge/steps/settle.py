"""Settle: turn tallies and evidence into a reward, or say why there is none."""

import math
import statistics
from collections.abc import Mapping, Sequence

from judge.calibration import Calibrator
from judge.critics import OVERALL
from judge.opinion import Findings, Opinion, calibrated, opinion, step_rewards, with_soft
from judge.recipe import Settlement
from judge.transforms import chain
from judge.types import Criterion, Evidence, Failure, Judgment, Reward, Status

CONTRADICTION = 0.5
"""Evidence and opinion that differ by at least this share of the scale are flagged."""
_EVEN = 0.5


def settle(
    found: Findings,
    criteria: Mapping[str, Criterion | None],
    checks: Mapping[str, float],
    rules: Settlement,
    calibrators: Sequence[Calibrator] = (),
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
        calibrators: map the opinion, in order, where some were fitted.
    """
    judged = _judged_by(found, criteria)
    weights = {name: criterion.weight if criterion else 1.0 for name, criterion in judged.items()}
    bare = opinion(found, judged, weights, rules)
    mapped = calibrated(bare, found, calibrators)
    whole = with_soft(mapped, found, weights, checks, rules)
    facts = decided(found.evidence)
    value = _combine(facts, whole, rules)
    failure = None if value is not None else _why_not(found, uncalibrated=bare is not None and mapped is None)
    spread = whole.error if whole and (facts is None or rules.evidence == "gates") else None
    shown = {name: criterion.weight if criterion else 1.0 for name, criterion in criteria.items()}
    interval = mapped.interval if mapped and value is not None and facts is None else None
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
        steps=step_rewards(found.tallies, weights, rules.steps),
        flags=_flags(found, facts, whole),
        response=found.response,
        brief=found.brief,
        evidence=found.evidence,
        judgments=found.judgments + found.superseded,
        tallies=found.tallies,
    )


def transformed(rewards: Sequence[Reward], rules: Settlement, lengths: Sequence[int], seed: int) -> list[Reward]:
    """Return the rewards of all responses to a prompt after the recipe's transforms, with their new range.

    A standard error and an interval do not survive a transform.
    """
    values = [reward.value for reward in rewards]
    after = chain(rules.transforms, values, lo=rules.lo, hi=rules.hi, lengths=lengths, seed=seed)
    return [
        reward.model_copy(
            update={"value": value, "lo": after.lo, "hi": after.hi, "uncertainty": None, "interval": None}
        )
        for reward, value in zip(rewards, after.values, strict=True)
    ]


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
    if OVERALL in parts and OVERALL in criteria and criteria[OVERALL] is None:
        parts[OVERALL] = bare.value if bare else None
    parts |= {tally.criterion: tally.value for tally in found.tallies if tally.criterion in parts}
    return parts | {item.tool: item.score for item in found.evidence if item.tool in parts}


def decided(evidence: Sequence[Evidence]) -> float | None:
    """Return the lowest score of the hard checks; None when there is none, or when one broke and none refuted."""
    scores = [item.score for item in evidence if item.hard and item.score is not None]
    if not scores:
        return None
    if any(item.stance == "error" and item.hard for item in evidence) and min(scores) > 0:
        return None
    return min(scores)


def _combine(facts: float | None, opinion: Opinion | None, rules: Settlement) -> float | None:
    if facts is None:
        return opinion.value if opinion else None
    if rules.evidence != "gates" or facts == 0:
        return facts
    return facts * opinion.value if opinion else None


def _why_not(found: Findings, *, uncalibrated: bool) -> Failure:
    if found.failure:
        return found.failure
    if uncalibrated:
        message = "the calibrator was fitted on criteria or sources that this response lacks; fit it on such as these"
        return Failure(kind="undecided", message=message)
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
    if found.anchor:
        flags.append(f"response {found.anchor} is the anchor in place of response 0, which is not judged")
    if (spread := _over_contexts(found)) is not None:
        flags.append(f"the verdict depends on the context: variance {spread:.2g} over contexts")
    if _unstable(found.judgments):
        flags.append("unstable: the verdict flips with the order")
    return tuple(flags)


def _over_contexts(found: Findings) -> float | None:
    """The variance of a response's value over contexts, by their probabilities; None unless they take both sides."""
    shares = {context.id: context.probability for context in found.brief.contexts} if found.brief else {}
    values: dict[str, list[float]] = {}
    for judgment in found.judgments:
        if judgment.context in shares and not judgment.dropped:
            given = [score.value for score in judgment.scores if score.response == found.response]
            values.setdefault(judgment.context, []).extend(given)
    means = {name: statistics.fmean(given) for name, given in values.items() if given}
    if not means or not min(means.values()) < _EVEN < max(means.values()):
        return None
    total = math.fsum(shares[name] for name in means)
    middle = math.fsum(shares[name] * mean for name, mean in means.items()) / total
    return math.fsum(shares[name] * (mean - middle) ** 2 for name, mean in means.items()) / total


def _unstable(judgments: Sequence[Judgment]) -> bool:
    """Whether some pair's better response depends on which is shown first."""
    verdicts: dict[frozenset[int], dict[tuple[int, ...], set[bool | None]]] = {}
    for judgment in judgments:
        if len(judgment.shown) == 2 and judgment.scores and not judgment.dropped:
            low = min(judgment.shown)
            value = next(score.value for score in judgment.scores if score.response == low)
            better = None if value == 0.5 else value > 0.5
            verdicts.setdefault(frozenset(judgment.shown), {}).setdefault(judgment.shown, set()).add(better)
    return any(len(orders) == 2 and not set.intersection(*orders.values()) for orders in verdicts.values())
