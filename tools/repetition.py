"""Does a response repeat itself? Repeated word n-grams, repeated lines, text that compresses too well, a looping end.

All four are linear in the text. They find degenerate text, not dull text; poems, tables and code repeat for good
reasons, so allow them some repetition.
"""

import re
import zlib
from collections import Counter

from judge.errors import SettingsError
from judge.instructions.text import words
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "repetition"
SOFT = True

_TAIL = 4_000
"""Characters at the end in which a loop is looked for."""
_ROUNDS = 4
"""So often in a row the same piece must stand at the end to be a loop."""
_LOOP = 40
"""Characters that a loop has at least, all rounds together."""
_SHORT = 400
"""Bytes below which compression tells nothing."""
_WELL_COMPRESSED = 0.25
"""Prose compresses to 0.35 of its length or more; text that loops to 0.1 and less."""
_BLANKS = re.compile(r"\s+")


def needs(sample: Sample) -> str:
    """Return "": every response may repeat itself."""
    return ""


async def verify(sample: Sample, *, ngram: int = 4, allowed: float = 0.2) -> Evidence:
    """Measure the only response.

    The score is 1 while every measure is at most `allowed`, and falls in a straight line to 0 for a text that does
    nothing but repeat itself. Where the end loops the score is at most 0.5.

    Args:
        sample: with one response.
        ngram: words of the n-grams.
        allowed: share of repetition, in [0, 1), that costs nothing.

    Raises:
        SettingsError: an option is out of range.
    """
    if ngram < 1 or not 0 <= allowed < 1:
        raise SettingsError(f"ngram={ngram}, allowed={allowed}: give ngram of 1 or more and allowed in [0, 1)")
    text = sample.responses[0].text
    said = [word.casefold() for word in words(text)]
    grams = list(zip(*(said[place:] for place in range(ngram)), strict=False))
    lines = [line for raw in text.splitlines() if len(line := _BLANKS.sub(" ", raw).strip()) > 20]
    shares = {"ngrams": _repeated(grams), "lines": _repeated(lines), "compression": _compression(text)}
    loop = _loop(_BLANKS.sub(" ", text[-_TAIL:]).strip())
    worst = max(shares.values())
    score = 1 - max(0.0, (worst - allowed) / (1 - allowed))
    score = min(score, 0.5) if loop else score
    said_so = [f"{name} {share:.0%}" for name, share in shares.items()] + (
        [f"the end loops: {loop[:60]!r}"] if loop else []
    )
    return Evidence(
        tool="repetition",
        stance="supports" if score == 1 else "refutes",
        summary=f"repeated: {', '.join(said_so)}",
        score=score,
        detail={**{name: round(share, 4) for name, share in shares.items()}, "loop": loop[:200]},
    )


def _repeated(items: list[tuple[str, ...]] | list[str]) -> float:
    """Return the share of the items that have stood there before."""
    return 1 - len(Counter(items)) / len(items) if items else 0.0


def _compression(text: str) -> float:
    """Return how far below the best ratio of prose the text compresses: 0 not at all, 1 to nothing."""
    data = text.encode("utf-8", "replace")
    if len(data) < _SHORT:
        return 0.0
    return max(0.0, 1 - len(zlib.compress(data, 6)) / len(data) / _WELL_COMPRESSED)


def _loop(tail: str) -> str:
    """Return the piece that stands at least four times in a row at the end, "" where none does."""
    text = tail[::-1]
    borders = [0] * len(text)  # of each prefix: the longest part that it both starts and ends with
    found = ""
    for place in range(1, len(text)):
        border = borders[place - 1]
        while border and text[place] != text[border]:
            border = borders[border - 1]
        borders[place] = border + (text[place] == text[border])
        period = place + 1 - borders[place]
        if place + 1 >= max(_LOOP, _ROUNDS * period):
            found = text[:period][::-1]
            break
    return found
