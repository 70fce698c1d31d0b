"""The grammar `answer_ab`: <answer>[[A]]</answer> or [[B]] at the end of the reply, one of them and not both.

A reply that ends in both verdicts would pass any reader that looks for one, so it states none, as the parser of RM-R1
(arXiv 2505.02387) has it; like that parser this one looks at the last 80 characters alone.
"""

import re
from collections.abc import Iterator

from judge.replies.mark import Mark

_VERDICT = re.compile(r"(?:<answer>\s{0,9})?\[\[\s{0,3}([AB])\s{0,3}\]\](?:\s{0,9}</answer>)?", re.IGNORECASE)
_END = 80


def marks(text: str) -> Iterator[Mark]:
    """Yield the verdict at the end of the text, or the fault of two that differ."""
    ends = len(text.rstrip())
    found = list(_VERDICT.finditer(text, max(0, ends - _END)))
    said = {match[1].upper() for match in found}
    if len(said) > 1:
        yield Mark(found[0].start(), found[-1].end(), fault="the reply ends in both [[A]] and [[B]]; give one of them")
    elif found:
        yield Mark(*found[-1].span(), preference=1.0 if said == {"A"} else 0.0)
