"""Knockout: single elimination among responses, n - 1 matches in about log2 n rounds (RRM, arXiv:2505.14674)."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from judge.reducers.pairs import Pair, encounters, leader

Encounters = Mapping[tuple[int, int], tuple[float, float]]


@dataclass(slots=True)
class Bracket:
    """A knockout as far as it is known."""

    rounds: int
    """From the first round to the final."""
    alive: list[int]
    """Who has not lost, in the order of the bracket."""
    reached: list[int]
    """By response: how many rounds it is past, by a win or a bye."""
    due: list[tuple[int, int]] = field(default_factory=list)
    """The matches of this round that nobody has judged."""
    beaten_by: dict[int, int] = field(default_factory=dict)


def seeded(n: int, seed: int) -> list[int]:
    """Return 0 to n - 1 in an order that the seed alone decides."""
    order = list(range(n))
    random.Random(seed).shuffle(order)
    return order


def bracket(n: int, met: Sequence[Pair], seed: int) -> Bracket:
    """Play the knockout as far as the comparisons go.

    The seed shuffles the responses. Where n is no power of 2 those that it puts first are through to the second round.
    Of two that meet the one with more than half of their comparisons goes on; a tie goes to the one that the shuffle
    put first.
    """
    known = encounters(n, met)
    rounds = max(n - 1, 0).bit_length()
    found = Bracket(rounds, seeded(n, seed), [0] * n)
    free = 2**rounds - n
    for past in range(1, rounds + 1):
        through, playing = found.alive[:free], found.alive[free:]
        for high, low in zip(playing[::2], playing[1::2], strict=True):
            if (min(high, low), max(high, low)) not in known:
                found.due.append((high, low))
                through.append(-1)
                continue
            winner, loser = (high, low) if _holds(high, low, known) else (low, high)
            found.beaten_by[loser] = winner
            through.append(winner)
        for index in through:
            if index >= 0:
                found.reached[index] = past
        if found.due:
            found.alive = [index for index in found.alive if index not in found.beaten_by]
            break
        found.alive, free = through, 0
    return found


def _holds(high: int, low: int, known: Encounters) -> bool:
    wins, weight = known[min(high, low), max(high, low)]
    lead = leader(wins, weight)
    return (lead if high < low else -lead) >= 0


def champion(n: int, met: Sequence[Pair], seed: int) -> int | None:
    """Return who won the knockout; None while it goes on."""
    found = bracket(n, met, seed)
    return found.alive[0] if len(found.alive) == 1 else None


def placing(n: int, met: Sequence[Pair], seed: int) -> tuple[float | None, ...]:
    """Return how far each response came, as a share of the rounds.

    The champion has 1, who lost in the first round 0. A bye counts as a round. Where the knockout was cut short, those
    still in it have the round that they reached.
    None for a response that met nobody.
    """
    found = bracket(n, met, seed)
    return tuple(found.reached[index] / found.rounds if seen else None for index, seen in enumerate(_seen(n, met)))


def knockout_rank(n: int, met: Sequence[Pair], seed: int) -> tuple[int, ...]:
    """Return the responses that met somebody, best first.

    Who came further is better; of those that lost in the same round, who lost to a better one.
    """
    found = bracket(n, met, seed)
    position = {index: place for place, index in enumerate(seeded(n, seed))}
    order = sorted(found.alive, key=lambda index: (-found.reached[index], position[index]))
    for past in reversed(range(found.rounds)):
        lost = [index for index in found.beaten_by if found.reached[index] == past]
        order += sorted(lost, key=lambda index: order.index(found.beaten_by[index]))
    seen = _seen(n, met)
    return tuple(index for index in order if seen[index])


def _seen(n: int, met: Sequence[Pair]) -> list[bool]:
    compared = {index for key, (_, weight) in encounters(n, met).items() if weight > 0 for index in key}
    return [index in compared for index in range(n)]
