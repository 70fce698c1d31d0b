"""Transforms by hand and by property."""

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from judge.errors import SettingsError
from judge.transforms import (
    Baseline,
    BootstrapReference,
    Cap,
    Clip,
    GroupTransform,
    LengthPenalty,
    Logit,
    LogSigmoidCentered,
    Rank,
    Rescale,
    Transform,
    ZScore,
    bounds_after,
    chain,
)

NAMED: TypeAdapter[GroupTransform] = TypeAdapter(Transform)
EVERY = [
    Clip(lo=0.2, hi=0.8),
    Cap(theta=0.4),
    Rescale(lo=-1, hi=1),
    Logit(),
    LogSigmoidCentered(),
    LogSigmoidCentered(ref=0.3),
    ZScore(),
    ZScore(bound=0.5),
    Baseline(),
    Baseline(leave_one_out=True),
    Rank(),
    BootstrapReference(),
    LengthPenalty(target=10),
]


def one(transform: GroupTransform, *values: float | None, lo: float = 0, hi: float = 1, seed: int = 0) -> Any:
    return transform.apply(values, lo=lo, hi=hi, lengths=[0] * len(values), seed=seed).values


def near(*values: float | None) -> Any:
    return pytest.approx(values, abs=1e-9)


def test_clip_cap_and_rescale() -> None:
    done = Clip(lo=0.2, hi=2).apply([0.1, None, 0.5, 1.0], lo=0, hi=1, lengths=[1] * 4, seed=0)
    assert (done.values, done.lo, done.hi) == ((0.2, None, 0.5, 1.0), 0.2, 1)
    done = Cap(theta=0.7).apply([0.1, 0.9], lo=0, hi=1, lengths=[1] * 2, seed=0)
    assert (done.values, done.lo, done.hi) == ((0.1, 0.7), 0, 0.7)
    # (3 - 1) / (5 - 1) = 0.5 of the range; -2 + 0.5 * 6 = 1
    done = Rescale(lo=-2, hi=4).apply([1, 3, 5], lo=1, hi=5, lengths=[1] * 3, seed=0)
    assert (done.values, done.lo, done.hi) == ((-2, 1, 4), -2, 4)


def test_logit() -> None:
    # (7 - 1) / (9 - 1) = 0.75, log(0.75 / 0.25) = log 3; the ends stop at log(0.99 / 0.01) = log 99
    done = Logit(eps=0.01).apply([1, 7, 9], lo=1, hi=9, lengths=[0] * 3, seed=0)
    assert done.values == near(-math.log(99), math.log(3), math.log(99))
    assert (done.lo, done.hi) == near(-math.log(99), math.log(99))


def test_log_sigmoid_centered() -> None:
    # log sigmoid(0) = -log 2; log sigmoid(log 3) = log(3/4); log sigmoid(-log 3) = log(1/4)
    third = math.log(3)
    done = LogSigmoidCentered(ref=1).apply([1, 1 + third, 1 - third], lo=-5, hi=5, lengths=[0] * 3, seed=0)
    assert done.values == near(-math.log(2), math.log(0.75), math.log(0.25))
    # log sigmoid(-6) = -log(1 + e^6), log sigmoid(4) = -log(1 + e^-4)
    assert (done.lo, done.hi) == near(-math.log(1 + math.exp(6)), -math.log(1 + math.exp(-4)))


def test_the_reference_can_be_a_quantile_of_the_group() -> None:
    # of 0, 1, 2, 3 the quantile 0.85 is at place 0.85 * 3 = 2.55, so 2 + 0.55 * 1 = 2.55
    values = one(LogSigmoidCentered(), 3, None, 0, 2, 1, lo=-5, hi=5)
    assert values[0] == pytest.approx(-math.log(1 + math.exp(-(3 - 2.55))), abs=1e-9)
    assert values[1] is None
    # the reference may be 5 where the value is -5, and the other way round
    assert LogSigmoidCentered().bounds(-5, 5) == near(-math.log(1 + math.exp(10)), -math.log(1 + math.exp(-10)))
    assert one(LogSigmoidCentered(quantile=0), 2.5, lo=-5, hi=5) == near(-math.log(2))


def test_zscore() -> None:
    # mean 0.5, population std sqrt((0.16 + 0.16 + 0 + 0) / 4) = sqrt(0.08)
    assert one(ZScore(), 0.1, 0.9, None, 0.5, 0.5) == near(-0.4 / 0.08**0.5, 0.4 / 0.08**0.5, None, 0, 0)
    assert one(ZScore(bound=1), 0.1, 0.9, 0.5, 0.5) == (-1, 1, 0, 0)
    assert one(ZScore(), 0.1, 0.1, 0.1) == (0, 0, 0)  # 0.1 + 0.1 + 0.1 is not 0.3 in floating point
    assert one(ZScore(), 0.7, None) == (0, None)
    assert one(ZScore(), 0.0, 1e-200) == near(-1, 1)  # the square of 1e-200 is 0


def test_baseline() -> None:
    assert one(Baseline(), 0.2, None, 0.6, 1.0) == near(-0.4, None, 0, 0.4)
    # the others' means are 0.8, 0.6 and 0.4
    assert one(Baseline(leave_one_out=True), 0.2, None, 0.6, 1.0) == near(-0.6, None, 0, 0.6)
    assert one(Baseline(leave_one_out=True), 0.7) == near(0)
    assert Baseline().bounds(-1, 3) == (-4, 4)


