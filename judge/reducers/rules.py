"""Rules: many numbers in [0, 1] become one, or none."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from judge.errors import DataError
from judge.types import Value

RuleName = Literal[
    "mean",
    "sum",
    "median",
    "majority",
    "min",
    "max",
    "product",
    "last",
    "mean_minus_std",
    "mean_minus_variance",
    "quantile",
    "cvar",
    "distribution",
    "log_sum",
]
Weighted = Sequence[tuple[float, float]]
"""Values with their weights, each weight above 0."""


class Rule(Value):
    """One way to reduce numbers. In YAML a bare name such as `mean` will do.

    `mean`: weighted mean; mean voting over samples.
    `sum`: the same as `mean`. SPCT (arXiv:2504.02495) adds the scores of k samples; divided by k, so that the result
        stays in [0, 1] and does not grow with k, the sum is the mean.
    `median`: the lowest value at which half of the weight is reached, so that it is a number that somebody gave.
    `majority`: the value with the most weight; None when two have the most.
    `min`, `max`: the lowest and the highest. `min` over an ensemble is worst-case optimisation, WCO (arXiv:2310.02743).
    `product`: of the values, each once; a weight only says whether the value counts. For the steps of a solution.
    `last`: the value that stands last, as of the last step.
    `mean_minus_std`: mean - lam * standard deviation, at least 0.
    `mean_minus_variance`: mean - lam * variance, at least 0; uncertainty-weighted optimisation, UWO (arXiv:2310.02743).
    `quantile`: the q-quantile with linear interpolation.
    `cvar`: mean of the lowest `alpha` share of the weight; the last value of the share counts with the part that fits.
    `distribution`: expected value under counts with a prior, (sum v n_v + sum v a_v) / (n + sum a_v), where the prior
        of mass `prior` lies evenly on `levels`; the reward of DPRM, approximation.
    `log_sum`: exp of the weighted mean of the logarithms, the geometric mean: a soft AND. The sum of log-probabilities
        itself is n times that logarithm (arXiv:2402.00742), so for a fixed n both rank alike; here n does not matter.

    Standard deviation and variance are those of the population, weighted, as in `Tally.spread`.
    """

    rule: RuleName = "mean"
    lam: float = Field(default=1.0, ge=0)
    """For `mean_minus_std` and `mean_minus_variance`: how much disagreement costs."""
    q: float = Field(default=0.5, ge=0, le=1)
    """For `quantile`: which one."""
    alpha: float = Field(default=0.25, gt=0, le=1)
    """For `cvar`: the share of the weight that counts."""
    prior: float = Field(default=1.0, ge=0)
    """For `distribution`: how many votes the prior is worth, all levels together."""
    levels: tuple[float, ...] = Field(default=(0.0, 1.0), min_length=1)
    """For `distribution`: the values that a vote can take, in [0, 1]."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:
        return {"rule": data} if isinstance(data, str) else data

    @field_validator("levels")
    @classmethod
    def _distinct_shares(cls, levels: tuple[float, ...]) -> tuple[float, ...]:
        if len(set(levels)) < len(levels) or not all(0 <= level <= 1 for level in levels):
            raise ValueError(f"levels must be distinct and in [0, 1], got {levels}")
        return levels


def reduce(values: Sequence[float], rule: Rule, weights: Sequence[float] | None = None) -> float | None:
    """Reduce values in [0, 1] to one in [0, 1]; None when nothing counts and for a majority that is tied.

    The order of the values matters to `last` alone.

    Args:
        values: the votes, the scores of the steps, or what else there is of one thing.
        rule: how.
        weights: one for each value, at least 0; 0 does not count. None: all alike.

    Raises:
        DataError: a value is outside [0, 1], a weight is negative or not finite, or their numbers differ.
    """
    pairs = _counted(values, weights)
    if not pairs:
        return None
    found = _BY_NAME[rule.rule](pairs, rule)
    return None if found is None else min(1.0, max(0.0, found))


