"""Labelled pairs: two responses to one prompt, of which people prefer one. Here they are read."""

from pathlib import Path
from typing import Any

from judge.dataset import numbered_rows
from judge.errors import DataError
from judge.types import Value, digest
from judge.types.value import Text

_PROMPT = ("prompt", "instruction", "input")
_LABELS = ("chosen", "rejected")
_OPTIONAL = ("reason", "category")


class Pair(Value):
    """Two responses to one prompt with the label."""

    id: str
    prompt: Text
    chosen: Text
    rejected: Text
    reason: Text = ""
    """Why the chosen one is better, in a person's words; "" where nobody said."""
    category: str = ""

    @property
    def hash(self) -> str:
        """A hash of everything but the id."""
        return digest(self.model_dump_json(exclude={"id"}))


def read_pairs(path: Path) -> list[Pair]:
    """Read pairs from a JSON Lines file.

    A row has `prompt` (or `instruction`, or `input`), `chosen` and `rejected`, and may have `id`, `reason` and
    `category`. What has no id is named after its line. Other fields are passed over.

    Raises:
        DataError: there is no such file or no pair in it, or a line is no pair; the message names line and field.
    """
    if not path.is_file():
        raise DataError(f"there is no file {str(path)!r}; give a JSON Lines file of pairs")
    pairs: dict[str, Pair] = {}
    for number, row in numbered_rows(path):
        pair = _pair(row, number, path)
        if pair.id in pairs:
            raise DataError(
                f"line {number} of {str(path)!r} has the id {pair.id!r} of an earlier line; ids must differ"
            )
        pairs[pair.id] = pair
    if not pairs:
        raise DataError(f"{str(path)!r} holds no pairs; write one JSON object a line with prompt, chosen and rejected")
    return list(pairs.values())


def _pair(row: dict[str, Any], number: int, path: Path) -> Pair:
    where = f"line {number} of {str(path)!r}"
    field = next((name for name in _PROMPT if row.get(name) is not None), None)
    if field is None:
        raise DataError(f"{where} has no prompt; give it as one of: {', '.join(_PROMPT)}")
    texts = {"prompt": _text(row, field, where), **{name: _text(row, name, where) for name in _LABELS}}
    for name in _OPTIONAL:
        texts[name] = _text(row, name, where) if row.get(name) is not None else ""
    given = row.get("id")
    if given is not None and (isinstance(given, bool) or not isinstance(given, str | int)):
        raise DataError(f"{where} has an id that is {type(given).__name__}; give a text or a whole number")
    return Pair(id=f"line_{number}" if given is None else str(given), **texts)


def _text(row: dict[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if value is None:
        raise DataError(f"{where} has no {name!r}; a pair has prompt, chosen and rejected")
    if not isinstance(value, str):
        raise DataError(f"{where} has {name!r} as {type(value).__name__}; give it as text")
    return value
