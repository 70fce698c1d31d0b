"""Platt scaling: a logistic curve over the value."""

import math
import statistics
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from judge.calibration.base import ValueCalibrator
from judge.calibration.examples import Label, check_labels
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic
from judge.reducers import sigmoid
from judge.transforms.logistic import log_odds


class Platt(ValueCalibrator):
    """p = sigmoid(a * value + b)."""

    kind: Literal["platt"] = "platt"
    a: float = Field(ge=0)
    """0 when higher values do not go with higher labels: then everything gets the same p."""
    b: float

    def apply(self, value: float) -> float:
        """Return sigmoid(a * value + b)."""
        return sigmoid(self.a * value + self.b)


@fitting
def fit(rows: Sequence[Label]) -> Platt:
    """Fit by maximum likelihood on smoothed labels (Platt 1999).

    With N+ rows labelled 1 and N- labelled 0 the targets are (N+ + 1) / (N+ + 2) and 1 / (N- + 2), which keeps the
    curve finite on few rows and on rows that a threshold separates. A label between 0 and 1 is a target between.

    Raises:
        DataError: the labels do not allow a fit.
        SettingsError: scikit-learn is not installed.
    """
    import numpy as np

    check_labels(rows)
    right = math.fsum(row.label for row in rows)
    high, low = (right + 1) / (right + 2), 1 / (len(rows) - right + 2)
    targets = np.array([low + (high - low) * row.label for row in rows])
    values = [row.value for row in rows]
    middle, spread = statistics.fmean(values), statistics.pstdev(values)
    level = Platt(a=0, b=log_odds(float(targets.mean())), rows=len(rows))
    if not spread:
        return level
    slope, height = logistic(np.array([((value - middle) / spread, 1.0) for value in values]), targets)
    a = float(slope) / spread
    return Platt(a=a, b=float(height) - a * middle, rows=len(rows)) if a > 0 else level
