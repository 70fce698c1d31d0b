"""Identity: what makes two sittings parts of one run."""

import os
from pathlib import Path
from typing import Self

from judge.types import Value, digest
from judge.version import __version__

ENDS = 64 * 1024
"""Bytes at either end of the data that are hashed; the middle of a large file is not read."""

_WORDS = {
    "size": "the size of the data",
    "ends": "the content of the data",
    "judge": "the judge's settings",
    "fields": "the map of the columns",
    "version": "the version of agentic-judge",
}


class Identity(Value):
    """The data, the judge and the map of a run. The path of the data is kept for people; it may move."""

    data: str
    size: int
    ends: str
    judge: str
    fields: str
    version: str

    @classmethod
    def of(cls, data: Path, judge: str, fields: str) -> Self:
        """Return the identity of a run that is about to begin; `judge` and `fields` are hashes."""
        size = data.stat().st_size
        with data.open("rb") as file:
            head = file.read(ENDS)
            file.seek(max(size - ENDS, 0), os.SEEK_SET)
            ends = digest(head + file.read(ENDS))
        path = str(data.resolve())
        return cls(data=path, size=size, ends=ends, judge=judge, fields=fields, version=__version__)

    def differences(self, other: "Identity") -> str:
        """Return what differs, such as `the judge's settings (a1 there, b2 here)`; "" when nothing does."""
        pairs = [(words, getattr(other, name), getattr(self, name)) for name, words in _WORDS.items()]
        return " and ".join(f"{words} ({there} there, {here} here)" for words, there, here in pairs if there != here)
