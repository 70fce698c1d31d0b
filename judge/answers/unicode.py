"""One way to write each character, in linear time whatever the text."""

import re
import unicodedata
from typing import Literal

_LONG_RUN = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")


def normal(text: str, form: Literal["NFC", "NFKC"] = "NFKC") -> str:
    """Return a text in a Unicode normal form.

    Runs of more than 30 marks are cut first, as in Unicode's stream-safe format (UAX #15, section 13): sorting the
    accents that a hostile text piles on one letter takes quadratic time.
    """
    return text if text.isascii() else unicodedata.normalize(form, _LONG_RUN.sub(r"\1", text))
