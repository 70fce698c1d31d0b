"""What every transform is: a rule from the scores of one group to other scores, with the range that they then have."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from judge.errors import SettingsError
from judge.types import Value


@dataclass(frozen=True, slots=True)
class Transformed:
    """The values of a group after a transform, and the range that they cannot leave."""

    values: tuple[float | None, ...]
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Group:
    """The scored responses of one group, with the range that their values had."""

    values: tuple[float, ...]
    """At least one."""
    lengths: tuple[int, ...]
    lo: float
    hi: float
    seed: int

    @property
    def shares(self) -> tuple[float, ...]:
        """The values as shares of their range, in [0, 1]."""
        return tuple(min(1.0, max(0.0, (value - self.lo) / (self.hi - self.lo))) for value in self.values)


class GroupTransform(Value, ABC):
    """A deterministic map of rewards. A response without a score stays without one and is never looked at."""

    @abstractmethod
    def bounds(self, lo: float, hi: float) -> tuple[float, float]:
        """Return the range of the values afterwards; it depends on the range before and on nothing else.

        Raises:
            SettingsError: nothing of the range would be left.
        """

    @abstractmethod
    def moved(self, group: Group) -> Sequence[float]:
        """Return the new value of each scored response."""

    def apply(
        self, values: Sequence[float | None], *, lo: float, hi: float, lengths: Sequence[int], seed: int
    ) -> Transformed:
        """Return the values of a group after the transform.

        Args:
            values: of all responses to one prompt, in [lo, hi]; None for those without a score.
            lo: least value that a response could have.
            hi: largest value; above `lo`.
            lengths: of the responses, one each, in the unit that the caller counts in.
            seed: for transforms that draw; give each group its own.

        Raises:
            SettingsError: nothing of the range would be left.
        """
        if not lo < hi:
            raise SettingsError(f"a transform needs lo < hi, got {lo:g} and {hi:g}")
        low, high = self.bounds(lo, hi)
        after: list[float | None] = [None] * len(values)
        both = enumerate(zip(values, lengths, strict=True))
        if scored := [(at, value, length) for at, (value, length) in both if value is not None]:
            places, known, sizes = zip(*scored, strict=True)
            for at, value in zip(places, self.moved(Group(known, sizes, lo, hi, seed)), strict=True):
                after[at] = min(high, max(low, value))  # rounding must not leave the range
        return Transformed(tuple(after), low, high)
