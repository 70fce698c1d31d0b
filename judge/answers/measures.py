"""Units to convert between: those of `judge.answers.units` and more, with prefixes, powers and quotients, all exact.

Answers are compared by the smaller table, where a letter is rather a variable. Currencies have no rates here, and
months and years no length.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from judge.answers.unicode import normal
from judge.answers.units import read_unit
from judge.errors import ToolError

Dimension = tuple[tuple[str, int], ...]
"""Powers of base quantities, such as (("length", 1), ("time", -1))."""

_MORE: dict[str, dict[str, tuple[str, ...]]] = {
    "length": {
        "1852": ("nmi", "nautical mile"), "1/1000000": ("micron",), "201.168": ("furlong",), "1.8288": ("fathom",),
        "9460730472580800": ("ly", "light-year", "light year"), "149597870700": ("au", "astronomical unit"),
        "0.0254": ("in",),
    },
    "mass": {
        "453.59237": ("pound",), "6350.29318": ("stone",), "907184.74": ("short ton",), "1016046.9088": ("long ton",),
        "1000000": ("metric ton",), "1/5": ("carat",), "0.06479891": ("grain",),
    },
    "time": {"1209600": ("fortnight",), "604800": ("wk",), "86400": ("d",)},
    "length length length": {
        "0.003785411784": ("gal", "gallon", "us gallon"), "0.00454609": ("imperial gallon", "uk gallon"),
        "0.000946352946": ("qt", "quart"), "0.000473176473": ("pint",), "0.0002365882365": ("cup",),
        "0.0000295735295625": ("fl oz", "floz", "fluid ounce"), "0.00001478676478125": ("tbsp", "tablespoon"),
        "0.00000492892159375": ("tsp", "teaspoon"), "0.158987294928": ("barrel", "bbl"), "1/1000": ("L",),
        "1/1000000": ("cc",),
    },
    "length length": {"10000": ("ha", "hectare"), "4046.8564224": ("acre",)},
    "length /time": {"0.44704": ("mph",), "1852/3600": ("kn", "knot", "kt"), "1/3.6": ("kph", "kmh"),
                     "299792458": ("c", "speed of light")},
    "mass length /time /time": {"1000": ("N", "newton"), "4448.2216152605": ("lbf",), "1/100": ("dyn", "dyne")},
    "mass length length /time /time": {
        "1000": ("J", "joule"), "4184": ("cal", "calorie"), "4184000": ("kcal", "Cal", "Calorie"), "3600000": ("Wh",),
        "1055055.85262": ("btu", "BTU"), "1.602176634e-16": ("eV", "electronvolt"), "1/10000": ("erg",),
    },
    "mass length length /time /time /time": {"1000": ("W", "watt"), "745699.87158227022": ("hp", "horsepower")},
    "mass /length /time /time": {
        "1000": ("Pa", "pascal"), "100000000": ("bar",), "101325000": ("atm", "atmosphere"),
        "4448.2216152605/0.00064516": ("psi",), "101325000/760": ("torr", "mmHg"),
    },
    "/length /length": {"1609.344/0.003785411784": ("mpg",)},
    "/time": {"1": ("Hz", "hertz"), "1/60": ("rpm",)},
    "current": {"1": ("A", "ampere", "amp")},
    "current time": {"1": ("C", "coulomb")},
    "mass length length /time /time /time /current": {"1000": ("V", "volt")},
    "mass length length /time /time /time /current /current": {"1000": ("ohm", "Ω")},
    "amount": {"1": ("mol", "mole")},
    "data": {"1": ("bit", "b"), "8": ("B", "byte")},
    "count": {"12": ("dozen",), "144": ("gross",), "2": ("pair",), "20": ("score",)},
}  # fmt: skip
_TEMPERATURES = {
    "k": (Fraction(1), Fraction(0)), "kelvin": (Fraction(1), Fraction(0)),
    "c": (Fraction(1), Fraction("273.15")), "celsius": (Fraction(1), Fraction("273.15")),
    "centigrade": (Fraction(1), Fraction("273.15")),
    "f": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
    "fahrenheit": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
}  # fmt: skip
"""Size of a degree in kelvins, and the zero point."""
_SYMBOLS = {"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2,
            "m": -3, "µ": -6, "μ": -6, "u": -6, "n": -9, "p": -12, "f": -15}  # fmt: skip
_PREFIXES = {"tera": 12, "giga": 9, "mega": 6, "kilo": 3, "hecto": 2, "deca": 1, "deci": -1, "centi": -2, "milli": -3,
             "micro": -6, "nano": -9, "pico": -12}  # fmt: skip
_PREFIXED = frozenset({
    "m", "g", "s", "l", "L", "N", "J", "W", "Wh", "Pa", "Hz", "A", "C", "V", "eV", "cal", "bar", "b", "B", "mol", "bit",
})  # fmt: skip
_PREFIXED_NAMES = frozenset({
    "meter", "metre", "gram", "second", "liter", "litre", "newton", "joule", "watt", "pascal", "hertz", "ampere",
    "coulomb", "volt", "electronvolt", "calorie", "bar", "bit", "byte", "mole",
})  # fmt: skip
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
_UNSURE = {
    "ton": "metric ton, short ton or long ton", "month": "days; months differ, use the calendar",
    "year": "days; years differ, use the calendar", "yr": "days; years differ, use the calendar",
}  # fmt: skip
_FACTOR = re.compile(
    r"\s*(?P<over>/|\bper\b)?\s*[*·⋅]?\s*(?P<word>[^\s*/·⋅^\d][^*/·⋅^]*?)\s*(?:\^\s*\(?(?P<power>-?[1-4])\)?)?"
    r"\s*(?=$|[*/·⋅]|\bper\b)"
)
_SQUARE = re.compile(r"(square|sq\.?|cubic|cu\.?)\s+", re.IGNORECASE)
_POWERS = str.maketrans({"²": "^2", "³": "^3"})
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit: what it measures, its size in metres, grams, seconds and so on, and where its zero is."""

    dimension: Dimension
    factor: Fraction
    zero: Fraction = Fraction(0)


