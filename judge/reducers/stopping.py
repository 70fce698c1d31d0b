"""Stopping: is the verdict certain enough to leave the other votes unasked?"""

import math
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from judge.errors import DataError
from judge.types import Value

ROUNDING = 1e-9
"""In votes: sums of weights are no more exact."""


class Stop(Value):
    """When to stop asking for votes. In YAML a bare name such as `decided` will do.

    `never`: ask for all.
    `decided`: no votes that could still come change the majority, nor make it a tie. Loses nothing.
    `beta`: the side in front is the judge's long-run verdict with probability 1 - error or more, from a uniform prior:
        P(p > 1/2) for p ~ Beta(for + 1, against + 1), as in adaptive consistency (arXiv:2305.11860).
    `lead`: one side is ahead by `lead` votes.

    All but `never` also stop where it is decided.
    """

    rule: Literal["never", "decided", "beta", "lead"] = "never"
    error: float = Field(default=0.05, gt=0, lt=0.5)
    """For `beta`: how likely the verdict may be another one in the long run."""
    lead: int = Field(default=3, ge=1)
    """For `lead`: in votes."""
    threshold: float = Field(default=0.5, ge=0, le=1)
    """Above it a vote is for, below it against; on it, half for each."""

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, data: Any) -> Any:
        return {"rule": data} if isinstance(data, str) else data


def settled(votes: Sequence[float], left: int, stop: Stop, weights: Sequence[float] | None = None) -> bool:
    """Return whether to stop though `left` more votes could come; true also when none can.

    Args:
        votes: those that stand, in [0, 1].
        left: how many more could be asked for, at least 0.
        stop: the rule.
        weights: how many votes each counts for, at least 0; None: one each. A vote to come is taken to weigh as much as
            the heaviest so far, and at least 1.

    Raises:
        DataError: the numbers of votes and weights differ, or a weight is negative or not finite.
    """
    if left <= 0:
        return True
    total, ahead, heaviest = _lead(votes, stop, weights)
    if stop.rule == "never":
        return False
    if ahead > left * heaviest + ROUNDING:
        return True
    return stop.rule != "decided" and _sure(total, ahead, stop)


def certain(votes: Sequence[float], stop: Stop, weights: Sequence[float] | None = None) -> bool:
    """Return whether a verdict is certain by the rule itself, where no more votes can come.

    `never` and `decided`: one side is ahead. `beta` and `lead`: as the rule says. What is not certain may be worth
    somebody stronger.

    Args:
        votes: those that stand, in [0, 1].
        stop: the rule.
        weights: as for `settled`.

    Raises:
        DataError: as `settled`.
    """
    total, ahead, _ = _lead(votes, stop, weights)
    return ahead > ROUNDING and (stop.rule in ("never", "decided") or _sure(total, ahead, stop))


def _lead(votes: Sequence[float], stop: Stop, weights: Sequence[float] | None) -> tuple[float, float, float]:
    """The weight of all votes, by how much one side is ahead, and the most that a vote to come may weigh."""
    weighed = [1.0] * len(votes) if weights is None else list(weights)
    if len(weighed) != len(votes) or not all(0 <= weight < math.inf for weight in weighed):
        raise DataError(f"weights {weighed} do not fit {len(votes)} votes; give one of at least 0 for each vote")
    signs = [(vote > stop.threshold) - (vote < stop.threshold) for vote in votes]
    ahead = abs(math.fsum(sign * weight for sign, weight in zip(signs, weighed, strict=True)))
    return math.fsum(weighed), ahead, max([1.0, *weighed])


def _sure(total: float, ahead: float, stop: Stop) -> bool:
    if stop.rule == "lead":
        return ahead >= stop.lead - ROUNDING
    return certainty((total + ahead) / 2, (total - ahead) / 2) >= 1 - stop.error


def certainty(front: float, behind: float) -> float:
    """Return P(p > 1/2) for p ~ Beta(front + 1, behind + 1), which is I_{1/2}(behind + 1, front + 1).

    `front` is at least `behind`. Exact where the lead is a whole number of votes: I_{1/2}(a, a) = 1/2, and each further
    vote in front adds I(a, b + 1) - I(a, b) = (1/2)^(a + b) / (b B(a, b)), so that the sum is finite. Of another lead
    the part of a vote is left out, which errs on the side of asking.
    """
    a = behind + 1
    gains = (_gain(a, a + step) for step in range(math.floor(front - behind + ROUNDING)))
    return min(1.0, 0.5 + math.fsum(gains))


def _gain(a: float, b: float) -> float:
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(-(a + b) * math.log(2) - math.log(b) - log_beta)
