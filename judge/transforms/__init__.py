"""Deterministic maps from rewards to rewards, each with the range that comes out.

| name | what it does | range afterwards |
|---|---|---|
| `clip` | values beyond [lo, hi] move to its ends | what is left of the range |
| `cap` | min(r, theta) | [lo, theta] |
| `rescale` | the range becomes [lo, hi] | [lo, hi] |
| `logit` | share of the range as log-odds | plus and minus log((1 - eps) / eps) |
| `log_sigmoid_centered` | log sigmoid(r - ref); after `logit` | at most 0 |
| `zscore` | standardised within the group | plus and minus `bound` |
| `baseline` | above the mean of the group, or of the others | plus and minus the width of the range |
| `rank` | place within the group | [0, 1] |
| `bootstrap_reference` | +1 or -1 against one random sibling | [-1, 1] |
| `length_penalty` | less for length above a target | `weight` more room below |

In a recipe each is a name, or a name with settings: `[logit, {name: clip, lo: -3, hi: 3}]`. Rewards of steps are in
`judge.transforms.steps`, margins of pairs in `judge.transforms.pairs`.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from judge.transforms.base import GroupTransform, Transformed
from judge.transforms.bounds import Cap, Clip, Rescale
from judge.transforms.group import Baseline, BootstrapReference, Rank, ZScore
from judge.transforms.length import LengthPenalty
from judge.transforms.odds import Logit, LogSigmoidCentered

__all__ = [
    "Baseline", "BootstrapReference", "Cap", "Clip", "GroupTransform", "LengthPenalty", "LogSigmoidCentered", "Logit",
    "Rank", "Rescale", "Transform", "Transformed", "ZScore", "bounds_after", "chain",
]  # fmt: skip


def _by_name(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


Transform = Annotated[
    Annotated[
        Clip
        | Cap
        | Rescale
        | Logit
        | LogSigmoidCentered
        | ZScore
        | Baseline
        | Rank
        | BootstrapReference
        | LengthPenalty,
        Field(discriminator="name"),
    ],
    BeforeValidator(_by_name),
]
"""One transform as a recipe names it: `rank`, or `{name: clip, hi: 0.8}`."""


def chain(
    transforms: Sequence[GroupTransform],
    values: Sequence[float | None],
    *,
    lo: float,
    hi: float,
    lengths: Sequence[int],
    seed: int,
) -> Transformed:
    """Return the values of a group after several transforms, in order; the arguments are those of `apply`."""
    now = Transformed(tuple(values), lo, hi)
    for transform in transforms:
        now = transform.apply(now.values, lo=now.lo, hi=now.hi, lengths=lengths, seed=seed)
    return now


def bounds_after(transforms: Sequence[GroupTransform], lo: float, hi: float) -> tuple[float, float]:
    """Return the range after several transforms, which is known before there is any value.

    Raises:
        SettingsError: one of them would leave nothing of the range.
    """
    for transform in transforms:
        lo, hi = transform.bounds(lo, hi)
    return lo, hi
