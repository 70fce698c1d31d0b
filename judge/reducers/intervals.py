"""Intervals: how well a few numeric scores pin down their mean."""

import math
from collections.abc import Sequence

from judge.errors import DataError


def interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float] | None:
    """Return the interval for the mean of scores in [0, 1], by Student's t, cut to [0, 1]; None for fewer than two.

    It is mean -+ t_{(1 + level)/2, n - 1} s / sqrt(n), s with n - 1; right for scores that are about normal.
    Scores that are all the same give an interval of no width.

    Args:
        values: the scores.
        level: how often such intervals hold the mean, in (0, 1).

    Raises:
        DataError: the level is outside (0, 1).
    """
    if not 0 < level < 1:
        raise DataError(f"level {level:g} is outside (0, 1); 0.95 is usual")
    n = len(values)
    if n < 2:
        return None
    mean = math.fsum(values) / n
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    reach = _t_quantile(level, n - 1) * error
    return max(0.0, mean - reach), min(1.0, mean + reach)


def straddles(values: Sequence[float], threshold: float, level: float = 0.95) -> bool:
    """Return whether the scores leave open on which side of the threshold their mean lies: a reason to ask further.

    True when the interval holds the threshold, and for fewer than two scores, of whose spread nothing is known.
    """
    found = interval(values, level)
    return found is None or found[0] <= threshold <= found[1]


def _t_quantile(level: float, df: int) -> float:
    """The t with P(|T| <= t) = level: bisected over the angle atan(t / sqrt(df)), from 0 to a right one."""
    low, high = 0.0, math.pi / 2
    for _ in range(100):
        angle = (low + high) / 2
        if not low < angle < high:
            break
        low, high = (angle, high) if _t_within(angle, df) < level else (low, angle)
    return math.tan(low) * math.sqrt(df)


def _t_within(angle: float, df: int) -> float:
    """P(|T| <= t) with t = sqrt(df) tan(angle), a finite sum (Abramowitz and Stegun, 26.7.3 and 26.7.4)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = df % 2
    term, terms = cosine if odd else 1.0, []
    for k in range(1 + odd, df, 2):
        terms.append(term)
        term *= cosine**2 * k / (k + 1)
    if not odd:
        return sine * math.fsum(terms)
    return (angle + sine * math.fsum(terms)) * 2 / math.pi
