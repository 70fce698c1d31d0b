"""Replaying recorded votes: what would a rule have stopped at, had they been asked for one by one?"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from judge.reducers.rules import Rule, reduce
from judge.reducers.stopping import Stop, settled


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where a rule stopped."""

    asked: int
    """Votes that were asked for."""
    verdict: float | None
    """Their majority; None where it is tied."""


def replay(votes: Sequence[float], stop: Stop, seed: int | str) -> Replayed:
    """Shuffle recorded votes by the seed and ask for one after the other until the rule is content.

    Args:
        votes: all that were recorded, in [0, 1].
        stop: when to leave the rest unasked.
        seed: of the order.
    """
    order = list(votes)
    random.Random(seed).shuffle(order)
    asked = 0
    for asked in range(1, len(order) + 1):
        if settled(order[:asked], len(order) - asked, stop):
            break
    return Replayed(asked, reduce(order[:asked], Rule(rule="majority")))
