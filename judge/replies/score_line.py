"""The grammar `score_line`: "Score: 7", "Rating: 7/10", "a score of 7", or a last line that is only the number."""

import re
from collections.abc import Iterator

from judge.replies.mark import NUMBER, Mark, last_line

_SCORE = re.compile(
    rf"\b(?:score|rating|grade)\b[*_`\"]{{0,3}}\s{{0,3}}(?::|=|of|is)[\s:*_`\"\[(]{{0,6}}({NUMBER})"
    r"(?!\.?[0-9]|\s{0,3}(?:-|–|to\b)\s{0,3}[0-9])",  # "a rating of 1 to 10" names the scale
    re.IGNORECASE,
)
_BARE = re.compile(rf"[\s*_`]{{0,9}}({NUMBER})[\s*_`.]*+", re.IGNORECASE)


def marks(text: str) -> Iterator[Mark]:
    """Yield the score lines as they stand in the text, then the bare number that ends it."""
    for match in _SCORE.finditer(text):
        yield Mark(*match.span(), numbers=[match[1]])
    start, line = last_line(text)
    if bare := _BARE.fullmatch(line):
        yield Mark(start, start + len(line), numbers=[bare[1]])
