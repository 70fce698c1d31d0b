"""Tables of comparisons, worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.reducers import Pair, bradley_terry, cycles, elo, general_preference, hedge, preferences, win_rate


def exactly(expected: float | None) -> object:
    return expected if expected is None else pytest.approx(expected, rel=0, abs=1e-9)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, list[Pair]]:
    n = draw(st.integers(2, 6))
    two = st.lists(st.integers(0, n - 1), min_size=2, max_size=2, unique=True)
    pair = st.builds(lambda ij, p, w: Pair(ij[0], ij[1], p, w), two, st.floats(0, 1), st.floats(0.1, 3))
    return n, draw(st.lists(pair, max_size=12))


def test_win_rate_is_a_mean_by_weight() -> None:
    pairs = [Pair(0, 1, 1.0), Pair(1, 0, 0.4), Pair(2, 0, 0.25, weight=2.0), Pair(1, 2, 0.5, weight=0.0)]
    # 0 won 1 + 0.6 + 2 * 0.75 = 3.1 of 4; 1 won 0 + 0.4 of 2; 2 won 0.5 of 2; 3 met nobody
    assert win_rate(4, pairs) == (exactly(0.775), exactly(0.2), exactly(0.25), None)


def test_elo_one_pair_after_the_other() -> None:
    """Equal: 0 gains 16 * 0.5 = 8. Then 1 (at -8) beats 2 (at 0): expected 1 / (1 + 10 ** (8 / 400))."""
    expected = 1 / (1 + 10**0.02)
    gain = 16 * (1 - expected)
    found = elo(4, [Pair(0, 1, 1.0), Pair(1, 2, 1.0)])
    points = [None if each is None else each - 1000 for each in found.points()]
    assert points == [exactly(8.0), exactly(gain - 8), exactly(-gain), None]
    assert found.raw[0] == exactly(8 * math.log(10) / 400)
    assert found.values[0] == exactly(1 / (1 + 10 ** (-8 / 400)))
    assert elo(2, [Pair(0, 1, 0.75, weight=0.5)], k=32.0).points(base=0.0)[0] == exactly(4.0)  # 32 * 0.5 * 0.25


def test_elo_knows_the_order_of_its_pairs() -> None:
    pairs = [Pair(0, 1, 1.0), Pair(1, 2, 1.0)]
    assert elo(3, pairs).raw != elo(3, pairs[::-1]).raw


def test_bradley_terry_of_two() -> None:
    """Where r_0 = -r_1 = log(2) / 2 the model says 2/3; p - 2/3 = ridge * r_0 is the gradient at 0."""
    found = bradley_terry(2, [Pair(0, 1, 2 / 3 + 0.05 * math.log(2))], ridge=0.1)
    assert found.raw == (exactly(math.log(2) / 2), exactly(-math.log(2) / 2))
    assert found.values == (exactly(math.sqrt(2) / (1 + math.sqrt(2))), exactly(1 / (1 + math.sqrt(2))))


def test_bradley_terry_finds_the_ratings_behind_a_consistent_table() -> None:
    """Odds 4:1, 2:1 and 8:1 are those of ratings log 8, log 2, 0 less their mean log 16 / 3."""
    pairs = [Pair(0, 1, 0.8), Pair(1, 2, 2 / 3), Pair(0, 2, 8 / 9)]
    found = bradley_terry(3, pairs, ridge=1e-12)
    centre = math.log(16) / 3
    assert found.raw == tuple(exactly(math.log(odds) - centre) for odds in (8, 2, 1))


def test_bradley_terry_keeps_a_clean_sweep_finite() -> None:
    found = bradley_terry(4, [Pair(0, 1, 1.0, weight=1000.0), Pair(1, 2, 1.0), Pair(0, 2, 1.0)])
    best, middle, worst, absent = found.raw
    assert best is not None and middle is not None and worst is not None and absent is None
    assert best > middle > worst
    assert math.fsum([best, middle, worst]) == exactly(0.0)
    assert bradley_terry(3, []).raw == (None, None, None)
    with pytest.raises(DataError, match="ridge 0 is not above 0"):
        bradley_terry(2, [], ridge=0.0)


@given(tables(), st.data())
def test_bradley_terry_knows_neither_names_nor_orders(table: tuple[int, list[Pair]], data: st.DataObject) -> None:
    n, pairs = table
    names = data.draw(st.permutations(range(n)))
    renamed = [Pair(names[pair.second], names[pair.first], 1 - pair.p, pair.weight) for pair in reversed(pairs)]
    first, second = bradley_terry(n, pairs), bradley_terry(n, renamed)
    assert first.raw == tuple(exactly(second.raw[names[index]]) for index in range(n))


def gradient(n: int, pairs: list[Pair], ridge: float) -> list[float]:
    """Of the penalised likelihood at the ratings that were found."""
    raw = [rating or 0.0 for rating in bradley_terry(n, pairs, ridge=ridge).raw]
    found = [-ridge * rating for rating in raw]
    for pair in pairs:
        surplus = pair.weight * (pair.p - 1 / (1 + math.exp(raw[pair.second] - raw[pair.first])))
        found[pair.first] += surplus
        found[pair.second] -= surplus
    return found


@given(tables())
def test_bradley_terry_is_where_the_gradient_is_zero(table: tuple[int, list[Pair]]) -> None:
    n, pairs = table
    assert gradient(n, pairs, 0.3) == [exactly(0.0)] * n


def test_bradley_terry_finds_its_way_where_whole_steps_would_overshoot() -> None:
    sweeps = [Pair(1, 4, 1.0, 1000.0), Pair(2, 1, 1.0, 1000.0), Pair(3, 0, 1.0, 10.0), Pair(4, 0, 1.0, 0.1)]
    others = [Pair(3, 2, 0.5, 0.1), Pair(2, 0, 0.99)]
    assert gradient(5, sweeps + others, 0.001) == [exactly(0.0)] * 5


@given(tables())
def test_values_are_in_range_and_none_for_who_met_nobody(table: tuple[int, list[Pair]]) -> None:
    n, pairs = table
    met = {index for pair in pairs for index in (pair.first, pair.second)}
    for values in (win_rate(n, pairs), elo(n, pairs).values, bradley_terry(n, pairs).values):
        assert {index for index, value in enumerate(values) if value is not None} == met
        assert all(0 <= value <= 1 for value in values if value is not None)


def test_general_preference_cancels_the_order_shown() -> None:
    """0 against 1: 1.5 - 0.5 = 1; 0 against 2: log(3); 1 against 2 only in one order, and 3 never."""
    table = {(0, 1): 1.5, (1, 0): 0.5, (0, 2): 0.0, (2, 0): -math.log(3), (1, 2): 7.0}
    p = 1 / (1 + math.exp(-1))
    assert general_preference(4, table) == (exactly((p + 0.75) / 2), exactly(1 - p), exactly(0.25), None)
    assert general_preference(2, {(0, 1): 3.0, (1, 0): 3.0}) == (0.5, 0.5)  # whoever stands first wins: a tie


def test_cycles() -> None:
    circle = [Pair(0, 1, 0.6), Pair(1, 2, 1.0), Pair(0, 2, 0.1), Pair(3, 0, 0.9), Pair(4, 5, 1.0), Pair(4, 6, 1.0)]
    assert cycles(7, circle) == ((0, 1, 2),)
    assert cycles(7, [*circle, Pair(0, 2, 1.0)]) == ()  # 0.1 and 1 make 0.55: 0 is better after all
    assert cycles(3, [Pair(0, 1, 1.0), Pair(1, 2, 1.0), Pair(0, 2, 0.5)]) == ()  # a tie closes no circle
    assert cycles(2, [Pair(0, 1, 0.7), Pair(1, 0, 0.7)]) == ()
    two = [Pair(a, b, 1.0) for a, b in [(4, 0), (0, 2), (2, 4), (1, 3), (3, 5), (5, 1), (0, 1)]]
    assert cycles(6, two) == ((0, 2, 4), (1, 3, 5))
    assert cycles(3, preferences({(0, 1): 1, (1, 0): 0, (1, 2): 1, (2, 1): 0, (2, 0): 1, (0, 2): 0})) == ((0, 1, 2),)


@given(st.integers(2, 7))
def test_an_order_has_no_cycles(n: int) -> None:
    assert cycles(n, [Pair(i, j, 0.9) for i in range(n) for j in range(i + 1, n)]) == ()


@pytest.mark.parametrize(
    "pair", [Pair(0, 0, 1.0), Pair(0, 2, 1.0), Pair(-1, 0, 1.0), Pair(0, 1, 1.1), Pair(0, 1, 1, -1)]
)
def test_what_is_no_pair_is_refused(pair: Pair) -> None:
    with pytest.raises(DataError):
        win_rate(2, [pair])


def test_hedge_by_hand() -> None:
    """0.5 * 0.8 = 0.4 against 0.5 * 0.2 = 0.1."""
    assert hedge([0.5, 0.5], [0.8, 0.2]) == (exactly(0.8), exactly(0.2))
    assert hedge([3.0, 1.0], [0.5, 0.5], eta=2.0) == (exactly(0.75), exactly(0.25))  # nothing learned
    assert hedge([1.0, 1.0], [0.9, 0.1], eta=0.5) == (exactly(0.75), exactly(0.25))  # odds sqrt(9)
    assert hedge([1.0, 0.0], [0.1, 0.9]) == (1.0, 0.0)
    assert hedge([1.0, 1.0], [1.0, 0.0])[1] == exactly(1e-6 / (1 + 1e-6))  # never silenced for good


@pytest.mark.parametrize(
    ("weights", "p", "eta"),
    [
        ([1.0], [0.5, 0.5], 1.0),
        ([0.0, 0.0], [0.5, 0.5], 1.0),
        ([-1.0, 2.0], [0.5, 0.5], 1.0),
        ([1.0], [2.0], 1.0),
        ([1.0], [0.5], -1.0),
    ],
)
def test_hedge_refuses_what_is_no_mixture(weights: list[float], p: list[float], eta: float) -> None:
    with pytest.raises(DataError):
        hedge(weights, p, eta)


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_hedge_is_a_mixture_and_takes_evidence_in_any_order(heads: list[tuple[float, float, float]]) -> None:
    weights, first, second = zip(*heads, strict=True)
    found = hedge(hedge(weights, first), second)
    assert math.fsum(found) == exactly(1.0)
    assert found == tuple(exactly(weight) for weight in hedge(hedge(weights, second), first))
