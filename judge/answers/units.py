"""What a unit is worth: enough of them to tell 5 cm from 5 m, and to see that it is 0.05 m."""

import re
from dataclasses import dataclass
from fractions import Fraction


def _factor(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or 1)


_KINDS: dict[str, dict[str, tuple[str, ...]]] = {
    "length": {
        "1": ("m", "meter", "metre", "米"), "1/100": ("cm", "centimeter", "centimetre", "厘米"), "0.1": ("dm", "分米"),
        "1/1000": ("mm", "millimeter", "millimetre", "毫米"), "1000": ("km", "kilometer", "kilometre", "千米", "公里"),
        "0.0254": ("inch", "inche", "in"), "0.3048": ("ft", "foot", "feet"), "0.9144": ("yd", "yard"),
        "1609.344": ("mi", "mile"),
    },
    "mass": {
        "1": ("g", "gram", "克"), "1000": ("kg", "kilogram", "千克", "公斤"), "1/1000": ("mg", "milligram"),
        "1000000": ("tonne", "吨"), "453.59237": ("lb", "pound"), "28.349523125": ("oz", "ounce"),
    },
    "time": {
        "1": ("s", "sec", "second", "秒"), "60": ("min", "minute", "分钟"), "3600": ("h", "hr", "hour", "小时"),
        "86400": ("day", "天", "日"), "604800": ("week", "周"), "1/1000": ("ms", "millisecond"),
    },
    "volume": {
        "1": ("l", "L", "liter", "litre", "升"), "1/1000": ("ml", "mL", "milliliter", "millilitre", "毫升"),
        "3.785411784": ("gal", "gallon"), "0.946352946": ("qt", "quart"), "0.473176473": ("pt", "pint"),
    },
    "length^2": {"10000": ("hectare", "公顷"), "4046.8564224": ("acre",)},
    "length/time": {"1609.344/3600": ("mph",), "1000/3600": ("kph", "kmh")},
    "money $": {"1": ("$", "dollar", "usd", "buck"), "1/100": ("cent", "¢", "penny", "pennie")},
    "money €": {"1": ("€", "euro", "eur")},
    "money £": {"1": ("£", "gbp")},
    "money ¥": {"1": ("¥", "yuan", "yen", "rmb", "元", "人民币"), "0.1": ("角",), "0.01": ("分",)},
    "money ₹": {"1": ("₹", "rupee", "inr")},
    "angle": {"1": (r"^\circ", "degree", "deg", "度")},
    "temperature C": {"1": (r"^\circ C", "degrees celsius", "degree celsius", "celsius", "摄氏度")},
    "temperature F": {"1": (r"^\circ F", "degrees fahrenheit", "degree fahrenheit", "fahrenheit")},
    "share": {"1/100": ("%", "percent", "percentage", "per cent", "pct")},
    "force": {"1": ("N", "newton"), "1000": ("kN", "kilonewton")},
    "energy": {"1": ("J", "joule"), "1000": ("kJ", "kilojoule"), "4.184": ("cal", "calorie"), "4184": ("kcal",)},
    "power": {"1": ("W", "watt"), "1000": ("kW", "kilowatt"), "1000000": ("MW", "megawatt")},
    "voltage": {"1": ("V", "volt"), "1000": ("kV",)},
    "current": {"1": ("A", "amp", "ampere"), "1/1000": ("mA",)},
    "resistance": {"1": (r"\Omega", "ohm"), "1000": (r"k\Omega", "kilohm")},
    "frequency": {"1": ("Hz", "hertz"), "1000": ("kHz", "kilohertz"), "1000000": ("MHz",)},
    "pressure": {"1": ("Pa", "pascal"), "1000": ("kPa",), "101325": ("atm",)},
    "amount": {"1": ("mol", "mole")},
}  # fmt: skip
_UNITS = {word: (kind, _factor(f)) for kind, row in _KINDS.items() for f, words in row.items() for word in words}
MAX_CHARACTERS = 80

_PER = re.compile(r"\s*(?:/|\bper\b)\s*")
_POWER = re.compile(r"(.+?)\s*\^\s*\{?([1-9])\}?")
_INVERSE = re.compile(r"([^\s^]+)\s*(?:\\cdot|\*)?\s*([^\s^]+)\s*\^\s*\{?-([123])\}?")
_FRACTION = re.compile(r"\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_HAN = re.compile(r"[\u4e00-\u9fff]{1,4}")
_HAN_POWER = re.compile(r"(平方|立方)(.+)")
_HAN_MATHS = re.compile(r"[或和与不非无约至到点分]")
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
    if len(text) > MAX_CHARACTERS:
        return None
    if known := _known(text):
        return known
    if _HAN.fullmatch(text) and not _HAN_MATHS.search(text):
        return NONE  # a measure word
    if _WORDS.fullmatch(text) and not _MATHS.search(text.lower()):
        first = _known(text.split()[0])  # 18 dollars each, 60 miles away
        return first or NONE
    return None


def _known(text: str) -> Unit | None:
    if fraction := _FRACTION.fullmatch(text):
        text = f"{fraction[1].strip()}/{fraction[2].strip()}"
    if inverse := _INVERSE.fullmatch(text):
        text = f"{inverse[1]}/{inverse[2]}" + (f"^{inverse[3]}" if inverse[3] != "1" else "")
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
    elif match := _HAN_POWER.fullmatch(text):
        text, power = match[2], 3 if match[1] == "立方" else 2
    small = text.lower() if len(text) > 1 else text
    found = _UNITS.get(text) or _UNITS.get(small) or _UNITS.get(small.removesuffix("s"))
    if found is None:
        return None
    return Unit(found[0] if power == 1 else f"{found[0]}^{power}", found[1] ** power)
