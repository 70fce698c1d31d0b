"""Transforms to the log-odds scale and on it: logit, and the log-sigmoid of a centred reward."""

import math
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from judge.transforms.base import Group, GroupTransform
from judge.transforms.logistic import log_odds, log_sigmoid


class Logit(GroupTransform):
    """The share of the range as log-odds: log(p / (1 - p)), with p kept in [eps, 1 - eps]."""

    name: Literal["logit"] = "logit"
    eps: float = Field(default=0.001, gt=0, lt=0.5)

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return plus and minus log((1 - eps) / eps): 6.9 for the default."""
        most = math.log((1 - self.eps) / self.eps)
        return -most, most

    def moved(self, group: Group) -> Sequence[float]:
        """Return the log-odds."""
        return [log_odds(min(1 - self.eps, max(self.eps, share))) for share in group.shares]


class LogSigmoidCentered(GroupTransform):
    """LSC: u = log sigmoid(r - ref), at most 0.

    Above `ref`, which is what is good enough for this prompt, more reward counts ever less; below it u falls as r does.
    Sums of u over several properties act as a logical AND (Wang et al. 2024, "Transforming and Combining Rewards for
    Aligning Large Language Models", arXiv 2402.00742). r must be on the log-odds scale, so put `logit` before this one.
    """

    name: Literal["log_sigmoid_centered"] = "log_sigmoid_centered"
    ref: float | None = None
    """What is good enough, in log-odds; None: a quantile of the group."""
    quantile: float = Field(default=0.85, ge=0, le=1)
    """Of the group's scores, by linear interpolation between neighbours; used when `ref` is None. The paper takes it
    over samples of the base policy, for which the group stands in."""

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return log sigmoid of the least and the largest difference to `ref`, which a quantile may put anywhere."""
        if self.ref is None:
            return log_sigmoid(lo - hi), log_sigmoid(hi - lo)
        return log_sigmoid(lo - self.ref), log_sigmoid(hi - self.ref)

    def moved(self, group: Group) -> Sequence[float]:
        """Return u for each value."""
        ref = _quantile(sorted(group.values), self.quantile) if self.ref is None else self.ref
        return [log_sigmoid(value - ref) for value in group.values]


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
