"""The base of every value that flows through a judge. It knows nothing of what the values mean."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue


def readable(text: str) -> str:
    """Return `text` with halves of surrogate pairs replaced by `?`: neither UTF-8 nor JSON can carry them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(readable)]
"""Text from outside: a row, a reply, the message of a foreign error."""


def readable_json(value: Any) -> Any:
    """Return a JSON value, all its texts and keys made readable: JSON can spell halves of pairs, as escapes."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list | tuple):
        return type(value)(map(readable_json, value))
    return {readable(key): readable_json(each) for key, each in value.items()} if isinstance(value, dict) else value


Json = Annotated[JsonValue, AfterValidator(readable_json)]
"""A JSON value from outside."""
JsonObject = Annotated[dict[str, JsonValue], AfterValidator(readable_json)]
"""A JSON object from outside."""


class Value(BaseModel):
    """A frozen, typed value that goes to JSON and back without loss.

    Numbers are finite by construction: NaN and infinity are refused, because JSON cannot carry them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self  # frozen, so a copy would only cost time

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed, without what was computed from the old ones."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    def to_json(self) -> str:
        """Return the value as one line of JSON."""
        return self.model_dump_json()


def digest(content: str | bytes | Mapping[str, Any] | list[Any]) -> str:
    """Return the first 16 hex digits of SHA-256 over text, bytes or canonical JSON."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()[:16]


def seed_from(text: str) -> int:
    """Return a seed from 0 to 2**31 - 1 that follows from a text alone."""
    return int(digest(text), 16) % 2**31
