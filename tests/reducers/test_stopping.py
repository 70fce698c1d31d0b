"""When the votes are enough, checked on every sequence of eight."""

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from judge.errors import DataError
from judge.reducers import Stop, certain, certainty, settled

K = 8
RULES = [Stop(), Stop(rule="decided"), Stop(rule="beta"), Stop(rule="beta", error=0.2), Stop(rule="lead", lead=2)]


def verdict(votes: Sequence[float]) -> float:
    return sum((vote > 0.5) - (vote < 0.5) for vote in votes)


def side(votes: Sequence[float]) -> int:
    return (verdict(votes) > 0) - (verdict(votes) < 0)


def walk(stop: Stop, votes: Sequence[float], rounds: Sequence[int]) -> tuple[int, int]:
    """How many votes are asked for, and in how many rounds."""
    asked = 0
    for number, size in enumerate(rounds, 1):
        asked = min(K, asked + size)
        if settled(votes[:asked], K - asked, stop):
            return asked, number
    raise AssertionError("all votes are in, and it goes on")


def expected(stop: Stop, agreement: float, rounds: Sequence[int] = (1,) * K) -> tuple[float, float, float]:
    """Mean votes, mean rounds, and the chance in percent that the verdict is not that of all eight; ties count half."""
    votes = turns = differs = 0.0
    for sequence in itertools.product([0.0, 1.0], repeat=K):
        chance = math.prod(agreement if vote else 1 - agreement for vote in sequence)
        asked, number = walk(stop, sequence, rounds)
        votes += chance * asked
        turns += chance * number
        differs += chance * abs(side(sequence[:asked]) - side(sequence)) / 2
    return votes, turns, 100 * differs


@pytest.mark.parametrize(
    ("stop", "agreement", "votes", "differs"),
    [
        (Stop(), 0.8, 8.00, 0.0),
        (Stop(rule="decided"), 0.6, 7.12, 0.0),
        (Stop(rule="decided"), 0.8, 6.16, 0.0),
        (Stop(rule="decided"), 0.95, 5.26, 0.0),
        (Stop(rule="beta", error=0.01), 0.8, 6.16, 0.0),
        (Stop(rule="beta"), 0.6, 6.86, 0.3),
        (Stop(rule="beta"), 0.8, 5.64, 0.1),
        (Stop(rule="beta", error=0.1), 0.8, 4.85, 0.6),
        (Stop(rule="lead"), 0.8, 4.53, 0.8),
        (Stop(rule="lead", lead=2), 0.9, 2.44, 1.2),
    ],
)
def test_mean_votes_of_eight(stop: Stop, agreement: float, votes: float, differs: float) -> None:
    asked, _, differently = expected(stop, agreement)
    assert (round(asked, 2), round(differently, 1)) == (votes, differs)


@pytest.mark.parametrize(
    ("error", "agreement", "rounds", "votes", "turns"),
    [
        (0.10, 0.8, (3, 5), 5.40, 1.48),
        (0.10, 0.9, (3, 2, 2, 1), 4.10, 1.56),
        (0.05, 0.8, (4, 4), 6.36, 1.59),
        (0.05, 0.6, (3, 5), 8.00, 2.00),  # three that agree are sure to 15/16 only
        (0.05, 0.95, (5, 3), 5.68, 1.23),
    ],
)
def test_votes_in_rounds(error: float, agreement: float, rounds: Sequence[int], votes: float, turns: float) -> None:
    asked, number, _ = expected(Stop(rule="beta", error=error), agreement, rounds)
    assert (round(asked, 2), round(number, 2)) == (votes, turns)


@pytest.mark.parametrize(
    ("front", "behind", "p"),
    [
        (0, 0, 1 / 2),
        (1, 0, 3 / 4),  # 1 - (1/2)^2
        (3, 0, 15 / 16),  # 1 - (1/2)^4
        (4, 0, 31 / 32),
        (2, 1, 11 / 16),  # (1 + 4 + 6) / 2^4
        (5, 1, 120 / 128),  # (1 + 7 + 21 + 35 + 35 + 21) / 2^7
        (1.5, 0.5, 0.5 + 2 / (3 * math.pi)),  # (1/2)^3 / (1.5 B(1.5, 1.5)), and B(1.5, 1.5) = (pi / 4) / 2
        (1.75, 0.0, 3 / 4),  # three quarters of a vote are left out
    ],
)
def test_certainty_by_hand(front: float, behind: float, p: float) -> None:
    assert certainty(front, behind) == pytest.approx(p, rel=0, abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40))
