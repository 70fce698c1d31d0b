"""Read numbers exactly: integers, decimals, fractions, mixed and scientific ones, with thousands separators and units.

Every number is a Fraction, so that 0.1 + 0.2 is 0.3 and neighbours of any size differ. Nothing is evaluated that could
grow: a text of more than 4,000 characters or a power of more than 2,000 digits is not read here.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from judge.answers.latex import tidy, unwrap
from judge.answers.numerals import read_words
from judge.answers.units import NONE, PERCENT, Unit, read_unit

MAX_CHARACTERS = 4000
MAX_DIGITS = 2000
PLACES, SIGNIFICANT = 6, 1000
"""A decimal of fewer places, or whose digits make a smaller number, is never taken for a rounded one."""

_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DECIMAL = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:\ \d{3})+|\d+)(?:\.\d*)?|\.\d+"
_NUMBER = re.compile(
    rf"""(?P<sign>[-+]?\s*(?P<currency>[$€£¥₹]?)\s*-?)\s*
    (?: (?P<start>\d*\.\d*)
        (?: \\(?:overline|bar|dot)\s*(?:\{{(?P<cycle>\d+)\}}|(?P<cycle2>\d)(?!\d)) | \((?P<cycle3>\d+)\) )
      | (?: (?P<mixed>\d+) (?:\s*(?=\\frac)|\s+(?:and\s+)?(?=\d+/\d)) )?
        (?: \\frac\s*\{{\s*(?P<top>-?(?:{_DECIMAL}))\s*\}}\s*\{{\s*(?P<bottom>{_DECIMAL})\s*\}}
          | \\frac\s*(?P<top1>\d)\s*(?P<bottom1>\d)
          | (?P<top2>{_DECIMAL})\s*/\s*(?P<bottom2>{_DECIMAL}) )
      | (?P<decimal>{_DECIMAL})
        (?: (?:[eE]|\s*(?:\\times|\\cdot|\*|x)\s*10\s*\^)\s*[{{(]?\s*(?P<exponent>[-+]?\d{{1,5}})\s*[)}}]?
          | \s*\^\s*(?:\{{\s*(?P<power>-?\d{{1,5}})\s*\}}|(?P<power1>\d)(?!\d))
          | \s*(?P<scale>thousand|million|billion|trillion)\b )?
    )""",
    re.VERBOSE,
)


_MINUTES = re.compile(r"(\d{1,4})\s*\^\\circ\s*(\d{1,2})\s*'\s*(?:(\d{1,2})\s*(?:''|\"))?")
_TRAILING = re.compile(r"(-?\d{0,20})\.(\d{3,60})\s*\\[lc]?dots")
_DEGREES = Unit("angle")
_PART = r"(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]{1,12})\.?"
_COMPOUND = re.compile(rf"{_PART}(?:\s*,)?\s*(?:and\s+)?{_PART}(?:(?:\s*,)?\s*(?:and\s+)?{_PART})?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number with its unit."""

    value: Fraction
    unit: Unit = NONE


def read_quantity(text: str) -> Quantity | None:
    """Return the number that a text is, unit included; None when it is anything else."""
    if len(text) > MAX_CHARACTERS:
        return None
    if text.isascii() and text.isdecimal():
        return Quantity(Fraction(int(text)))
    text = unwrap(tidy(text))
    if (number := read_words(text)) is not None:
        return Quantity(number)
    if "dots" in text and (number := _trailing(text)) is not None:
        return Quantity(number)
    if minutes := _MINUTES.fullmatch(text):
        parts = [Fraction(part or 0) for part in minutes.groups()]
        return Quantity(parts[0] + parts[1] / 60 + parts[2] / 3600, _DEGREES)
    if compound := _COMPOUND.fullmatch(text):
        return _compound(compound[0])
    match = _NUMBER.match(text)
    if not match:
        return None
    unit = _unit(match["currency"], text[match.end() :])
    value = _value(match)
    if unit is None or value is None:
        return None
    return Quantity(-value if match["sign"].count("-") == 1 else value, unit)


