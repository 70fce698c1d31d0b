"""Words, sentences, paragraphs and phrases, by rules that give the same result everywhere and in linear time."""

import re
import string
import unicodedata

_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"  # \w leaves vowel signs out
_WORD = re.compile(rf"[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])[\w{_MARKS}])+")
_JOINED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_UNSPACED = re.compile(f"[{_JOINED}]")
_NO_BOUNDARY = re.compile(f"[{_JOINED}\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLES = r"mr|mrs|ms|dr|prof|st|vs|e\.g|i\.e|cf|vol|fig|approx|gen|col|capt|lt|rev|hon|mt"
_MONTHS = r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_SHORT = rf"sr|jr|etc|inc|ltd|co|corp|dept|est|ph\.d|(?:[a-z]\.)+[a-z]|{_MONTHS}"
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_]*+(?=\s)|[。！？]+|[।؟]+", re.DOTALL)
_NEVER_ENDS = re.compile(rf"(?<![^\W_])(?:{_TITLES}|(?<!\.)[A-Za-z])$", re.IGNORECASE)
_MAY_END = re.compile(rf"(?<![^\W_])(?:{_SHORT})$", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"(?:^|\n)[\s*#>-]*(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})$")
_ENDING = r"(?:['’]?s|es|e?d|ing|ly)?"
_LETTER = re.compile(r"[^\W\d_]|\d")
_CLOSING = "\"'”’)]}*_`»"
_EDGE = frozenset("PSZC")
"""The first letters of the Unicode categories that are punctuation, symbols, blanks and controls."""


def words(text: str) -> list[str]:
    """Return the words: runs of letters, digits and underscores (don't is two), single Chinese and Japanese signs."""
    return _WORD.findall(text)


def tokens(text: str) -> list[str]:
    """Return what blanks part, without punctuation at either end (don't is one); pure punctuation is left out."""
    return [word for part in text.split() if (word := _trimmed(part))]


def _trimmed(part: str) -> str:
    part = part.strip(string.punctuation)
    start, end = 0, len(part)
    while start < end and unicodedata.category(part[start])[0] in _EDGE:
        start += 1
    while end > start and unicodedata.category(part[end - 1])[0] in _EDGE:
        end -= 1
    return part[start:end]


def puts_no_spaces(text: str) -> bool:
    """Whether words cannot be counted: most letters are of a script such as Thai that writes them together."""
    return len(_UNSPACED.findall(text)) * 2 > len(_LETTER.findall(text))


def sentences(text: str) -> list[str]:
    """Return the sentences: they end in . ! ? or their like; abbreviations, initials and list numbers end none."""
    return [part.strip() for part in pieces(text) if _LETTER.search(part)]


def pieces(text: str) -> list[str]:
    """Return the text cut after every sentence, nothing left out: a piece may hold no word."""
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        before = text[max(start, end.start() - 12) : end.start()]
        if end[0][0] == "." and end[0][:2] != ".." and _continues(before, text[end.end() : end.end() + 12]):
            continue
        parts.append(text[start : end.end()])
        start = end.end()
    return [*parts, text[start:]]


def final_mark(sentence: str) -> str:
    """Return the character that ends a sentence, closing quotes and brackets left out."""
    return sentence.rstrip().rstrip(_CLOSING)[-1:]


def _continues(before: str, after: str) -> bool:
    """Whether a dot between two pieces of text belongs to an abbreviation, an initial or the number of a list."""
    if _LIST_NUMBER.search(before) or _NEVER_ENDS.search(before):
        return True
    return bool(_MAY_END.search(before)) and not after.lstrip()[:1].isupper()


def blocks(text: str) -> list[str]:
    """Return what blank lines part, empty blocks left out."""
    return [block.strip() for block in text.split("\n\n") if block.strip()]


def phrase(words: str, inflected: bool = False) -> re.Pattern[str]:
    """Return a pattern that finds a phrase as whole words, whatever its case, spacing and special characters.

    `inflected` lets a regular English ending follow (cat, cats; never concatenate or category). Scripts that put no
    space between words have no word boundary to ask for.
    """
    inside = r"\s+".join(re.escape(part) for part in words.split())
    ending = _ENDING if inflected and words[-1:].isalpha() else ""
    return re.compile(f"{_boundary('(?<!', words[:1])}{inside}{ending}{_boundary('(?!', words[-1:])}", re.IGNORECASE)


def _boundary(look: str, character: str) -> str:
    return rf"{look}\w)" if re.match(r"\w", character) and not _NO_BOUNDARY.match(character) else ""


def to_ascii(text: str) -> str:
    """Return the text without accents, and without what is no ASCII even so; sign by sign, so in linear time."""
    table = {ord(sign): unicodedata.normalize("NFKD", sign) for sign in set(text)}
    return text.translate(table).encode("ascii", "ignore").decode("ascii")
