"""Calibrators of one value, by hand and on planted data."""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.calibration import graded, isotonic, platt
from judge.calibration.base import ValueCalibrator
from judge.calibration.conformal import Conformal
from judge.calibration.conformal import fit as conformal
from judge.calibration.examples import Label
from judge.calibration.graded import Graded
from judge.calibration.isotonic import Isotonic
from judge.calibration.platt import Platt
from judge.errors import DataError, SettingsError


def log_odds(p: float) -> float:
    return math.log(p / (1 - p))


def rows(*pairs: tuple[float, float]) -> list[Label]:
    return [Label(value, label) for value, label in pairs]


def drawn(p: Callable[[float], float], n: int, lo: float = 0, hi: float = 1) -> list[Label]:
    """Labels that are 1 as often as p says."""
    chance = random.Random(3)
    values = [chance.uniform(lo, hi) for _ in range(n)]
    return [Label(value, float(chance.random() < p(value))) for value in values]


def test_isotonic_pools_what_falls_and_is_linear_between_knots() -> None:
    # the labels 1 at 0.3 and 0 at 0.5 fall, so both pool to 1/2; 0.1 stays 0 and 0.9 stays 1
    fitted = isotonic.fit(rows((0.1, 0), (0.3, 1), (0.5, 0), (0.9, 1)))
    assert fitted.x == (0.1, 0.3, 0.5, 0.9) and fitted.y == pytest.approx((0, 0.5, 0.5, 1), abs=1e-9)
    assert fitted.apply(0.3) == pytest.approx(0.5, abs=1e-9)
    assert fitted.apply(0.2) == pytest.approx(0.25, abs=1e-9)  # half way from 0 to 1/2
    assert fitted.apply(0.6) == pytest.approx(0.625, abs=1e-9)  # a quarter of the way from 1/2 to 1
    assert (fitted.apply(-9), fitted.apply(9)) == (0, 1)


def test_isotonic_finds_a_bent_curve() -> None:
    fitted = isotonic.fit(drawn(lambda value: value**3, 8_000))
    assert max(abs(fitted.apply(x / 20) - (x / 20) ** 3) for x in range(1, 20)) < 0.07


def test_platt_by_hand() -> None:
    # N+ = 3, N- = 2: targets 4/5 and 1/4. At 0: one 1 and two 0, mean (4/5 + 2/4) / 3 = 13/30; at 1: two 1, mean 4/5.
    # two places and two numbers, so the curve goes through both means
    fitted = platt.fit(rows((0, 1), (0, 0), (0, 0), (1, 1), (1, 1)))
    assert fitted.b == pytest.approx(log_odds(13 / 30), abs=1e-9)
    assert fitted.a == pytest.approx(log_odds(4 / 5) - log_odds(13 / 30), abs=1e-9)
    assert fitted.apply(1) == pytest.approx(4 / 5, abs=1e-9)


def test_platt_finds_planted_numbers_in_any_units() -> None:
    for scale in (1.0, 1e4):
        fitted = platt.fit(drawn(lambda v, s=scale: 1 / (1 + math.exp(-(6 * v / s - 2))), 20_000, 0, scale))  # type: ignore[misc]
        assert (fitted.a * scale, fitted.b) == pytest.approx((6, -2), abs=0.2)


def test_platt_says_the_same_for_all_when_values_tell_nothing() -> None:
    # targets as above: mean (3 * 4/5 + 2 * 1/4) / 5 = 29/50
    for values in ((1, 1, 1, 1, 1), (0, 0, 0, 9, 9)):  # alike, or the wrong way round
        fitted = platt.fit(rows(*zip(values, (1, 1, 1, 0, 0), strict=True)))
        assert fitted.a == 0 and fitted.apply(5) == pytest.approx(29 / 50, abs=1e-9)


