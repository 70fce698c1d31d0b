"""The grammar `tags`: <critique>..</critique>, then <score>7</score>, <scores>..</scores> or <winner>A</winner>.

Scores stand in the order of the ids, `7, 8`, or by id, one `id: 7` a line.
"""

import re
from collections.abc import Iterator

from judge.replies.mark import Mark, preference, short

_TAG = re.compile(r"<(score|scores|winner)>([^<]*+)</\1>", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;\n]")


def marks(text: str) -> Iterator[Mark]:
    """Yield the verdicts as they stand in the text."""
    for match in _TAG.finditer(text):
        start, end = match.span()
        if match[1].lower() == "winner":
            share = preference(match[2])
            fault = "" if share is not None else f"the winner {short(match[2])} is none of A, B and tie"
            yield Mark(start, end, preference=share, fault=fault)
        elif ":" in match[2]:
            pairs = [item.rpartition(":") for item in _BETWEEN.split(match[2]) if item.strip()]
            yield Mark(start, end, numbers={name.strip(): value for name, _, value in pairs})
        else:
            yield Mark(start, end, numbers=[item for item in _BETWEEN.split(match[2]) if item.strip()])
