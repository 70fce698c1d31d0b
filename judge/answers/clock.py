"""Read times of day: 14:30, 2:30 PM, 3 p.m., noon. A time without am or pm may be meant in either half of the day."""

import re
from dataclasses import dataclass

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?\s*(?:(?P<half>[ap])\.?\s?m\b\.?)?(?:\s*o'clock)?",
    re.IGNORECASE,
)
_DAY = 86_400
_NAMED = {"noon": 720, "midday": 720, "midnight": 0}


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day in seconds after midnight."""

    seconds: int
    half: str
    """How the half of the day is known: `said` by am or pm, by the `hour` (0 or above 12), or "" when it is not."""


def read_time(text: str) -> Time | None:
    """Return the time of day that a text is; None when it is anything else, a ratio such as 3:4 among it."""
    text = text.strip()
    name = text.lower().removeprefix("12 ")
    if name in _NAMED:
        return Time(60 * _NAMED[name], "said")
    match = _TIME.fullmatch(text)
    if not match or not (match["minute"] or match["half"] or "clock" in text):
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 24 or minute > 59 or second > 59 or (match["half"] and not 1 <= hour <= 12):
        return None
    if half := match["half"]:
        hour = hour % 12 + 12 * (half.lower() == "p")
    return Time(3600 * hour + 60 * minute + second, "said" if half else "" if 1 <= hour <= 12 else "hour")


def same_time(gold: Time, answer: Time) -> bool:
    """Whether two times are the same; am or pm that only one of them says is taken for granted."""
    apart = abs(gold.seconds - answer.seconds)
    return apart in (0, _DAY // 2, _DAY) if {gold.half, answer.half} == {"", "said"} else apart in (0, _DAY)
