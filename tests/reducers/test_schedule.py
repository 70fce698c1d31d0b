"""Who meets whom, and how many comparisons that takes."""

import math
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.reducers import Pair, Schedule, champion, knockout_rank, next_pairs, pairs_in_all, placing

SCHEDULES: list[Schedule] = list(get_args(Schedule))
Judge = Callable[[int, int], float]
strengths = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def lower_is_better(i: int, j: int) -> float:
    return float(i < j)


def play(
    schedule: Schedule, n: int, judge: Judge, seed: int = 0, budget: int | None = None
) -> tuple[list[Pair], list[list[tuple[int, int]]]]:
    """Ask until nothing is left to ask."""
    met: list[Pair] = []
    rounds = []
    while pairs := next_pairs(schedule, n, met, seed=seed, budget=budget):
        rounds.append(pairs)
        met += [Pair(i, j, judge(i, j)) for i, j in pairs]
    return met, rounds


def unordered(met: list[Pair]) -> set[frozenset[int]]:
    return {frozenset((pair.first, pair.second)) for pair in met}


@pytest.mark.parametrize(
    ("schedule", "n", "pairs", "rounds"),
    [
        ("all", 5, 10, 1),
        ("anchor", 5, 4, 1),
        ("knockout", 8, 7, 3),
        ("knockout", 5, 4, 3),  # three are through at once: 1 match, then 2, then the final
        ("swiss", 8, 12, 3),
        ("swiss", 5, 6, 3),  # one of five sits out in each round
        *[(schedule, n, 0, 0) for schedule in SCHEDULES for n in (1,)],
        ("all", 0, 0, 0),
        ("knockout", 0, 0, 0),
        ("swiss", 0, 0, 0),
        *[(schedule, 2, 1, 1) for schedule in SCHEDULES],
    ],
)
def test_how_much_is_asked(schedule: Schedule, n: int, pairs: int, rounds: int) -> None:
    met, asked = play(schedule, n, lower_is_better)
    assert (len(met), len(asked)) == (pairs, rounds)
    assert len(unordered(met)) == pairs


