"""Graded verdicts: how sure a comparison of -3 to 3 is."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from judge.calibration.base import ValueCalibrator
from judge.calibration.examples import Label, check_labels
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic
from judge.errors import DataError
from judge.reducers import sigmoid


class Graded(ValueCalibrator):
    """p = sigmoid(beta * v): the probability that the first response is better, from a signed verdict v.

    HelpSteer2-Preference grades from -3, the second is much better, to 3, the first is; v may be any signed margin.
    """

    kind: Literal["graded"] = "graded"
    beta: float = Field(ge=0)

    def apply(self, value: float) -> float:
        """Return sigmoid(beta * value)."""
        return sigmoid(self.beta * value)


@fitting
def fit(rows: Sequence[Label], *, ridge: float = 1e-3) -> Graded:
    """Fit beta by maximum likelihood; a label is 1 when the first response is better, 0 when the second is.

    Args:
        rows: verdicts and labels.
        ridge: holds beta finite where the verdicts are never wrong; 0 for maximum likelihood alone.

    Raises:
        DataError: the labels do not allow a fit.
        SettingsError: scikit-learn is not installed.
    """
    import numpy as np

    check_labels(rows, both=False)
    if ridge == 0 and all(row.value * (2 * row.label - 1) >= 0 for row in rows if row.label in (0, 1)):
        raise DataError("the verdicts are never wrong, so no finite beta is most likely; set a ridge above 0")
    found = logistic(np.array([[row.value] for row in rows]), np.array([row.label for row in rows]), ridge=ridge)
    return Graded(beta=max(0.0, float(found[0])), rows=len(rows))
