"""What several judges' margins say about a labelled pair: keep it, flip it, soften it, or call it a tie.

A margin is r(chosen) - r(rejected) by one judge: negative when that judge disagrees with the label.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Margins = Sequence[float | None]
"""One margin per judge; None where a judge gave no number for either response."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How strongly M judges prefer the chosen response."""

    mean: float
    std: float
    """Population formula."""
    judges: int
    """How many had a margin."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What to do with one pair."""

    action: Literal["keep", "flip", "soften", "unscored"]
    label: float | None
    """Probability that the chosen response is better, for a soft-label loss; 0 for a flipped pair."""
    margin: float | None
    """For a loss with a margin, -log sigmoid(difference - margin), in the direction of the label as it now is."""


def preference_strength(margins: Margins) -> Strength | None:
    """Return mean and standard deviation of the margins; None when no judge had one (Secrets of RLHF II, 2024)."""
    known = [margin for margin in margins if margin is not None]
    if not known:
        return None
    mean = math.fsum(known) / len(known)
    variance = math.fsum((margin - mean) ** 2 for margin in known) / len(known)
    return Strength(mean, math.sqrt(variance), len(known))


def treat(
    strengths: Sequence[Strength | None], *, flip: float = 0.2, near: float = 0.1, smoothing: float = 0.1
) -> tuple[Treatment, ...]:
    """Return what to do with each pair of a data set, by Secrets of RLHF II (arXiv 2401.06080).

    The lowest share is flipped, pairs near zero are softened, and every pair gets an adaptive margin. The paper's
    share of 20 % fits data of which 25 % have a negative strength; so that clean data is not spoiled, only pairs whose
    strength is negative are flipped.

    Args:
        strengths: of all pairs; None for a pair that no judge compared, which is left alone.
        flip: largest share of the pairs to flip.
        near: pairs whose strength is at most this far from 0 are softened, in units of the margins.
        smoothing: what a softened label gives away: it becomes 1 - smoothing, or `smoothing` for a flipped pair.
    """
    order = sorted((one.mean, at) for at, one in enumerate(strengths) if one is not None)
    low = {at for mean, at in order[: math.floor(flip * len(order))] if mean < 0}
    return tuple(_treated(one, at in low, near, smoothing) for at, one in enumerate(strengths))


def _treated(strength: Strength | None, flipped: bool, near: float, smoothing: float) -> Treatment:
    if strength is None:
        return Treatment("unscored", None, None)
    label = 0.0 if flipped else 1.0
    soft = abs(strength.mean) <= near
    if soft:
        label = abs(label - smoothing)
    action: Literal["keep", "flip", "soften"] = "flip" if flipped else "soften" if soft else "keep"
    return Treatment(action, label, -strength.mean if flipped else strength.mean)


def soft_label(margins: Margins) -> float | None:
    """Return the share of judges that prefer the chosen response, a tie counting half; None without a judge.

    From Beyond the Binary, where the judges speak for different people.
    """
    known = [margin for margin in margins if margin is not None]
    if not known:
        return None
    return math.fsum(1.0 if margin > 0 else 0.5 if margin == 0 else 0.0 for margin in known) / len(known)


def disagreement_margin(margins: Margins, scale: float = 1.0) -> float | None:
    """Return scale * (2 * share - 1) with the share of `soft_label`: `scale` when all agree, 0 when they are split.

    An approximation of the margin term of Beyond the Binary: the more people disagree, the less the two rewards need
    to differ. Negative when most prefer the other response.
    """
    share = soft_label(margins)
    return None if share is None else scale * (2 * share - 1)


def pair_kind(
    margins: Margins, *, near: float = 0.05, split: float = 0.25
) -> Literal["clear", "plural", "indistinguishable"] | None:
    """Return what a pair is; the last two are best exported as ties.

    `indistinguishable`: the margins are within `near` of 0 on average of their sizes, as for paraphrases. `plural`: the
    judges differ, with a share within `split` of one half, as where several answers are right.
    """
    known = [margin for margin in margins if margin is not None]
    share = soft_label(known)
    if share is None:
        return None
    if math.fsum(map(abs, known)) / len(known) <= near:
        return "indistinguishable"
    return "plural" if abs(share - 0.5) <= split else "clear"
