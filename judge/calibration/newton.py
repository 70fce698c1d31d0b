"""Logistic regression with soft targets and a ridge towards given weights, by Newton's method.

Scikit-learn has neither the targets nor the prior; the problem is convex and small.
"""

from typing import TYPE_CHECKING

from judge.errors import SettingsError

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Array = NDArray[float64]

STEPS = 200


def logistic(
    features: "Array",
    targets: "Array | float" = 1.0,
    *,
    ridge: float = 0.0,
    prior: "Array | float" = 0.0,
    counts: "Array | float" = 1.0,
) -> "Array":
    """Return w that minimises -sum c (t log p + (1 - t) log(1 - p)) + ridge / 2 |w - prior|^2, p = sigmoid(x . w).

    Args:
        features: x, one row per example and one column per weight.
        targets: t in [0, 1], one per row. The default suits rows that are chosen less rejected.
        ridge: at least 0; with 0 it is the caller who knows that finite weights are best.
        prior: where the weights stay without evidence, one per column.
        counts: c, how often each row counts.

    Raises:
        SettingsError: the ridge is negative.
    """
    import numpy as np

    if ridge < 0:
        raise SettingsError(f"a ridge must be at least 0, got {ridge:g}")
    rows, columns = features.shape
    goal, start, times = (
        np.broadcast_to(np.asarray(given, dtype=float), (size,))
        for given, size in ((targets, rows), (prior, columns), (counts, rows))
    )

    def loss(w: "Array") -> float:
        x = features @ w
        fit = np.logaddexp(0, x) - goal * x
        return float(times @ fit + ridge / 2 * ((w - start) @ (w - start)))

    w = start.copy()
    now = loss(w)
    for _ in range(STEPS):
        p = 0.5 * (1 + np.tanh(features @ w / 2))
        slope = features.T @ (times * (p - goal)) + ridge * (w - start)
        curve = (features.T * (times * p * (1 - p))) @ features + ridge * np.eye(columns)
        step = np.linalg.solve(curve, slope) if ridge else np.linalg.lstsq(curve, slope, rcond=None)[0]
        size = 1.0
        while (after := loss(w - size * step)) > now and size > 1e-12:
            size /= 2
        w, gained, now = (w - size * step, now - after, after) if after <= now else (w, 0.0, now)
        if float(np.abs(slope).max()) < 1e-10 or gained <= 1e-15 * (1 + abs(now)):
            break
    return w
