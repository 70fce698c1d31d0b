"""Instructions on upper and lower case, and on commas."""

import re
from collections.abc import Callable

from judge.instructions.finding import Finding, Relation, counted, found, quote
from judge.instructions.language import response_language

_TOKEN = re.compile(r"[^\s\"“”()\[\]{}<>,;:!?]+")
_COMMAS = re.compile("[,，、،]")


def capital_word_frequency(text: str, capital_frequency: int, capital_relation: Relation) -> Finding:
    """At least, or less than, so many words in capital letters only."""
    capitals = sum(token.isupper() for token in _TOKEN.findall(text))
    return counted(capitals, capital_relation, capital_frequency, "words in capitals")


def english_capital(text: str) -> Finding:
    """English, and in capital letters only."""
    return _english(text, str.isupper, "capital")


def english_lowercase(text: str) -> Finding:
    """English, and in small letters only."""
    return _english(text, str.islower, "small")


def no_comma(text: str) -> Finding:
    """No comma anywhere."""
    if comma := _COMMAS.search(text):
        return found(False, f"a comma in {_around(text, comma.start())}", len(_COMMAS.findall(text)))
    return found(True, "no comma", 0)


def _english(text: str, right: Callable[[str], bool], kind: str) -> Finding:
    for place, letter in enumerate(text):
        if letter.isalpha() and letter.isascii() and not right(letter):
            return found(False, f"{quote(letter)} is no {kind} letter, in {_around(text, place)}")
    if not right(text):
        return found(False, f"not all letters are {kind} ones")
    language = response_language(text, "en")
    if language.state == "cannot_tell" and text.isascii():  # a name or two: nothing says that it is not English
        return found(True, f"{kind} letters only")
    return language


def _around(text: str, place: int) -> str:
    return quote(text[max(0, place - 30) : place + 20])
