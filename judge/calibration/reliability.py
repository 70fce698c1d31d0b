"""How far probabilities can be believed: accuracy, Brier score and calibration error."""

import math
from collections.abc import Sequence

from judge.errors import DataError
from judge.types import Value


class Bin(Value):
    """Predictions between two bounds."""

    lo: float
    hi: float
    n: int
    mean: float | None
    """Mean prediction; None in an empty bin."""
    rate: float | None
    """Mean label."""


class Reliability(Value):
    """What predictions in [0, 1] are worth against labels in [0, 1]."""

    n: int
    accuracy: float
    """Share on the label's side of one half; a prediction of exactly one half is half right."""
    brier: float
    """Mean of (p - y)^2; 0 is best, 0.25 is what a constant one half gets."""
    ece: float
    """Expected calibration error: mean over predictions of |mean p - mean y| in their bin."""
    bins: tuple[Bin, ...]


def reliability(predictions: Sequence[float], labels: Sequence[float], bins: int = 10) -> Reliability:
    """Return the figures; bins are equally wide, and a prediction on a bound counts above it.

    Raises:
        DataError: there are no predictions, not as many as labels, or one is outside [0, 1].
    """
    if not predictions or len(predictions) != len(labels):
        raise DataError(f"got {len(predictions)} predictions and {len(labels)} labels; give one label for each")
    if wrong := [value for value in (*predictions, *labels) if not 0 <= value <= 1]:
        raise DataError(f"predictions and labels must be in [0, 1], got {wrong[0]:g}; rescale them first")
    n = len(predictions)
    pairs = list(zip(predictions, labels, strict=True))
    held: list[list[tuple[float, float]]] = [[] for _ in range(bins)]
    for p, y in pairs:
        held[min(bins - 1, math.floor(p * bins))].append((p, y))
    table = tuple(_bin(at, bins, content) for at, content in enumerate(held))
    return Reliability(
        n=n,
        accuracy=math.fsum(0.5 if p == 0.5 else float((p > 0.5) == (y >= 0.5)) for p, y in pairs) / n,
        brier=math.fsum((p - y) ** 2 for p, y in pairs) / n,
        ece=math.fsum(abs(math.fsum(p - y for p, y in content)) for content in held) / n,
        bins=table,
    )


def _bin(at: int, bins: int, content: Sequence[tuple[float, float]]) -> Bin:
    mean, rate = (
        (math.fsum(column) / len(content) for column in zip(*content, strict=True)) if content else (None, None)
    )
    return Bin(lo=at / bins, hi=(at + 1) / bins, n=len(content), mean=mean, rate=rate)
