"""Pairs: from a table of comparisons to one value for each response."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from judge.errors import DataError


@dataclass(frozen=True, slots=True)
class Pair:
    """What one comparison said."""

    first: int
    """Index of a response."""
    second: int
    p: float
    """Probability that `first` is better, in [0, 1]; a verdict is 1 or 0, a tie 0.5."""
    weight: float = 1.0
    """At least 0. With 0 the two were compared, but nothing came of it."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """Strengths of n responses that were compared with each other. None for one that met nobody."""

    raw: tuple[float | None, ...]
    """Log-odds, centred: `sigmoid(raw[i] - raw[j])` is the chance that i is better than j."""
    values: tuple[float | None, ...]
    """`sigmoid(raw)`, in [0, 1]: the chance to be better than a response of rating 0."""

    def points(self, base: float = 1000.0, scale: float = 400.0) -> tuple[float | None, ...]:
        """The ratings as chess players know them: a lead of `scale` points is odds of 10 to 1."""
        return tuple(None if raw is None else base + raw * scale / math.log(10) for raw in self.raw)


def sigmoid(x: float) -> float:
    """Return 1 / (1 + exp(-x)), also for large |x|."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def ratings(raw: Sequence[float], met: Iterable[int]) -> Ratings:
    """Return ratings that are None for who met nobody."""
    known = set(met)
    kept = tuple(rating if index in known else None for index, rating in enumerate(raw))
    return Ratings(kept, tuple(None if rating is None else sigmoid(rating) for rating in kept))


def encounters(n: int, pairs: Iterable[Pair]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return wins and weight by (i, j) with i < j, the wins being those of i; pairs of weight 0 are in it.

    Raises:
        DataError: a pair names no two different responses of the n, or its p or weight is out of range.
    """
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for pair in pairs:
        if pair.first == pair.second or not (0 <= pair.first < n and 0 <= pair.second < n):
            raise DataError(f"pair {pair.first}, {pair.second} names no two of {n} responses; count from 0")
        if not 0 <= pair.p <= 1 or not 0 <= pair.weight < math.inf:
            raise DataError(f"p {pair.p:g} with weight {pair.weight:g} is no comparison; p is in [0, 1], weight >= 0")
        i, j, p = (
            (pair.first, pair.second, pair.p) if pair.first < pair.second else (pair.second, pair.first, 1 - pair.p)
        )
        found.setdefault((i, j), []).append((p * pair.weight, pair.weight))
    return {
        key: (math.fsum(wins for wins, _ in each), math.fsum(weight for _, weight in each))
        for key, each in sorted(found.items())
    }


def leader(wins: float, weight: float) -> int:
    """Return 1 when more than half of the weight was won, -1 when less, 0 for a tie but for rounding."""
    lead = 2 * wins - weight
    return 0 if abs(lead) <= 1e-12 * weight else 1 if lead > 0 else -1


def win_rate(n: int, pairs: Iterable[Pair]) -> tuple[float | None, ...]:
    """Return the mean probability of each response to win, by weight, over its pairs; None for one that met nobody.

    Raises:
        DataError: as `encounters`.
    """
    won: list[list[float]] = [[] for _ in range(n)]
    weights: list[list[float]] = [[] for _ in range(n)]
    for (i, j), (wins, weight) in encounters(n, pairs).items():
        if weight > 0:
            won[i].append(wins)
            won[j].append(weight - wins)
            weights[i].append(weight)
            weights[j].append(weight)
    shares = zip(won, weights, strict=True)
    return tuple(min(1.0, math.fsum(wins) / math.fsum(total)) if total else None for wins, total in shares)


def elo(n: int, pairs: Sequence[Pair], k: float = 16.0, scale: float = 400.0) -> Ratings:
    """Rate by the Elo update, one pair after the other, as they are given: another order gives other ratings.

    All begin alike; after each pair `first` gains `k * weight * (p - expected)` points and `second` loses as many, with
    `expected = 1 / (1 + 10 ** ((R_second - R_first) / scale))`. Use `bradley_terry` where the order means nothing.

    Raises:
        DataError: as `encounters`.
    """
    met = {index for key, (_, weight) in encounters(n, pairs).items() if weight > 0 for index in key}
    to_points = scale / math.log(10)
    points = [0.0] * n
    for pair in pairs:
        gain = k * pair.weight * (pair.p - sigmoid((points[pair.first] - points[pair.second]) / to_points))
        points[pair.first] += gain
        points[pair.second] -= gain
    return ratings([each / to_points for each in points], met)


def preferences(table: Mapping[tuple[int, int], float]) -> tuple[Pair, ...]:
    """Turn a table of scores into pairs: `P_ij = sigmoid(T_ij - T_ji)`, so that the order shown cancels out.

    Args:
        table: by (i, j), how much better i is than j when i is shown first, in log-odds. Where the other order is
            missing nothing could cancel out, and the pair is left out.
    """
    return tuple(
        Pair(i, j, sigmoid(score - table[j, i])) for (i, j), score in sorted(table.items()) if i < j and (j, i) in table
    )


def general_preference(n: int, table: Mapping[tuple[int, int], float]) -> tuple[float | None, ...]:
    """Return the mean probability of each response to be preferred, `mean_j P_ij`; None for one without an opponent.

    Preferences may run in circles, which no rating can express (GPM, arXiv:2410.02197); see `cycles`.
    """
    return win_rate(n, preferences(table))


def cycles(n: int, pairs: Iterable[Pair]) -> tuple[tuple[int, ...], ...]:
    """Return the sets of responses of which each is better, over some steps, than every other: no order fits them.

    They are the strongly connected components of "better with P > 1/2" with more than one member, each sorted.
    """
    better: list[list[int]] = [[] for _ in range(n)]
    worse: list[list[int]] = [[] for _ in range(n)]
    for (i, j), (wins, weight) in encounters(n, pairs).items():
        if lead := leader(wins, weight):
            high, low = (i, j) if lead > 0 else (j, i)
            better[high].append(low)
            worse[low].append(high)
    found: list[tuple[int, ...]] = []
    placed: set[int] = set()
    for index in range(n):
        if index not in placed:
            circle = _reachable(index, better) & _reachable(index, worse)
            placed |= circle
            found.append(tuple(sorted(circle)))
    return tuple(circle for circle in found if len(circle) > 1)


def _reachable(start: int, edges: Sequence[Sequence[int]]) -> set[int]:
    seen, ahead = {start}, [start]
    while ahead:
        for index in edges[ahead.pop()]:
            if index not in seen:
                seen.add(index)
                ahead.append(index)
    return seen
