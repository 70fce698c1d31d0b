"""Which texts mean the same, told by their vectors: groups by average linkage, and the member that stands for each.

Vectors are those of `judge.learn.embedding`, or any others of one length.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import Field

from judge.errors import DataError
from judge.learn.embedding import Embedder
from judge.types import Value

Vector = Sequence[float]


class Likeness(Value):
    """How texts become vectors, and how like those must be to count as one."""

    similarity: float = Field(default=0.8, ge=-1, le=1)
    """A cosine. Latent semantic analysis looks at letters, so it joins only texts that are worded nearly alike: with it
    0.5 is a better start than the 0.8 of the papers, which is meant for an embeddings model."""
    embeddings: str = ""
    """Address of an embeddings endpoint; "" for latent semantic analysis on this machine."""
    embeddings_model: str = ""
    embeddings_key: str = ""
    """The environment variable that holds its key; "" for none."""

    async def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector for each text; see `judge.learn.embedding.Embedder`."""
        if not texts:
            return []
        embedder = Embedder(self.embeddings, self.embeddings_model, self.embeddings_key)
        found: list[list[float]] = (await embedder.vectors(texts)).tolist()
        return found


def similarities(vectors: Sequence[Vector]) -> list[list[float]]:
    """Return the cosine of every two vectors, in [-1, 1]; a vector of zeros is like nothing but itself (0, and 1).

    Raises:
        DataError: the vectors differ in length.
    """
    if len({len(vector) for vector in vectors}) > 1:
        raise DataError("vectors of different length cannot be compared; let one model embed all texts")
    if not vectors:
        return []
    import numpy as np

    table = np.asarray(vectors, dtype=float).reshape(len(vectors), -1)
    sizes = np.linalg.norm(table, axis=1, keepdims=True)
    units = np.divide(table, sizes, out=np.zeros_like(table), where=sizes > 0)
    cosines = np.clip(units @ units.T, -1.0, 1.0)
    np.fill_diagonal(cosines, 1.0)
    rows: list[list[float]] = cosines.tolist()
    return rows


def average_linkage(vectors: Sequence[Vector], threshold: float) -> list[list[int]]:
    """Return groups of indices: the two groups that are most alike are joined while they are alike enough.

    How alike two groups are is the mean cosine over all pairs of members, one from each (UPGMA). It must be at least
    `threshold`. Groups, and the members of each, are in the order of the vectors.

    Raises:
        DataError: `threshold` is not within [-1, 1], or the vectors differ in length.
    """
    if not -1 <= threshold <= 1:
        raise DataError(f"a similarity of {threshold:g} is not within -1 to 1; give for example 0.8")
    rows = similarities(vectors)
    if len(vectors) < 2:
        return [[place] for place in range(len(vectors))]
    from scipy.cluster.hierarchy import fcluster

    # a hair more, so that what is alike by the threshold itself is joined
    return _groups(fcluster(_tree(rows), t=1.0 - threshold + 1e-12, criterion="distance"))


def representatives(vectors: Sequence[Vector], count: int) -> list[int]:
    """Return at most `count` indices that stand for all: the medoids of so many groups by average linkage, in order.

    Raises:
        DataError: `count` is below 1, or the vectors differ in length.
    """
    if count < 1:
        raise DataError(f"{count} representatives stand for nobody; ask for at least 1")
    rows = similarities(vectors)
    if len(vectors) <= count:
        return list(range(len(vectors)))
    from scipy.cluster.hierarchy import fcluster

    return sorted(medoid(group, rows) for group in _groups(fcluster(_tree(rows), t=count, criterion="maxclust")))


def medoid(group: Sequence[int], rows: Sequence[Sequence[float]]) -> int:
    """Return the member that is most alike to all others of its group, the first of several; `rows` hold cosines."""
    return max(group, key=lambda one: (math.fsum(rows[one][other] for other in group), -one))


def _tree(rows: Sequence[Sequence[float]]) -> Any:
    """Return scipy's linkage of at least two vectors with these cosines."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distances = [[max(0.0, 1.0 - cosine) for cosine in row] for row in rows]
    return linkage(squareform(distances, checks=False), method="average")


def _groups(labels: Iterable[Any]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(int(label), []).append(place)
    return list(groups.values())
