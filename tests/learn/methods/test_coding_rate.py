"""The coding rate by hand, and the greedy choice against trying everything."""

from itertools import pairwise
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from judge.errors import SettingsError
from judge.learn.methods.coding_rate import coding_rate, reduced, select

Matrix = NDArray[np.float64]


def test_the_rate_by_hand() -> None:
    # n = 2, eps^2 n = 0.02. Two orthogonal rows: s = 1, 1, so 2 log(1 + 1/0.02) = 2 log 51.
    assert coding_rate([[1, 0], [0, 1]], energy=1.0) == pytest.approx(2 * log(51), abs=1e-12)
    # Twice the same row: s^2 = 2, 0, so log(1 + 2/0.02) = log 101, as for one row alone: log(1 + 1/0.01).
    assert coding_rate([[1, 0], [1, 0]], energy=1.0) == pytest.approx(log(101), abs=1e-12)
    assert coding_rate([[1, 0]], energy=1.0) == pytest.approx(log(101), abs=1e-12)
    # eps = 0.5: eps^2 n = 0.5, so 2 log 3.
    assert coding_rate([[1, 0], [0, 1]], 0.5, energy=1.0) == pytest.approx(2 * log(3), abs=1e-12)
    assert coding_rate([], energy=1.0) == 0


def test_only_the_values_that_hold_the_energy_count() -> None:
    # s^2 = 4, 1: 4/5 = 80 % of the energy is in the first. n = 5, eps^2 n = 0.05.
    rows = [[1, 0]] * 4 + [[0, 1]]
    first, second = log(1 + 4 / 0.05), log(1 + 1 / 0.05)
    assert coding_rate(rows, energy=0.8) == pytest.approx(first, abs=1e-12)
    assert coding_rate(rows, energy=0.81) == pytest.approx(first + second, abs=1e-12)
    assert coding_rate(rows) == pytest.approx(first + second, abs=1e-12)


@pytest.mark.parametrize(("eps", "energy"), [(0, 1), (-1, 1), (0.1, 0), (0.1, 1.1)])
def test_a_rate_needs_sense(eps: float, energy: float) -> None:
    with pytest.raises(SettingsError, match="needs eps > 0 and 0 < energy <= 1"):
        coding_rate([[1.0]], eps, energy=energy)


def brute_rate(rows: Matrix, eps: float) -> float:
    squares = np.linalg.svd(rows, compute_uv=False) ** 2
    return sum(log(1 + square / (eps**2 * len(rows))) for square in squares)


def brute_best(rows: Matrix, chosen: tuple[int, ...], eps: float) -> float:
    """The best rate that one more row gives, by trying every row."""
    return max(brute_rate(rows[[*chosen, row]], eps) for row in range(len(rows)) if row not in chosen)


@given(st.integers(1, 12), st.integers(1, 6), st.sampled_from([0.05, 0.1, 0.5]), st.integers(0, 10**6))
def test_every_step_is_as_good_as_the_best_of_all_rows(n: int, d: int, eps: float, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, d))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    chosen = select(rows, n, eps=eps, min_gain=-1e9)
    assert sorted(chosen.rows) == list(range(n))
    for size, rate in enumerate(chosen.rates):
        assert rate == pytest.approx(brute_best(rows, chosen.rows[:size], eps), abs=1e-9)
        assert rate == pytest.approx(coding_rate(rows[list(chosen.rows[: size + 1])], eps, energy=1.0), abs=1e-9)


def test_a_direction_that_is_there_already_comes_last_and_ends_the_choice() -> None:
    rows = [[1, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]
    chosen = select(rows, 5)
    assert chosen.rows == (0, 2, 4)  # of equal gains the first row
    # one: log 101; two: 2 log 51; three: 3 log(1 + 1/0.03)
    assert chosen.rates == pytest.approx((log(101), 2 * log(51), 3 * log(1 + 1 / 0.03)), abs=1e-12)
    assert select(rows, 2).rows == (0, 2)


def test_patience_counts_gains_in_a_row_and_a_late_gain_is_not_lost() -> None:
    # Gains fall: log 101 = 4.6, then 2 log 51 - log 101 = 3.2, then 3 log(1 + 1/0.03) - 2 log 51 = 2.7.
    rows = np.eye(3)
    gains = [b - a for a, b in pairwise([0.0, *select(rows, 3).rates])]
    assert gains == pytest.approx([log(101), 2 * log(51) - log(101), 3 * log(1 + 1 / 0.03) - 2 * log(51)], abs=1e-9)
    assert select(rows, 3, min_gain=3, patience=1).rows == (0, 1)
    assert select(rows, 3, min_gain=4, patience=2).rows == (0,)  # two brought too little
    assert select(rows, 2, min_gain=4, patience=2).rows == (0,)  # so did the last one


def test_the_heuristic_takes_what_is_farthest_from_the_middle() -> None:
    rows = np.zeros((12, 12))
    rows[:10, 0] = 1.0  # ten alike are near the middle
    rows[10, 1] = rows[11, 2] = 1.0
    assert set(select(rows, 2, heuristic=True).rows) == {10, 11}
    assert len(select(np.eye(25), 22, heuristic=True).rows) == 22


def test_choosing_needs_sense() -> None:
    for most, patience, eps in ((0, 1, 0.1), (1, 0, 0.1), (1, 1, 0.0)):
        with pytest.raises(SettingsError, match="needs most, patience and eps above 0"):
            select([[1.0]], most, patience=patience, eps=eps)


def test_nothing_comes_of_nothing() -> None:
    assert select(np.zeros((0, 3)), 5).rows == ()
    assert select(np.zeros((3, 0)), 5).rows == ()
    assert select(np.zeros((3, 2)), 5).rows == ()


def test_rows_are_centred_reduced_and_of_length_one() -> None:
    # The mean is (2/3, 2/3); the first two rows lie on both sides of the third one's direction.
    found = reduced([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    # centred: (-2, 1)/3, (1, -2)/3, (1, 1)/3, with the cosines -4/5 and -1/sqrt(10)
    cosines = found @ found.T
    assert cosines == pytest.approx(
        np.array([[1, -0.8, -1 / sqrt(10)], [-0.8, 1, -1 / sqrt(10)], [-1 / sqrt(10), -1 / sqrt(10), 1]]), abs=1e-12
    )
    rows = np.random.default_rng(0).normal(size=(30, 200))
    assert reduced(rows, 5).shape == (30, 5)
    assert reduced(rows).shape == (30, 29)  # thirty centred rows have 29 directions
    assert np.linalg.norm(reduced(rows.T), axis=1) == pytest.approx(np.ones(200))


@given(st.integers(2, 8), st.integers(1, 8), st.integers(0, 10**6))
def test_reducing_to_all_dimensions_turns_but_does_not_bend(n: int, d: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, d))
    centred = rows - rows.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    found = reduced(rows)
    assert found @ found.T == pytest.approx(centred @ centred.T, abs=1e-6)


def test_a_row_in_the_middle_has_no_direction() -> None:
    assert reduced([[1.0, 2.0]]).size == 0
    found = reduced([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0]])
    assert np.abs(found[:, 0]) == pytest.approx([1, 1, 0], abs=1e-12)
