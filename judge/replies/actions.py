"""Read which tools a model wants called from its text, in the form `Action: NAME {"argument": value}`.

A line `Action Input:` after the name is read as well, since models know that form. Time is linear in the text.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from judge.replies.copied import Copied
from judge.types import readable_json

_ACTION = re.compile(r"^[ \t*_#>-]{0,8}action[*_ \t]{0,4}:[*_ \t]{0,8}`?([\w.:/-]{1,80})`?[*_ \t:]{0,8}", re.I | re.M)
_INPUT = re.compile(r"\s{0,8}[*_]{0,2}action input[*_ \t]{0,4}:[*_ \t]{0,8}", re.I)
_FENCE = re.compile(r"\s{0,8}(?:```\w{0,12}\s{0,8})?")
_OBSERVATION = re.compile(r"^[ \t*_#>-]{0,8}observation", re.I | re.M)
_DECODER = json.JSONDecoder(strict=False)
_MOST = 32
_NONE = ("none", "finish", "done", "stop", "n/a", "null")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tool that the model wants called."""

    name: str
    arguments: dict[str, Any] | None
    """As a JSON object; None when the text holds none."""
    text: str = ""
    """What stood in place of the arguments."""


def read_actions(text: str, quoted: Sequence[str] = ()) -> list[Wanted]:
    """Return the tools that a reply wants called, in order, at most 32; none when it is done.

    What follows a line that begins with `Observation` is the model's own invention and not read.

    Args:
        text: the reply, without the model's thinking.
        quoted: texts the model was shown. An action inside a verbatim copy of theirs is not the model's.
    """
    invented = _OBSERVATION.search(text)
    text = text[: invented.start()] if invented else text
    copied = Copied(text, quoted)
    found: list[Wanted] = []
    end = 0
    while len(found) < _MOST and (match := _ACTION.search(text, end)):
        end = match.end()
        if match[1].lower() in _NONE:
            continue
        start = named.end() if (named := _INPUT.match(text, end)) else end
        start = fence.end() if (fence := _FENCE.match(text, start)) else start
        arguments, end = _arguments(text, start, end)
        if copied.covers(match.start(), max(end, start)):
            continue
        stop = text.find("\n", start)
        line = text[start:] if stop < 0 else text[start:stop]
        found.append(Wanted(match[1], arguments, line.strip(" \t`*")[:2000]))
    return found


def _arguments(text: str, start: int, end: int) -> tuple[dict[str, Any] | None, int]:
    """Return the JSON object at `start` and where it ends; None where there is no object."""
    if not text.startswith("{", start):
        return None, end
    try:
        found, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, end
    return (readable_json(found), end) if isinstance(found, dict) else (None, end)
