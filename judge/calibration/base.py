"""What every fitted thing is: frozen numbers that apply in plain Python and go to JSON and back."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from judge.errors import SettingsError
from judge.reducers import sigmoid
from judge.types import Value

Parts = Mapping[str, float | None]
"""Value by criterion, each in [0, 1]; None where the criterion has no score. As in `Reward.parts`."""


class Fitted(Value):
    """Numbers that were fitted on labelled rows."""

    kind: str
    version: Literal[1] = 1
    rows: int = Field(default=0, ge=0)
    """How many rows it was fitted on."""


class ValueCalibrator(Fitted, ABC):
    """A map from one number to one in [0, 1] that never falls as the number grows."""

    @abstractmethod
    def apply(self, value: float) -> float:
        """Return the calibrated value, in [0, 1]."""


class PartsCalibrator(Fitted, ABC):
    """A map from the values of the criteria to one number, for a user or a category.

    A response that lacks one of the values that count has no number: an unscored criterion is not a zero.
    """

    criteria: tuple[str, ...] = Field(min_length=1)
    """Names that it knows, in order."""

    @abstractmethod
    def apply(self, parts: Parts, user: str = "", category: str = "") -> float | None:
        """Return the value of a response, in [0, 1]; None when a criterion that counts is missing or None.

        Args:
            parts: value by criterion; others than `criteria` are passed over.
            user: whose taste counts; an unknown one gets everyone's.
            category: of the prompt; an unknown one gets what the kind says.
        """

    @abstractmethod
    def preference(self, first: Parts, second: Parts, user: str = "", category: str = "") -> float | None:
        """Return the probability that the first response is preferred to the second; None as for `apply`."""


class LinearCalibrator(PartsCalibrator):
    """Criteria weighed: P(a over b) = sigmoid(w . (a - b)), and the value is the same order put into [0, 1].

    The value is sum |w| g / sum |w| with g the criterion's value, or 1 minus it where the weight is negative. It is
    w . a, shifted and divided by a constant, so that a higher value is a preferred response.
    """

    @abstractmethod
    def weights(self, parts: Parts, user: str = "", category: str = "") -> Mapping[str, float]:
        """Return w by criterion."""

    def apply(self, parts: Parts, user: str = "", category: str = "") -> float | None:
        """Return the weighted mean of the criteria; 0.5 when every weight is 0, which prefers nothing."""
        weights = self.weights(parts, user, category)
        known = scored(parts, weights)
        total = math.fsum(map(abs, weights.values()))
        if not known or not total:
            return 0.5 if known else None
        gains = (abs(weight) * (known[name] if weight > 0 else 1 - known[name]) for name, weight in weights.items())
        return min(1.0, max(0.0, math.fsum(gains) / total))

    def preference(self, first: Parts, second: Parts, user: str = "", category: str = "") -> float | None:
        """Return sigmoid(w . (a - b))."""
        weights = self.weights(first, user, category)
        ours, theirs = scored(first, weights), scored(second, weights)
        if ours is None or theirs is None:
            return None
        return sigmoid(math.fsum(weight * (ours[name] - theirs[name]) for name, weight in weights.items()))


def named(names: Sequence[str], numbers: Iterable[float]) -> dict[str, float]:
    """Return numbers by name, as plain floats."""
    return {name: float(number) for name, number in zip(names, numbers, strict=True)}


def check_named(criteria: Sequence[str], *weights: Mapping[str, float]) -> None:
    """Refuse weights that are not for these criteria, all of them."""
    for each in weights:
        if each.keys() != set(criteria):
            raise ValueError(f"weights must be for {', '.join(criteria)}; got {', '.join(each)}")


def check_shares(*weights: Sequence[float], size: int) -> None:
    """Refuse weights that are not `size` numbers of at least 0 that add up to 1."""
    for each in weights:
        if len(each) != size or min(each) < 0 or abs(math.fsum(each) - 1) > 1e-6:
            raise ValueError(f"weights must be {size} numbers of at least 0 that add up to 1; got {list(each)}")


def check_ridge(ridge: float) -> None:
    """Refuse a ridge with which a fit might not be finite.

    Raises:
        SettingsError: it is not above 0.
    """
    if not ridge > 0:
        raise SettingsError(f"a ridge must be above 0, got {ridge:g}; few pairs leave weights undecided without it")


def scored(parts: Parts, names: Mapping[str, object] | tuple[str, ...]) -> dict[str, float] | None:
    """Return the values of the named criteria; None when one is missing or None."""
    known: dict[str, float] = {}
    for name in names:
        value = parts.get(name)
        if value is None:
            return None
        known[name] = value
    return known
