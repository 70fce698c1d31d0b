"""Split conformal prediction: an interval around a score that holds the label as often as promised."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from pydantic import Field

from judge.calibration.base import Fitted
from judge.calibration.examples import Label
from judge.errors import DataError, SettingsError


class Conformal(Fitted):
    """[value - radius, value + radius], cut to the range of the labels."""

    kind: Literal["conformal"] = "conformal"
    level: float = Field(gt=0, lt=1)
    """Share of new rows whose label lies within, at least."""
    radius: float = Field(ge=0)
    lo: float | None = 0.0
    """Least label that there can be; None: the interval is not cut below."""
    hi: float | None = 1.0

    def apply(self, value: float) -> float:
        """Return the value as it is: an interval calibrates how far to trust it, not the value."""
        return value

    def interval(self, value: float) -> tuple[float, float]:
        """Return the interval around a value, in units of the labels."""
        low, high = value - self.radius, value + self.radius
        least, most = -math.inf if self.lo is None else self.lo, math.inf if self.hi is None else self.hi
        return min(most, max(least, low)), min(most, max(least, high))


def fit(rows: Sequence[Label], *, level: float = 0.9, lo: float | None = 0.0, hi: float | None = 1.0) -> Conformal:
    """Return the interval whose radius is the k-th smallest |label - value|, with k = ceil((n + 1) * level).

    The promise holds for new rows that are drawn as these were (Vovk et al. 2005; Lei et al. 2018), and only if the
    score was not fitted on these rows. Several rows of one prompt are not independent draws: give one of each.

    Args:
        rows: scores and labels in the same units.
        level: 1 - alpha.
        lo: least label that there can be, or None.
        hi: largest label that there can be, or None.

    Raises:
        DataError: too few rows for the level; the sentence says how many it takes.
        SettingsError: the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise SettingsError(f"a level must be between 0 and 1, got {level:g}; 0.9 is usual")
    exact = Fraction(str(level))  # 0.9 as it was written, so that 9 rows do
    rank = math.ceil((len(rows) + 1) * exact)
    if rank > len(rows):
        needed = math.ceil(exact / (1 - exact))
        raise DataError(f"intervals of level {level:g} take at least {needed} rows, got {len(rows)}; label more rows")
    apart = sorted(abs(row.label - row.value) for row in rows)
    return Conformal(level=level, radius=apart[rank - 1], lo=lo, hi=hi, rows=len(rows))
