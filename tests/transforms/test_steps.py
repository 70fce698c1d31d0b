"""Rewards of steps, weights of components and contrast, by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SettingsError
from judge.transforms.contrast import text_norm
from judge.transforms.lagrange import ascend
from judge.transforms.steps import clip_steps, credited, delta_steps, step_return

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


def test_clip_and_delta() -> None:
    # 0.9 - 0.7 > 0 earns nothing; 0.4 - 0.7 = -0.3
    assert clip_steps([0.9, None, 0.4], 0.7) == pytest.approx((0, None, -0.3), abs=1e-9)
    # 0.9 - 0.4, 0.4 - 0.6, and the last one itself; the sum is the first score
    assert delta_steps([0.9, 0.4, 0.6]) == pytest.approx((0.5, -0.2, 0.6), abs=1e-9)
    # a step without a score is skipped: 0.9 - 0.6
    assert delta_steps([0.9, None, 0.6]) == pytest.approx((0.3, None, 0.6), abs=1e-9)
    assert delta_steps([]) == ()


def test_return_is_success_and_a_share_of_the_steps() -> None:
    # 1 + 0.5 * (0 - 0.3) = 0.85, and the same step by step
    assert step_return((0, -0.3), 1, 0.5) == pytest.approx(0.85, abs=1e-9)
    assert credited((0, -0.3), 1, 0.5) == pytest.approx((0, 0.85), abs=1e-9)
    assert step_return((0, None), 1, 0.5) is None
    assert credited((0, None), 1, 0.5) == (0, None)


@given(SCORES, st.data())
def test_repeating_a_step_does_not_raise_the_return(scores: list[float], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(scores) - 1))
    longer = [*scores[: at + 1], scores[at], *scores[at + 1 :]]
    for rewards in (delta_steps, lambda one: clip_steps(one, 0.6)):
        once, twice = step_return(rewards(scores), 1, 0.3), step_return(rewards(longer), 1, 0.3)
        assert once is not None and twice is not None
        assert twice <= once + 1e-9


@given(SCORES)
def test_delta_telescopes_to_the_first_score(scores: list[float]) -> None:
    assert step_return(delta_steps(scores), 0, 1) == pytest.approx(scores[0], abs=1e-9)


def test_weights_of_satisfied_components_give_way() -> None:
    # 0.5 + 0.1 * (0.7 - 0.9) = 0.48; 0.5 + 0.1 * (0.7 - 0.2) = 0.55; 0.99 + 0.07 stops at 1; 0.01 - 0.03 stops at 0
    after = ascend([0.5, 0.5, 0.99, 0.01, 0.5], [0.9, 0.2, 0.0, 1.0, None], [0.7] * 5, rate=0.1)
    assert after == pytest.approx((0.48, 0.55, 1, 0, 0.5), abs=1e-9)


def test_text_norm() -> None:
    # e^(2/2) / (e^(2/2) + e^(0/2) + e^(1/2))
    expected = math.e / (math.e + 1 + math.exp(0.5))
    assert text_norm(2, [0, None, 1], temperature=2) == pytest.approx(expected, abs=1e-9)
    assert text_norm(5, [5, 5, 5]) == pytest.approx(0.25, abs=1e-9)
    assert text_norm(1000, [0]) == 1
    assert text_norm(None, [1]) is None and text_norm(1, [None]) is None
    with pytest.raises(SettingsError, match="above 0, got 0"):
        text_norm(1, [1], temperature=0)
