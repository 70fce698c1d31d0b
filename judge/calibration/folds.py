"""Cross-validation that keeps the rows of one group together."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from judge.errors import DataError

Row = TypeVar("Row")
Prediction = TypeVar("Prediction")


def folds(groups: Sequence[str], strata: Sequence[bool], count: int = 5, seed: int = 0) -> list[list[int]]:
    """Return the places of each fold's rows.

    Groups are shuffled by the seed and dealt out one by one to the fold that has the fewest rows of their stratum.

    Args:
        groups: of each row; rows of one group land in one fold, and "" is a group of its own.
        strata: of each row; each fold gets its share of both. A group belongs where most of its rows do.
        count: how many folds; fewer where there are fewer groups.
        seed: of the shuffle.

    Raises:
        DataError: fewer than two groups.
    """
    members: dict[object, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group or at, []).append(at)
    if len(members) < 2:
        raise DataError(f"cross-validation needs at least two groups of rows, got {len(members)}; give more rows")
    order = list(members.values())
    random.Random(seed).shuffle(order)
    dealt: list[list[int]] = [[] for _ in range(min(count, len(order)))]
    held = [[0, 0] for _ in dealt]
    for rows in order:
        stratum = int(2 * sum(strata[at] for at in rows) >= len(rows))
        fold = min(range(len(dealt)), key=lambda one: (held[one][stratum], len(dealt[one]), one))
        dealt[fold] += rows
        held[fold][stratum] += len(rows)
    return [sorted(fold) for fold in dealt]


def out_of_fold(
    rows: Sequence[Row],
    fit: Callable[[Sequence[Row]], Callable[[Row], Prediction]],
    parts: Sequence[Sequence[int]],
) -> list[Prediction]:
    """Return a prediction for each row by what was fitted on the other folds, in the order of the rows.

    Args:
        rows: all rows.
        fit: takes rows and returns what predicts a row.
        parts: the folds, as `folds` gives them.

    Raises:
        DataError: the rows without those of a fold do not allow a fit.
    """
    predicted: dict[int, Prediction] = {}
    for fold in parts:
        left_out = set(fold)
        try:
            predict = fit([row for at, row in enumerate(rows) if at not in left_out])
        except DataError as error:
            raise DataError(f"with one of {len(parts)} folds left out, {error}") from error
        predicted |= {at: predict(rows[at]) for at in fold}
    return [predicted[at] for at in range(len(rows))]
