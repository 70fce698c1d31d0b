"""Compare answers in words. Every comparison is linear and exact."""

import re

from judge.answers.choices import read_choice
from judge.answers.clock import read_time, same_time
from judge.answers.dates import read_date
from judge.answers.latex import unwrap
from judge.answers.unicode import normal

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_EDGES = "*_`'\"“”‘’«».,;:!?¡¿。，、；：！？()[]{}<>$ \t"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALIASES = {
    word: words[0]
    for words in (
        ("no solution", "no solutions", "no real solution", "no real solutions", "there is no solution",
         "there are no solutions", "no such solution", "\\emptyset", "empty set", "the empty set"),
        ("does not exist", "dne", "doesn't exist", "do not exist"),
        ("infinitely many", "infinitely many solutions", "infinite", "infinite solutions", "\\infty", "infinity"),
        ("undefined", "not defined"),
        ("yes", "y", "是", "是的"), ("no", "n", "否", "不是"),
        ("true", "correct", "正确"), ("false", "incorrect", "错误"),
        *((day, day[:3], day[:4]) for day in _DAYS),
    )
    for word in words
}  # fmt: skip
_POLAR = {"yes": "no", "no": "yes", "true": "false", "false": "true"}


def plain(text: str, drop_articles: bool = False) -> str:
    """Return a text as it is compared: NFKC, lower case, single spaces, no punctuation or markup around it."""
    text = normal(unwrap(text)).casefold()
    if drop_articles:
        text = _ARTICLES.sub(" ", text)
    return " ".join(text.split()).strip(_EDGES)


def same_phrase(gold: str, answer: str) -> bool:
    """Whether two plain texts are equal, are known to mean the same (DNE), or agree on yes or no (Yes, it is)."""
    if gold == answer or _ALIASES.get(gold, gold) == _ALIASES.get(answer, answer):
        return bool(gold)
    if gold not in _POLAR:
        return False
    said = re.findall(r"[a-z]+", answer)
    return said[:1] == [gold] and not {_POLAR[gold], "or", "not", "unless", "maybe"} & set(said[1:])


def same_text(gold: str, answer: str, drop_articles: bool = False) -> bool:
    """Whether two answers say the same: equal when plain, the same letter, date or time, or the same in meaning."""
    right, given = plain(gold, drop_articles), plain(answer, drop_articles)
    if right == given:
        return bool(right)
    if len(right) == 1 and (letter := read_choice(gold)):
        return letter == read_choice(answer)
    if (date := read_date(right)) is not None:
        return date == read_date(given)
    if (time := read_time(right)) is not None and (other := read_time(given)) is not None:
        return same_time(time, other)
    return same_phrase(right, given)
