"""Schedule: which responses to compare next, knowing what the comparisons so far said."""

from collections.abc import Sequence
from typing import Literal

from judge.errors import DataError
from judge.reducers.knockout import bracket, seeded
from judge.reducers.pairs import Pair, encounters

Schedule = Literal["all", "anchor", "swiss", "knockout"]


def next_pairs(
    schedule: Schedule, n: int, met: Sequence[Pair], *, seed: int, budget: int | None, anchor: int = 0
) -> list[tuple[int, int]]:
    """Return the pairs to compare next, all of which can be asked at once; none when the schedule is through.

    Call it again with what came of them. A comparison that failed is handed in with weight 0: it is not asked again and
    counts as a tie. The pairs depend on the arguments alone.

    `all`: everyone against everyone, n (n - 1) / 2 pairs, in an order in which each has met about as many when the
        budget ends it.
    `anchor`: everyone against one response, n - 1 pairs.
    `swiss`: ceil(log2 n) rounds among those of about equal score, floor(n / 2) pairs each, no two twice. The score is
        the sum of the probabilities to have won; who sits out, because n is odd, is given half a win.
    `knockout`: single elimination, n - 1 pairs; see `judge.reducers.knockout`.

    Args:
        schedule: which of these.
        n: how many responses there are.
        met: what the comparisons so far said, in any order; several of one pair count together.
        seed: decides who meets first, and ties.
        budget: most pairs in all, those of `met` included; None: as many as the schedule has.
        anchor: index of the response that everyone meets, for `anchor`.

    Raises:
        DataError: the anchor is none of the responses, or a pair is none; see `encounters`.
    """
    if schedule == "anchor" and not 0 <= anchor < n:
        raise DataError(f"the anchor {anchor} is none of {n} responses; count from 0")
    asked = encounters(n, met).keys()
    if schedule == "knockout":
        wanted = bracket(n, met, seed).due
    elif schedule == "swiss":
        wanted = _swiss(n, met, seed)
    elif schedule == "anchor":
        wanted = [(index, anchor) for index in seeded(n, seed) if index != anchor]
    else:
        wanted = _everyone(n, seed)
    new = [(i, j) for i, j in wanted if (min(i, j), max(i, j)) not in asked]
    return new if budget is None else new[: max(0, budget - len(asked))]


def pairs_in_all(schedule: Schedule, n: int, budget: int | None = None) -> int:
    """Return how many pairs a schedule compares when all goes well, the budget kept."""
    rounds = max(n - 1, 0).bit_length()
    whole = {"all": n * (n - 1) // 2, "anchor": n - 1, "knockout": n - 1, "swiss": rounds * (n // 2)}
    most = max(0, whole[schedule])
    return most if budget is None else min(most, budget)


def _everyone(n: int, seed: int) -> list[tuple[int, int]]:
    """A round robin by the circle method: one stays, the others move on by one seat after each round."""
    seats = seeded(n, seed) + [-1] * (n % 2)
    pairs: list[tuple[int, int]] = []
    for _ in range(len(seats) - 1):
        half = len(seats) // 2
        pairs += [(i, j) for i, j in zip(seats[:half], reversed(seats[half:]), strict=True) if -1 not in (i, j)]
        seats.insert(1, seats.pop())
    return pairs


def _swiss(n: int, met: Sequence[Pair], seed: int) -> list[tuple[int, int]]:
    """The pairs of the first round that is not complete."""
    known = encounters(n, met)
    order = seeded(n, seed) + [n] * (n % 2)  # who is drawn against n sits out
    place = {index: seat for seat, index in enumerate(order)}
    score = [0.0] * n + [-1.0]
    faced: set[frozenset[int]] = set()
    for _ in range(max(n - 1, 0).bit_length()):
        ranked = sorted(order, key=lambda index: (-score[index], place[index]))
        drawn = _draw(ranked, score, faced)
        matches = [(i, j) for i, j in drawn if n not in (i, j)]
        if any((min(i, j), max(i, j)) not in known for i, j in matches):
            return matches
        faced |= {frozenset(pair) for pair in drawn}
        for i, j in drawn:
            low, high = min(i, j), max(i, j)
            wins, weight = known.get((low, high), (0.0, 0.0))
            share = wins / weight if weight else 0.5
            score[low] += share
            if high < n:
                score[high] += 1 - share
    return []


def _draw(ranked: Sequence[int], score: Sequence[float], faced: set[frozenset[int]]) -> list[tuple[int, int]]:
    """Pair neighbours; two that have met exchange opponents with another pair, the closer in score the better.

    While fewer rounds are past than there are pairs, some exchange is open: a pair stands in the way of it only by two
    earlier matches of the two that have met, and they had not so many.
    """
    drawn = list(zip(ranked[::2], ranked[1::2], strict=True))
    for number, (a, b) in enumerate(drawn):
        if frozenset((a, b)) in faced:
            ways = (
                (abs(score[a] - score[c]) + abs(score[b] - score[d]), abs(other - number), other, c, d)
                for other, pair in enumerate(drawn)
                for c, d in (pair, pair[::-1])
                if other != number and not {frozenset((a, c)), frozenset((b, d))} & faced
            )
            *_, other, c, d = min(ways)
            drawn[number], drawn[other] = (a, c), (b, d)
    return drawn