def convert(value: Fraction, of: str, to: str) -> Fraction:
    """Return a value of one unit in another, exactly.

    Raises:
        ToolError: a unit is unknown or unsure, or they measure different things.
    """
    source, target = read_measure(of), read_measure(to)
    if source.dimension != target.dimension:
        raise ToolError(f"{of!r} is {_name(source)} and {to!r} is {_name(target)}; convert to a unit of the same kind")
    return (value * source.factor + source.zero - target.zero) / target.factor


def read_measure(text: str) -> Measure:
    """Return the unit that a text names: `km/h`, `kg*m/s^2`, `square feet`, `miles per gallon`, `°F`.

    Raises:
        ToolError: it names none that is known here.
    """
    text = " ".join(normal(text.translate(_POWERS)).split())
    if not text or len(text) > _LONGEST:
        raise ToolError(f"{text[:40]!r} is no unit; write one such as km, square feet or m/s^2")
    plain = text.removeprefix("°").removeprefix("degrees ").removeprefix("degree ").strip().lower()
    if plain in _TEMPERATURES:  # alone, C is Celsius; coulombs are spelled out
        size, zero = _TEMPERATURES[plain]
        return Measure((("temperature", 1),), size, zero)
    return _product(text)


def _product(text: str) -> Measure:
    powers: dict[str, int] = {}
    factor, at = Fraction(1), 0
    while at < len(text):
        match = _FACTOR.match(text, at)
        if not match or match.end() == at:
            raise ToolError(f"{text[:40]!r} is no unit; write one such as km, square feet or m/s^2")
        at = match.end()
        word, power = match["word"], int(match["power"] or 1)
        if square := _SQUARE.match(word):
            word, power = word[square.end() :], 2 if square[1].lower().startswith("sq") else 3
        power = -power if match["over"] else power
        dimension, size = _simple(word.strip())
        factor *= size**power
        for name, times in dimension:
            powers[name] = powers.get(name, 0) + times * power
    return Measure(tuple(sorted((name, power) for name, power in powers.items() if power)), factor)


def _simple(word: str) -> tuple[Dimension, Fraction]:
    lower = word.lower()
    for form in (word, lower, lower.removesuffix("s"), lower.removesuffix("es")):
        if form in _UNSURE:
            raise ToolError(f"{word!r} is not one unit; use {_UNSURE[form]}")
        if form in _NAMED:
            return _NAMED[form]
        if found := _prefixed(form):
            return found
        unit = read_unit(form)
        if unit is not None and unit.dimension and "/" not in unit.dimension:
            return _of_table(unit.dimension, unit.factor)
    raise ToolError(f"{word[:40]!r} is no unit known here; spell it out, such as kilometer, or use another")


def _prefixed(word: str) -> tuple[Dimension, Fraction] | None:
    for prefix, power in _BINARY.items():
        if word.startswith(prefix) and word[len(prefix) :] in ("B", "b", "bit"):
            dimension, size = _NAMED[word[len(prefix) :]]
            return dimension, size * 2**power
    for prefixes, units in ((_SYMBOLS, _PREFIXED), (_PREFIXES, _PREFIXED_NAMES)):
        for prefix, power in prefixes.items():
            if word.startswith(prefix) and word[len(prefix) :] in units:
                dimension, size = _simple(word[len(prefix) :])
                return dimension, size * Fraction(10) ** power
    return None


def _of_table(dimension: str, factor: Fraction) -> tuple[Dimension, Fraction]:
    name, _, power = dimension.partition("^")
    if name == "volume":
        return (("length", 3),), factor / 1000
    return ((name, int(power or 1)),), factor


def _read_kind(kind: str) -> Dimension:
    powers: dict[str, int] = {}
    for name in kind.split():
        powers[name.lstrip("/")] = powers.get(name.lstrip("/"), 0) + (-1 if name.startswith("/") else 1)
    return tuple(sorted(powers.items()))


def _number(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or 1)


_NAMED = {
    word: (_read_kind(kind), _number(size))
    for kind, row in _MORE.items()
    for size, words in row.items()
    for word in words
}


def _name(measure: Measure) -> str:
    top = [_power(name, power) for name, power in measure.dimension if power > 0]
    bottom = [_power(name, -power) for name, power in measure.dimension if power < 0]
    if not top and not bottom:
        return "a plain number"
    return f"a measure of {' '.join(top) or '1'}{' per ' if bottom else ''}{' '.join(bottom)}"


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"
