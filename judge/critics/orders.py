"""Which responses are shown together, in which order, and how many samples each order gets."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence

from judge.recipe import Critic
from judge.types import digest

Show = tuple[tuple[int, ...], int]
"""Responses in the order in which they are shown, and the samples that are drawn of it."""


def shows(responses: Sequence[int], critic: Critic, samples: int, seed: str) -> list[Show]:
    """Return what is shown for one round of a critic that sees responses alone, or all of them in a list.

    Lists in an order of their own for each sample (`shuffled`) follow DeepSeek-GRM (arXiv 2504.02495): orders that come
    up twice share a request.
    """
    if critic.shape != "listwise":
        return [((index,), samples) for index in responses]
    whole = tuple(responses)
    return [(whole, samples)] if len(whole) == 1 else _ordered(whole, critic, samples, seed)


def shows_of_pair(pair: tuple[int, int], critic: Critic, samples: int, seed: str) -> list[Show]:
    """Return what is shown of one pair."""
    return _ordered(pair, critic, samples, f"{seed} {pair}")


def _ordered(whole: tuple[int, ...], critic: Critic, samples: int, seed: str) -> list[Show]:
    if critic.orders == "given":
        return [(whole, samples)]
    if critic.orders == "both":
        return [(whole, samples), (whole[::-1], samples)]
    draw = random.Random(digest(f"order {seed}"))
    drawn = Counter(tuple(draw.sample(whole, len(whole))) for _ in range(samples))
    return list(drawn.items())


def pairs_of(responses: Sequence[int]) -> list[tuple[int, int]]:
    """Return all pairs, the lower index first."""
    return list(itertools.combinations(responses, 2))
