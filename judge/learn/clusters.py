"""Which texts mean the same, told by the cosines of their vectors: groups by average linkage, and their middles."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from judge.errors import DataError
from judge.learn.embedding import Embedding, letters

if TYPE_CHECKING:
    from judge.learn.methods.coding_rate import Matrix

_MOST = 8_000
"""Texts that are compared at most: their cosines take half a gigabyte."""


class Likeness(Embedding):
    """How like texts must be to count as one, and by which vectors that is told.

    By letters, criteria of one kind have cosines of 0.2 to 0.5 even where they say the same in other words, and
    unrelated ones seldom more than 0.25; vectors of an embeddings model lie far higher. So each has its own default.
    """

    similarity: float | None = Field(default=None, ge=-1, le=1)
    """A cosine; None: 0.8 with an embeddings endpoint, as in the papers, and 0.3 by letters."""

    @property
    def alike(self) -> float:
        """The cosine from which two texts count as one."""
        return self.either(self.similarity, 0.8, 0.3)

    def either(self, given: float | None, endpoint: float, by_letters: float) -> float:
        """Return the threshold that was given, else the default for the vectors in use."""
        return given if given is not None else endpoint if self.embeddings else by_letters

    async def cosines(self, texts: Sequence[str]) -> "Matrix":
        """Return the cosine of every two texts, in [-1, 1].

        Raises:
            DataError: there are too many texts, or the endpoint's vectors differ in length.
            ModelError: the endpoint could not be reached, refused, or answered no vector.
            SettingsError: the key is not set, or scikit-learn is not installed.
        """
        if len(texts) > _MOST:
            raise DataError(f"{len(texts)} texts are too many to compare each with each, {_MOST} at most; limit pairs")
        if self.embeddings or not texts:
            return similarities(await self.embedder().vectors(texts) if texts else [])
        rows = await asyncio.to_thread(letters, texts)
        return _cosines((rows @ rows.T).toarray())


def similarities(vectors: Any) -> "Matrix":
    """Return the cosine of every two vectors, in [-1, 1]; a vector of zeros is like nothing but itself (0, and 1)."""
    import numpy as np

    table = np.asarray(vectors, dtype=float).reshape(len(vectors), -1 if len(vectors) else 0)
    sizes = np.linalg.norm(table, axis=1, keepdims=True)
    units = np.divide(table, sizes, out=np.zeros_like(table), where=sizes > 0)
    return _cosines(units @ units.T)


def average_linkage(rows: "Matrix", threshold: float) -> list[list[int]]:
    """Return groups of indices: the two groups that are most alike are joined while they are alike enough.

    How alike two groups are is the mean cosine over all pairs of members, one from each (UPGMA). It must be at least
    `threshold`. Groups, and the members of each, are in the order of the rows.

    Args:
        rows: the cosine of every two texts.
        threshold: a cosine.
    """
    if len(rows) < 2:
        return [[place] for place in range(len(rows))]
    from scipy.cluster.hierarchy import fcluster

    # a hair more, so that what is alike by the threshold itself is joined
    return _groups(fcluster(_tree(rows), t=1.0 - threshold + 1e-12, criterion="distance"))


def representatives(rows: "Matrix", count: int) -> list[int]:
    """Return at most `count` indices that stand for all: the medoids of so many groups by average linkage, in order.

    Raises:
        DataError: `count` is below 1.
    """
    if count < 1:
        raise DataError(f"{count} representatives stand for nobody; ask for at least 1")
    if len(rows) <= count:
        return list(range(len(rows)))
    from scipy.cluster.hierarchy import fcluster

    return sorted(medoid(group, rows) for group in _groups(fcluster(_tree(rows), t=count, criterion="maxclust")))


def medoid(group: Sequence[int], rows: "Matrix") -> int:
    """Return the member that is most alike to all others of its group, the first of several."""
    return max(group, key=lambda one: (math.fsum(rows[one, other] for other in group), -one))


def within(rows: "Matrix", places: Sequence[int]) -> "Matrix":
    """Return the cosines among some of the texts."""
    return rows[list(places)][:, list(places)]


def _cosines(products: "Matrix") -> "Matrix":
    import numpy as np

    np.clip(products, -1.0, 1.0, out=products)
    np.fill_diagonal(products, 1.0)
    return products


def _tree(rows: "Matrix") -> Any:
    """Return scipy's linkage of at least two texts with these cosines."""
    import numpy as np
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    return linkage(squareform(np.maximum(0.0, 1.0 - rows), checks=False), method="average")


def _groups(labels: Iterable[Any]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(int(label), []).append(place)
    return list(groups.values())