def test_certainty_is_a_sum_of_coin_tosses(front: int, lead: int) -> None:
    """P(p > 1/2) of Beta(y + 1, n + 1) is the chance of at most y heads in y + n + 1 tosses."""
    behind, front = front, front + lead
    tosses = front + behind + 1
    exact = sum(math.comb(tosses, heads) for heads in range(front + 1)) / 2**tosses
    assert certainty(front, behind) == pytest.approx(exact, rel=0, abs=1e-9)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=9), st.data())
def test_what_is_decided_is_the_verdict_of_all_votes(votes: list[float], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), min_size=len(votes), max_size=len(votes)))
    asked = data.draw(st.integers(0, len(votes)))
    heaviest = max([1.0, *weights[:asked]])
    full = [weight if number < asked else min(weight, heaviest) for number, weight in enumerate(weights)]
    if settled(votes[:asked], len(votes) - asked, Stop(rule="decided"), full[:asked]):
        sums = [
            sum((v > 0.5) * w - (v < 0.5) * w for v, w in zip(votes[:n], full[:n], strict=True)) for n in (asked, 9)
        ]
        assert (sums[0] > 0, sums[0] < 0) == (sums[1] > 0, sums[1] < 0)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=9), st.integers(0, 9), st.sampled_from(RULES), st.data())
def test_neither_order_nor_side_matters(votes: list[float], left: int, stop: Stop, data: st.DataObject) -> None:
    found = settled(votes, left, stop)
    assert found == settled(data.draw(st.permutations(votes)), left, stop)
    assert found == settled([1 - vote for vote in votes], left, stop)
    if found:
        assert settled(votes, max(0, left - 1), stop)
    if stop.rule != "never" and settled(votes, left, Stop(rule="decided")):
        assert found


def test_a_tie_is_decided_only_when_no_vote_is_left() -> None:
    assert not settled([1.0, 0.0], 1, Stop(rule="decided"))
    assert settled([1.0, 0.0], 0, Stop(rule="decided"))
    assert not settled([1.0, 1.0], 2, Stop(rule="decided"))  # they could still make it a tie
    assert settled([1.0, 1.0, 0.5], 1, Stop(rule="decided"))
    assert not settled([], 1, Stop(rule="lead", lead=1))
    assert settled([], 0, Stop())


def test_a_threshold_makes_scores_votes() -> None:
    """0.7 and 0.75 are above 0.6, 0.6 is on it: two ahead."""
    scores = [0.7, 0.75, 0.6]
    assert settled(scores, 9, Stop(rule="lead", lead=2, threshold=0.6))
    assert not settled(scores, 9, Stop(rule="lead", lead=3, threshold=0.6))
    assert settled(scores, 9, Stop(rule="lead", lead=3))


def test_weights_count_as_votes() -> None:
    lead = Stop(rule="lead", lead=2)
    assert not settled([1.0, 1.0, 1.0], 5, lead, [0.5, 0.5, 0.5])
    assert settled([1.0, 1.0, 1.0, 1.0], 5, lead, [0.5, 0.5, 0.5, 0.5])
    assert settled([1.0, 1.0], 5, lead, [2.0, 0.0])
    assert not settled([1.0], 2, Stop(rule="decided"), [2.0])  # those to come may be as heavy
    with pytest.raises(DataError, match="do not fit 1 votes"):
        settled([1.0], 1, lead, [1.0, 1.0])


def test_a_bare_name_is_a_stop() -> None:
    assert Stop.model_validate("decided") == Stop(rule="decided")
    with pytest.raises(ValidationError):
        Stop(rule="beta", error=0.5)


def test_what_is_certain_by_the_rule_when_no_vote_is_left() -> None:
    """5 : 3 is P(Bin(9, 1/2) <= 5) = 382/512 = 0.746; 4 : 0 is 1 - 1/32 = 0.969."""
    five_three, four = [1.0] * 5 + [0.0] * 3, [1.0] * 4
    assert certain(four, Stop(rule="beta"))
    assert not certain(five_three, Stop(rule="beta"))
    assert certain(five_three, Stop(rule="beta", error=0.26))
    assert not certain(five_three, Stop(rule="lead", lead=3))
    assert certain(five_three, Stop(rule="lead", lead=2))
    assert certain(five_three, Stop(rule="decided"))
    assert not certain([1.0, 0.0], Stop(rule="decided"))
    assert not certain([], Stop(rule="beta", error=0.49))


@given(st.lists(st.sampled_from([0.0, 0.3, 0.5, 1.0]), max_size=K), st.integers(1, K), st.sampled_from(RULES[1:]))
def test_what_is_certain_is_settled_whatever_could_come(votes: list[float], left: int, stop: Stop) -> None:
    if stop.rule != "decided" and certain(votes, stop):
        assert settled(votes, left, stop)
