"""Shifts by Elo, and heads on embeddings."""

import math
import random
from statistics import NormalDist

import pytest

from judge.calibration import elo_shift, embedding_head
from judge.calibration.elo_shift import EloShift, mismatch_degree
from judge.calibration.embedding_head import EmbeddingHead
from judge.errors import DataError


def test_elo_shift_by_hand() -> None:
    # means 0.5, 0.6, 0.2 and population variances 0.01, 0.04, 0.09
    scores = {"strong": [0.4, 0.6], "middle": [0.4, 0.8], "weak": [-0.1, 0.5]}
    found = elo_shift.fit(scores, {"strong": 1300, "middle": 1200, "weak": 1000})
    # p = 1 / (1 + 10^-(100/400)) and 1 / (1 + 10^-(200/400))
    upper = NormalDist().inv_cdf(1 / (1 + 10**-0.25)) * math.sqrt(0.05)
    lower = NormalDist().inv_cdf(1 / (1 + 10**-0.5)) * math.sqrt(0.13)
    assert found.shifts == pytest.approx(
        {"weak": 0 - 0.2, "middle": lower - 0.6, "strong": lower + upper - 0.5}, abs=1e-9
    )
    assert found.apply(0.4, "weak") == pytest.approx(0.2, abs=1e-9) and found.apply(0.4, "new") is None


def test_shifted_scores_win_as_often_as_the_ratings_say() -> None:
    chance = random.Random(1)
    scores = {
        "a": [chance.gauss(0.2, 0.1) for _ in range(20_000)],
        "b": [chance.gauss(0.7, 0.2) for _ in range(20_000)],
    }
    found = elo_shift.fit(scores, {"a": 1150, "b": 1000})  # the judge has them the wrong way round
    wins = sum(x + found.shifts["a"] > y + found.shifts["b"] for x, y in zip(scores["a"], scores["b"], strict=True))
    assert wins / 20_000 == pytest.approx(1 / (1 + 10 ** (-150 / 400)), abs=0.01)


def test_mismatch_degree_by_hand() -> None:
    # wins 3 of 4, since a tie is none; expected 1 / (1 + 10^(-100/400)) for 100 points more
    expected = 1 / (1 + 10**-0.25)
    degree = mismatch_degree([3, 3, 3, 1], [1, 2, 2, 1], 1300, 1200)
    assert degree == pytest.approx((0.75 - expected) / expected, abs=1e-9)
    # all won against an equal: (1 - 1/2) / (1/2)
    assert mismatch_degree([1], [0], 1000, 1000) == pytest.approx(1, abs=1e-9)


def test_elo_shift_refuses_what_it_cannot_order() -> None:
    with pytest.raises(DataError, match="at least two models, got 1"):
        elo_shift.fit({"a": [1]}, {"a": 1})
    with pytest.raises(DataError, match="no Elo rating for 'b'"):
        elo_shift.fit({"a": [1], "b": [1]}, {"a": 1})
    with pytest.raises(DataError, match="too far apart"):
        elo_shift.fit({"a": [1], "b": [1]}, {"a": 1e6, "b": 0})
    with pytest.raises(DataError, match="got 1 and 0"):
        mismatch_degree([1], [], 0, 0)
    assert EloShift(shifts={"a": 0.5}).apply(1, "a") == 1.5


def test_embedding_head_by_hand() -> None:
    head = EmbeddingHead(centre=(1, 0), members=((2, 0), (0, 1)))
    # away from the centre (0.5, 2): rewards 1 and 2, mean 1.5, spread 0.5
    assert head.rewards([1.5, 2]) == pytest.approx((1, 2), abs=1e-9)
    assert head.apply([1.5, 2]) == pytest.approx(1 / (1 + math.exp(-1.5)), abs=1e-9)
    assert head.spread([1.5, 2]) == pytest.approx(0.5, abs=1e-9)
    # against (1, 2), whose rewards are 0 and 2: the mean differs by 0.5
    assert head.preference([1.5, 2], [1, 2]) == pytest.approx(1 / (1 + math.exp(-0.5)), abs=1e-9)
    with pytest.raises(DataError, match="of 2 numbers, got 3"):
        head.apply([1, 2, 3])


def test_embedding_head_finds_a_planted_direction_and_is_unsure_far_away() -> None:
    chance = random.Random(2)
    planted = [3.0, -2.0, 0.0, 1.0]
    chosen, rejected = [], []
    for _ in range(3_000):
        a, b = ([chance.gauss(0, 1) for _ in planted] for _ in range(2))
        apart = sum(w * (x - y) for w, x, y in zip(planted, a, b, strict=True))
        first = chance.random() < 1 / (1 + math.exp(-apart))
        chosen.append(a if first else b)
        rejected.append(b if first else a)
    found = embedding_head.fit(chosen, rejected, members=8, seed=4)
    assert len(found.members) == 8 and len(set(found.members)) == 8
    assert [sum(column) / 8 for column in zip(*found.members, strict=True)] == pytest.approx(planted, abs=0.35)
    assert found == embedding_head.fit(chosen, rejected, members=8, seed=4)
    assert found.spread([9, 9, 9, 9]) > found.spread([0.1, 0.1, 0.1, 0.1])
    whole = embedding_head.fit(chosen, rejected, members=1)
    assert whole.spread([1, 1, 1, 1]) == 0
    with pytest.raises(DataError, match="of one length"):
        embedding_head.fit([[1, 2]], [[1]])