def same(gold: Quantity, answer: Quantity, digits: int | None = None) -> bool:
    """Whether two quantities are equal; a unit that only one of them names is taken for granted.

    A percentage equals its share (50% is 0.5); a bare reference above 1 may also be meant in percent (50 is 50%).
    With `digits`, numbers are rounded to so many places first. Without, a decimal with six places or more equals a
    never-ending fraction that it rounds or cuts off (1/12 is 0.083333), if it has four digits that count or more.
    """
    if digits is not None:
        gold = Quantity(round(gold.value, digits), gold.unit)
        answer = Quantity(round(answer.value, digits), answer.unit)
    exact = gold.value * gold.unit.factor == answer.value * answer.unit.factor
    if NONE not in (gold.unit, answer.unit):
        return exact and gold.unit.dimension == answer.unit.dimension
    if PERCENT in (gold.unit, answer.unit):
        return exact or (gold.value == answer.value and abs(gold.value) > 1)
    return gold.value == answer.value or (digits is None and _rounds(gold.value, answer.value))


def _rounds(fraction: Fraction, decimal: Fraction) -> bool:
    bottom = fraction.denominator
    if pow(10, bottom.bit_length(), bottom) == 0:  # it ends: 1/8 is 0.125 and nothing else
        return False
    places = next((places for places in range(41) if 10**places % decimal.denominator == 0), 0)
    if places < PLACES or abs(decimal) * 10**places < SIGNIFICANT:
        return False
    return bool(abs(fraction - decimal) * 10**places <= 1)


def _unit(currency: str, rest: str) -> Unit | None:
    """Return the unit around a number, or None when what follows is no unit: a variable (5x, 3m), an operator."""
    unit = read_unit(rest)
    sticks = rest[:1].isascii() and rest[:1].isalpha()
    if sticks and (unit is NONE or len(rest) == 1):
        return None
    return read_unit(currency) if currency and unit else unit


def _value(match: re.Match[str]) -> Fraction | None:
    if cycle := match["cycle"] or match["cycle2"] or match["cycle3"]:
        return _repeating(match["start"], cycle)
    if top := match["top"] or match["top1"] or match["top2"]:
        bottom = _plain(match["bottom"] or match["bottom1"] or match["bottom2"])
        return Fraction(match["mixed"] or 0) + _plain(top) / bottom if bottom else None
    value = _plain(match["decimal"])
    if match["scale"]:
        return value * _SCALES[match["scale"]]
    base, power = (Fraction(10), match["exponent"]) if match["exponent"] else (value, match["power"] or match["power1"])
    if not power:
        return value
    if abs(int(power)) * len(str(base)) > MAX_DIGITS or not base:
        return None
    return value * base ** int(power) if match["exponent"] else base ** int(power)


def _plain(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace(" ", "").rstrip(".") or 0)


def _repeating(start: str, cycle: str) -> Fraction:
    r"""Return `0.1\overline{6}` as 0.1 + 6/90."""
    whole, _, digits = start.partition(".")
    return Fraction(f"{whole or 0}.{digits or 0}") + Fraction(int(cycle), (10 ** len(cycle) - 1) * 10 ** len(digits))


def _compound(text: str) -> Quantity | None:
    """Return 2 hours 30 minutes as 9,000 seconds."""
    parts = [(Fraction(number), read_unit(name)) for number, name in re.findall(_PART, text)]
    dimensions = {unit.dimension if unit else "" for _, unit in parts}
    if len(dimensions) != 1 or "" in dimensions:
        return None
    total = sum((number * unit.factor for number, unit in parts if unit), Fraction(0))
    return Quantity(total, Unit(dimensions.pop()))


def _trailing(text: str) -> Fraction | None:
    r"""Return `0.333\ldots` as 1/3 where the digits before the dots repeat at least three times."""
    match = _TRAILING.fullmatch(text)
    if not match:
        return None
    digits = match[2]
    for period in range(1, len(digits) // 3 + 1):
        cycle = digits[-period:]
        if digits.endswith(cycle * 3):
            start = digits[: len(digits) - 3 * period]
            value = _repeating(f"{match[1].lstrip('-') or 0}.{start}", cycle)
            return -value if match[1].startswith("-") else value
    return None
