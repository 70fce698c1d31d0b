"""The grammar `json`: an object with the reasons and a score, scores by id, or a winner.

It may stand alone, in a code fence or within prose. Trailing commas and raw control characters are forgiven.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from judge.replies.mark import Mark, preference, short

REASONS = ("critique", "reason", "reasons", "reasoning", "explanation", "feedback", "rationale")

_DECODER = json.JSONDecoder(strict=False, parse_int=float)  # an int of 5,000 digits would raise, a float does not
_START = re.compile(r'\{\s*+"')
_ATTEMPTS, _READINGS = (
    1_000,
    8,
)  # beginnings tried, and how often the reply may be read over in all: hostile ones have many
_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|,(?=\s*+[}\]])', re.DOTALL)
_EMPTY: tuple[object, ...] = (None, "", [], {})


def marks(text: str) -> list[Mark]:
    """Return the objects that only ask for checks, then those with a verdict, as they stand in the text."""
    found = _marks(text) or _marks(_without_trailing_commas(text))
    return sorted(found, key=lambda mark: mark.decides)


def _marks(text: str) -> list[Mark]:
    return [mark for start, end, fields in _objects(text) if (mark := _mark(start, end, fields))]


def _without_trailing_commas(text: str) -> str:
    """Return the text with each trailing comma blanked, so that every place stays where it was."""
    prose, brace, rest = text.partition("{")
    return prose + brace + _COMMA.sub(lambda match: " " if match[0] == "," else match[0], rest)


def _objects(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the outermost JSON objects with their places."""
    attempts, effort, end = _ATTEMPTS, _READINGS * len(text), 0
    while attempts > 0 and effort > 0 and (begin := _START.search(text, end)):
        start, end = begin.start(), begin.start() + 1
        try:
            fields, end = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            attempts -= 1
            effort -= error.pos - start
        except RecursionError:
            effort -= len(text) - start
        else:
            yield start, end, fields


def _mark(start: int, end: int, fields: dict[str, Any]) -> Mark | None:
    fields = {key.strip().lower(): value for key, value in fields.items() if value not in _EMPTY}
    reasons = [value for key, value in fields.items() if key.rpartition("_")[2] in REASONS and isinstance(value, str)]
    critique = "\n".join(reasons) or None
    asks = _names(fields.get("checks"))
    if (winner := fields.get("winner")) is not None:
        share = preference(winner)
        fault = "" if share is not None else f"the winner {short(winner)} is none of A, B and tie"
        return Mark(start, end, preference=share, critique=critique, asks=asks, fault=fault)
    scores = fields.get("scores", fields.get("score"))
    if scores is None and not asks:
        return None
    if scores is not None and not isinstance(scores, dict | list):
        scores = [scores]
    return Mark(start, end, numbers=scores, critique=critique, asks=asks)


def _names(checks: object) -> tuple[str, ...]:
    names = checks if isinstance(checks, list) else [checks]
    return tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
