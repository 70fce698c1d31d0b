"""In which order responses are shown, and how many samples each order gets."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from judge.critics import shows, shows_of_pair
from judge.recipe import Critic


def critic(shape: str, orders: str = "both") -> Critic:
    how: dict[str, Any] = {"shape": shape, "prompt": "p", "orders": orders}
    return Critic(**how)


def test_a_response_that_is_seen_alone_has_no_order() -> None:
    for shape in ("pointwise", "steps", "spans"):
        assert shows([0, 2], critic(shape), 3, "seed") == [((0,), 3, 0), ((2,), 3, 0)]


def test_pairs_and_lists_are_shown_both_ways_round_or_as_given() -> None:
    assert shows_of_pair((1, 3), critic("pairwise"), 2, "seed") == [((1, 3), 2, 0), ((3, 1), 2, 0)]
    assert shows_of_pair((1, 3), critic("pairwise", "given"), 2, "seed") == [((1, 3), 2, 0)]
    assert [order for order, *_ in shows([0, 1, 2], critic("listwise"), 1, "seed")] == [(0, 1, 2), (2, 1, 0)]
    assert shows([4], critic("listwise"), 3, "seed") == [((4,), 3, 0)]  # a list of one


@given(st.integers(2, 5), st.integers(1, 12), st.integers(0, 9), st.text(max_size=4))
def test_shuffled_samples_each_have_an_order_and_a_number_of_their_own(
    n: int, samples: int, made: int, seed: str
) -> None:
    found = shows(range(n), critic("listwise", "shuffled"), samples, seed, made)
    orders = [order for order, *_ in found]
    assert len(set(orders)) == len(orders)  # equal orders share a request
    assert all(sorted(order) == list(range(n)) for order in orders)
    numbers = [first + place for _, count, first in found for place in range(count)]
    assert sorted(numbers) == list(range(made, made + samples))
    assert found == shows(range(n), critic("listwise", "shuffled"), samples, seed, made)  # the seed decides


def test_shuffles_of_different_pairs_do_not_go_together() -> None:
    drawn = [
        tuple(order[0] == pair[0] for order, *_ in shows_of_pair(pair, critic("pairwise", "shuffled"), 1, "seed"))
        for pair in [(i, j) for i in range(8) for j in range(i + 1, 8)]
    ]
    assert len(set(drawn)) == 2  # some as given and some turned round
