"""Isotonic regression: the best map that never falls, as knots with straight lines between."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from judge.calibration.base import ValueCalibrator
from judge.calibration.examples import Label, check_labels
from judge.calibration.extra import fitting


class Isotonic(ValueCalibrator):
    """A map by knots (x, y): linear between neighbours, level beyond the first and the last."""

    kind: Literal["isotonic"] = "isotonic"
    x: tuple[float, ...] = Field(min_length=1)
    """Rising."""
    y: tuple[Annotated[float, Field(ge=0, le=1)], ...]
    """One per x, never falling."""

    @model_validator(mode="after")
    def _monotone(self) -> "Isotonic":
        if len(self.x) != len(self.y):
            raise ValueError(f"{len(self.x)} knots need as many values, got {len(self.y)}")
        if any(left >= right for left, right in pairwise(self.x)):
            raise ValueError("the knots must rise from left to right")
        if any(left > right for left, right in pairwise(self.y)):
            raise ValueError("the values at the knots must not fall from left to right")
        return self

    def apply(self, value: float) -> float:
        """Return the value between the two knots that it lies between."""
        after = bisect_right(self.x, value)
        if after == 0:
            return self.y[0]
        if after == len(self.x):
            return self.y[-1]
        left, right, low, high = self.x[after - 1], self.x[after], self.y[after - 1], self.y[after]
        return min(high, low + (high - low) * ((value - left) / (right - left)))


@fitting
def fit(rows: Sequence[Label]) -> Isotonic:
    """Fit by pool-adjacent-violators on squared error, which for 0 and 1 is also maximum likelihood.

    It needs some hundreds of rows; with fewer, `platt` has less to learn.

    Raises:
        DataError: the labels do not allow a fit.
        SettingsError: scikit-learn is not installed.
    """
    from sklearn.isotonic import IsotonicRegression

    check_labels(rows)
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    model.fit([row.value for row in rows], [row.label for row in rows])
    x = tuple(map(float, model.X_thresholds_))
    y = tuple(min(1.0, max(0.0, float(each))) for each in model.y_thresholds_)
    return Isotonic(x=x, y=y, rows=len(rows))
