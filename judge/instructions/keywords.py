"""Instructions on words and letters that must, or must not, occur. A keyword is text, never a pattern."""

from judge.instructions.finding import Finding, Letter, Phrase, Relation, counted, found, quote
from judge.instructions.text import phrase

_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def existence(text: str, keywords: list[Phrase]) -> Finding:
    """Every keyword occurs, as it is or with a regular ending."""
    missing = [word for word in keywords if not _places(text, word, inflected=True)]
    return found(not missing, f"missing: {', '.join(map(quote, missing))}" if missing else "every keyword occurs")


def frequency(text: str, keyword: Phrase, frequency: int, relation: Relation) -> Finding:
    """A keyword occurs at least, or less than, so often, with a regular ending or without."""
    return counted(len(_places(text, keyword, inflected=True)), relation, frequency, f"times {quote(keyword)}")


def forbidden_words(text: str, forbidden_words: list[Phrase]) -> Finding:
    """None of the words occurs."""
    for word in forbidden_words:
        if places := _places(text, word):
            around = _visible(text)[max(0, places[0] - 20) : places[0] + 40]
            return found(False, f"{quote(word)} occurs, in {quote(around)}", len(places))
    return found(True, "no forbidden word occurs", 0)


def letter_frequency(text: str, letter: Letter, let_frequency: int, let_relation: Relation) -> Finding:
    """A letter, in either case, occurs at least, or less than, so often."""
    return counted(text.lower().count(letter.lower()), let_relation, let_frequency, f"times the letter {quote(letter)}")


def _places(text: str, keyword: str, inflected: bool = False) -> list[int]:
    return [match.start() for match in phrase(_visible(keyword), inflected).finditer(_visible(text))]


def _visible(text: str) -> str:
    return text.translate(_INVISIBLE)
