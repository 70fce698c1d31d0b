"""What several responses disagree about: points, each with a query and the claim of every response that makes one."""

from collections.abc import Mapping, Sequence
from typing import Any

from judge.claims.reply import list_of, text_of
from judge.claims.split import own
from judge.replies import read_object

Point = tuple[str, dict[int, str]]
"""A query, and the claim of each response that makes one."""

LETTERS = "ABCDEFGH"
"""What the responses are called, in their order."""
MOST_TOGETHER = len(LETTERS)
"""Responses that are compared in one question."""
_LONGEST_QUERY = 300

DIFFERENCES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "differences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"query": {"type": "string"}, "claims": {"type": "object"}},
                "required": ["query", "claims"],
            },
        }
    },
    "required": ["differences"],
}
"""The JSON schema of a reply."""


def read_points(reply: str, question: str, responses: Sequence[str], most: int) -> list[Point]:
    """Return the points in a reply. A claim that is not the response's own is left out, and a point without any.

    Raises:
        ParseError: the reply has no list of differences.
    """
    items = list_of(read_object(reply, "differences", [*responses, question]), "differences", most)
    return [point for item in items if isinstance(item, dict) and (point := _point(item, question, responses))]


def _point(item: Mapping[str, Any], question: str, responses: Sequence[str]) -> Point | None:
    given = item.get("claims")
    if not isinstance(given, dict):
        return None
    said = {index: text_of(given, letter) for index, letter in enumerate(LETTERS[: len(responses)])}
    kept = {index: claim for index, claim in said.items() if claim and own(claim, f"{question}\n{responses[index]}")}
    query = text_of(item, "query", _LONGEST_QUERY) or next(iter(kept.values()), "")
    return (query, kept) if kept else None
