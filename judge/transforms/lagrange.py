"""Weights of reward components that give way once a component is satisfied."""

from collections.abc import Sequence


def ascend(
    weights: Sequence[float],
    means: Sequence[float | None],
    thresholds: Sequence[float],
    *,
    rate: float = 0.01,
    most: float = 1.0,
) -> tuple[float, ...]:
    """Return the weights after one step of dual ascent: mu_i <- clip(mu_i + rate * (theta_i - mean r_i), 0, most).

    A component whose mean is above its threshold stops pushing; one below it pushes more (Constrained RLHF, Moskovitz
    et al. 2023; the clipped form is an approximation of theirs). The state is the caller's to keep from step to step.

    Args:
        weights: mu, one per component.
        means: mean reward of each component over a batch; None leaves its weight as it is.
        thresholds: theta, the proxy point of each component.
        rate: how far one step goes.
        most: largest weight.
    """
    return tuple(
        weight if mean is None else min(most, max(0.0, weight + rate * (threshold - mean)))
        for weight, mean, threshold in zip(weights, means, thresholds, strict=True)
    )
