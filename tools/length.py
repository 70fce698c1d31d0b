"""Is a response neither too short nor too long? A soft penalty for what lies outside the bounds.

Length says nothing of quality. Bounds keep a policy from being paid for padding, or from running into its token limit;
the slope above the upper bound is that of the soft overlong punishment of DAPO (arXiv 2503.14476, section 3.4).
"""

import math
from typing import Literal, get_args

from judge.errors import SettingsError
from judge.instructions.text import words
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "length"
SOFT = True

Unit = Literal["words", "characters", "tokens"]
"""`words` as in `judge.instructions.text`. `tokens` is an estimate, a quarter of the UTF-8 bytes."""


def needs(sample: Sample) -> str:
    """Return "": every response has a length."""
    return ""


async def verify(
    sample: Sample, *, unit: Unit = "words", at_least: int = 0, at_most: int | None = None, buffer: int = 0
) -> Evidence:
    """Measure the only response.

    The score is 1 within the bounds. Below `at_least` it is the share of it that is there; above `at_most` it falls in
    a straight line to 0 at `at_most` + `buffer`, and to 0 at once without a buffer.

    Raises:
        SettingsError: the unit is unknown, or the bounds contradict each other.
    """
    if unit not in get_args(Unit):
        raise SettingsError(f"unit={unit!r} is unknown; choose one of: {', '.join(get_args(Unit))}")
    if at_least < 0 or buffer < 0 or (at_most is not None and at_most < at_least):
        raise SettingsError(f"at_least={at_least}, at_most={at_most}, buffer={buffer}: give 0 <= at_least <= at_most")
    count = _count(sample.responses[0].text, unit)
    score = _score(count, at_least, at_most, buffer)
    bounds = f"{at_least} to {'any number' if at_most is None else at_most}"
    return Evidence(
        tool="length",
        stance="supports" if score == 1 else "refutes",
        summary=f"{count} {unit}, {bounds} asked for",
        score=score,
        detail={"count": count, "unit": unit},
    )


def _count(text: str, unit: Unit) -> int:
    if unit == "words":
        return len(words(text))
    return len(text) if unit == "characters" else math.ceil(len(text.encode("utf-8", "replace")) / 4)


def _score(count: int, at_least: int, at_most: int | None, buffer: int) -> float:
    if count < at_least:
        return count / at_least
    if at_most is None or count <= at_most:
        return 1.0
    return max(0.0, 1 - (count - at_most) / buffer) if buffer else 0.0
