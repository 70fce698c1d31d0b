"""Read the JSON object that a model was asked for, whatever is in it. It may stand in a code fence or within prose."""

from collections.abc import Sequence
from typing import Any

from judge.errors import ParseError
from judge.replies.json_object import objects


def read_object(reply: str, key: str, shown: Sequence[str] = ()) -> dict[str, Any]:
    """Return the last outermost JSON object of a reply that has `key`.

    Args:
        reply: the reply, without the model's thinking.
        key: what the object must have.
        shown: texts that the model was shown; an object copied from one of them does not count.

    Raises:
        ParseError: there is none; the reply is kept.
    """
    for start, end, fields in reversed(objects(reply)):
        if key in fields and not any(reply[start:end] in text for text in shown):
            found: dict[str, Any] = fields
            return found
    raise ParseError(f"the reply has no JSON object with {key!r}; answer with one object and nothing after it", reply)
