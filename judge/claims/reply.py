"""Read the fields of a JSON object that a model was asked for."""

from collections.abc import Mapping
from typing import Any

from judge.errors import ParseError


def text_of(fields: Mapping[str, Any], key: str, longest: int = 1_000) -> str:
    """Return a field's text in one line, cut after `longest` characters; "" for what is no text."""
    value = fields.get(key)
    return " ".join(value.split())[:longest].rstrip() if isinstance(value, str) else ""


def list_of(fields: Mapping[str, Any], key: str, most: int) -> list[Any]:
    """Return a field's items, at most so many; one item that is no list counts as a list of it.

    Raises:
        ParseError: the field is neither.
    """
    value = fields.get(key)
    if isinstance(value, list):
        return value[:most]
    if isinstance(value, str | dict) and value:
        return [value]
    if value in (None, "", {}):
        return []
    raise ParseError(f"{key!r} is no list in the reply; give a list")
