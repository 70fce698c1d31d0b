"""Read numbers exactly: integers, decimals, fractions, mixed and scientific ones, with thousands separators and units.

Every number is a Fraction, so that 0.1 + 0.2 is 0.3 and neighbours of any size differ. Nothing is evaluated that could
grow: a text of more than 4,000 characters or a power of more than 2,000 digits is not read here.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from judge.answers.latex import tidy, unwrap
from judge.answers.units import NONE, PERCENT, Unit, read_unit

MAX_CHARACTERS = 4000
MAX_DIGITS = 2000

_NUMERALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_WORDS = {word: number for number, word in enumerate(_NUMERALS.split())}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_DECIMAL = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:\ \d{3})+|\d+)(?:\.\d*)?|\.\d+"
_NUMBER = re.compile(
    rf"""(?P<sign>[-+]?\s*(?P<currency>[$€£¥₹]?)\s*-?)\s*
    (?: (?P<start>\d*\.\d*)\\overline\s*\{{(?P<cycle>\d+)\}}
      | (?: (?P<mixed>\d+) (?:\s*(?=\\frac)|\s+(?=\d+/\d)) )?
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
    if text.lower() in _WORDS:
        return Quantity(Fraction(_WORDS[text.lower()]))
    match = _NUMBER.match(text)
    if not match:
        return None
    unit = _unit(match["currency"], text[match.end() :])
    value = _value(match)
    if unit is None or value is None:
        return None
    return Quantity(-value if match["sign"].count("-") == 1 else value, unit)


def same(gold: Quantity, answer: Quantity) -> bool:
    """Whether two quantities are equal; a unit that only one of them names is taken for granted.

    A percentage equals its share (50% is 0.5); a bare reference above 1 may also be meant in percent (50 is 50%).
    A decimal with six places or more equals a never-ending fraction that it rounds or cuts off (1/12 is 0.083333).
    """
    exact = gold.value * gold.unit.factor == answer.value * answer.unit.factor
    if NONE not in (gold.unit, answer.unit):
        return exact and gold.unit.dimension == answer.unit.dimension
    if PERCENT in (gold.unit, answer.unit):
        return exact or (gold.value == answer.value and abs(gold.value) > 1)
    return gold.value == answer.value or _rounds(gold.value, answer.value)


def _rounds(fraction: Fraction, decimal: Fraction) -> bool:
    bottom = fraction.denominator
    if pow(10, bottom.bit_length(), bottom) == 0:  # it ends: 1/8 is 0.125 and nothing else
        return False
    places = next((places for places in range(6, 41) if 10**places % decimal.denominator == 0), None)
    return places is not None and abs(fraction - decimal) * 10**places <= 1


def _unit(currency: str, rest: str) -> Unit | None:
    """Return the unit around a number, or None when what follows is no unit: a variable (5x, 3m), an operator."""
    unit = read_unit(rest)
    sticks = rest[:1].isascii() and rest[:1].isalpha()
    if sticks and (unit is NONE or len(rest) == 1):
        return None
    return read_unit(currency) if currency and unit else unit


def _value(match: re.Match[str]) -> Fraction | None:
    if match["cycle"]:
        return _repeating(match["start"], match["cycle"])
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
