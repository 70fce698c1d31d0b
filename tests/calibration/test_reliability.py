"""Figures of probabilities, and cross-validation by groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.calibration.folds import folds, out_of_fold
from judge.calibration.reliability import reliability
from judge.errors import DataError


def test_figures_by_hand() -> None:
    found = reliability([0.9, 0.95, 0.2, 0.5], [1, 0, 0, 1])
    # right: 0.9 and 0.2, wrong: 0.95, half right: 0.5
    assert found.accuracy == pytest.approx(2.5 / 4, abs=1e-9)
    # (0.01 + 0.9025 + 0.04 + 0.25) / 4
    assert found.brier == pytest.approx(1.2025 / 4, abs=1e-9)
    # bin [0.9, 1]: |1.85 - 1| = 0.85; bin [0.2, 0.3): |0.2 - 0|; bin [0.5, 0.6): |0.5 - 1|; over 4
    assert found.ece == pytest.approx(1.55 / 4, abs=1e-9)
    last = found.bins[9]
    assert (found.n, len(found.bins), last.n, last.lo, last.hi) == (4, 10, 2, 0.9, 1)
    assert (last.mean, last.rate) == pytest.approx((0.925, 0.5), abs=1e-9)
    assert (found.bins[0].n, found.bins[0].mean, found.bins[0].rate) == (0, None, None)


def test_the_ends_have_bins() -> None:
    found = reliability([0, 1], [0, 1])
    assert (found.bins[0].n, found.bins[9].n, found.ece, found.brier, found.accuracy) == (1, 1, 0, 0, 1)


def test_what_is_no_probability_is_refused() -> None:
    for predictions, labels in (([], []), ([0.5], [1.0, 0.0]), ([1.5], [1.0]), ([0.5], [-1.0])):
        with pytest.raises(DataError):
            reliability(predictions, labels)


@given(st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.booleans()), min_size=4), st.integers(0, 9))
def test_each_row_is_in_one_fold_and_groups_stay_together(rows: list[tuple[str, bool]], seed: int) -> None:
    groups = [group for group, _ in rows]
    if len(set(groups) - {""}) + groups.count("") < 2:
        return
    parts = folds(groups, [stratum for _, stratum in rows], 3, seed)
    assert sorted(at for fold in parts for at in fold) == list(range(len(rows)))
    for group in {"a", "b", "c"}:
        assert sum(any(groups[at] == group for at in fold) for fold in parts) <= 1
    assert all(parts) and 2 <= len(parts) <= 3
    assert parts == folds(groups, [stratum for _, stratum in rows], 3, seed)


def test_each_fold_gets_its_share_of_both_labels() -> None:
    parts = folds([""] * 50, [at < 10 for at in range(50)], 5, seed=1)
    assert [len(fold) for fold in parts] == [10] * 5
    assert [sum(at < 10 for at in fold) for fold in parts] == [2] * 5
    assert parts != folds([""] * 50, [at < 10 for at in range(50)], 5, seed=2)


def test_a_row_is_predicted_by_what_has_not_seen_it() -> None:
    def fit(rows):  # type: ignore[no-untyped-def]
        return lambda row: row in rows

    rows = list(range(20))
    assert out_of_fold(rows, fit, folds([""] * 20, [True] * 20)) == [False] * 20
    with pytest.raises(DataError, match="at least two groups of rows, got 1"):
        folds(["a", "a"], [True, True])