@given(st.sampled_from(SCHEDULES), strengths, st.integers(0, 5), st.one_of(st.none(), st.integers(0, 30)))
def test_no_two_meet_twice_and_the_budget_holds(
    schedule: Schedule, strength: list[float], seed: int, budget: int | None
) -> None:
    n = len(strength)
    judge = lambda i, j: 0.5 + (strength[i] - strength[j]) / 2  # noqa: E731
    met, rounds = play(schedule, n, judge, seed, budget)
    assert len(unordered(met)) == len(met)
    full = {"all": n * (n - 1) // 2, "anchor": n - 1, "knockout": n - 1, "swiss": n // 2 * math.ceil(math.log2(n))}
    assert len(met) == (full[schedule] if budget is None else min(budget, full[schedule]))
    assert (met, rounds) == play(schedule, n, judge, seed, budget)
    if budget is None and n > 1:
        assert len(rounds) == (math.ceil(math.log2(n)) if schedule in ("knockout", "swiss") else 1)


@given(st.integers(2, 70), st.integers(0, 3), st.data())
def test_a_swiss_round_has_everyone_play_but_one_of_an_odd_number(n: int, seed: int, data: st.DataObject) -> None:
    judge = lambda i, j: data.draw(st.sampled_from([0.0, 0.5, 1.0]))  # noqa: E731
    met, rounds = play("swiss", n, judge, seed)
    for pairs in rounds:
        assert len({index for pair in pairs for index in pair}) == n - n % 2
    byes = [index for pairs in rounds for index in set(range(n)) - {i for pair in pairs for i in pair}]
    assert len(set(byes)) == len(byes)
    assert len(unordered(met)) == len(met)


@given(st.integers(0, 50))
def test_swiss_pairs_those_of_equal_score(seed: int) -> None:
    _, rounds = play("swiss", 8, lower_is_better, seed)
    won = dict.fromkeys(range(8), 0)
    for number, pairs in enumerate(rounds):
        assert all(won[i] == won[j] for i, j in pairs), f"round {number}"
        for i, j in pairs:
            won[min(i, j)] += 1
    assert won[0] == 3
    assert won[7] == 0
    assert sorted(won.values()) == [0, 1, 1, 1, 2, 2, 2, 3]


def test_part_of_a_round_is_asked_again_only_where_it_is_missing() -> None:
    for schedule in SCHEDULES:
        first = next_pairs(schedule, 8, [], seed=1, budget=None)
        (i, j), *others = first
        assert next_pairs(schedule, 8, [Pair(j, i, 0.5)], seed=1, budget=None) == others
        failed = [Pair(i, j, 0.5, weight=0.0) for i, j in first]
        assert not set(first) & set(next_pairs(schedule, 8, failed, seed=1, budget=None))


@given(st.integers(0, 20))
def test_who_gets_half_a_win_is_between_who_won_and_who_lost(seed: int) -> None:
    """Of three the one that sat out has 0.5: it meets the winner. Of four, a failed pair leaves both with 0.5."""
    [(i, j)] = next_pairs("swiss", 3, [], seed=seed, budget=None)
    idle = ({0, 1, 2} - {i, j}).pop()
    assert next_pairs("swiss", 3, [Pair(i, j, 1.0)], seed=seed, budget=None) == [(i, idle)]
    (a, b), (c, d) = next_pairs("swiss", 4, [], seed=seed, budget=None)
    met = [Pair(a, b, 0.5, weight=0.0), Pair(c, d, 1.0)]
    assert next_pairs("swiss", 4, met, seed=seed, budget=None) == [(c, a), (b, d)]


def test_a_round_robin_that_is_cut_short_is_even() -> None:
    """8 responses, 12 pairs: 3 rounds of 4, so each has met 3."""
    pairs = next_pairs("all", 8, [], seed=5, budget=12)
    assert [sum(index in pair for pair in pairs) for index in range(8)] == [3] * 8


def test_everyone_meets_the_anchor() -> None:
    assert sorted(next_pairs("anchor", 4, [], seed=0, budget=None, anchor=2)) == [(0, 2), (1, 2), (3, 2)]
    assert next_pairs("anchor", 2, [Pair(0, 1, 1.0)], seed=0, budget=None, anchor=1) == []
    with pytest.raises(DataError, match="anchor 4 is none of 4 responses"):
        next_pairs("anchor", 4, [], seed=0, budget=None, anchor=4)


def test_another_seed_is_another_draw() -> None:
    for schedule in SCHEDULES:
        assert len({tuple(next_pairs(schedule, 16, [], seed=seed, budget=None)) for seed in range(4)}) == 4


@given(st.integers(2, 20), st.integers(0, 5), st.data())
def test_the_best_wins_any_knockout(n: int, seed: int, data: st.DataObject) -> None:
    rank = data.draw(st.permutations(range(n)))
    met, _ = play("knockout", n, lambda i, j: float(rank[i] < rank[j]), seed)
    best = rank.index(0)
    assert champion(n, met, seed) == best
    assert champion(n, met[:-1], seed) is None
    values, order = placing(n, met, seed), knockout_rank(n, met, seed)
    assert values[best] == 1.0
    assert order[0] == best
    assert sorted(order) == list(range(n))
    known = [value for value in values if value is not None]
    assert sorted(known, reverse=True) == [values[index] for index in order]


def test_placing_by_hand() -> None:
    """Four responses, lower is better: the final is worth 1/2, the first round 0."""
    met, rounds = play("knockout", 4, lower_is_better, seed=0)
    [(a, b), (c, d)], [final] = rounds
    losers = {max(a, b), max(c, d)}
    expected = [0.0 if index in losers else 0.5 for index in range(4)]
    assert sorted(final) == sorted({0, 1, 2, 3} - losers)
    expected[0] = 1.0
    assert placing(4, met, 0) == tuple(expected)
    beaten_by_champion = max(a, b) if 0 in (a, b) else max(c, d)
    other = (losers - {beaten_by_champion}).pop()
    assert knockout_rank(4, met, 0) == (0, max(final), beaten_by_champion, other)


def test_a_knockout_that_is_cut_short_still_places() -> None:
    met, _ = play("knockout", 4, lower_is_better, seed=0, budget=1)
    [pair] = met
    values = placing(4, met, 0)
    assert values[min(pair.first, pair.second)] == 0.5
    assert values[max(pair.first, pair.second)] == 0.0
    assert sum(value is None for value in values) == 2  # they met nobody
    assert knockout_rank(4, met, 0) == (min(pair.first, pair.second), max(pair.first, pair.second))


def test_a_tie_goes_to_the_one_that_the_shuffle_put_first() -> None:
    [(high, low)] = next_pairs("knockout", 2, [], seed=0, budget=None)
    for met in (
        [Pair(high, low, 0.5)],
        [Pair(low, high, 0.7), Pair(high, low, 0.7)],
        [Pair(low, high, 1.0, weight=0.0)],
    ):
        assert champion(2, met, 0) == high
    assert champion(2, [Pair(high, low, 0.7), Pair(low, high, 0.8)], 0) == low


def test_a_lone_response_is_the_champion_and_met_nobody() -> None:
    assert (champion(1, [], 0), placing(1, [], 0), knockout_rank(1, [], 0)) == (0, (None,), ())


@pytest.mark.parametrize("schedule", ["all", "anchor", "swiss", "knockout"])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13])
def test_pairs_in_all_are_those_that_are_asked(schedule: Schedule, n: int) -> None:
    met: list[Pair] = []
    while wanted := next_pairs(schedule, n, met, seed=3, budget=None):
        met += [Pair(i, j, 1.0 if i < j else 0.0) for i, j in wanted]
    assert pairs_in_all(schedule, n) == len(met)
    assert pairs_in_all(schedule, n, 4) == min(4, len(met))
