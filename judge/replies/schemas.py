"""The JSON schema that an endpoint with structured output can hold a critic to."""

import math
from collections.abc import Sequence
from typing import Any

from judge.types import Scale


def schema(grammar: str, *, ids: Sequence[str], scale: Scale | None, comparison: bool) -> dict[str, Any] | None:
    """Return the schema for a reply in the grammar `json`, reasons first; None for the grammars that are plain text.

    Scores stand under `score` when the only id is "score", else under `scores` by id. Lengths are never limited:
    endpoints differ in what they do with a limit, and a critique cut in the middle is worse than a long one.
    """
    if grammar != "json":
        return None
    if comparison:
        return _object({"critique": {"type": "string"}, "winner": {"type": "string", "enum": ["A", "B", "tie"]}})
    number = _number(scale)
    if tuple(ids) == ("score",):
        return _object({"critique": {"type": "string"}, "score": number})
    return _object({"critique": {"type": "string"}, "scores": _object(dict.fromkeys(ids, number))})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _number(scale: Scale | None) -> dict[str, Any]:
    if scale is None:
        return {"type": "number"}
    if scale.integer:
        return {"type": "integer", "minimum": math.ceil(scale.lo), "maximum": math.floor(scale.hi)}
    return {"type": "number", "minimum": scale.lo, "maximum": scale.hi}
