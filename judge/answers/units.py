"""What a unit is worth: enough of them to tell 5 cm from 5 m, and to see that it is 0.05 m."""

import re
from dataclasses import dataclass
from fractions import Fraction

_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "length": {
        "1": ("m", "meter", "metre", "米"), "1/100": ("cm", "centimeter", "centimetre", "厘米"),
        "1/1000": ("mm", "millimeter", "millimetre", "毫米"), "1000": ("km", "kilometer", "kilometre", "千米", "公里"),
        "0.0254": ("inch", "inche"), "0.3048": ("ft", "foot", "feet"), "0.9144": ("yd", "yard"),
        "1609.344": ("mi", "mile"),
    },
    "mass": {
        "1": ("g", "gram", "克"), "1000": ("kg", "kilogram", "千克", "公斤"), "1/1000": ("mg", "milligram"),
        "1000000": ("tonne",), "453.59237": ("lb",), "28.349523125": ("oz", "ounce"),
    },
    "time": {
        "1": ("s", "sec", "second", "秒"), "60": ("min", "minute", "分钟"), "3600": ("h", "hr", "hour", "小时"),
        "86400": ("day", "天"), "604800": ("week", "周"), "1/1000": ("ms", "millisecond"),
    },
    "volume": {"1": ("l", "liter", "litre", "升"), "1/1000": ("ml", "milliliter", "millilitre", "毫升")},
    "money $": {"1": ("$", "dollar", "usd", "buck"), "1/100": ("cent", "¢", "penny", "pennie")},
    "money €": {"1": ("€", "euro", "eur")},
    "money £": {"1": ("£", "gbp")},
    "money ¥": {"1": ("¥", "yuan", "yen", "rmb", "元")},
    "money ₹": {"1": ("₹", "rupee", "inr")},
    "angle": {"1": (r"^\circ", "degree", "deg", "度")},
    "share": {"1/100": ("%", "percent", "percentage", "per cent", "pct")},
}  # fmt: skip
_UNITS = {word: (kind, Fraction(f)) for kind, row in _KINDS.items() for f, words in row.items() for word in words}
_PER = re.compile(r"\s*(?:/|\bper\b)\s*")
_POWER = re.compile(r"(.+?)\s*\^\s*\{?([23])\}?")
_SQUARE = re.compile(r"(?i:(square|cubic)|sq\.?|cu\.?)\s+(.+)")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'-]{2,}(?: [A-Za-z][A-Za-z'-]*){0,3}")
_MATHS = re.compile(r"\b(?:and|or|plus|minus|times|mod|sin|cos|tan|cot|sec|csc|log|ln|exp|sqrt|pi|inf|factorial)\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as its dimension and its size in base units; words that are no known unit have no dimension."""

    dimension: str = ""
    factor: Fraction = Fraction(1)


NONE = Unit()
PERCENT = Unit("share", Fraction(1, 100))


def read_unit(text: str) -> Unit | None:
    """Return the unit that a text behind a number names; None when the text is no unit but mathematics."""
    text = text.strip().rstrip(".")
    if not text:
        return NONE
    if known := _known(text):
        return known
    if _WORDS.fullmatch(text) and not _MATHS.search(text.lower()):
        first = _known(text.split()[0])  # 18 dollars each, 60 miles away
        return first or NONE
    return None


def _known(text: str) -> Unit | None:
    top, *bottoms = _PER.split(text, maxsplit=1)
    unit = _simple(top)
    if not unit or not bottoms or unit.dimension.startswith("money"):
        return unit
    if bottom := _simple(bottoms[0]):
        return Unit(f"{unit.dimension}/{bottom.dimension}", unit.factor / bottom.factor)
    return None


def _simple(text: str) -> Unit | None:
    text = text.strip().rstrip(".")
    power = 1
    if match := _POWER.fullmatch(text):
        text, power = match[1], int(match[2])
    elif match := _SQUARE.fullmatch(text):
        text, power = match[2], 3 if match[0].lower().startswith("cu") else 2
    found = _UNITS.get(text) or _UNITS.get(text.lower()) or _UNITS.get(text.lower().removesuffix("s"))
    if found is None:
        return None
    return Unit(found[0] if power == 1 else f"{found[0]}^{power}", found[1] ** power)
