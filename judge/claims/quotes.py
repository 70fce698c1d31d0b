"""Is a quotation in a text? Case, spacing, quotation marks and dashes do not count; numbers and negations do.

A quotation that stands there word for word is found in linear time. One that is nearly there is found by words: a
window of the text with nearly the same words in the same order. It does not know what a sentence means.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4`\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u300c\u300d\u300e\u300f\"'"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SIGNS = str.maketrans(dict.fromkeys(_QUOTES, "") | dict.fromkeys(_DASHES, "-"))
_ELISION = re.compile(r"\s*(?:\[\s*(?:\.\.\.|\u2026)\s*\]|\(\s*(?:\.\.\.|\u2026)\s*\)|\.\.\.|\u2026)\s*")
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD = re.compile(rf"[{_CJK}]|(?<!\w)-\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+|\d+")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*")
_NEGATIONS = frozenset(
    (
        *("no", "not", "nor", "never", "none", "nothing", "neither", "nobody", "nowhere", "without", "cannot", "cant"),
        *("dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt", "wont", "wouldnt"),
        *(
            "shouldnt",
            "couldnt",
            "kein",
            "keine",
            "keinen",
            "nicht",
            "nie",
            "ohne",
            "ne",
            "pas",
            "jamais",
            "sans",
            "sin",
        ),
        *("nunca", "jamás", "不", "没", "沒", "未", "无", "無", "非"),
    )
)
_LONGEST_QUOTE = 2_000
_RUN = 3
"""Words in a row that a near match shares with the quotation."""
_MOST_WINDOWS = 20
_MOST_CHANGED = 12
_SHORT_GAP = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation stands."""

    how: str
    """`verbatim` or `near`."""
    source: int
    """Index of the text."""
    passage: str
    """What stands there, in its flat form."""
    distance: int = 0
    """Words that differ."""


def flat(text: str) -> str:
    """Return the text as it is compared: NFKC, lower case, single blanks, no quotation marks, plain dashes."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """Return the words of a text in its flat form; each CJK character is one, and each number."""
    return _WORD.findall(flat(text))


def verbatim(quote: str, text: str) -> bool:
    """Return whether a quotation stands in a text; what it leaves out it must mark by three dots.

    A quotation of fewer than two words is none: it would be found anywhere.
    """
    parts = [part.strip(" .,;:!?-") for part in _ELISION.split(flat(quote)[:_LONGEST_QUOTE])]
    parts = [part for part in parts if part]
    if sum(len(_WORD.findall(part)) for part in parts) < 2:
        return False
    last, body = 0, flat(text)
    for number, part in enumerate(parts):
        end = _whole_words(part, body, last)
        if end < 0 or (number and _hides(body[last : end - len(part)])):
            return False
        last = end
    return True


def find(quote: str, texts: Sequence[str], bound: float = 0.1) -> Match | None:
    """Return where a quotation stands in the texts: word for word, else with a share of at most `bound` words changed.

    A near match has the numbers and the negations of the quotation, all of them and no others.
    """
    for source, text in enumerate(texts):
        if verbatim(quote, text):
            return Match("verbatim", source, flat(quote))
    wanted = words(quote[:_LONGEST_QUOTE])
    allowed = min(int(bound * len(wanted)), _MOST_CHANGED)
    if allowed < 1:
        return None
    found = [match for source, text in enumerate(texts) if (match := _near(wanted, words(text), allowed, source))]
    return min(found, key=lambda match: match.distance, default=None)


def _whole_words(part: str, body: str, place: int) -> int:
    """Return the place after `part`, which must not begin or end within a word or a number; -1 when it is not there."""
    while (start := body.find(part, place)) >= 0:
        end = start + len(part)
        if not (_joined(body, start) or _joined(body, end)):
            return end
        place = start + 1
    return -1


def _hides(gap: str) -> bool:
    """Return whether a short gap leaves out a negation: "it is ... safe" for "it is not safe"."""
    left_out = _WORD.findall(gap)
    return len(left_out) <= _SHORT_GAP and not _NEGATIONS.isdisjoint(left_out)


def _joined(body: str, place: int) -> bool:
    """Return whether the characters before and at a place belong to one word or number."""
    if not 0 < place < len(body):
        return False
    before, after = body[place - 1], body[place]
    if after == "%" and before.isdigit():
        return True
    if before == "-" and after.isdigit():  # a minus sign, unless it joins two words
        return place < 2 or not body[place - 2].isalnum()
    if before.isalnum() and after.isalnum():
        return not (_is_cjk(before) or _is_cjk(after))
    around = body[max(0, place - 2) : place + 2]
    return len(around) > 2 and re.search(r"\d[.,]\d", around) is not None


def _is_cjk(sign: str) -> bool:
    return "\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3"


def _near(wanted: list[str], there: list[str], allowed: int, source: int) -> Match | None:
    """Return the best window of a text. Windows begin where a run of three words of the quotation stands."""
    runs = {tuple(wanted[place : place + _RUN]): place for place in range(len(wanted) - _RUN + 1)}
    starts: dict[int, int] = {}
    for place in range(len(there) - _RUN + 1):
        at = runs.get(tuple(there[place : place + _RUN]))
        if at is not None:
            start = max(0, place - at)
            starts[start] = starts.get(start, 0) + 1
    best: Match | None = None
    for start in sorted(starts, key=lambda start: -starts[start])[:_MOST_WINDOWS]:
        for first in {max(0, start - allowed), start, start + allowed}:
            match = _window(wanted, there[first : first + len(wanted) + allowed], allowed, source)
            if match and (best is None or match.distance < best.distance):
                best = match
        if best and best.distance <= 1:
            break
    return best


def _window(wanted: list[str], window: list[str], allowed: int, source: int) -> Match | None:
    """Compare with the best beginning-anchored part of a window: word edit distance in a band of `allowed`."""
    if len(window) < len(wanted) - allowed:
        return None
    far = allowed + 1
    row = {column: column for column in range(allowed + 1)}
    for line, word in enumerate(wanted, 1):
        new: dict[int, int] = {}
        for column in range(max(0, line - allowed), min(len(window), line + allowed) + 1):
            same = column > 0 and window[column - 1] == word
            new[column] = min(
                row.get(column - 1, far) + (0 if same else 1) if column else far,
                row.get(column, far) + 1,
                new.get(column - 1, far) + 1,
            )
        row = new
    ends = sorted((distance, -column) for column, distance in row.items() if distance <= allowed)
    for distance, column in ends:
        part = window[:-column]
        if binding(part) == binding(wanted):
            return Match("near", source, " ".join(part), distance)
    return None


def binding(words: Sequence[str]) -> list[str]:
    """Return the words that no change may touch: numbers and negations, sorted."""
    numbers = (word.replace(",", "") if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", word) else word
               for word in words if _NUMBER.fullmatch(word))  # fmt: skip
    return sorted([*numbers, *(word for word in words if word in _NEGATIONS)])
