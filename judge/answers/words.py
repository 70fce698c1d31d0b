"""Compare answers in words. Every comparison is linear and exact."""

import re

from judge.answers.choices import read_choice
from judge.answers.dates import read_date
from judge.answers.latex import unwrap
from judge.answers.unicode import normal

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_EDGES = "*_`'\"“”‘’«».,;:!?¡¿。，、；：！？()[]{}<>$ \t"


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
