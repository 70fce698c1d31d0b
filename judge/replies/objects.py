"""Read the JSON object that a model was asked for, whatever is in it. It may stand in a code fence or within prose."""

from typing import Any

from judge.errors import ParseError
from judge.replies.json_object import objects


def read_object(text: str, key: str) -> dict[str, Any]:
    """Return the last outermost JSON object of a reply that has `key`.

    Raises:
        ParseError: there is none; the reply is kept.
    """
    found: dict[str, Any] | None = None
    for fields in objects(text):
        if key in fields:
            found = fields
    if found is None:
        raise ParseError(f"the reply holds no JSON object with {key!r}; ask again", text)
    return found
