"""Weights from what someone said: grid, posterior and mean by hand."""

import asyncio
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError, ModelError, ParseError
from judge.learn.utterances import (
    UtteranceOptions,
    posterior,
    posterior_mean,
    simplex_grid,
    weights_from_utterance,
)
from judge.types import Criterion, Rubric
from tests.learn.asked import Asked, between

RUBRIC = Rubric(
    name="r",
    criteria=(
        Criterion(id="right", text="It is right.", weight=3),
        Criterion(id="long", text="It is long.", weight=-1),
    ),
)


def test_grids_by_hand() -> None:
    assert simplex_grid(2, 2) == [(1, 0), (0.5, 0.5), (0, 1)]
    assert simplex_grid(3, 1) == [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert simplex_grid(1, 4) == [(1,)]
    assert len(simplex_grid(3, 4)) == math.comb(6, 4) == 15
    with pytest.raises(DataError, match="10 criteria in 4 steps give 715 weightings"):
        simplex_grid(10, 4)


@given(st.integers(1, 4), st.integers(1, 5))
def test_every_point_of_a_grid_adds_up_to_one_and_stands_once(dimensions: int, steps: int) -> None:
    grid = simplex_grid(dimensions, steps)
    assert len(set(grid)) == len(grid)
    for point in grid:
        assert len(point) == dimensions and min(point) >= 0
        assert math.fsum(point) == pytest.approx(1, abs=1e-9)


def test_posterior_by_hand() -> None:
    # 1/4, 2/4, 1/4 of likelihoods 10, 20, 10
    assert posterior([10, 20, 10]) == pytest.approx([0.25, 0.5, 0.25], abs=1e-9)
    # times a prior of 1/2, 1/4, 1/4: 5, 5, 2.5 of 12.5
    assert posterior([10, 20, 10], [0.5, 0.25, 0.25]) == pytest.approx([0.4, 0.4, 0.2], abs=1e-9)
    # (1, 0), (0.5, 0.5), (0, 1) with these: 0.4 + 0.2 = 0.6, and 0.2 + 0.2 = 0.4
    assert posterior_mean(simplex_grid(2, 2), [0.4, 0.4, 0.2]) == pytest.approx((0.6, 0.4), abs=1e-9)
    for likelihoods, prior, why in [
        ([1.0], [0.5, 0.5], "use one grid"),
        ([0.0, 1.0], [1.0, 0.0], "no weighting is possible"),
        ([-1.0, 1.0], None, "below 0"),
        ([math.inf, 1.0], None, "not finite"),
    ]:
        with pytest.raises(DataError, match=why):
            posterior(likelihoods, prior)


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=3), st.lists(st.floats(0.01, 100), min_size=3, max_size=3))
def test_two_utterances_one_after_the_other_are_both_at_once(first: list[float], second: list[float]) -> None:
    at_once = posterior([a * b for a, b in zip(first, second, strict=True)])
    assert posterior(second, posterior(first)) == pytest.approx(at_once, rel=1e-9)


def rated(asked: Asked, **options: Any) -> Any:
    prior = options.pop("prior", None)
    return asyncio.run(
        weights_from_utterance("far too long", RUBRIC, asked.learner, UtteranceOptions(**options), prior)
    )


def test_weights_from_an_utterance_by_hand() -> None:
    asked = Asked({"rate_priorities": lambda text: {"reasons": "r", "likelihoods": [0, 49, 99]}})
    found = rated(asked, steps=2)
    # with the floor of 1: 1, 50, 100 of 151. Mean of right: (1 + 25) / 151; of long: (25 + 100) / 151
    assert found.posterior == pytest.approx((1 / 151, 50 / 151, 100 / 151), abs=1e-9)
    assert found.weights == pytest.approx({"right": 26 / 151, "long": 125 / 151}, abs=1e-9)
    # the old weights' sizes add up to 4, and being long stays a fault
    assert [one.weight for one in found.apply(RUBRIC).criteria] == pytest.approx(
        [4 * 26 / 151, -4 * 125 / 151], abs=1e-9
    )
    [text] = asked.texts("rate_priorities")
    assert between(text, "utterance") == ["far too long"]
    assert between(text, "criterion") == ["It is right.", "It is long."]
    assert [line for line in text.splitlines() if "%" in line] == [
        "1. right 100 %, long 0 %",
        "2. right 50 %, long 50 %",
        "3. right 0 %, long 100 %",
    ]


def test_a_prior_goes_in_and_batches_are_put_together() -> None:
    asked = Asked({"rate_priorities": lambda text: {"likelihoods": [9, 19] if "right 100 %" in text else [9]}})
    found = rated(asked, steps=2, batch=2, prior=[0.5, 0.25, 0.25])
    # 10, 20, 10 times the prior, as by hand above
    assert found.posterior == pytest.approx((0.4, 0.4, 0.2), abs=1e-9)
    assert len(asked.model.requests) == 2


def test_a_part_of_the_grid_is_not_enough() -> None:
    def lost(text: str) -> Any:
        return {"likelihoods": [9, 9]} if "right 100 %" in text else ModelError("down", "connection")

    with pytest.raises(ModelError, match="down"):
        rated(Asked({"rate_priorities": lost}), steps=2, batch=2)
    with pytest.raises(ParseError, match="needs 3 numbers from 0 to 100"):
        rated(Asked({"rate_priorities": lambda text: {"likelihoods": [1, 2, 101]}}), steps=2)