def test_graded_by_hand() -> None:
    # a verdict of 2 is right three times of four, either way round: sigmoid(2 beta) = 3/4
    fitted = graded.fit(rows((2, 1), (2, 1), (-2, 0), (2, 0)), ridge=0)
    assert fitted.beta == pytest.approx(log_odds(3 / 4) / 2, abs=1e-9)
    assert fitted.apply(-2) == pytest.approx(1 / 4, abs=1e-9) and fitted.apply(0) == 0.5


def test_graded_finds_a_planted_beta_and_stays_finite() -> None:
    fitted = graded.fit(drawn(lambda v: 1 / (1 + math.exp(-0.7 * v)), 20_000, -3, 3))
    assert fitted.beta == pytest.approx(0.7, abs=0.03)
    perfect = rows((1, 1), (3, 1), (-2, 0))
    assert 1 < graded.fit(perfect).beta < 20
    assert graded.fit(rows((1, 0), (2, 0))).beta == 0  # the wrong way round
    with pytest.raises(DataError, match="never wrong, so no finite beta"):
        graded.fit(perfect, ridge=0)


@pytest.mark.parametrize(
    "calibrator",
    [Isotonic(x=(0.0, 0.3, 1.0), y=(0.1, 0.1, 0.9)), Platt(a=4, b=-2), Graded(beta=0.7), Platt(a=0, b=900)],
)
@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_calibrated_values_are_probabilities_that_keep_the_order(
    calibrator: ValueCalibrator, a: float, b: float
) -> None:
    low, high = sorted((calibrator.apply(a), calibrator.apply(b)))
    assert 0 <= low <= high <= 1
    assert calibrator.apply(min(a, b)) == low


@pytest.mark.parametrize("fit", [isotonic.fit, platt.fit])
def test_labels_that_allow_no_fit_are_refused(fit: Callable[[Sequence[Label]], Any]) -> None:
    with pytest.raises(DataError, match="all 2 are 1; give rows of the other kind"):
        fit(rows((0.1, 1), (0.2, 1)))
    with pytest.raises(DataError, match=r"must be in \[0, 1\], got 7"):
        fit(rows((0.1, 7), (0.2, 1)))
    with pytest.raises(DataError, match="no labelled rows"):
        fit([])


def test_conformal_takes_the_finite_sample_rank() -> None:
    # n = 9, level 0.9: the 9th smallest of nine; level 0.5: ceil(10 * 0.5) = the 5th smallest
    labels = [Label(0.5, 0.5 + apart / 100) for apart in (9, -1, 3, -7, 5, 2, -8, 4, 6)]
    assert conformal(labels, level=0.9).radius == pytest.approx(0.09, abs=1e-9)
    half = conformal(labels, level=0.5)
    assert half.radius == pytest.approx(0.05, abs=1e-9)
    assert half.interval(0.4) == pytest.approx((0.35, 0.45), abs=1e-9)
    assert half.interval(0.97) == pytest.approx((0.92, 1), abs=1e-9) and half.interval(2) == (1, 1)


@pytest.mark.parametrize(("level", "needed"), [(0.5, 1), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99)])
def test_conformal_says_how_many_rows_it_takes(level: float, needed: int) -> None:
    row = Label(0.1, 0.2)
    assert conformal([row] * needed, level=level).rows == needed
    with pytest.raises(DataError, match=f"take at least {needed} rows, got {needed - 1}"):
        conformal([row] * (needed - 1), level=level)


def test_conformal_intervals_hold_the_label_as_often_as_promised() -> None:
    chance = random.Random(5)
    new = [Label(value := chance.random(), value + chance.gauss(0, 0.1)) for _ in range(20_000)]
    fitted = conformal(new[:2_000], level=0.8, lo=-9, hi=9)
    held = [low <= row.label <= high for row in new[2_000:] for low, high in [fitted.interval(row.value)]]
    assert sum(held) / len(held) == pytest.approx(0.8, abs=0.03)


def test_conformal_levels_are_shares() -> None:
    with pytest.raises(SettingsError, match="between 0 and 1, got 1"):
        conformal([Label(0, 0)], level=1)
    assert Conformal(level=0.9, radius=0.1).apply(0.4) == 0.4
