"""The grammar `json`: an object with the reasons and a score, scores by id, or a winner.

It may stand alone, in a code fence or within prose. Trailing commas and raw control characters are forgiven.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from judge.replies.mark import Mark, preference, short

REASONS = ("critique", "reason", "reasons", "reasoning", "explanation", "feedback", "rationale")
"""Keys that may hold the reasons, also as the last word of a key: `concise_explanation`."""

_DECODER = json.JSONDecoder(strict=False, parse_int=float)  # an int of 5,000 digits would raise, a float does not
_START = re.compile(r'\{\s*+"')
_ATTEMPTS = 1_000  # objects tried that turn out broken; a hostile reply has one per character
_READINGS = 8  # how often such a reply may be read over in all
_TRAILING = re.compile(r",\s*+[}\]]")
_COMMA = re.compile(r'"(?>(?:[^"\\]|\\.)*)(?:"|\Z)|,(?=\s*+[}\]])', re.DOTALL)
_KEY = re.compile(r'"(?:scores?|winner)"\s{0,9}:', re.IGNORECASE)
_EMPTY: tuple[object, ...] = (None, "", [], {})


def marks(text: str) -> list[Mark]:
    """Return the objects that only ask for checks, then the verdicts as they stand in the text, broken ones too."""
    found = objects(text)
    whole = [mark for start, end, fields in found if (mark := _mark(start, end, fields))]
    broken = _broken(text, [(start, end) for start, end, _ in found])
    return sorted([*whole, *broken], key=lambda mark: (mark.decides, mark.start))


def objects(text: str) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the outermost JSON objects of a reply with their places, in time linear in the reply."""
    return list(_objects(_without_trailing_commas(text)))


def _without_trailing_commas(text: str) -> str:
    """Return the text with each trailing comma blanked, so that every place stays where it was."""
    if not _TRAILING.search(text):
        return text
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


def _broken(text: str, spans: list[tuple[int, int]]) -> Iterator[Mark]:
    """Yield the verdicts that stand in no readable object: when one of them is the last, nothing else may count."""
    end = 0
    for start, stop in [*spans, (len(text), len(text))]:
        for match in _KEY.finditer(text, end, start):
            yield Mark(*match.span(), fault=f"the JSON around {match[0]} is broken")
        end = stop


def _mark(start: int, end: int, fields: dict[str, Any]) -> Mark | None:
    fields = {key.strip().lower(): value for key, value in fields.items() if value not in _EMPTY}
    reasons = [value for key, value in fields.items() if key.rpartition("_")[2] in REASONS and isinstance(value, str)]
    critique = "\n".join(reasons) or None
    checks = fields.get("checks", [])
    asks = tuple(name for name in (checks if isinstance(checks, list) else [checks]) if isinstance(name, str))
    if (winner := fields.get("winner")) is not None:
        share = preference(winner)
        fault = "" if share is not None else f"the winner {short(winner)} is none of A, B and tie"
        return Mark(start, end, preference=share, critique=critique, asks=asks, fault=fault)
    scores = fields.get("scores", fields.get("score"))
    if scores is None:
        return Mark(start, end, critique=critique, asks=asks) if asks else None
    return Mark(
        start, end, numbers=scores if isinstance(scores, dict | list) else [scores], critique=critique, asks=asks
    )
