"""Bradley-Terry: the ratings under which the comparisons that were made are most likely."""

import math
from collections.abc import Mapping, Sequence

from judge.errors import DataError
from judge.reducers.pairs import Pair, Ratings, encounters, ratings, sigmoid

STRIDE = 0.5
"""A rating moves no further in one step, a difference no further than 1: so far the likelihood is sure to rise."""
STEPS = 200

Encounters = Mapping[tuple[int, int], tuple[float, float]]


def bradley_terry(n: int, pairs: Sequence[Pair], ridge: float = 0.1) -> Ratings:
    """Return the ratings r that maximise `sum w (p log s(d) + (1 - p) log s(-d)) - ridge/2 sum r^2`.

    s is the sigmoid and d = r_first - r_second: probabilities count as parts of a win. The order of the pairs does not
    matter. The ridge keeps ratings finite where one side won everything, and centres them at 0; responses that are not
    linked by any chain of pairs compare only by that. RRM (arXiv:2505.14674) rates responses by such tables.

    Solved by Newton's method with bounded steps; O(n^3) for each of about ten steps.

    Args:
        n: how many responses there are.
        pairs: what the comparisons said.
        ridge: strength of the pull to 0, above 0.

    Raises:
        DataError: the ridge is not above 0, or a pair is none; see `encounters`.
    """
    if not 0 < ridge < math.inf:
        raise DataError(f"ridge {ridge:g} is not above 0; without it a response that wins always has no rating")
    table = {key: found for key, found in encounters(n, pairs).items() if found[1] > 0}
    rating = [0.0] * n
    for _ in range(STEPS):
        step = _solve(*_system(rating, table, ridge))
        longest = max(map(abs, step), default=0.0)
        shorten = min(1.0, STRIDE / longest) if longest else 1.0
        rating = [now + shorten * change for now, change in zip(rating, step, strict=True)]
        if longest < 1e-12:
            break
    return ratings(rating, {index for key in table for index in key})


def _system(rating: Sequence[float], table: Encounters, ridge: float) -> tuple[list[list[float]], list[float]]:
    """The negative Hessian, which is positive definite, and the gradient."""
    n = len(rating)
    matrix = [[0.0] * n for _ in range(n)]
    gradient = [-ridge * each for each in rating]
    for index in range(n):
        matrix[index][index] = ridge
    for (i, j), (wins, weight) in table.items():
        p = sigmoid(rating[i] - rating[j])
        gradient[i] += wins - weight * p
        gradient[j] -= wins - weight * p
        curve = weight * p * (1 - p)
        matrix[i][i] += curve
        matrix[j][j] += curve
        matrix[i][j] -= curve
        matrix[j][i] -= curve
    return matrix, gradient


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by elimination, which needs no pivots; both arguments are used up."""
    n = len(right)
    for column in range(n):
        pivot = matrix[column]
        for row in range(column + 1, n):
            factor = matrix[row][column] / pivot[column]
            if factor:
                below = matrix[row]
                for k in range(column + 1, n):
                    below[k] -= factor * pivot[k]
                right[row] -= factor * right[column]
    for row in reversed(range(n)):
        known = math.fsum(matrix[row][k] * right[k] for k in range(row + 1, n))
        right[row] = (right[row] - known) / matrix[row][row]
    return right