def _counted(values: Sequence[float], weights: Sequence[float] | None) -> Weighted:
    if weights is None or not len(weights):
        pairs = [(value, 1.0) for value in values]
    elif len(weights) == len(values):
        pairs = list(zip(values, weights, strict=True))
    else:
        raise DataError(f"{len(values)} values came with {len(weights)} weights; give one weight for each value")
    for value, weight in pairs:
        if not 0 <= value <= 1:
            raise DataError(f"the value {value:g} is outside [0, 1]; normalise it first")
        if not 0 <= weight < math.inf:
            raise DataError(f"the weight {weight:g} is no weight; give a finite number of at least 0")
    return [(value, weight) for value, weight in pairs if weight > 0]


def _total(pairs: Weighted) -> float:
    return math.fsum(weight for _, weight in pairs)


def _mean(pairs: Weighted) -> float:
    return math.fsum(value * weight for value, weight in pairs) / _total(pairs)


def _variance(pairs: Weighted) -> float:
    mean = _mean(pairs)
    return math.fsum(weight * (value - mean) ** 2 for value, weight in pairs) / _total(pairs)


def _median(pairs: Weighted) -> float:
    """The lowest vote at which half of the weight is reached."""
    total, reached = _total(pairs), 0.0
    for value, weight in sorted(pairs):
        reached += weight
        if 2 * reached >= total:
            return value
    return max(value for value, _ in pairs)


def _majority(pairs: Weighted) -> float | None:
    by_value: dict[float, list[float]] = {}
    for value, weight in pairs:
        by_value.setdefault(value, []).append(weight)
    sums = {value: math.fsum(weights) for value, weights in by_value.items()}
    most = max(sums.values())
    first = [value for value, weight in sums.items() if weight == most]
    return first[0] if len(first) == 1 else None


def _quantile(pairs: Weighted, q: float) -> float:
    """Each value sits in the middle of its weight; the lowest is the 0-quantile, the highest the 1-quantile.

    With equal weights this is the usual interpolation at position q (n - 1).
    """
    ordered = sorted(pairs)
    middles, reached = [], 0.0
    for _, weight in ordered:
        middles.append(reached + weight / 2)
        reached += weight
    wanted = middles[0] + q * (middles[-1] - middles[0])
    for (low, _), (high, _), left, right in zip(ordered, ordered[1:], middles, middles[1:], strict=False):
        if wanted < right:
            return min(high, low + (high - low) * (wanted - left) / (right - left))
    return ordered[-1][0]


def _cvar(pairs: Weighted, alpha: float) -> float:
    left, taken = alpha * _total(pairs), []
    for value, weight in sorted(pairs):
        taken.append((value, min(weight, left)))
        left -= weight
        if left <= 0:
            break
    return _mean(taken)


def _distribution(pairs: Weighted, rule: Rule) -> float:
    expected = math.fsum(rule.levels) / len(rule.levels)
    total = _total(pairs)
    return (total * _mean(pairs) + rule.prior * expected) / (total + rule.prior)


def _log_sum(pairs: Weighted) -> float:
    if any(value == 0 for value, _ in pairs):
        return 0.0
    return math.exp(math.fsum(weight * math.log(value) for value, weight in pairs) / _total(pairs))


_BY_NAME: dict[RuleName, Callable[[Weighted, Rule], float | None]] = {
    "mean": lambda pairs, rule: _mean(pairs),
    "sum": lambda pairs, rule: _mean(pairs),
    "median": lambda pairs, rule: _median(pairs),
    "majority": lambda pairs, rule: _majority(pairs),
    "min": lambda pairs, rule: min(pairs)[0],
    "max": lambda pairs, rule: max(pairs)[0],
    "product": lambda pairs, rule: math.prod(sorted(value for value, _ in pairs)),  # sorted: rounding knows no order
    "last": lambda pairs, rule: pairs[-1][0],
    "mean_minus_std": lambda pairs, rule: _mean(pairs) - rule.lam * math.sqrt(_variance(pairs)),
    "mean_minus_variance": lambda pairs, rule: _mean(pairs) - rule.lam * _variance(pairs),
    "quantile": lambda pairs, rule: _quantile(pairs, rule.q),
    "cvar": lambda pairs, rule: _cvar(pairs, rule.alpha),
    "distribution": lambda pairs, rule: _distribution(pairs, rule),
    "log_sum": lambda pairs, rule: _log_sum(pairs),
}
