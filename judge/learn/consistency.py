"""Which preferences and rankings agree with themselves, so that only steady ones are learned from.

Pure functions of numbers. They know neither models nor samples, and a number that is missing is never made up.
"""

import itertools
from collections.abc import Sequence

from judge.errors import DataError


def steady_preference(probabilities: Sequence[float | None], tau: float = 0.25) -> int | None:
    """Return which of two responses several critics prefer: 0 for the first, 1 for the second, None to drop the pair.

    The pair is kept when the critics are unanimous and confident: all probabilities lie on one side of 1/2, and the
    mean of |p - 1/2| is at least `tau`. After SCIR: keep only pairs on which the internal reward models of one LLM
    agree; the threshold on the mean is ours.

    Args:
        probabilities: one per critic, in [0, 1]: that the first response is better. None for a critic that gave no
            number; then nobody knows whether the critics are unanimous, and the pair is dropped.
        tau: least mean distance from 1/2, in [0, 1/2].

    Raises:
        DataError: there is no critic, or a number is out of range.
    """
    if not 0 <= tau <= 0.5:
        raise DataError(f"tau={tau:g} is outside [0, 0.5]; it bounds the mean distance from 1/2")
    if not probabilities:
        raise DataError("no critic said anything; give one probability per critic")
    known = [p for p in probabilities if p is not None]
    if wrong := [p for p in known if not 0 <= p <= 1]:
        raise DataError(f"{wrong[0]:g} is no probability; give numbers from 0 to 1")
    if len(known) < len(probabilities):
        return None
    first, second = all(p > 0.5 for p in known), all(p < 0.5 for p in known)
    confident = sum(abs(p - 0.5) for p in known) / len(known) >= tau
    if not (first or second) or not confident:
        return None
    return 0 if first else 1


def rank_consistency(current: Sequence[float | None], previous: Sequence[float | None]) -> float | None:
    """Return how alike two judges rank the same candidates: (tau + 1) / 2 in [0, 1], tau being Kendall's tau-a.

    1 means the same order, 0 the reverse, 1/2 no relation. A pair of candidates that a judge scores alike counts as
    neither in order nor reversed. After CREAM, where the judges are two iterations of one model and the number weighs
    the preference pair that is taken from the ranking.

    Args:
        current: scores by candidate, higher is better; None where unscored.
        previous: the other judge's, of the same candidates in the same order.

    Returns:
        None when fewer than two candidates are scored by both: then there is no order to compare.

    Raises:
        DataError: the two differ in length.
    """
    if len(current) != len(previous):
        raise DataError(f"{len(current)} scores cannot be compared with {len(previous)}; score the same candidates")
    both = [(a, b) for a, b in zip(current, previous, strict=True) if a is not None and b is not None]
    pairs = list(itertools.combinations(both, 2))
    if not pairs:
        return None
    signs = [_order(a[0], b[0]) * _order(a[1], b[1]) for a, b in pairs]
    return (sum(signs) / len(pairs) + 1) / 2


def _order(a: float, b: float) -> int:
    return (a > b) - (a < b)
