"""Rewards of steps that cannot be farmed by repeating a good step.

Clip and Delta of Gao et al. 2024, "On Designing Effective RL Reward at Training Time for LLM Reasoning" (arXiv
2410.15115): raw scores of a process reward model add up, so a policy learns to write many trivial steps. Both forms
bound the sum.
"""

import math
from collections.abc import Sequence


def clip_steps(scores: Sequence[float | None], eta: float) -> tuple[float | None, ...]:
    """Return r_k = min(p_k - eta, 0): a step above `eta` earns nothing, one below it costs what it lacks.

    Args:
        scores: p_1 to p_K, each in [0, 1]; None where a step has no score, which stays None.
        eta: the score from which a step is good enough.
    """
    return tuple(None if score is None else min(score - eta, 0.0) for score in scores)


def delta_steps(scores: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return r_k = p_k - p_(k+1), and r_K = p_K for the last one, so that the sum is p_1 however many steps there are.

    A step without a score is skipped: its neighbours are compared with each other, and it stays None.

    Args:
        scores: p_1 to p_K, each in [0, 1] or None.
    """
    after = 0.0
    rewards: list[float | None] = []
    for score in reversed(scores):
        rewards.append(None if score is None else score - after)
        after = after if score is None else score
    return tuple(reversed(rewards))


def credited(rewards: Sequence[float | None], success: float, alpha: float) -> tuple[float | None, ...]:
    """Return alpha * r_k for each step, with the success added at the last one.

    Args:
        rewards: of the steps, as `clip_steps` or `delta_steps` give them.
        success: s, 1 for a right final answer and 0 for a wrong one.
        alpha: weight of the steps against the success.
    """
    last = len(rewards) - 1
    return tuple(
        None if reward is None else alpha * reward + (success if at == last else 0.0)
        for at, reward in enumerate(rewards)
    )


def step_return(rewards: Sequence[float | None], success: float, alpha: float) -> float | None:
    """Return s + alpha * sum of r_k; None when a step has no reward, since the sum without it is another sum."""
    known = [reward for reward in rewards if reward is not None]
    return success + alpha * math.fsum(known) if len(known) == len(rewards) else None
