"""Intervals worked out by hand, and the tables of Student's t."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.reducers import interval, straddles


def test_two_scores() -> None:
    """Mean 0.5, s = 0.02 / sqrt(2), error 0.01; t of one degree of freedom is tan(0.95 pi / 2)."""
    reach = math.tan(0.95 * math.pi / 2) * 0.01
    found = interval([0.49, 0.51])
    assert found == pytest.approx((0.5 - reach, 0.5 + reach), rel=0, abs=1e-9)


def test_three_scores() -> None:
    """Mean 0.5, s = 0.1, error 0.1 / sqrt(3); t of two degrees is 0.9 / sqrt(2 * 0.95 * 0.05) at level 0.9."""
    reach = 0.9 / math.sqrt(2 * 0.95 * 0.05) * 0.1 / math.sqrt(3)
    found = interval([0.4, 0.5, 0.6], level=0.9)
    assert found == pytest.approx((0.5 - reach, 0.5 + reach), rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "level", "t"),
    [(4, 0.95, 3.182446), (5, 0.95, 2.776445), (8, 0.95, 2.364624), (11, 0.99, 3.169273), (31, 0.95, 2.042272)],
)
def test_quantiles_as_in_the_tables(n: int, level: float, t: float) -> None:
    """Scores 0.5 -+ d: with n - 1 of them at 0.5 +- 0 the reach over the error is t."""
    scores = [0.5 - 1e-3, 0.5 + 1e-3] + [0.5] * (n - 2)
    found = interval(scores, level)
    assert found is not None
    error = math.sqrt(2e-6 / (n - 1) / n)
    assert (found[1] - found[0]) / 2 / error == pytest.approx(t, abs=1e-6)


def test_the_interval_is_cut_to_the_scale() -> None:
    assert interval([0.0, 1.0]) == (0.0, 1.0)
    assert interval([0.75, 0.75, 0.75]) == (0.75, 0.75)
    assert interval([0.75]) is None
    with pytest.raises(DataError, match="level 95 is outside"):
        interval([0.1, 0.2], level=95)


def test_straddles() -> None:
    """Mean 0.7, s = 0.1, error 0.1 / sqrt(3) = 0.0577: 95 % reach 0.248, 50 % reach 0.0471."""
    scores = [0.6, 0.7, 0.8]
    assert straddles(scores, 0.5)
    assert not straddles(scores, 0.45)
    assert not straddles(scores, 0.5, level=0.5)
    assert straddles([0.9], 0.5)
    assert straddles([], 0.5)
    assert not straddles([0.9, 0.9], 0.5)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40), st.floats(0.01, 0.98))
def test_the_mean_is_inside_and_more_certainty_is_wider(values: list[float], level: float) -> None:
    narrow, wide = interval(values, level), interval(values, level + 0.01)
    assert narrow is not None and wide is not None
    mean = math.fsum(values) / len(values)
    assert 0 <= wide[0] <= narrow[0] <= mean + 1e-12
    assert mean - 1e-12 <= narrow[1] <= wide[1] <= 1
