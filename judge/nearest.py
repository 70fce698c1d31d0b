"""Labelled pairs whose prompts are nearest to a prompt, by the words they share. No model is asked."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from judge.pairs import Pair
from judge.search.terms import words
from judge.types import Preference

_LOOKED_AT = 100_000
"""Pairs that are looked at, counted once for each word: from the rarest word on, since common ones tell little."""


@dataclass(frozen=True)
class Nearest:
    """Pairs to choose from.

    How near two prompts are is the cosine of their distinct words, a word that is in n of N pairs weighing
    log((N + 1) / n): it knows no synonyms. A judge that shows itself the nearest pairs with their labels judges as
    their annotators did (Skywork-Reward-V2, arXiv 2507.01352, where embeddings find them).
    """

    pairs: tuple[Pair, ...]
    count: int
    """How many are taken for a prompt."""

    def to(self, prompt: str) -> tuple[Preference, ...]:
        """Return the nearest pairs, the nearest first; of equally near ones those that come first in the file.

        Pairs on the very same prompt are left out, so that a judge can be measured on the pairs themselves.
        """
        near, looked_at = [0.0] * len(self.pairs), 0
        for word in sorted(words(prompt) & self._places.keys(), key=lambda word: (len(self._places[word]), word)):
            looked_at += len(self._places[word])
            if looked_at > _LOOKED_AT:
                break
            for place in self._places[word]:
                near[place] += self._weights[word] ** 2 / self._lengths[place]
        others = (place for place, pair in enumerate(self.pairs) if pair.prompt.strip() != prompt.strip())
        found = heapq.nsmallest(self.count, others, key=lambda place: (-near[place], place))
        return tuple(_preference(self.pairs[place]) for place in found)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """In which pairs a word is."""
        found: dict[str, list[int]] = {}
        for place, pair in enumerate(self.pairs):
            for word in words(pair.prompt):
                found.setdefault(word, []).append(place)
        return found

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {word: math.log((len(self.pairs) + 1) / len(places)) for word, places in self._places.items()}

    @cached_property
    def _lengths(self) -> Sequence[float]:
        """Of the pairs' vectors of weights; that of the prompt is the same for all of them."""
        return [math.sqrt(math.fsum(self._weights[word] ** 2 for word in words(pair.prompt))) for pair in self.pairs]


def _preference(pair: Pair) -> Preference:
    return Preference(prompt=pair.prompt, preferred=pair.chosen, rejected=pair.rejected)
