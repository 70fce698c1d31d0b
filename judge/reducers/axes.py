"""Axes: judgments are an array over samples, orders, critics and more; a plan reduces it one axis after the other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from judge.reducers.rules import Rule, reduce

Axis = Literal["samples", "orders", "critics", "contexts", "variants", "opponents", "steps"]
AXES: tuple[Axis, ...] = get_args(Axis)


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote, and where it stands.

    A weight may be trust in the vote, or the probability of the context in which it was cast.
    """

    value: float
    """In [0, 1]."""
    weight: float = 1.0
    """At least 0; 0 does not count."""
    at: Mapping[Axis, str | int] = field(default_factory=dict)
    """Its coordinate on each axis that it has."""


class Reduction(Rule):
    """A rule, and the axis that it is for."""

    axis: Axis


def reduce_axes(casts: Sequence[Cast], plan: Sequence[Reduction], rest: Rule) -> float | None:
    """Reduce votes axis by axis, in the order of the plan, and whatever is left by `rest`.

    For each reduction the casts that agree in all other coordinates form a group, and the group becomes one cast
    without that axis. Inside a group the weights of its casts count; the new cast weighs the mean of those above 0. So
    the weight of a context, which all its votes carry, is still there when the contexts are reduced, however many of
    its votes failed: `P(y_1 > y_2) = sum_z p(z) P(y_1 > y_2 | z)` is samples by mean, then contexts by mean. A group
    without a number (no vote counts, or a tied majority) drops out.

    The order of the casts does not matter; `last` goes by the coordinate, numbers before texts.

    Returns:
        A number in [0, 1], or None when nothing is left.

    Raises:
        DataError: a value is outside [0, 1], or a weight is negative or not finite.
    """
    left = list(casts)
    for reduction in plan:
        groups: dict[frozenset[tuple[Axis, str | int]], list[Cast]] = {}
        for cast in left:
            key = frozenset((axis, place) for axis, place in cast.at.items() if axis != reduction.axis)
            groups.setdefault(key, []).append(cast)
        reduced = (_one(group, reduction, dict(key)) for key, group in groups.items())
        left = [cast for cast in reduced if cast is not None]
    return _reduced(left, rest)


def _one(group: Sequence[Cast], rule: Rule, at: Mapping[Axis, str | int]) -> Cast | None:
    value = _reduced(group, rule)
    if value is None:
        return None
    weights = [cast.weight for cast in group if cast.weight > 0]
    return Cast(value, math.fsum(weights) / len(weights), at)


def _reduced(group: Sequence[Cast], rule: Rule) -> float | None:
    ordered = sorted(group, key=_place) if len(group) > 1 else group
    return reduce([cast.value for cast in ordered], rule, [cast.weight for cast in ordered])


def _place(cast: Cast) -> tuple[list[tuple[bool, int, str]], float, float]:
    """Where a cast stands among others; those at one place go by value, so that the order given never counts."""
    places = [cast.at.get(axis, -1) for axis in AXES]
    keys = [(True, 0, place) if isinstance(place, str) else (False, place, "") for place in places]
    return keys, cast.value, cast.weight
