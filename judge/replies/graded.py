"""The grammar `graded`: "Verdict: -2", a whole number that says how much better one of two responses is."""

import re
from collections.abc import Iterator

from judge.replies.mark import Mark, last_line

_NUMBER = r"[-+−]?[0-9]{1,2}"
_VERDICT = re.compile(
    rf"\bverdict\b[*_`\"]{{0,3}}\s{{0,3}}(?::|=|is)[\s:*_`\"\[(]{{0,6}}({_NUMBER})(?![.0-9]|\s?/)", re.IGNORECASE
)
_BARE = re.compile(rf"[\s*_`\[(]{{0,9}}({_NUMBER})[\s*_`\])]{{0,9}}\.?")


def marks(text: str) -> Iterator[Mark]:
    """Yield the verdicts as they stand in the text, then the bare number that ends it."""
    for match in _VERDICT.finditer(text):
        yield Mark(*match.span(), numbers=[match[1].replace("−", "-")])
    start, line = last_line(text)
    if bare := _BARE.fullmatch(line):
        yield Mark(start, start + len(line), numbers=[bare[1].replace("−", "-")])
