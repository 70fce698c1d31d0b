"""A mark is a place in a reply that states a verdict. Here is how its numbers and letters are read."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from judge.types import Scale

NUMBER = r"[-+]?[0-9]++(?:\.[0-9]++)?(?:\s{0,3}(?:/|out\s{1,3}of)\s{0,3}[0-9]++(?:\.[0-9]++)?)?"
"""A number as critics write it: 7, 7.5, 7/10, 7 out of 10."""

_NUMBER = re.compile(r"([-+]?[0-9]++(?:\.[0-9]++)?)(?:\s*+(?:/|out\s++of)\s*+([0-9]++(?:\.[0-9]++)?))?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_WHO = re.compile(r"(?:(?:assistant|response|answer|output|option|model)\s)?\(?([^()]*+)\)?", re.IGNORECASE)
_SHARE = {
    "a": 1.0, "1": 1.0, "a>>b": 1.0, "b<<a": 1.0, "a>b": 0.75, "b<a": 0.75,
    "b": 0.0, "2": 0.0, "b>>a": 0.0, "a<<b": 0.0, "b>a": 0.25, "a<b": 0.25,
    "c": 0.5, "3": 0.5, "tie": 0.5, "equal": 0.5, "a=b": 0.5, "b=a": 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """One verdict as the reply states it, at text[start:end]; nothing is checked against ids or scale yet."""

    start: int
    end: int
    numbers: Mapping[str, object] | Sequence[object] | None = None
    """Scores by id, or in the order of the ids."""
    share: float | None = None
    """The only score as a share of its scale, in [0, 1], where the form has no numbers."""
    preference: float | None = None
    """Share in [0, 1] that the first shown response is better."""
    critique: str | None = None
    """The reasons, where the form names them; None when they are whatever stands around the mark."""
    asks: tuple[str, ...] = ()
    fault: str = ""
    """Why this verdict cannot be used."""

    @property
    def decides(self) -> bool:
        """Whether it states a verdict, usable or not, and does not merely ask for checks."""
        return bool(self.fault) or any(part is not None for part in (self.numbers, self.share, self.preference))


def number(raw: object, scale: Scale | None) -> float:
    """Return the number that `raw` states: a float, or text such as "7", "7/10" or "7 out of 10".

    Raises:
        ValueError: it is no number, is off the scale, or is out of something other than the scale's top.
    """
    value, top = math.nan, None
    if isinstance(raw, float):
        value = raw
    elif isinstance(raw, str) and (match := _NUMBER.fullmatch(raw.strip())):
        value, top = float(match[1]), float(match[2]) if match[2] else None
    if not math.isfinite(value):
        raise ValueError(f"the score {short(raw)} is no number")
    if top is not None and value > top:
        raise ValueError(f"the score {short(raw)} is more than it is out of")
    if scale is not None and (value not in scale or top not in (None, scale.hi)):
        kind = "whole number" if scale.integer else "number"
        raise ValueError(f"the score {short(raw)} is off the scale; give a {kind} from {scale.lo:g} to {scale.hi:g}")
    return value


def preference(raw: object) -> float | None:
    """Return the share in [0, 1] that the first response is better, from "A", "tie", "B>A" or "Response B"; else None.

    The digits 1, 2 and 3 (a tie) count only after a noun, as in "Assistant 2": alone they are scores.
    """
    if not isinstance(raw, str) or len(raw) > 40 or not any(character.isalpha() for character in raw):
        return None
    match = _WHO.fullmatch(raw.strip())
    return _SHARE.get("".join(match[1].split()).lower()) if match else None


def last_line(text: str) -> tuple[int, str]:
    """Return the last line that is not blank, with the place where it starts."""
    text = text.rstrip()
    start = text.rfind("\n") + 1
    return start, text[start:]


def sentence_before(text: str, at: int) -> str:
    """Return what stands before `at` in its sentence, at most 300 characters."""
    return _SENTENCE_END.split(text[max(0, at - 300) : at])[-1]


def short(value: object) -> str:
    """Return a value for an error message, cut to 60 characters; of a list or an object only the kind."""
    if isinstance(value, str):
        shown = repr(value[:80])
        return shown if len(shown) <= 60 else f"{shown[:57]}..."
    if isinstance(value, float):
        return f"{value:g}"
    return f"of type {type(value).__name__}" if isinstance(value, list | dict) else repr(value)
