"""Decide whether two answers are the same wherever that can be done exactly and at once, without a library.

A guard decides only when both sides are of its kind; what no guard decides is left open for `symbolic`.
"""

import re
from dataclasses import dataclass

from judge.answers.choices import read_choice, split_choice
from judge.answers.clock import read_time, same_time
from judge.answers.compare import compare
from judge.answers.conventions import Conventions
from judge.answers.dates import read_date
from judge.answers.extract import last_number
from judge.answers.latex import tidy, unwrap
from judge.answers.quantities import Quantity, read_quantity, same
from judge.answers.size import too_large
from judge.answers.units import MAX_CHARACTERS, Unit, read_unit
from judge.answers.words import plain, same_phrase

EXACT = Conventions()

_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}")
_LONG_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_ONLY_WORDS = re.compile(r"(?:[^\W\d_]{3,}|(?i:no)|[\u4e00-\u9fff]+)(?:[ '’-][^\W\d_]+)*")
_PHRASE = re.compile(r"[^\W\d_]{2,}(?:[ '’,-]+[^\W\d_]+)*[.!]?|\\(?:emptyset|infty) ?")
_NUMERAL_OF_BASE = re.compile(r"[\dA-Za-z]_")
_NUMERAL = r"(?<!\d)(?<!\d[.,])[-+$]{0,3}\d++(?>(?:[.,]\d++)*)"
_HEDGE = re.compile(rf"{_NUMERAL}[\s%$]*(?:\b(?:and|or)\b|或|[,;]\s)[\s$]*(?:or\b)?[\s$]*{_NUMERAL}", re.IGNORECASE)
_OPERATOR = re.compile(r"[\d\\=+*/^<>|]|-\s*\w")
_FRAMED = re.compile(r"\$.+\$", re.DOTALL)
_VARIABLE = re.compile(r"[k-z]")
_FOREIGN = re.compile(r"[^\W\d_\x00-\x7f\u0370-\u03ff]")
_OPENING = re.compile(rf"({_NUMERAL}\s?%?)\s+[A-Za-z(]")
_RESULT = re.compile(r"\b(?:is|are|was|equals|makes|gives|total)\b")
_SEVERAL = re.compile(r"[,;]\s|\b(?:or|and)\b")
_DENIED = re.compile(r"(?:\b(?:not|than|least|most|except|but|above|below|under)|n't)\s+[$€£¥]?$", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two answers are the same, and how that was found."""

    equal: bool
    how: str
    """`rational`, `verbatim`, `date`, `time`, `choice`, `words`, `by parts`, `hedged`, `no number`, `too large` or
    `symbolic`."""
    note: str = ""


def decide(gold: str, answer: str, by: Conventions = EXACT) -> Verdict | None:
    """Compare an answer with a reference; None when only a computer algebra system can tell."""
    if right := read_quantity(gold):
        return _against_number(gold, right, answer, by)
    gold, answer = tidy(gold), tidy(answer)
    if gold and gold == answer:
        return Verdict(True, "verbatim")
    for side in (answer, gold):
        if reason := too_large(side):
            return Verdict(False, "too large", f"it has {reason}")
    gold, answer = unwrap(gold), unwrap(answer)
    return _in_words(gold, answer, by) or _by_parts(gold, answer, by)


def is_mathematical(gold: str) -> bool:
    """Whether a reference is a number, a formula or something in a mathematical frame; names and dates are not."""
    if read_quantity(gold):
        return True
    formula = tidy(gold)
    if "\\" in gold or _FRAMED.fullmatch(gold):
        return bool(formula)
    if _LONG_WORD.search(formula) or _FOREIGN.search(formula) or read_date(formula):
        return False
    return bool(_OPERATOR.search(formula) or _VARIABLE.fullmatch(formula))


def _by_parts(gold: str, answer: str, by: Conventions) -> Verdict | None:
    equal = compare(gold, answer, by)
    return None if equal is None else Verdict(equal, "by parts")


def _against_number(text: str, gold: Quantity, answer: str, by: Conventions) -> Verdict | None:
    answer = unwrap(tidy(answer))
    if number := _outcome(answer):
        return Verdict(same(gold, number, by.digits), "rational")
    if reason := too_large(answer):
        return Verdict(False, "too large", f"it has {reason}")
    if _HEDGE.search(answer):
        if compare(unwrap(tidy(text)), answer, by):  # 639/40 or 15.975 is one answer
            return Verdict(True, "by parts")
        return Verdict(False, "hedged", "it names more than one number")
    if _WORD.search(answer) and "\\" not in answer and not _NUMERAL_OF_BASE.search(answer):
        number = read_quantity(_point(_in_prose(answer)))
        if number is None:
            return Verdict(False, "no number", "it names no number")
        if gold.unit.dimension and (unit := _unit_in_prose(answer)):
            number = Quantity(number.value, unit)
        return Verdict(same(gold, number, by.digits), "rational")
    return _by_parts(unwrap(tidy(text)), answer, by)


def _in_prose(answer: str) -> str:
    """Return the number that a phrase gives: the one it opens with (5 out of 8), unless it goes on to a result."""
    opening = _OPENING.match(answer)
    number = opening[1] if opening and not _RESULT.search(answer) else last_number(answer)
    return "" if _DENIED.search(answer[: answer.rfind(number)]) else number


def _unit_in_prose(answer: str) -> Unit | None:
    """Return the unit behind the number that a phrase gives, so that 5 m in length is not 5 cm."""
    number = _in_prose(answer)
    words = answer[answer.find(number) + len(number) :][:MAX_CHARACTERS].split()
    known = (read_unit(" ".join(words[:count])) for count in (2, 1) if len(words) >= count)
    return next((unit for unit in known if unit and unit.dimension), None)


def _outcome(answer: str) -> Quantity | None:
    """Return the number that an answer is or comes to: 5, x = 5, 3 + 2 = 5, √27 ≈ 5.2; of 16/3 ≈ 5.33 the first."""
    for side in re.split(r"\\approx|≈", answer)[:2]:
        before, _, number = side.rpartition("=")
        if not _SEVERAL.search(before) and (quantity := read_quantity(_point(number.strip()))):
            return quantity
    return None


def _point(number: str) -> str:
    """Return 2,74 as 2.74; a comma before three digits parts thousands."""
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) and number[-4:-3] != "," else number


def _is_phrase(text: str) -> bool:
    return len(text) < 200 and _PHRASE.fullmatch(text) is not None


def _in_words(gold: str, answer: str, by: Conventions) -> Verdict | None:
    if (date := read_date(gold)) and (other := read_date(answer)):
        return Verdict(date == other, "date")
    if (time := read_time(gold)) and (clock := read_time(answer)):
        return Verdict(same_time(time, clock), "time")
    if len(gold) <= 3 and (letter := read_choice(gold)) and (chosen := read_choice(answer)):
        return Verdict(letter == chosen, "choice")
    if (choice := split_choice(gold)) and choice[1]:
        chosen = read_choice(answer)
        return Verdict(chosen == choice[0], "choice") if chosen else decide(choice[1], answer, by)
    if _is_phrase(gold) and _is_phrase(answer) and same_phrase(plain(gold), plain(answer)):
        return Verdict(True, "words")
    if _ONLY_WORDS.fullmatch(gold) and _ONLY_WORDS.fullmatch(answer):
        return Verdict(False, "words")
    if _DECIMAL_COMMA.fullmatch(gold) and "." in answer and (number := read_quantity(_point(gold))):
        return _against_number(_point(gold), number, answer, by)
    return None
