"""Dominance and fronts, by hand and by their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import DataError
from judge.learn.fronts import dominates, pareto_front

VECTORS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), max_size=8)


def test_dominance_needs_all_and_one() -> None:
    assert dominates((2, 3), (2, 2))
    assert not dominates((2, 2), (2, 2))  # nowhere higher
    assert not dominates((3, 1), (2, 2))  # lower in the second
    assert not dominates((2, 2), (3, 1))


def test_the_front_of_five_steps() -> None:
    #           0       1       2       3       4
    steps = [(3, 1), (2, 2), (1, 3), (2, 1), (1, 1)]
    # 3 is beaten by 0 (3>2, 1=1) and by 1; 4 by all others; 0, 1 and 2 each win one and lose one to each other
    assert pareto_front(steps) == ((0, 1, 2), (3, 4))


def test_equal_vectors_share_a_side() -> None:
    assert pareto_front([(1, 1), (1, 1)]) == ((0, 1), ())
    assert pareto_front([(1, 1), (2, 1), (1, 1)]) == ((1,), (0, 2))
    assert pareto_front([]) == ((), ())


def test_vectors_of_different_length_are_no_vectors_of_one_rubric() -> None:
    with pytest.raises(DataError, match="2 and 3 numbers"):
        dominates((1, 2), (1, 2, 3))


@given(VECTORS)
def test_every_vector_is_on_one_side_and_every_negative_is_beaten_by_a_positive(
    vectors: list[tuple[int, ...]],
) -> None:
    positives, negatives = pareto_front(vectors)
    assert sorted(positives + negatives) == list(range(len(vectors)))
    for beaten in negatives:
        assert any(dominates(vectors[winner], vectors[beaten]) for winner in positives)
    assert not any(dominates(vectors[a], vectors[b]) for a in positives for b in positives)


@given(st.tuples(*[st.integers(0, 2)] * 3), st.tuples(*[st.integers(0, 2)] * 3), st.tuples(*[st.integers(0, 2)] * 3))
def test_dominance_is_a_strict_partial_order(a: tuple[int, ...], b: tuple[int, ...], c: tuple[int, ...]) -> None:
    assert not dominates(a, a)
    assert not (dominates(a, b) and dominates(b, a))
    if dominates(a, b) and dominates(b, c):
        assert dominates(a, c)
