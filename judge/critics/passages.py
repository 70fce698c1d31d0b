"""Read quoted passages that are wrong, and where they stand in the response.

An approximation of token-level rewards (TLDR, arXiv 2410.04734): the share of the response's words that stand in no
passage that the critic calls wrong.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from judge import replies
from judge.critics.question import OVERALL, Question
from judge.errors import ParseError
from judge.types import Score

_WORD = re.compile(r"\S+")
_MOST = 200


def read_spans(question: Question, text: str) -> dict[str, Any]:
    """Return the score of a response by the passages that a reply quotes from it.

    Raises:
        ParseError: there is no list of passages, or one is not in the response.
    """
    found = replies.read_object(text, "spans", question.texts)
    given, response = found["spans"], question.texts[0]
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise ParseError('"spans" is no list of objects; give one object for each passage, or an empty list', text)
    words = [match.span() for match in _WORD.finditer(response)]
    spans = _spans(given[:_MOST], response, words, text)
    share = 1 - _touched(spans, words) / len(words) if words else 0.0
    critique = str(found.get("critique") or "").strip() or "\n".join(span["reason"] for span in spans)
    if not critique:
        raise ParseError("the reply names passages without a word of reasons; write the reasons first", text)
    score = Score(response=question.shown[0], criterion=OVERALL, raw=share, value=share)
    return {"critique": critique, "scores": (score,), "detail": {"spans": spans}}


def _spans(
    given: Sequence[dict[str, Any]], response: str, words: Sequence[tuple[int, int]], reply: str
) -> list[dict[str, Any]]:
    """Return the passages with their places, in characters; white space may differ."""
    flat = " ".join(response[start:end] for start, end in words)
    at = list(itertools.accumulate((end - start + 1 for start, end in words), initial=0))
    spans = []
    for item in given:
        quote = " ".join(str(item.get("quote") or "").split())
        found = flat.find(quote) if quote else -1
        if found < 0:
            raise ParseError(f"the passage {quote[:60]!r} is not in the response; copy it word for word", reply)
        first, last = (bisect_right(at, place) - 1 for place in (found, found + len(quote) - 1))
        start, end = words[first][0] + found - at[first], words[last][0] + found + len(quote) - at[last]
        kind, reason = (str(item.get(key) or "").strip()[:400] for key in ("type", "reason"))
        spans.append({"start": start, "end": end, "type": kind, "reason": reason})
    return spans


def _touched(spans: Sequence[dict[str, Any]], words: Sequence[tuple[int, int]]) -> int:
    """Return how many words some passage holds a part of."""
    starts, ends = [start for start, _ in words], [end for _, end in words]
    touched = bytearray(len(words))
    for span in spans:
        first, stop = bisect_right(ends, span["start"]), bisect_left(starts, span["end"])
        touched[first:stop] = b"\1" * (stop - first)
    return sum(touched)
