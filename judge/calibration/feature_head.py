"""A head on named features: a number in [0, 1] by one logistic unit."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from judge.calibration.base import Fitted, check_ridge
from judge.calibration.examples import RESCALE
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic
from judge.errors import DataError
from judge.reducers import sigmoid
from judge.transforms.logistic import log_odds

Features = Mapping[str, float]
FLOOR = 0.1
"""Features that spread less are scaled as if they spread so much: what hardly ever differs earns no large weight."""


class Unit(Fitted):
    """p = sigmoid(intercept + sum of slope * feature).

    A missing feature is 0, and one that the fit never saw does not count.
    """

    intercept: float
    slopes: dict[str, float]
    """By feature, in log-odds for each unit of it."""

    def apply(self, features: Features) -> float:
        """Return p, in [0, 1]."""
        known = (self.slopes.get(name, 0.0) * feature for name, feature in features.items())
        return sigmoid(self.intercept + math.fsum(known))


class FeatureHead(Unit):
    """A unit that predicts a label in [0, 1], such as a person's rating as a share of its scale.

    Features are what the caller has: values of criteria, probabilities of options, 1 for the user who rates. With
    those of all questions of a rubric and of the rater it is the linear case of LLM-Rubric (Hashemi et al., ACL 2024).
    """

    kind: Literal["feature_head"] = "feature_head"


@fitting
def fit(rows: Sequence[Features], labels: Sequence[float], *, ridge: float = 10.0) -> FeatureHead:
    """Fit a head by maximum likelihood with a ridge on the slopes.

    Args:
        rows: features of each example.
        labels: in [0, 1]; one between is met between.
        ridge: how firmly the slopes are held to 0, for features scaled to a spread of 1; above 0.

    Raises:
        DataError: there are no rows, not as many labels, a label is outside [0, 1], or all are 0 or all 1.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    if labels and len(set(labels)) == 1 and labels[0] in (0, 1):
        raise DataError(f"a fit needs labels of both kinds, and all {len(labels)} are {labels[0]:g}; give rows of both")
    intercept, slopes = fit_unit(rows, labels, [1.0] * len(labels), ridge)
    return FeatureHead(intercept=intercept, slopes=slopes, rows=len(rows))


def fit_unit(
    rows: Sequence[Features], labels: Sequence[float], counts: Sequence[float], ridge: float
) -> tuple[float, dict[str, float]]:
    """Return intercept and slopes; `counts` says how often each row counts.

    It runs inside what is `fitting`. The intercept is held, by the same ridge, to the log-odds of the mean label at
    mean features.
    """
    import numpy as np

    check_ridge(ridge)
    if not rows or not len(rows) == len(labels) == len(counts):
        raise DataError(f"got {len(rows)} rows and {len(labels)} labels; give one label for each row")
    if wrong := [label for label in labels if not 0 <= label <= 1]:
        raise DataError(f"a label must be in [0, 1], got {wrong[0]:g}; {RESCALE}")
    total = math.fsum(counts)
    level = math.fsum(label * count for label, count in zip(labels, counts, strict=True)) / total
    level = min(max(level, 1 / (total + 2)), (total + 1) / (total + 2))  # labels all alike are not certain to stay so
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    middle, spread = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), FLOOR)
    scaled = np.column_stack([(matrix - middle) / spread, np.ones(len(rows))])
    start = np.zeros(len(names) + 1)
    start[-1] = log_odds(level)
    found = logistic(scaled, np.array(labels, dtype=float), ridge=ridge, prior=start, counts=np.array(counts))
    slopes = found[:-1] / spread
    return float(found[-1] - middle @ slopes), dict(zip(names, slopes.tolist(), strict=True))
