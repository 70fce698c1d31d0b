"""The meta vote: how likely each judgment of a set is right, fitted on sets whose answer is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from judge.calibration.features import Features, features
from judge.errors import DataError
from judge.types import Evidence, Judgment, Value


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of judgments whose answer is known, as a fit sees it."""

    features: tuple[Features, ...]
    right: tuple[bool | None, ...]
    """For each judgment, whether it is right; None does not count."""


class Meta(Value):
    """A fitted meta vote: P(right) = sigmoid(intercept + sum_f weights[f] * feature f) for each judgment of a set.

    It stands in for the meta RM of SPCT (arXiv:2504.02495, section on voting), which scores every sample by whether its
    ranking is correct. A feature that a judgment lacks is 0, and one that the fit never saw does not count.
    """

    kind: Literal["meta"] = "meta"
    intercept: float
    weights: dict[str, float]
    """By feature, in log-odds for each unit of the feature."""
    fitted_on: int = Field(default=0, ge=0)
    """Sets of judgments."""

    def weigh(self, judgments: Sequence[Judgment], evidence: Sequence[Evidence] = ()) -> tuple[float, ...]:
        """Return P(right) of each judgment, in [0, 1]; 0 for one that gave no number, since there is nothing to weigh."""
        return tuple(self.probability(found) if found else 0.0 for found in features(judgments, evidence))

    def probability(self, found: Features) -> float:
        """Return P(right) of the judgment with these features."""
        odds = self.intercept + math.fsum(self.weights.get(name, 0.0) * value for name, value in found.items())
        return 1 / (1 + math.exp(-odds)) if odds >= 0 else 1 - 1 / (1 + math.exp(odds))


def prefer(judgments: Sequence[Judgment], weights: Sequence[float]) -> float | None:
    """Return the probability that response 0 is better than response 1, the mean of what each judgment says of it.

    A judgment for response 0 that is right with probability w says w, one for response 1 says 1 - w; so a judgment that
    is more often wrong than right speaks for the other side. This is the linear opinion pool. Judgments that tie or gave
    no number say nothing; None when none is left.
    """
    said = []
    for judgment, weight in zip(judgments, weights, strict=True):
        if (best := _best(judgment)) is not None:
            said.append(weight if best == 0 else 1 - weight)
    return math.fsum(said) / len(said) if said else None


def is_right(judgment: Judgment, best: int) -> bool | None:
    """Whether the response `best` has the highest mean score, alone; None for a judgment that gave no number.

    SPCT's label for two or more responses.
    """
    if judgment.failure is not None or not judgment.scores:
        return None
    return _best(judgment) == best


def labelled(judgments: Sequence[Judgment], best: int, evidence: Sequence[Evidence] = ()) -> Labelled:
    """Return a set whose best response is known, for `fit_meta`."""
    return Labelled(features(judgments, evidence), tuple(is_right(judgment, best) for judgment in judgments))


def fit_meta(sets: Sequence[Labelled], c: float = 0.1) -> Meta:
    """Fit a meta vote by logistic regression with an L2 penalty.

    The features are taken as they are: each is a share, a concordance or a logarithm, and what hardly ever differs
    earns hardly any weight. Every set counts as much as any other, however many judgments it has: its judgments are not independent.

    Args:
        sets: sets of judgments with their labels.
        c: inverse strength of the penalty, as scikit-learn counts it.

    Raises:
        DataError: the labels are all alike, so that there is nothing to tell apart.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows, right, weights = _rows(sets)
    if len(set(right)) < 2:
        raise DataError("a meta vote needs judgments that are right and judgments that are wrong; label more sets")
    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    model = LogisticRegression(C=c, max_iter=1000, tol=1e-8).fit(matrix, right, sample_weight=weights)
    slopes = dict(zip(names, model.coef_[0].tolist(), strict=True))
    return Meta(intercept=float(model.intercept_[0]), weights=slopes, fitted_on=len(sets))


def _rows(sets: Sequence[Labelled]) -> tuple[list[Features], list[bool], list[float]]:
    rows, labels, weights = [], [], []
    for known in sets:
        counted = [(row, right) for row, right in zip(known.features, known.right, strict=True) if right is not None]
        for row, right in counted:
            rows.append(row)
            labels.append(right)
            weights.append(1 / len(counted))
    return rows, labels, weights


def _best(judgment: Judgment) -> int | None:
    """Return the response with the highest mean score; None for a tie and where there are no scores."""
    by_response: dict[int, list[float]] = {}
    for score in judgment.scores if judgment.failure is None else ():
        by_response.setdefault(score.response, []).append(score.value)
    means = {response: math.fsum(values) / len(values) for response, values in by_response.items()}
    top = [response for response, mean in means.items() if mean == max(means.values())]
    return top[0] if len(top) == 1 else None
