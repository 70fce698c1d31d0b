"""Read the JSON object that a model was asked for. What it copied from the texts that it was shown does not count."""

from collections.abc import Mapping, Sequence
from typing import Any

from judge.errors import ParseError
from judge.replies.json_object import placed_objects


def read_object(reply: str, key: str, shown: Sequence[str] = ()) -> dict[str, Any]:
    """Return the last outermost object of a reply that has `key`.

    Raises:
        ParseError: there is none.
    """
    for start, end, fields in reversed(placed_objects(reply)):
        if key in fields and not any(reply[start:end] in text for text in shown):
            found: dict[str, Any] = fields
            return found
    raise ParseError(f"the reply has no JSON object with {key!r}; answer with one object and nothing after it", reply)


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
