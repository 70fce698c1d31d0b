"""The grammar `yes_no`: "Answer: Yes", a line that is only yes or no, or one that begins "No, ..." or "Yes. ...".

Yes is the top of the scale and no its bottom; without a scale they are 1 and 0.
"""

import re
from collections.abc import Iterator

from judge.replies.mark import Mark

_ANSWER = re.compile(
    r"(?:^[\s>#*_`\"]{0,9}|\b(?:answer|verdict|decision|judge?ment|conclusion|result)\b(?:\sis)?[\s:*_`\"\[(]{1,6})"
    r"(yes|no)\b(?=[*_`\"\])]{0,3}(?:[.,;:!—–]|\s{0,3}$|\s-))",
    re.IGNORECASE | re.MULTILINE,
)


def marks(text: str) -> Iterator[Mark]:
    """Yield the answers as they stand in the text."""
    for match in _ANSWER.finditer(text):
        yield Mark(*match.span(), share=1.0 if match[1].lower() == "yes" else 0.0)
