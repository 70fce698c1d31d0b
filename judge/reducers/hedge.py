"""Hedge: several heads, and the weights that follow from how well each foresaw what was preferred."""

import math
from collections.abc import Sequence

from judge.errors import DataError

FLOOR = 1e-6
"""A probability below this counts as this, so that one surprise does not silence a head for good."""


def hedge(weights: Sequence[float], probabilities: Sequence[float], eta: float = 1.0) -> tuple[float, ...]:
    """Return the heads' weights after one observed preference: `w_k P_k ^ eta`, normalised.

    This is `w_k exp(-eta loss_k)` with the loss -log P_k. MiCRo mixes rubrics or judges in this way; approximation.

    Args:
        weights: of the heads, at least 0 and not all 0; they need not add up to 1.
        probabilities: that each head had given to what was then preferred, in [0, 1].
        eta: how fast to learn; 0 learns nothing.

    Returns:
        As many weights, which add up to 1.

    Raises:
        DataError: the numbers differ, are out of range, or no head has a weight.
    """
    if len(weights) != len(probabilities):
        raise DataError(f"{len(weights)} weights came with {len(probabilities)} probabilities; give one for each head")
    if not any(weights) or not all(0 <= weight < math.inf for weight in weights):
        raise DataError(f"weights {list(weights)} give no mixture; give finite ones of at least 0, not all 0")
    if not all(0 <= p <= 1 for p in probabilities) or not 0 <= eta < math.inf:
        raise DataError(f"probabilities {list(probabilities)} with eta {eta:g}: probabilities are in [0, 1], eta >= 0")
    logs = [
        math.log(weight) + eta * math.log(max(p, FLOOR)) if weight else -math.inf
        for weight, p in zip(weights, probabilities, strict=True)
    ]
    most = max(logs)
    shares = [math.exp(each - most) for each in logs]
    total = math.fsum(shares)
    return tuple(share / total for share in shares)
