"""Words for the index and for queries. Chinese, Japanese and Korean text is cut into pairs of characters.

Thai, Khmer and other scripts that write without spaces are not cut: their words are found only as they stand.
"""

import re
import unicodedata

MOST_TERMS = 32
"""Words of a query that are looked at; further ones count for nothing."""
_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_CJK}]+")
_WORD = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")


def indexed(text: str) -> str:
    """Return the text as the index takes it: each run of CJK characters as overlapping pairs and its last character."""
    text = unicodedata.normalize("NFKC", text)
    return text if text.isascii() else _RUN.sub(lambda run: f" {' '.join([*_pairs(run[0]), run[0][-1]])} ", text)


def words(text: str) -> set[str]:
    """Return the distinct words of a text, as `terms` gives them."""
    return set(_words(text))


def terms(query: str) -> list[str]:
    """Return the query's distinct words in order: lower case, CJK as pairs, at most MOST_TERMS."""
    return list(dict.fromkeys(_words(query[:10_000])))[:MOST_TERMS]


def match(terms: list[str]) -> str:
    """Return the terms as an FTS5 expression: each one quoted, any of them will do.

    A single CJK character matches wherever a pair begins with it or a run ends with it.
    """
    return " OR ".join(f'"{term}"*' if len(term) == 1 and _RUN.match(term) else f'"{term}"' for term in terms)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        found += (_pairs(word) or [word]) if _RUN.match(word) else [word]
    return found


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]
