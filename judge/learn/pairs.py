"""Labelled pairs to learn from: parted without the same prompt on both sides."""

import random
from collections import Counter
from collections.abc import Sequence

from judge.errors import DataError
from judge.pairs import Pair, read_pairs

__all__ = ["Pair", "read_pairs", "split"]


def split(pairs: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """Return two parts of the pairs, each in its first order; the first part has about `share` of them.

    Pairs of one prompt stay together, so that nothing learned on one part was seen in the other. Prompts are drawn by
    `seed` until the first part has at least `share` of the pairs, rounded.

    Raises:
        DataError: `share` is not within [0, 1].
    """
    if not 0 <= share <= 1:
        raise DataError(f"a share of {share:g} is not within 0 to 1; give for example 0.8")
    prompts = sorted({pair.prompt for pair in pairs})
    random.Random(seed).shuffle(prompts)
    counts = Counter(pair.prompt for pair in pairs)
    taken: set[str] = set()
    size = 0
    for prompt in prompts:
        if size >= round(share * len(pairs)):
            break
        taken.add(prompt)
        size += counts[prompt]
    return [pair for pair in pairs if pair.prompt in taken], [pair for pair in pairs if pair.prompt not in taken]
