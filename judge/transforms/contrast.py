"""How much a response fits its own prompt rather than prompts that differ a little from it."""

import math
from collections.abc import Sequence

from judge.errors import SettingsError


def text_norm(own: float | None, contrast: Sequence[float | None], temperature: float = 1.0) -> float | None:
    """Return exp(r / T) over the sum of the same for the own and the contrast prompts, in (0, 1].

    1 / (1 + the number of contrast prompts) means that the response fits all of them alike. From TextNorm (2024); its
    normalised form is an approximation.

    Args:
        own: score of the response under its prompt.
        contrast: its scores under changed prompts; those that are None are left out.
        temperature: T, in units of the scores.

    Returns:
        None when the response has no score of its own, or none under any contrast prompt.
    """
    if temperature <= 0:
        raise SettingsError(f"a temperature must be above 0, got {temperature:g}")
    others = [score for score in contrast if score is not None]
    if own is None or not others:
        return None
    highest = max(own, *others)
    total = math.fsum(math.exp((score - highest) / temperature) for score in (own, *others))
    return math.exp((own - highest) / temperature) / total
