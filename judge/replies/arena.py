"""The grammar `arena`: [[A>>B]], [[A>B]], [[A=B]], [[B>A]] or [[B>>A]]; or [[A]], [[B]], and [[C]] or [[tie]]."""

import re
from collections.abc import Iterator

from judge.replies.mark import Mark, preference

_VERDICT = re.compile(r"\[\[\s{0,3}(A\s?(?:<<?|>>?|=)\s?B|B\s?(?:<<?|>>?|=)\s?A|[ABC]|tie)\s{0,3}\]\]", re.IGNORECASE)


def marks(text: str) -> Iterator[Mark]:
    """Yield the verdicts as they stand in the text."""
    for match in _VERDICT.finditer(text):
        yield Mark(*match.span(), preference=preference(match[1]))
