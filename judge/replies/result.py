"""The grammar `result`: "Feedback: ... [RESULT] 4", as Prometheus writes it; for a comparison "[RESULT] A"."""

import re
from collections.abc import Iterator

from judge.replies.mark import NUMBER, Mark, preference

_RESULT = re.compile(rf"\[RESULT\][\s:(\[*]{{0,9}}({NUMBER}|(?-i:A|B)\b|tie\b)", re.IGNORECASE)


def marks(text: str) -> Iterator[Mark]:
    """Yield the results as they stand in the text."""
    for match in _RESULT.finditer(text):
        share = preference(match[1])
        yield Mark(*match.span(), numbers=None if share is not None else [match[1]], preference=share)
