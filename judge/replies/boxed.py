r"""The grammar `boxed`: one number per response or criterion in \boxed{7, 8}, or else in [7, 8]; or a boxed winner."""

import re
from collections.abc import Iterator

from judge.replies.mark import NUMBER, Mark, preference, short

_BOX = re.compile(r"\\boxed\s{0,3}\{(?:\s{0,3}\\text\s{0,3}\{)?([^{}]*+)\}{1,2}")
_LIST = re.compile(rf"\[\s{{0,3}}({NUMBER}(?>(?:\s{{0,3}}[,;]\s{{0,3}}{NUMBER})*))\s{{0,3}}\]", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;]")


def marks(text: str) -> Iterator[Mark]:
    """Yield the bare lists, then the boxes."""
    for match in _LIST.finditer(text):
        yield Mark(*match.span(), numbers=_BETWEEN.split(match[1]))
    for match in _BOX.finditer(text):
        share = preference(match[1])
        if share is not None:
            yield Mark(*match.span(), preference=share)
        elif any(character.isdigit() for character in match[1]):
            yield Mark(*match.span(), numbers=_BETWEEN.split(match[1]))
        else:
            yield Mark(*match.span(), fault=f"the box holds {short(match[1])}, no number")
