"""Transforms that look at the whole group: z-scores, ranks, and a sibling as reference."""

import math
import random
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from judge.transforms.base import Group, GroupTransform


class ZScore(GroupTransform):
    """(r - mean) / std over the scored responses of the group, population formula; 0 when all are equal."""

    name: Literal["zscore"] = "zscore"
    bound: float = Field(default=5.0, gt=0)
    """Values further out are clipped to plus or minus this."""

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return plus and minus `bound`."""
        return -self.bound, self.bound

    def moved(self, group: Group) -> Sequence[float]:
        """Return the z-scores."""
        mean = math.fsum(group.values) / len(group.values)
        apart = [value - mean for value in group.values]
        if min(group.values) == max(group.values):
            return [0.0] * len(apart)
        largest = max(map(abs, apart))  # squares of tiny differences would vanish
        std = largest * math.sqrt(math.fsum((each / largest) ** 2 for each in apart) / len(apart))
        return [each / std for each in apart]


class Baseline(GroupTransform):
    """r minus the mean of the group; 0 for a response that is alone. The baseline of REINFORCE.

    With `leave_one_out` it is the mean of the others (RLOO), which is the same times n / (n - 1) for n responses.
    """

    name: Literal["baseline"] = "baseline"
    leave_one_out: bool = False

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return plus and minus the width of the range."""
        return lo - hi, hi - lo

    def moved(self, group: Group) -> Sequence[float]:
        """Return what each is above the mean."""
        count = len(group.values)
        mean = math.fsum(group.values) / count
        times = count / (count - 1) if self.leave_one_out and count > 1 else 1.0
        return [(value - mean) * times for value in group.values]


class Rank(GroupTransform):
    """Place in the group as a share: 0 for the worst, 1 for the best; ties share their average place.

    A group with one scored response, or with equal ones alone, gives 0.5.
    """

    name: Literal["rank"] = "rank"

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return [0, 1]."""
        return 0.0, 1.0

    def moved(self, group: Group) -> Sequence[float]:
        """Return the places."""
        others = len(group.values) - 1
        if not others:
            return [0.5]
        below = [sum(other < value for other in group.values) for value in group.values]
        tied = [group.values.count(value) - 1 for value in group.values]
        return [(less + equal / 2) / others for less, equal in zip(below, tied, strict=True)]


class BootstrapReference(GroupTransform):
    """+1 for what beats one random response of the group, -1 for what does not; BRPO of Writing-Zero (2025).

    A score equal to the reference's does not beat it. The reference itself gets 0: the rule taken literally would give
    it -1 for a comparison with itself, which says nothing about it. The seed draws the reference among the scored
    responses, so that another seed, for another epoch, takes another one.
    """

    name: Literal["bootstrap_reference"] = "bootstrap_reference"

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return [-1, 1]."""
        return -1.0, 1.0

    def moved(self, group: Group) -> Sequence[float]:
        """Return +1, -1, and 0 for the reference."""
        chosen = random.Random(group.seed).randrange(len(group.values))
        reference = group.values[chosen]
        return [0.0 if at == chosen else 1.0 if value > reference else -1.0 for at, value in enumerate(group.values)]
