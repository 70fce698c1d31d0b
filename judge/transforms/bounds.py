"""Transforms of one value at a time by its bounds: clip, cap, rescale."""

from collections.abc import Sequence
from typing import Literal

from pydantic import model_validator

from judge.errors import SettingsError
from judge.transforms.base import Group, GroupTransform


class _Interval(GroupTransform):
    lo: float = 0.0
    hi: float = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> "_Interval":
        if not self.lo < self.hi:
            raise ValueError(f"an interval needs lo < hi, got {self.lo:g} and {self.hi:g}")
        return self


class Clip(_Interval):
    """Values below `lo` become `lo` and values above `hi` become `hi`."""

    name: Literal["clip"] = "clip"

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return the part of the range that is left."""
        low, high = max(lo, self.lo), min(hi, self.hi)
        if not low < high:
            raise SettingsError(
                f"clip to [{self.lo:g}, {self.hi:g}] leaves nothing of the range [{lo:g}, {hi:g}]; choose bounds in it"
            )
        return low, high

    def moved(self, group: Group) -> Sequence[float]:
        """Return the values, clipped."""
        return [min(self.hi, max(self.lo, value)) for value in group.values]


class Cap(GroupTransform):
    """min(r, theta): above its proxy point a reward no longer tells better from worse, so it stops growing there.

    From Constrained RLHF (Moskovitz et al. 2023, arXiv 2310.04373). The cap alone, without the weights that
    `judge.transforms.lagrange` updates, is the form for use without training.
    """

    name: Literal["cap"] = "cap"
    theta: float
    """The proxy point, in units of the value."""

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return the part of the range that is left."""
        if not lo < self.theta:
            raise SettingsError(
                f"a cap at {self.theta:g} leaves nothing of the range [{lo:g}, {hi:g}]; choose a theta in it"
            )
        return lo, min(hi, self.theta)

    def moved(self, group: Group) -> Sequence[float]:
        """Return the values, capped."""
        return [min(self.theta, value) for value in group.values]


class Rescale(_Interval):
    """The whole range is stretched or shrunk to [lo, hi], linearly."""

    name: Literal["rescale"] = "rescale"

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return [lo, hi] as it was asked for."""
        return self.lo, self.hi

    def moved(self, group: Group) -> Sequence[float]:
        """Return the values on the new scale."""
        return [self.lo + share * (self.hi - self.lo) for share in group.shares]
