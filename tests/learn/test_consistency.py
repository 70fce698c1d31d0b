"""Steady preferences and alike rankings, by hand."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.learn.consistency import rank_consistency, steady_preference


@pytest.mark.parametrize(
    ("probabilities", "tau", "kept"),
    [
        ((0.9, 0.8, 0.7), 0.3, 0),  # mean distance (0.4 + 0.3 + 0.2) / 3 = 0.3
        ((0.9, 0.8, 0.7), 0.31, None),  # unanimous, not confident enough
        ((0.1, 0.25), 0.3, 1),  # (0.4 + 0.25) / 2 = 0.325
        ((1.0, 1.0, 0.49), 0.1, None),  # confident, not unanimous
        ((1.0, 0.5), 0.1, None),  # 1/2 is no preference, so they are not unanimous
        ((0.75,), 0.25, 0),  # exactly tau is enough
        ((0.9, None), 0.1, None),  # a critic without a number is not counted as one that agrees
        ((None,), 0.0, None),
    ],
)
def test_only_unanimous_and_confident_pairs_are_kept(
    probabilities: tuple[float | None, ...], tau: float, kept: int | None
) -> None:
    assert steady_preference(probabilities, tau) == kept


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0, 0.5))
def test_swapping_the_responses_swaps_the_preference(probabilities: list[float], tau: float) -> None:
    def swapped(kept: int | None) -> int | None:
        return None if kept is None else 1 - kept

    # multiples of 1/64 lie at exactly the same distance from 1/2 when they are swapped
    exact = [round(p * 64) / 64 for p in probabilities]
    assert steady_preference([1 - p for p in exact], tau) == swapped(steady_preference(exact, tau))


@pytest.mark.parametrize(
    ("current", "previous", "consistency"),
    [
        ((3.0, 2.0, 1.0), (30.0, 20.0, 10.0), 1.0),
        ((3.0, 2.0, 1.0), (1.0, 2.0, 3.0), 0.0),
        # pairs (0,1) in order, (0,2) in order, (1,2) reversed: tau = (2 - 1) / 3, so (1/3 + 1) / 2 = 2/3
        ((3.0, 2.0, 1.0), (3.0, 1.0, 2.0), 2 / 3),
        # four candidates, 6 pairs; (2,3) is tied in the second: tau = 5/6, so (5/6 + 1) / 2 = 11/12
        ((4.0, 3.0, 2.0, 1.0), (4.0, 3.0, 1.0, 1.0), 11 / 12),
        ((1.0, 1.0), (1.0, 2.0), 0.5),  # tau = 0
        ((3.0, None, 1.0), (2.0, 9.0, 1.0), 1.0),  # only the first and the third are scored by both
    ],
)
def test_rank_consistency(
    current: tuple[float | None, ...], previous: tuple[float | None, ...], consistency: float
) -> None:
    assert rank_consistency(current, previous) == pytest.approx(consistency, abs=1e-9)


@pytest.mark.parametrize("current", [(), (1.0,), (None, 2.0)])
def test_no_order_gives_no_number(current: tuple[float | None, ...]) -> None:
    assert rank_consistency(current, current) is None


@given(st.permutations(range(5)))
def test_it_is_kendalls_share_of_pairs_in_order(order: list[int]) -> None:
    pairs = list(itertools.combinations(range(5), 2))
    in_order = sum(order[a] < order[b] for a, b in pairs)
    # without ties (tau + 1) / 2 = ((c - d) / n + 1) / 2 = c / n, because d = n - c
    assert rank_consistency([0, 1, 2, 3, 4], order) == pytest.approx(in_order / len(pairs), abs=1e-9)


def test_what_is_no_input_is_said() -> None:
    with pytest.raises(DataError, match="score the same candidates"):
        rank_consistency([1.0], [1.0, 2.0])
    with pytest.raises(DataError, match=r"1\.5 is no probability"):
        steady_preference([0.6, 1.5])
    with pytest.raises(DataError, match="one probability per critic"):
        steady_preference([])
    with pytest.raises(DataError, match="tau"):
        steady_preference([0.6], 0.6)
