"""Take out what a judge gives to a source model rather than to its answers, by Elo ratings (CHARM)."""

import math
import statistics
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from pydantic import Field

from judge.calibration.base import Fitted
from judge.errors import DataError


class EloShift(Fitted):
    """score + shift of the model that wrote the response; for leaderboards and audits, where that model is known."""

    kind: Literal["elo_shift"] = "elo_shift"
    shifts: dict[str, float] = Field(min_length=1)
    """By source model, in units of the scores."""

    def apply(self, value: float, source: str) -> float | None:
        """Return the shifted score, in units of the scores and in no fixed range; None for a model without a shift."""
        shift = self.shifts.get(source)
        return None if shift is None else value + shift


def expected_win_rate(elo: float, other: float) -> float:
    """Return 1 / (1 + 10^((other - elo) / 400)), the share of wins that two ratings stand for."""
    return 1 / (1 + 10 ** ((other - elo) / 400))


def fit(scores: Mapping[str, Sequence[float]], elo: Mapping[str, float]) -> EloShift:
    """Return the shifts under which the mean scores are as far apart as the ratings say.

    With models ordered by falling Elo: p = expected win rate of i over i + 1, gap_i = Phi^-1(p) sqrt(var_i + var_i+1)
    with population variances; the lowest model's mean becomes 0, each other's the sum of the gaps below it; the shift
    is that less the observed mean.

    Args:
        scores: of each model's responses, best on the same prompts.
        elo: rating of each model.

    Raises:
        DataError: fewer than two models, a model without scores or rating, or ratings too far apart.
    """
    if len(scores) < 2 or not all(scores.values()):
        raise DataError(f"Elo shifts need scores of at least two models, got {len(scores)}; give each at least one")
    if missing := sorted(set(scores) - set(elo)):
        raise DataError(f"there is no Elo rating for {', '.join(map(repr, missing))}; give one for each model")
    order = sorted(scores, key=lambda name: (-elo[name], name))
    variances = {name: statistics.pvariance(scores[name]) for name in order}
    gaps = []
    for above, below in pairwise(order):
        p = expected_win_rate(elo[above], elo[below])
        if not p < 1:
            raise DataError(f"the ratings {elo[above]:g} and {elo[below]:g} are too far apart to compare; check them")
        gaps.append(statistics.NormalDist().inv_cdf(p) * math.sqrt(variances[above] + variances[below]))
    shifts = {name: math.fsum(gaps[at:]) - statistics.fmean(scores[name]) for at, name in enumerate(order)}
    return EloShift(shifts=shifts, rows=sum(map(len, scores.values())))


def mismatch_degree(scores: Sequence[float], reference: Sequence[float], elo: float, reference_elo: float) -> float:
    """Return by how much a judge overrates a model against a reference model, as a share of what is possible.

    (observed win rate - expected) / max(expected, 1 - expected), over responses to the same prompts; 0 when the judge
    agrees with the ratings, above 0 when it overrates. A tie is no win, as in CHARM's code.

    Raises:
        DataError: there are no scores, or not as many of one as of the other.
    """
    if not scores or len(scores) != len(reference):
        raise DataError(f"win rates need scores of the same prompts, got {len(scores)} and {len(reference)}; pair them")
    observed = sum(ours > theirs for ours, theirs in zip(scores, reference, strict=True)) / len(scores)
    expected = expected_win_rate(elo, reference_elo)
    return (observed - expected) / max(expected, 1 - expected)
