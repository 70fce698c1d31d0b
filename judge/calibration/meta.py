"""The meta vote: how likely each judgment of a set is right, fitted on sets whose answer is known."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from judge.calibration.extra import fitting
from judge.calibration.feature_head import Features, Unit, fit_unit
from judge.calibration.features import features
from judge.calibration.folds import folds, out_of_fold
from judge.errors import DataError
from judge.types import Evidence, Judgment

RIDGE = 30.0
"""On LLMBar as good as 10 and steadier over random halves and subsets (docs/votes.md)."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set of judgments and which response is best."""

    judgments: tuple[Judgment, ...]
    best: int | None
    """None: the best responses tie, and the set says nothing about who is right."""
    features: tuple[Features, ...]
    """Of each judgment; empty for one that gave no number."""
    group: str = ""
    """Sets of one group, such as those about one prompt, are never split by cross-validation; "": on its own."""


class Meta(Unit):
    """A fitted meta vote: P(right) of each judgment of a set, from its features among the others.

    It stands in for the meta RM of SPCT (arXiv:2504.02495), which scores every sample by whether its ranking is right.
    """

    kind: Literal["meta"] = "meta"

    def weigh(self, judgments: Sequence[Judgment], evidence: Sequence[Evidence] = ()) -> tuple[float, ...]:
        """Return P(right) of each judgment, in [0, 1]; 0 for one that gave no number: there is nothing to weigh."""
        return self._weights(features(judgments, evidence))

    def prefer(self, judgments: Sequence[Judgment], evidence: Sequence[Evidence] = ()) -> float | None:
        """Return the probability that response 0 is better than response 1; see `pool`."""
        return pool(judgments, self.weigh(judgments, evidence))

    def prefer_in(self, known: Labelled) -> float | None:
        """Do the same for a set whose features are there already; its label is not looked at."""
        return pool(known.judgments, self._weights(known.features))

    def _weights(self, found: Sequence[Features]) -> tuple[float, ...]:
        return tuple(self.apply(one) if one else 0.0 for one in found)


def pool(judgments: Sequence[Judgment], weights: Sequence[float]) -> float | None:
    """Return the probability that response 0 is better than response 1: the mean of what each judgment says of it.

    A judgment for response 0 that is right with probability w says w, and one for response 1 says 1 - w; so a judgment
    that is more often wrong than right speaks for the other side. This is the linear opinion pool. Judgments that tie
    or gave no number say nothing; None when none is left.
    """
    said = []
    for judgment, weight in zip(judgments, weights, strict=True):
        best = _best(judgment)
        if best is not None:
            said.append(weight if best == 0 else 1 - weight)
    return math.fsum(said) / len(said) if said else None


def is_right(judgment: Judgment, best: int) -> bool | None:
    """Whether the response `best` alone has the highest mean score; None for a judgment that gave no number.

    SPCT's label for two or more responses.
    """
    if judgment.failure is not None or not judgment.scores:
        return None
    return _best(judgment) == best


def labelled(
    judgments: Sequence[Judgment], best: int | None, evidence: Sequence[Evidence] = (), group: str = ""
) -> Labelled:
    """Return a set for `fit`, its features computed once."""
    return Labelled(tuple(judgments), best, features(judgments, evidence), group)


@fitting
def fit(sets: Sequence[Labelled], *, ridge: float = RIDGE) -> Meta:
    """Fit a meta vote by maximum likelihood with a ridge on the slopes.

    Every set counts as much as any other, however many judgments it has: its judgments are not independent. Where all
    judgments are right, or all are wrong, each gets nearly that probability.

    Args:
        sets: sets of judgments; those without a best response are passed over.
        ridge: how firmly the slopes are held to 0, for features scaled to a spread of 1; above 0.

    Raises:
        DataError: no set has a best response and a judgment with numbers.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    rows: list[Features] = []
    labels: list[float] = []
    counts: list[float] = []
    used = 0
    for known in sets:
        if known.best is None:
            continue
        judged = [is_right(judgment, known.best) for judgment in known.judgments]
        counted = [(row, right) for row, right in zip(known.features, judged, strict=True) if right is not None]
        rows += [row for row, _ in counted]
        labels += [float(right) for _, right in counted]
        counts += [1 / max(1, len(counted))] * len(counted)
        used += bool(counted)
    if not used:
        raise DataError(
            f"none of {len(sets)} sets has a best response and a judgment with numbers; give some that have both"
        )
    intercept, slopes = fit_unit(rows, labels, counts, ridge)
    return Meta(intercept=intercept, slopes=slopes, rows=used)


def cross_prefer(
    sets: Sequence[Labelled], *, ridge: float = RIDGE, count: int = 10, seed: int = 0
) -> list[float | None]:
    """Return for each set the probability that response 0 is better, by a meta vote fitted on the other folds.

    Args:
        sets: at least two groups of them.
        ridge: of the fits.
        count: how many folds.
        seed: of the folds.

    Raises:
        DataError: fewer than two groups, or a fold whose other folds have no labels.
        SettingsError: as for `fit`.
    """

    def learn(some: Sequence[Labelled]) -> Callable[[Labelled], float | None]:
        return fit(some, ridge=ridge).prefer_in

    return out_of_fold(sets, learn, folds([one.group for one in sets], [one.best == 0 for one in sets], count, seed))


def _best(judgment: Judgment) -> int | None:
    """Return the response with the highest mean score; None for a tie and where there are no scores."""
    by_response: dict[int, list[float]] = {}
    for score in judgment.scores if judgment.failure is None else ():
        by_response.setdefault(score.response, []).append(score.value)
    means = {response: math.fsum(values) / len(values) for response, values in by_response.items()}
    top = [response for response, mean in means.items() if mean == max(means.values())]
    return top[0] if len(top) == 1 else None
