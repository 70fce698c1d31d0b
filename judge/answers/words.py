"""Compare answers in words, and find words and phrases in a text. Every comparison is linear and exact."""

import re

from judge.answers.choices import read_choice
from judge.answers.dates import read_date
from judge.answers.latex import unwrap
from judge.answers.unicode import normal

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_EDGES = "*_`'\"“”‘’«».,;:!?¡¿。，、；：！？()[]{}<>$ \t"
_ENDING = r"(?:['’]?s|es|e?d|ing|ly)?"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def plain(text: str, drop_articles: bool = False) -> str:
    """Return a text as it is compared: NFKC, lower case, single spaces, no punctuation or markup around it."""
    text = normal(unwrap(text)).casefold()
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


def phrase(words: str, inflected: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds a phrase as whole words, whatever its case, spacing and special characters.

    `inflected` lets a regular English ending follow (cat, cats; never concatenate or category). Scripts that put no
    space between words (Chinese, Japanese, Thai, ...) have no word boundary to ask for.
    """
    words = words.strip()
    inside = r"\s+".join(re.escape(part) for part in words.split())
    ending = _ENDING if inflected and words[-1:].isalpha() else ""
    return re.compile(f"{_boundary('(?<!', words[:1])}{inside}{ending}{_boundary('(?!', words[-1:])}", re.IGNORECASE)


def _boundary(look: str, character: str) -> str:
    return rf"{look}\w)" if re.match(r"\w", character) and not _UNSPACED.match(character) else ""
