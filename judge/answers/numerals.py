"""Read numbers in words: twenty-one, a hundred and five, three quarters, 二十五, 3万, 二分之一. Exact and bounded."""

import re
from fractions import Fraction

MAX_CHARACTERS = 100

_SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {
    "half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "twelfth": 12, "hundredth": 100,
}  # fmt: skip
_HAN = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10**4, "亿": 10**8}
_HAN_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万亿两]+")
_HAN_SCALED = re.compile(r"(\d+(?:\.\d+)?)\s*([万亿])")


def read_words(text: str) -> Fraction | None:
    """Return the number that a text names in English or Chinese words; None when it is anything else."""
    text = text.strip().lower()
    if not text or len(text) > MAX_CHARACTERS:
        return None
    return _chinese(text) if not text.isascii() else _english(text)


def _english(text: str) -> Fraction | None:
    negative = text.startswith(("minus ", "negative "))
    words = [word for word in re.split(r"[\s-]+", text) if word != "and"][negative:]
    if not words:
        return None
    part = _PARTS.get(words[-1].removesuffix("s"))
    if part and (top := _whole(words[:-1]) if words[:-1] not in (["a"], ["an"]) else 1) is not None:
        value = Fraction(top, part) if len(words) > 1 else None
    else:
        whole = _whole(words)
        value = None if whole is None else Fraction(whole)
    return -value if value is not None and negative else value


def _whole(words: list[str]) -> int | None:
    total = group = 0
    last = ""
    for word in words:
        if word in _SMALL and last not in ("small", "zero") and not (last == "tens" and not 0 < _SMALL[word] < 10):
            group, last = group + _SMALL[word], "small"
        elif word in _TENS and last in ("", "hundred", "scale"):
            group, last = group + _TENS[word], "tens"
        elif word == "hundred" and last == "small" and group < 20:
            group, last = group * 100, "hundred"
        elif word in _SCALES and last not in ("", "scale"):
            total, group, last = total + group * _SCALES[word], 0, "scale"
        else:
            return None
    return total + group if words else None


def _chinese(text: str) -> Fraction | None:
    text = text.removeprefix("正").replace(" ", "")
    if text.startswith("负"):
        value = _chinese(text[1:])
        return None if value is None else -value
    if text.startswith("百分之"):
        value = _han(text[3:])
        return None if value is None else value / 100
    bottom, parts, top = text.partition("分之")
    if parts:
        below, above = _han(bottom), _han(top)
        return above / below if above is not None and below else None
    whole, point, decimals = text.partition("点")
    value = _han(whole)
    if not point or value is None:
        return value
    digits = "".join(str(_HAN[digit]) for digit in decimals if digit in _HAN)
    return value + Fraction(int(digits), 10 ** len(digits)) if digits and len(digits) == len(decimals) else None


def _han(text: str) -> Fraction | None:
    if scaled := _HAN_SCALED.fullmatch(text):
        return Fraction(scaled[1]) * _HAN_SCALES[scaled[2]]
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return Fraction(text)
    if not _HAN_NUMERAL.fullmatch(text):
        return None
    if all(digit in _HAN for digit in text):  # read digit by digit: 二零二四
        return Fraction(int("".join(str(_HAN[digit]) for digit in text)))
    total = section = digit = 0
    for sign in text:
        if sign in _HAN:
            digit = _HAN[sign]
        elif sign in _HAN_TENS:
            section, digit = section + (digit or 1) * _HAN_TENS[sign], 0
        else:
            total, section, digit = (total + section + digit) * _HAN_SCALES[sign], 0, 0
    return Fraction(total + section + digit)
