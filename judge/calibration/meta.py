"""The meta vote: how likely each judgment of a set is right, fitted on sets whose answer is known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from judge.calibration.features import features
from judge.calibration.head import Features, Unit, fit_unit
from judge.types import Evidence, Judgment


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of judgments whose answer is known, as a fit sees it."""

    features: tuple[Features, ...]
    right: tuple[bool | None, ...]
    """For each judgment, whether it is right; None does not count."""


class Meta(Unit):
    """A fitted meta vote: P(right) of each judgment of a set, from its features among the others.

    It stands in for the meta RM of SPCT (arXiv:2504.02495), which scores every sample by whether its ranking is right.
    """

    kind: Literal["meta"] = "meta"

    def weigh(self, judgments: Sequence[Judgment], evidence: Sequence[Evidence] = ()) -> tuple[float, ...]:
        """Return P(right) of each judgment, in [0, 1]; 0 for one that gave no number: there is nothing to weigh."""
        return tuple(self.value(found) if found else 0.0 for found in features(judgments, evidence))


def prefer(judgments: Sequence[Judgment], weights: Sequence[float]) -> float | None:
    """Return the probability that response 0 is better than response 1, the mean of what each judgment says of it.

    A judgment for response 0 that is right with probability w says w, one for response 1 says 1 - w; so a judgment that
    is more often wrong than right speaks for the other side. This is the linear opinion pool. Judgments that tie or
    gave no number say nothing; None when none is left.
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
    """Return a set whose best response is known, for `fit`."""
    return Labelled(features(judgments, evidence), tuple(is_right(judgment, best) for judgment in judgments))


def fit(sets: Sequence[Labelled], *, ridge: float = 10.0) -> Meta:
    """Fit a meta vote by maximum likelihood with a ridge on the slopes.

    Every set counts as much as any other, however many judgments it has: its judgments are not independent.

    Args:
        sets: sets of judgments with their labels.
        ridge: how firmly the slopes are held to 0, for features scaled to a spread of 1.

    Raises:
        DataError: no judgment is right, or none is wrong.
        SettingsError: scikit-learn is not installed.
    """
    intercept, slopes = fit_unit(*_rows(sets), ridge)
    return Meta(intercept=intercept, slopes=slopes, rows=len(sets))


def _rows(sets: Sequence[Labelled]) -> tuple[list[Features], list[float], list[float]]:
    rows, labels, weights = [], [], []
    for known in sets:
        counted = [(row, right) for row, right in zip(known.features, known.right, strict=True) if right is not None]
        for row, right in counted:
            rows.append(row)
            labels.append(float(right))
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
