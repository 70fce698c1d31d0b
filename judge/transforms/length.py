"""Take something off for length."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from judge.transforms.base import Group, GroupTransform


class LengthPenalty(GroupTransform):
    """r - weight * min(1, excess / width)^2, where `excess` is the length above `target`.

    Nothing is taken off up to the target, little just above it, and all of `weight` from `target + width` on: smooth
    where it begins, and bounded, so that the reward keeps a range. The hybrid multi-aspect reward asks for a penalty
    that rises smoothly above a target; the square is our choice.
    """

    name: Literal["length_penalty"] = "length_penalty"
    target: int = Field(ge=0)
    """Length up to which nothing is taken off, in the unit of the lengths."""
    width: int | None = Field(default=None, ge=1)
    """Excess at which all of `weight` is taken off; None: the target again, at least 1."""
    weight: float = Field(default=0.1, ge=0)
    """The most that is taken off, in units of the value."""

    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return the range with `weight` more room below."""
        return lo - self.weight, hi

    def moved(self, group: Group) -> Sequence[float]:
        """Return the values less their penalties."""
        width = self.width or max(self.target, 1)
        excess = [min(1.0, max(0, length - self.target) / width) for length in group.lengths]
        return [value - self.weight * share**2 for value, share in zip(group.values, excess, strict=True)]
