"""The steps of a solution: where one ends and the next begins. By rule, so that every critic sees the same steps."""

import itertools
import re

_MARK = re.compile(
    r"^[ \t]{0,4}(?:#{1,6}[ \t]{1,2})?[#*_]{0,4}(?:step|schritt|étape|paso)\s{1,3}\d{1,3}\b",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBER = re.compile(r"^[ \t]{0,4}\d{1,3}[.)]\s", re.MULTILINE)
MOST = 200
"""Steps that a text is split into at most."""


def portions(text: str) -> list[str]:
    """Return the steps of a solution: at marks such as "Step 2", else at numbers, else at blank lines, else at lines.

    What stands before the first mark is a step of its own. Text after the two hundredth step belongs to it.
    """
    for pattern in (_MARK, _NUMBER):
        starts = [match.start() for match in pattern.finditer(text)]
        if len(starts) > 1:
            cuts = [0, *starts[:MOST], len(text)] if text[: starts[0]].strip() else [*starts[:MOST], len(text)]
            return [text[here:there].strip() for here, there in itertools.pairwise(cuts)]
    blocks = [block for block in re.split(r"\n\s*?\n", text) if block.strip()]
    lines = blocks if len(blocks) > 1 else [line for line in text.splitlines() if line.strip()]
    return [line.strip() for line in [*lines[: MOST - 1], "\n".join(lines[MOST - 1 :])] if line.strip()]
