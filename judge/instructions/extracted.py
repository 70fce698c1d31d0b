"""Constraints that a model found in a request: read, compared with the request, and mapped to the known kinds."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from judge.errors import ParseError, ToolError
from judge.instructions.finding import quote
from judge.instructions.kinds import CHECKERS
from judge.instructions.registry import check

_LONGEST = 500
"""Characters kept of a quote or of what is to be checked."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """One constraint of a request."""

    words: str
    """The words of the request."""
    check: str
    """What a program would look at, in the model's words."""
    kind: str = ""
    """The known kind that says the same; "" when there is none."""
    args: Mapping[str, Any] = field(default_factory=dict)


@cache
def catalogue() -> tuple[dict[str, str], ...]:
    """Return the kinds that a request may well ask for, with their arguments and what they check, for a prompt."""
    return tuple(
        {"id": id, "args": _arguments(id), "about": (inspect.getdoc(checker) or "").partition("\n")[0]}
        for id, checker in sorted(CHECKERS.items())
        if not id.startswith(("custom:", "copy:", "repeat:", "new:"))
    )


def _arguments(id: str) -> str:
    return ", ".join(name for name in inspect.signature(CHECKERS[id]).parameters if name != "text")


def read_constraints(fields: Mapping[str, Any], request: str, most: int) -> tuple[list[Extracted], list[str]]:
    """Return the constraints that a reply lists, and why some of its entries are none.

    Raises:
        ParseError: the reply has no list.
    """
    listed = fields.get("constraints")
    if not isinstance(listed, list):
        raise ParseError("the reply has no list of constraints; ask again", str(fields))
    kept: list[Extracted] = []
    refused: list[str] = []
    for entry in listed[:most]:
        fault = _fault(entry, request)
        if fault:
            refused.append(fault)
        elif entry["quote"] not in {constraint.words for constraint in kept}:
            kept.append(_extracted(entry))
    return kept, refused


def _fault(entry: Any, request: str) -> str:
    if not isinstance(entry, dict) or not isinstance(entry.get("quote"), str) or not entry["quote"].strip():
        return f"{quote(str(entry))} is no constraint"
    if _plain(entry["quote"]) not in _plain(request):
        return f"{quote(entry['quote'])} is not in the request"
    return ""


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _extracted(entry: Mapping[str, Any]) -> Extracted:
    """Return the entry as a constraint; a kind that is unknown or lacks an argument counts as none."""
    words, said = entry["quote"][:_LONGEST], entry.get("check")
    checked = said[:_LONGEST] if isinstance(said, str) else words
    kind, args = entry.get("kind"), entry.get("args")
    if not isinstance(kind, str) or kind not in CHECKERS or not isinstance(args, dict | None):
        return Extracted(words, checked)
    try:
        check(kind, args or {}, "text")
    except ToolError:
        return Extracted(words, checked)
    return Extracted(words, checked, kind, args or {})
