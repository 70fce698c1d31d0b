"""A reward head on frozen embeddings: Bradley-Terry, with a bootstrap ensemble for its uncertainty."""

import math
import operator
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from judge.calibration.base import Fitted, check_ridge
from judge.calibration.extra import fitting
from judge.calibration.newton import logistic
from judge.errors import DataError
from judge.reducers import sigmoid

Embedding = Sequence[float]
"""Of a prompt with its response; all of one length, by one model."""


class EmbeddingHead(Fitted):
    """r(e) = mean over members of w_m . (e - centre); P(a over b) = sigmoid(r(a) - r(b)).

    After "Reusing Embeddings" (reward model research on frozen embeddings, on CPUs alone).
    """

    kind: Literal["embedding_head"] = "embedding_head"
    centre: tuple[float, ...] = Field(min_length=1)
    """Mean embedding of the responses it was fitted on; their mean reward is 0."""
    members: tuple[Annotated[tuple[float, ...], Field(min_length=1)], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_one_length(self) -> "EmbeddingHead":
        if any(len(member) != len(self.centre) for member in self.members):
            raise ValueError(f"every member needs {len(self.centre)} weights, as the centre has")
        return self

    def rewards(self, embedding: Embedding) -> tuple[float, ...]:
        """Return each member's reward, in log-odds.

        Raises:
            DataError: the embedding has another length.
        """
        if len(embedding) != len(self.centre):
            raise DataError(
                f"this head takes embeddings of {len(self.centre)} numbers, got {len(embedding)}; use the same model"
            )
        away = [value - middle for value, middle in zip(embedding, self.centre, strict=True)]
        return tuple(math.fsum(map(operator.mul, member, away)) for member in self.members)

    def apply(self, embedding: Embedding) -> float:
        """Return sigmoid of the mean reward, in (0, 1): the probability to be preferred to an average response."""
        rewards = self.rewards(embedding)
        return sigmoid(math.fsum(rewards) / len(rewards))

    def preference(self, first: Embedding, second: Embedding) -> float:
        """Return the probability that the first response is preferred, sigmoid(r(a) - r(b))."""
        each = [ours - theirs for ours, theirs in zip(self.rewards(first), self.rewards(second), strict=True)]
        return sigmoid(math.fsum(each) / len(each))

    def spread(self, embedding: Embedding) -> float:
        """Return the standard deviation of the members' rewards, population formula, in log-odds."""
        rewards = self.rewards(embedding)
        mean = math.fsum(rewards) / len(rewards)
        return math.sqrt(math.fsum((reward - mean) ** 2 for reward in rewards) / len(rewards))


@fitting
def fit(
    chosen: Sequence[Embedding], rejected: Sequence[Embedding], *, members: int = 10, ridge: float = 1.0, seed: int = 0
) -> EmbeddingHead:
    """Fit each member by logistic regression on chosen - rejected, over pairs drawn with replacement.

    Args:
        chosen: one embedding per pair.
        rejected: the other one of each pair.
        members: how many; 1 is fitted on all pairs once, without drawing.
        ridge: how firmly weights are held to 0; above 0.
        seed: of the draws.

    Raises:
        DataError: no pairs, or embeddings of different lengths.
        SettingsError: the ridge is not above 0, or scikit-learn is not installed.
    """
    import numpy as np

    check_ridge(ridge)
    if not chosen or len(chosen) != len(rejected) or len({len(one) for one in (*chosen, *rejected)}) != 1:
        raise DataError("an embedding head needs pairs of embeddings of one length; check that one model made them all")
    better, worse = np.asarray(chosen, dtype=float), np.asarray(rejected, dtype=float)
    rows = better - worse
    draw = np.random.default_rng(seed)
    drawn = [np.bincount(draw.integers(len(rows), size=len(rows)), minlength=len(rows)) for _ in range(members)]
    counts = drawn if members > 1 else [np.ones(len(rows))]
    found = [logistic(rows, ridge=ridge, counts=each.astype(float)) for each in counts]
    centre = (better.mean(axis=0) + worse.mean(axis=0)) / 2
    return EmbeddingHead(
        centre=tuple(centre.tolist()), members=tuple(tuple(each.tolist()) for each in found), rows=len(rows)
    )