def test_rank() -> None:
    # places 1, 2.5, 2.5, 4 of four: (place - 1) / 3
    assert one(Rank(), 0.9, 0.4, None, 0.4, 0.1) == near(1, 0.5, None, 0.5, 0)
    # places 1.5, 1.5, 3: 0.5 / 2
    assert one(Rank(), 0.2, 0.2, 0.3) == near(0.25, 0.25, 1)
    assert one(Rank(), 0.2) == (0.5,) and one(Rank(), 0.2, 0.2) == (0.5, 0.5)


def test_bootstrap_reference_compares_with_one_scored_sibling() -> None:
    scores = (0.1, None, 0.5, 0.5, 0.9)
    expected = {
        0.1: {(0, None, 1, 1, 1)},
        0.5: {(-1, None, 0, -1, 1), (-1, None, -1, 0, 1)},  # an equal score does not beat the reference
        0.9: {(-1, None, -1, -1, 0)},
    }
    seen = {one(BootstrapReference(), *scores, seed=seed) for seed in range(40)}
    assert seen == set.union(*expected.values())
    assert one(BootstrapReference(), *scores, seed=7) == one(BootstrapReference(), *scores, seed=7)
    assert one(BootstrapReference(), None, 0.4) == (None, 0)


def test_length_penalty() -> None:
    penalty = LengthPenalty(target=100, width=50, weight=0.4)
    done = penalty.apply([1, 1, 1, 1, None], lo=0, hi=1, lengths=[100, 110, 150, 9_999, 9_999], seed=0)
    # 0.4 * (10 / 50)^2 = 0.016
    assert done.values == near(1, 0.984, 0.6, 0.6, None)
    assert (done.lo, done.hi) == (-0.4, 1)
    # without a width it is the target: 0.1 * (50 / 100)^2 = 0.025
    assert LengthPenalty(target=100).apply([0.5], lo=0, hi=1, lengths=[150], seed=0).values == near(0.475)


def test_a_chain_keeps_the_range_true() -> None:
    steps = [Logit(eps=0.01), LogSigmoidCentered(ref=0), Rescale()]
    done = chain(steps, [0.5, None, 1], lo=0, hi=1, lengths=[0] * 3, seed=0)
    # logit 0 and log 99; u = -log 2 and log 0.99; the range is [log 0.01, log 0.99]
    share = (math.log(0.5) - math.log(0.01)) / (math.log(0.99) - math.log(0.01))
    assert done.values == near(share, None, 1)
    assert (done.lo, done.hi) == (0, 1) == bounds_after(steps, 0, 1)


def test_recipes_name_transforms() -> None:
    assert NAMED.validate_python("rank") == Rank()
    assert NAMED.validate_python({"name": "clip", "hi": 0.8}) == Clip(lo=0, hi=0.8)
    assert NAMED.validate_python(NAMED.dump_python(ZScore(bound=3))) == ZScore(bound=3)
    wrong: list[object] = [
        "nope",
        "cap",
        {"name": "clip", "lo": 2},
        {"name": "logit", "eps": 0},
        {"name": "rank", "x": 1},
    ]
    for given_ in wrong:
        with pytest.raises(ValidationError):
            NAMED.validate_python(given_)


def test_what_leaves_nothing_of_the_range_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"clip to \[2, 3\] leaves nothing of the range \[0, 1\]"):
        bounds_after([Clip(lo=2, hi=3)], 0, 1)
    with pytest.raises(SettingsError, match="a cap at -1 leaves nothing"):
        one(Cap(theta=-1), 0.5)
    with pytest.raises(SettingsError, match="lo < hi, got 1 and 1"):
        one(Rank(), 1, lo=1, hi=1)


@pytest.mark.parametrize("transform", EVERY)
@given(data=st.data())
def test_none_stays_none_and_values_stay_in_the_announced_range(transform: GroupTransform, data: st.DataObject) -> None:
    lo = data.draw(st.sampled_from([0.0, -3.0, 0.1]))
    hi = data.draw(st.sampled_from([1.0, 0.7, 10.0]))
    value = st.none() | st.floats(lo, hi)
    values: Sequence[float | None] = data.draw(st.lists(value, max_size=12))
    lengths = data.draw(st.lists(st.integers(0, 10**6), min_size=len(values), max_size=len(values)))
    done = transform.apply(values, lo=lo, hi=hi, lengths=lengths, seed=data.draw(st.integers(0, 99)))
    assert [one is None for one in done.values] == [one is None for one in values]
    assert all(done.lo <= one <= done.hi for one in done.values if one is not None)
    assert (done.lo, done.hi) == transform.bounds(lo, hi) and done.lo < done.hi
    # what is unscored is never used: the scored ones alone give the same
    known = [(one, length) for one, length in zip(values, lengths, strict=True) if one is not None]
    if not isinstance(transform, BootstrapReference):
        alone = transform.apply([v for v, _ in known], lo=lo, hi=hi, lengths=[n for _, n in known], seed=0)
        assert alone.values == tuple(one for one in done.values if one is not None)


@pytest.mark.parametrize("transform", [each for each in EVERY if not isinstance(each, BootstrapReference)])
@given(values=st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_what_was_better_is_not_worse_afterwards(transform: GroupTransform, values: list[float]) -> None:
    after = transform.apply(values, lo=0, hi=1, lengths=[5] * len(values), seed=0).values
    ordered = [value for _, value in sorted(zip(values, after, strict=True))]
    assert ordered == sorted(ordered)  # type: ignore[type-var]
