"""Which responses are shown together, in which order, and how many samples each order gets."""

import itertools
import random
from collections import Counter
from collections.abc import Sequence

from judge.recipe import Critic
from judge.types import digest

Show = tuple[tuple[int, ...], int, int]
"""Responses in the order in which they are shown, the samples that are drawn of it, and the number of the first."""


def shows(responses: Sequence[int], critic: Critic, samples: int, seed: str, made: int = 0) -> list[Show]:
    """Return what is shown for one round of a critic that sees responses alone, or all of them in a list.

    Lists in an order of their own for each sample (`shuffled`) follow DeepSeek-GRM (arXiv 2504.02495): orders that come
    up twice share a request.

    Args:
        responses: those to be judged.
        critic: who sees them.
        samples: how many are drawn of each order, or in all where each has its own.
        seed: decides the orders.
        made: samples that were drawn before.
    """
    if critic.shape != "listwise":
        return [((index,), samples, made) for index in responses]
    whole = tuple(responses)
    return [(whole, samples, made)] if len(whole) == 1 else _ordered(whole, critic, samples, seed, made)


def shows_of_pair(pair: tuple[int, int], critic: Critic, samples: int, seed: str, made: int = 0) -> list[Show]:
    """Return what is shown of one pair; the arguments are those of `shows`."""
    return _ordered(pair, critic, samples, f"{seed} {pair}", made)


def _ordered(whole: tuple[int, ...], critic: Critic, samples: int, seed: str, made: int) -> list[Show]:
    if critic.orders == "given":
        return [(whole, samples, made)]
    if critic.orders == "both":
        return [(whole, samples, made), (whole[::-1], samples, made)]
    draw = random.Random(digest(f"order {seed}"))
    drawn = Counter(tuple(draw.sample(whole, len(whole))) for _ in range(samples))
    firsts = itertools.accumulate(drawn.values(), initial=made)  # no two samples share a number
    return [(order, count, first) for (order, count), first in zip(drawn.items(), firsts, strict=False)]


def pairs_of(responses: Sequence[int]) -> list[tuple[int, int]]:
    """Return all pairs, the lower index first."""
    return list(itertools.combinations(responses, 2))
