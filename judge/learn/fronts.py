"""Pareto fronts: of several vectors, which ones does no other one beat? Pure, and of any length."""

from collections.abc import Sequence

from judge.errors import DataError


def dominates(a: Sequence[float], b: Sequence[float]) -> bool:
    """Return whether `a` is at least as high as `b` everywhere and higher somewhere.

    Raises:
        DataError: they differ in length.
    """
    if len(a) != len(b):
        raise DataError(f"vectors of {len(a)} and {len(b)} numbers cannot be compared; score the same criteria")
    pairs = list(zip(a, b, strict=True))
    return all(x >= y for x, y in pairs) and any(x > y for x, y in pairs)


def pareto_front(vectors: Sequence[Sequence[float]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return (positives, negatives): indices of the vectors that no other dominates, and of those that one does.

    After DG-PRM, where each vector holds one step's scores by criterion and the two groups become preference pairs.
    Equal vectors do not dominate each other, so they stand on the same side. Both are in rising order; of no vectors
    both are empty.

    Raises:
        DataError: the vectors differ in length.
    """
    beaten = [any(dominates(other, vector) for other in vectors) for vector in vectors]
    numbered = range(len(vectors))
    return tuple(i for i in numbered if not beaten[i]), tuple(i for i in numbered if beaten[i])
