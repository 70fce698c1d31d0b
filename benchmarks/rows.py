"""Made-up rows whose true score is written into them, for the endpoint to read and for us to compare with."""

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PROMPT_CHARS, RESPONSE_CHARS = 1_600, 3_200
"""About 400 and 800 tokens."""
LOWEST, HIGHEST = 1, 10
"""The scale of the rubric that the recipe `direct` uses."""

_MARK = re.compile(r"@@(id|q)=([\w.]+)@@")
_WORDS = ("alpha", "beam", "cedar", "delta", "ember", "field", "grain", "harbor", "inlet", "jetty", "knoll", "ledge")


class Row(NamedTuple):
    """A prompt and a response with two markers at its end: who it is, and how good it is."""

    id: str
    quality: float
    """In [0, 1]."""
    prompt: str
    response: str

    @property
    def reward(self) -> float:
        """The reward that a judge must give: the score on the scale, as a share of it."""
        return (score(self.quality, LOWEST, HIGHEST) - LOWEST) / (HIGHEST - LOWEST)


def rows(count: int, name: str = "row") -> list[Row]:
    """Return rows with ids `name0000`, ...; the same name gives the same rows."""
    draw = random.Random(name)
    return [_row(draw, f"{name}{number:04}") for number in range(count)]


def score(quality: float, lowest: float, highest: float) -> int:
    """Return the whole number on a scale that a quality stands for; halves go up."""
    return int(lowest + quality * (highest - lowest) + 0.5)


def marks(text: str) -> tuple[str, float]:
    """Return the id and the quality that a text is marked with; 0.5 when it says nothing."""
    found = dict(_MARK.findall(text))
    return found.get("id", ""), float(found.get("q", 0.5))


def write(rows: Iterable[Row], path: Path) -> Path:
    """Write a data set with the columns id, prompt and response."""
    lines = (json.dumps({"id": row.id, "prompt": row.prompt, "response": row.response}) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _row(draw: random.Random, id: str) -> Row:
    quality = draw.randrange(11) / 10
    response = f"{_text(draw, RESPONSE_CHARS)} @@id={id}@@ @@q={quality}@@"
    return Row(id, quality, _text(draw, PROMPT_CHARS), response)


def _text(draw: random.Random, chars: int) -> str:
    return " ".join(draw.choices(_WORDS, k=chars // 5))[:chars]
