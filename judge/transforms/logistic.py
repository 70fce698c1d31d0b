"""Kin of the logistic function, without overflow at either end."""

import math


def softplus(x: float) -> float:
    """Return log(1 + exp(x)), at least 0."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def log_sigmoid(x: float) -> float:
    """Return log(sigmoid(x)), at most 0; about x where x is far below 0."""
    return 0.0 - softplus(-x)  # not -0.0


def log_odds(p: float) -> float:
    """Return log(p / (1 - p)) for p strictly between 0 and 1."""
    return math.log(p) - math.log1p(-p)
