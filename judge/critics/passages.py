"""Read quoted passages that are wrong, and where they stand in the response.

An approximation of token-level rewards (TLDR, arXiv 2410.04734): the share of the response's words that stand in no
passage that the critic calls wrong.
"""

import re
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
    spans = [_span(item, response, text) for item in given[:_MOST]]
    words = [match.span() for match in _WORD.finditer(response)]
    bad = sum(any(start < span["end"] and end > span["start"] for span in spans) for start, end in words)
    share = 1 - bad / len(words) if words else 0.0
    critique = str(found.get("critique") or "").strip() or "\n".join(span["reason"] for span in spans)
    if not critique:
        raise ParseError("the reply names passages without a word of reasons; write the reasons first", text)
    score = Score(response=question.shown[0], criterion=OVERALL, raw=share, value=share)
    return {"critique": critique, "scores": (score,), "detail": {"spans": spans}}


def _span(item: dict[str, Any], response: str, reply: str) -> dict[str, Any]:
    """Return a passage with its place, in characters; white space may differ."""
    quote = str(item.get("quote") or "").strip()
    pattern = r"\s+".join(map(re.escape, quote.split()))
    match = re.search(pattern, response) if pattern else None
    if match is None:
        raise ParseError(f"the passage {quote[:60]!r} is not in the response; copy it word for word", reply)
    kind, reason = (str(item.get(key) or "").strip()[:400] for key in ("type", "reason"))
    return {"start": match.start(), "end": match.end(), "type": kind, "reason": reason}
