"""A feature head: a number in [0, 1] from named features by one logistic unit."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from judge.calibration.base import Fitted
from judge.calibration.extra import learn_extra
from judge.calibration.newton import logistic
from judge.errors import DataError
from judge.transforms.logistic import log_odds, sigmoid

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

    def value(self, features: Features) -> float:
        """Return p."""
        known = (self.slopes.get(name, 0.0) * feature for name, feature in features.items())
        return sigmoid(self.intercept + math.fsum(known))


class Head(Unit):
    """A unit that predicts a label in [0, 1], such as a person's rating as a share of its scale.

    Features are what the caller has: values of criteria, probabilities of options, 1 for the user who rates. With
    those of all questions of a rubric and of the rater it is the linear case of LLM-Rubric (Hashemi et al., ACL 2024).
    """

    kind: Literal["head"] = "head"


def fit(rows: Sequence[Features], labels: Sequence[float], *, ridge: float = 10.0) -> Head:
    """Fit a head by maximum likelihood with a ridge on the slopes.

    Args:
        rows: features of each example.
        labels: in [0, 1]; one between is met between.
        ridge: how firmly the slopes are held to 0, for features scaled to a spread of 1.

    Raises:
        DataError: there are no rows, their numbers differ, or the labels are all 0 or all 1.
        SettingsError: scikit-learn is not installed.
    """
    intercept, slopes = fit_unit(rows, labels, [1.0] * len(rows), ridge)
    return Head(intercept=intercept, slopes=slopes, rows=len(rows))


def fit_unit(
    rows: Sequence[Features], labels: Sequence[float], counts: Sequence[float], ridge: float
) -> tuple[float, dict[str, float]]:
    """Return intercept and slopes; `counts` says how often each row counts."""
    if not len(rows) == len(labels) == len(counts):
        raise DataError(f"{len(rows)} rows came with {len(labels)} labels; give one label for each row")
    level = math.fsum(label * count for label, count in zip(labels, counts, strict=True)) / max(
        1e-12, math.fsum(counts)
    )
    if not 0 < level < 1:
        raise DataError(
            f"a fit needs labels of both kinds, and their mean is {level:g}; give rows of the other kind too"
        )
    with learn_extra():
        import numpy as np
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    middle, spread = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), FLOOR)
    scaled = np.column_stack([(matrix - middle) / spread, np.ones(len(rows))])
    start = np.zeros(len(names) + 1)
    start[-1] = log_odds(level)
    found = logistic(scaled, np.array(labels, dtype=float), ridge=ridge, prior=start, counts=np.array(counts))
    slopes = found[:-1] / spread
    return float(found[-1] - middle @ slopes), dict(zip(names, slopes.tolist(), strict=True))
