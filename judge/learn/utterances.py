"""What matters to someone, from what they said: weights of criteria as the mean of a posterior over a grid.

p(w | u) is proportional to p(u | w) p(w), with w a vector of weights and u an utterance, after inferring rewards from
language (arXiv 2204.02515). The likelihoods are numbers that a model states, which is an approximation: they are
comparable within one request, and calibrated by nothing.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

from pydantic import Field

from judge.claims.reply import list_of
from judge.errors import DataError, ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.replied import TEXT, shape, texts_of
from judge.text import fence
from judge.types import Rubric, Value

PROMPTS = ("rate_priorities",)
_MOST_POINTS = 300
_RATED = shape(reasons=TEXT, likelihoods=texts_of({"type": "integer", "minimum": 0, "maximum": 100}))

Point = tuple[float, ...]


class UtteranceOptions(Value):
    """How finely weights are told apart."""

    steps: int = Field(default=4, ge=1)
    """Weights are multiples of 1 / steps."""
    batch: int = Field(default=40, ge=2)
    """Weight vectors that are rated in one request."""
    floor: float = Field(default=1.0, gt=0)
    """Added to each number of the model's, which is from 0 to 100: its 0 is not taken for impossible."""


class UtteredWeights(Value):
    """The posterior."""

    weights: dict[str, float]
    """Posterior mean by id of the criterion; they add up to 1."""
    grid: tuple[Point, ...]
    posterior: tuple[float, ...]
    """By point of the grid; with the next utterance it is the prior."""

    def apply(self, rubric: Rubric) -> Rubric:
        """Return the rubric with these weights: their sum, and the sign of each, are those that it had."""
        total = sum(abs(one.weight) for one in rubric.criteria)
        criteria = tuple(
            one.model_copy(update={"weight": math.copysign(self.weights[one.id] * total, one.weight)})
            for one in rubric.criteria
        )
        return rubric.model_copy(update={"criteria": criteria})


def simplex_grid(dimensions: int, steps: int) -> list[Point]:
    """Return all vectors of multiples of 1 / steps, at least 0, that add up to 1; the first dimension falls first.

    There are C(steps + dimensions - 1, steps) of them.

    Raises:
        DataError: a number is below 1, or there are too many vectors to rate.
    """
    if dimensions < 1 or steps < 1:
        raise DataError(f"a grid of {dimensions} dimensions in {steps} steps has no points; give at least 1 of each")
    if (count := math.comb(steps + dimensions - 1, steps)) > _MOST_POINTS:
        raise DataError(f"{dimensions} criteria in {steps} steps give {count} weightings to rate; lower steps")
    points = []
    for bars in combinations(range(steps + dimensions - 1), dimensions - 1):
        edges = (-1, *bars, steps + dimensions - 1)
        points.append(tuple((b - a - 1) / steps for a, b in pairwise(edges)))
    return sorted(points, reverse=True)


def posterior(likelihoods: Sequence[float], prior: Sequence[float] | None = None) -> list[float]:
    """Return p(w | u) by point: likelihood times prior, divided by their sum; without a prior all points are alike.

    Raises:
        DataError: the two differ in length, a number is below 0, or every product is 0.
    """
    before = [1.0] * len(likelihoods) if prior is None else list(prior)
    if len(before) != len(likelihoods):
        raise DataError(f"{len(likelihoods)} likelihoods do not go with a prior of {len(before)} points; use one grid")
    if any(not 0 <= number < math.inf for number in (*likelihoods, *before)):
        raise DataError("a likelihood or a prior is below 0 or not finite; give numbers from 0 up")
    products = [a * b for a, b in zip(likelihoods, before, strict=True)]
    total = math.fsum(products)
    if total <= 0:
        raise DataError("no weighting is possible under likelihoods and prior; give one of them more than 0")
    return [product / total for product in products]


def posterior_mean(grid: Sequence[Point], probabilities: Sequence[float]) -> Point:
    """Return the mean weight vector: the sum over the points of probability times point."""
    return tuple(
        math.fsum(p * weight for p, weight in zip(probabilities, column, strict=True))
        for column in zip(*grid, strict=True)
    )


async def weights_from_utterance(
    utterance: str,
    rubric: Rubric,
    learner: Learner,
    options: UtteranceOptions,
    prior: Sequence[float] | None = None,
) -> UtteredWeights:
    """Return the weights that what someone said speaks for.

    Args:
        utterance: such as "that was far too long for me".
        rubric: the criteria to weigh, at least two.
        learner: with the prompt `rate_priorities`.
        options: the grid.
        prior: by point of the grid; None for none.

    Raises:
        DataError: there are too many points, or the prior does not fit.
        ModelError: a call failed: a posterior over part of the grid would be wrong.
        ParseError: a reply could not be read.
    """
    ids = [one.id for one in rubric.criteria]
    grid = simplex_grid(len(ids), options.steps)
    batches = [grid[start : start + options.batch] for start in range(0, len(grid), options.batch)]
    found = await learner.each("weightings", batches, lambda batch: _rate(utterance, rubric, batch, learner))
    ratings: list[float] = []
    for one in found:
        if isinstance(one, LearnError):
            raise one
        ratings += one
    probabilities = posterior([rating + options.floor for rating in ratings], prior)
    mean = posterior_mean(grid, probabilities)
    return UtteredWeights(weights=dict(zip(ids, mean, strict=True)), grid=tuple(grid), posterior=tuple(probabilities))


async def _rate(utterance: str, rubric: Rubric, batch: Sequence[Point], learner: Learner) -> list[float]:
    ids = [one.id for one in rubric.criteria]
    values = {
        "criteria": [{"id": one.id, "text": fence("criterion", one.text)} for one in rubric.criteria],
        "utterance": fence("utterance", utterance),
        "people": [
            ", ".join(f"{name} {100 * weight:.3g} %" for name, weight in zip(ids, point, strict=True))
            for point in batch
        ],
    }
    return await learner.ask_for(
        "rate_priorities", values, "likelihoods", lambda said: _read(said, len(batch)), max_tokens=2048, schema=_RATED
    )


def _read(fields: Mapping[str, Any], count: int) -> list[float]:
    numbers = list_of(fields, "likelihoods", count + 1)
    right = [one for one in numbers if isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 100]
    if len(numbers) != count or len(right) != count:
        raise ParseError(
            f"'likelihoods' needs {count} numbers from 0 to 100, one for every person; it has {len(right)}"
        )
    return [float(one) for one in right]
