"""What learners read in the objects that a model replies with, and the schemas that ask for them."""

from collections.abc import Mapping
from typing import Any, Literal

from judge.claims.reply import list_of, text_of
from judge.errors import ParseError
from judge.types.value import readable

Winner = Literal["A", "B", "tie"]
TEXT: dict[str, Any] = {"type": "string"}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
WINNER: dict[str, Any] = {"type": "string", "enum": ["A", "B", "tie"]}
_LONGEST = 8_000
"""Characters of one text that are kept."""


def shape(**fields: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object with these fields, all required, in their order."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def texts_of(items: Any) -> dict[str, Any]:
    """Return the JSON schema of a list of such items."""
    return {"type": "array", "items": items}


def text(fields: Any, key: str, longest: int = _LONGEST) -> str:
    """Return a field's text in one line, cut after `longest` characters; "" for what is no text in an object."""
    return readable(text_of(fields, key, longest)) if isinstance(fields, Mapping) else ""


def some_text(fields: Mapping[str, Any], key: str, longest: int = _LONGEST) -> str:
    """Return a field's text; raise ParseError when there is none."""
    if found := text(fields, key, longest):
        return found
    raise ParseError(f"{key!r} holds no text; write it")


def texts(fields: Mapping[str, Any], key: str, most: int, least: int = 1) -> list[str]:
    """Return a field's texts, each once, blank ones left out.

    Raises:
        ParseError: it is no list, or there are fewer than `least` or more than `most`.
    """
    found = [text({"text": item}, "text") for item in list_of(fields, key, most + 1)]
    whole = [one for one in dict.fromkeys(found) if one]
    if not least <= len(whole) <= most:
        raise ParseError(
            f"{key!r} holds {'too many' if len(whole) > most else len(whole)} texts; give {least} to {most}"
        )
    return whole


def winner(fields: Mapping[str, Any], key: str = "winner") -> Winner:
    """Return `A`, `B` or `tie`; raise ParseError for anything else."""
    said = text(fields, key, 40).strip(" []").lower()
    if said in ("a", "b"):
        return "A" if said == "a" else "B"
    if said == "tie":
        return "tie"
    raise ParseError(f"{key!r} is {said!r}; write A, B or tie")
