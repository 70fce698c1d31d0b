"""Criteria: the values of one response on several criteria become one opinion; and how far judges disagree on it."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from judge.errors import DataError
from judge.reducers.pairs import sigmoid

Combine = Literal["weighted", "mean", "min", "product", "log_sum", "log_odds", "hierarchical"]

_LEAST_ODDS = 1e-6
"""A value nearer to 0 or 1 counts as this far from it in log-odds, which then end at 13.8."""


@dataclass(frozen=True, slots=True)
class Risk:
    """How sure several judges are of one number. `within + between` is the variance of the whole."""

    mean: float
    """Mean of the judges' means: each judge counts alike, however many votes it gave."""
    std: float
    """Square root of `within + between`."""
    n: int
    """Votes of all judges."""
    within: float
    """Mean variance of one judge's votes: noise in the question itself (aleatoric)."""
    between: float
    """Variance of the judges' means: what the judges do not know (epistemic); a reason to abstain or to escalate."""


def combine(
    values: Mapping[str, float],
    weights: Mapping[str, float],
    rule: Combine,
    *,
    rules: Collection[str] = (),
    threshold: float = 0.5,
    holistic: str = "",
    tau: float = 0.5,
) -> float | None:
    """Combine the values of criteria into one opinion in [0, 1]; None when none enters and no rule is broken.

    A negative weight counts what is absent: the criterion enters as `1 - value` with the weight's size. A criterion of
    weight 0 informs and does not enter.

    `weighted`: weighted mean. `mean`: all that enter alike. `min`, `product`: of those that enter. `log_sum`: weighted
    geometric mean, a soft AND (arXiv:2402.00742). `log_odds`: sigma of the weighted mean of log(v / (1 - v)), with v
    kept in [1e-6, 1 - 1e-6], so that the transform `logit` brings back the mean of log P(Yes) - log P(No) over several
    principles (RLBFF, arXiv:2509.21319). `hierarchical`: the holistic value h alone up to `tau`, above it
    h + (1 - h) * (weighted mean of the others), so that aspects count only for what is already good. ALaRM
    (arXiv:2403.06754) adds w * sigmoid(aspect) on a standardised scale (approximation); this is the bounded form: it
    stays in [0, 1] and never falls when h or an aspect rises.

    Args:
        values: by criterion, in [0, 1].
        weights: by criterion; at least those of `values`.
        rule: how.
        rules: ids of hard rules. One that is below `threshold` makes the opinion 0, whatever its weight; those that
            hold enter as the others do: `1[all rules hold] * sum w s / sum w`, as OpenRubrics gates.
        threshold: where a rule holds, in [0, 1].
        holistic: id of the criterion that leads, for `hierarchical`; its weight does not matter.
        tau: where the aspects begin to count, in [0, 1].

    Raises:
        DataError: there is no value, a value is outside [0, 1], a weight is missing, or `holistic` names no value.
    """
    counted = _directed(values, weights)
    if any(value < threshold for name, (value, _) in counted.items() if name in rules):
        return 0.0
    if rule == "hierarchical":
        if holistic not in counted:
            raise DataError(f"the holistic criterion {holistic!r} has no value; name one of {', '.join(values)}")
        whole, _ = counted.pop(holistic)
        bonus = (_combined("weighted", _entering(counted)) or 0.0) if whole > tau else 0.0
        return min(1.0, whole + (1 - whole) * bonus)
    return _combined(rule, _entering(counted))


def risk(values: Mapping[str, Sequence[float]]) -> Risk:
    """Split the spread of votes into what is within judges and what is between them (URM and URME, arXiv:2410.00847).

    Variances are those of the population. A judge without votes is left out.

    Args:
        values: the votes by judge.

    Raises:
        DataError: no judge gave a vote.
    """
    judges = [votes for votes in values.values() if votes]
    if not judges:
        raise DataError("no judge gave a vote, so nothing is known of their spread; give at least one vote")
    means = [math.fsum(votes) / len(votes) for votes in judges]
    within = _average([_variance(votes) for votes in judges])
    between = _variance(means)
    return Risk(_average(means), math.sqrt(within + between), sum(map(len, judges)), within, between)


def _directed(values: Mapping[str, float], weights: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Value and size of weight by criterion, absence turned to a value."""
    if not values:
        raise DataError("no criterion has a value, so there is no opinion; leave the response unscored")
    if missing := values.keys() - weights.keys():
        raise DataError(f"no weight for {', '.join(sorted(missing))}; give one for every criterion with a value")
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise DataError(f"the value {value:g} of {name} is outside [0, 1]; normalise it first")
    return {name: (value if weights[name] >= 0 else 1 - value, abs(weights[name])) for name, value in values.items()}


def _entering(counted: Mapping[str, tuple[float, float]]) -> list[tuple[float, float]]:
    return [(value, weight) for value, weight in counted.values() if weight > 0]


def _combined(rule: Combine, entering: Sequence[tuple[float, float]]) -> float | None:
    if not entering:
        return None
    if rule == "min":
        return min(value for value, _ in entering)
    if rule == "product":
        return math.prod(sorted(value for value, _ in entering))
    if rule == "mean":
        entering = [(value, 1.0) for value, _ in entering]
    total = math.fsum(weight for _, weight in entering)
    if rule == "log_sum":
        if any(value == 0 for value, _ in entering):
            return 0.0
        return math.exp(math.fsum(weight * math.log(value) for value, weight in entering) / total)
    if rule == "log_odds":
        return sigmoid(math.fsum(weight * _log_odds(value) for value, weight in entering) / total)
    return min(1.0, math.fsum(weight * value for value, weight in entering) / total)


def _log_odds(value: float) -> float:
    inside = min(1 - _LEAST_ODDS, max(_LEAST_ODDS, value))
    return math.log(inside) - math.log1p(-inside)


def _average(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    mean = _average(values)
    return _average([(value - mean) ** 2 for value in values])
