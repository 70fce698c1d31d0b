"""Compare answers in words, and find words and phrases in a text. Every comparison is linear and exact."""

import re
import unicodedata

from judge.answers.choices import read_choice
from judge.answers.dates import read_date
from judge.answers.latex import unwrap

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_EDGES = "*_`'\"“”‘’«».,;:!?¡¿。，、；：！？()[]{}<>$ \t"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def plain(text: str, drop_articles: bool = False) -> str:
    """Return a text as it is compared: NFKC, lower case, single spaces, no punctuation or markup around it."""
    text = unicodedata.normalize("NFKC", unwrap(text)).casefold()
    if drop_articles:
        text = _ARTICLES.sub(" ", text)
    return " ".join(text.split()).strip(_EDGES)


def same_text(gold: str, answer: str, drop_articles: bool = False) -> bool:
    """Whether two answers say the same: equal when plain, the same choice letter, or the same date."""
    right, given = plain(gold, drop_articles), plain(answer, drop_articles)
    if right == given:
        return bool(right)
    if len(right) == 1 and (letter := read_choice(gold)):
        return letter == read_choice(answer)
    date = read_date(right)
    return date is not None and date == read_date(given)


def phrase(words: str) -> re.Pattern[str]:
    """Return a pattern that finds a phrase as whole words, whatever its case, spacing and special characters.

    Scripts that put no space between words (Chinese, Japanese, Thai, ...) have no word boundary to ask for.
    """
    words = words.strip()
    inside = r"\s+".join(re.escape(part) for part in words.split())
    return re.compile(_boundary(words[:1], r"(?<!\w)") + inside + _boundary(words[-1:], r"(?!\w)"), re.IGNORECASE)


def _boundary(character: str, pattern: str) -> str:
    return pattern if re.match(r"\w", character) and not _UNSPACED.match(character) else ""
