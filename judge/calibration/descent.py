"""Minimise a smooth function from a seeded start, and weights that add up to 1."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from judge.calibration.newton import Array

Objective = Callable[["Array"], tuple[float, "Array"]]
"""Takes the parameters and returns the loss with its gradient."""
Bounds = Sequence[tuple[float | None, float | None]]


def descend(objective: Objective, starts: Sequence["Array"], bounds: Bounds | None = None) -> "Array":
    """Return the best parameters that L-BFGS-B finds from any of the starts; the first of equals."""
    import numpy as np
    from scipy.optimize import minimize

    options = {"maxiter": 2_000, "maxfun": 20_000, "ftol": 1e-12, "gtol": 1e-8}
    found = [
        minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options) for start in starts
    ]
    best = min(found, key=lambda one: float(one.fun))
    return np.asarray(best.x, dtype=float)


def softmax(logits: "Array") -> "Array":
    """Return exp(x) over its sum along the last axis."""
    import numpy as np

    grown: Array = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def through_softmax(weights: "Array", slope: "Array") -> "Array":
    """Return the gradient in the logits for the gradient in the weights that softmax made of them."""
    back: Array = weights * (slope - (weights * slope).sum(axis=-1, keepdims=True))
    return back


def summed(rows: "Array", place: "NDArray[int64]", size: int) -> "Array":
    """Return the sum of the rows at each place, for `size` places."""
    import numpy as np

    return np.array([np.bincount(place, column, size) for column in rows.T]).T
