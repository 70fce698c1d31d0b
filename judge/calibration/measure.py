"""Fit a calibrator of any kind and say, by cross-validation, what it is worth."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from judge.calibration import (
    category,
    conformal,
    embedding_head,
    graded,
    ideal_point,
    isotonic,
    low_rank,
    pca_heads,
    platt,
    router,
    weights,
)
from judge.calibration.base import Parts, PartsCalibrator, ValueCalibrator
from judge.calibration.conformal import Conformal
from judge.calibration.embedding_head import EmbeddingHead
from judge.calibration.examples import RESCALE, Label, Pair
from judge.calibration.folds import folds, out_of_fold
from judge.calibration.reliability import Reliability, reliability
from judge.errors import DataError
from judge.types import Value

ValueKind = Literal["isotonic", "platt", "graded"]
PairKind = Literal["weights", "low_rank", "pca_heads", "ideal_point", "router", "category", "embedding_head"]
VALUE_KINDS: tuple[ValueKind, ...] = get_args(ValueKind)
PAIR_KINDS: tuple[PairKind, ...] = get_args(PairKind)

_OF_VALUES: Mapping[ValueKind, Callable[[Sequence[Label]], ValueCalibrator]] = {
    "isotonic": isotonic.fit,
    "platt": platt.fit,
    "graded": graded.fit,
}


class Measured(Value):
    """What a calibrator is worth on rows that it was not fitted on."""

    kind: str
    n: int
    """Rows that were used."""
    left_out: int = 0
    """Rows without a score that would have been needed."""
    folds: int
    settles: bool = True
    """Whether it maps opinions, which are in [0, 1], so that a recipe may name it in `settle.calibrator`."""
    before: Reliability | None = None
    """Of the value as it was; for pairs, of the plain mean of the criteria."""
    after: Reliability | None = None
    """Of the calibrated value of each row, by what was fitted on the other folds."""
    radius: float | None = None
    """Of a conformal interval."""
    coverage: float | None = None
    """Share of rows whose label lies in the interval fitted on the other folds."""


def measure_values(
    kind: ValueKind, rows: Sequence[Label], *, count: int = 5, seed: int = 0
) -> tuple[ValueCalibrator, Measured]:
    """Return the calibrator fitted on all rows, and its worth.

    Before the fit a value in [0, 1] is taken as a probability, and other values as shares of their range: for `graded`
    of plus and minus the largest.

    Raises:
        DataError: the rows do not allow a fit.
        SettingsError: scikit-learn is not installed.
    """
    fitted = _OF_VALUES[kind](rows)
    labels = [row.label for row in rows]
    parts = folds([row.group for row in rows], [label >= 0.5 for label in labels], count, seed)

    def learn(some: Sequence[Label]) -> Callable[[Label], float]:
        model = _OF_VALUES[kind](some)
        return lambda row: model.apply(row.value)

    after = out_of_fold(rows, learn, parts)
    return fitted, Measured(
        kind=kind,
        n=len(rows),
        folds=len(parts),
        settles=kind != "graded" and all(0 <= row.value <= 1 for row in rows),
        before=reliability(_as_shares([row.value for row in rows], signed=kind == "graded"), labels),
        after=reliability(after, labels),
    )


def measure_intervals(
    rows: Sequence[Label], *, level: float = 0.9, count: int = 5, seed: int = 0
) -> tuple[Conformal, Measured]:
    """Return the intervals fitted on all rows, and how often intervals fitted on other rows hold the label.

    Raises:
        DataError: too few rows for the level, or values and labels are in different units.
        SettingsError: the level is not between 0 and 1.
    """
    shares = all(0 <= row.label <= 1 for row in rows)
    if not shares and all(0 <= row.value <= 1 for row in rows):
        beyond = next(row.label for row in rows if not 0 <= row.label <= 1)
        raise DataError(f"the values are in [0, 1], and a label is {beyond:g}, which is another unit; {RESCALE}")
    fitted = conformal.fit(rows, level=level, lo=0 if shares else None, hi=1 if shares else None)
    parts = folds([row.group for row in rows], [True] * len(rows), count, seed)

    def learn(some: Sequence[Label]) -> Callable[[Label], bool]:
        model = conformal.fit(some, level=level)
        return lambda row: abs(row.label - row.value) <= model.radius

    held = out_of_fold(rows, learn, parts)
    return fitted, Measured(
        kind="conformal",
        n=len(rows),
        folds=len(parts),
        settles=shares and all(0 <= row.value <= 1 for row in rows),
        radius=fitted.radius,
        coverage=sum(held) / len(held),
    )


def measure_pairs(
    kind: PairKind, pairs: Sequence[Pair], *, heads: int | None = None, count: int = 5, seed: int = 0
) -> tuple[PartsCalibrator | EmbeddingHead, Measured]:
    """Return the calibrator fitted on all pairs, and its worth.

    Each pair counts in both directions, since only one direction has the label 1. Before the fit the probability is
    (1 + difference of the mean criteria) / 2.

    Args:
        kind: of the calibrator.
        pairs: those without a value that is needed are left out.
        heads: of the kinds that have heads, columns or prototypes; None: their default.
        count: of the folds.
        seed: of the folds and of fits that draw.

    Raises:
        DataError: the pairs do not allow a fit.
        SettingsError: scikit-learn is not installed.
    """
    fitted = _fit_pairs(kind, pairs, heads, seed)
    parts = folds([pair.group for pair in pairs], [True] * len(pairs), count, seed)

    def learn(some: Sequence[Pair]) -> Callable[[Pair], float | None]:
        model = _fit_pairs(kind, some, heads, seed)
        return lambda pair: _preference(model, pair)

    after = out_of_fold(pairs, learn, parts)
    known = [(p, _plain(pair)) for p, pair in zip(after, pairs, strict=True) if p is not None]
    if not known:
        raise DataError("no pair has a value for every criterion in every fold; give more pairs")
    return fitted, Measured(
        kind=kind,
        n=len(known),
        left_out=len(pairs) - len(known),
        folds=len(parts),
        settles=kind != "embedding_head",
        before=None if kind == "embedding_head" else _both_ways([p for _, p in known]),
        after=_both_ways([p for p, _ in known]),
    )


def _fit_pairs(kind: PairKind, pairs: Sequence[Pair], heads: int | None, seed: int) -> PartsCalibrator | EmbeddingHead:
    size = 2 if heads is None else heads
    match kind:
        case "weights":
            return weights.fit(pairs)
        case "category":
            return category.fit(pairs)
        case "pca_heads":
            return pca_heads.fit(pairs, heads=heads)
        case "low_rank":
            return low_rank.fit(pairs, rank=size, seed=seed)
        case "ideal_point":
            return ideal_point.fit(pairs, prototypes=size, seed=seed)
        case "router":
            return router.fit(pairs, heads=size, seed=seed)
        case "embedding_head":
            sides = [_numbers(pair.chosen) for pair in pairs], [_numbers(pair.rejected) for pair in pairs]
            return embedding_head.fit(*sides, seed=seed)


def _preference(model: PartsCalibrator | EmbeddingHead, pair: Pair) -> float | None:
    if isinstance(model, EmbeddingHead):
        return model.preference(_numbers(pair.chosen), _numbers(pair.rejected))
    return model.preference(pair.chosen, pair.rejected, pair.user, pair.category)


def _numbers(parts: Parts) -> list[float]:
    known = [value for value in parts.values() if value is not None]
    if len(known) < len(parts):
        raise DataError("an embedding has a gap; every number of it is needed")
    return known


def _plain(pair: Pair) -> float:
    """The probability by the mean of the criteria that both responses have."""
    each = [(ours, pair.rejected.get(name)) for name, ours in pair.chosen.items()]
    apart = [ours - theirs for ours, theirs in each if ours is not None and theirs is not None]
    return min(1.0, max(0.0, (1 + sum(apart) / len(apart)) / 2)) if apart else 0.5


def _both_ways(predictions: Sequence[float]) -> Reliability:
    turned = [1 - p for p in predictions]
    found = reliability([*predictions, *turned], [1.0] * len(predictions) + [0.0] * len(turned))
    return found.model_copy(update={"n": len(predictions)})


def _as_shares(values: Sequence[float], *, signed: bool) -> list[float]:
    lo, hi = min(values), max(values)
    if signed:
        hi = max(abs(lo), abs(hi))
        lo = -hi
    elif lo >= 0 and hi <= 1:
        return list(values)
    return [(value - lo) / (hi - lo) if hi > lo else 0.5 for value in values]
