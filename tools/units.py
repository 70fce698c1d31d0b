"""An action: convert a quantity to another unit, exactly, with a check that both measure the same.

Gallons, quarts, pints and cups are those of the United States (`imperial gallon` is the other one). Currencies are not
converted, and months and years have no length; for those there is the calendar.
"""

import re
from fractions import Fraction

from judge.answers.measures import convert
from judge.calculator import calculate
from judge.calculator.bounds import Number
from judge.calculator.result import in_words
from judge.errors import ToolError

_MIXED = re.compile(r"(\d+)\s+(\d+\s*/\s*\d+)")
_LONGEST = 200
_QUANTITY = re.compile(
    r"\s*(?P<number>[-+−]?\d[\d,]*(?:\.\d+)?[eE][-+]?\d+|[-+−]?[\d.(][\d.,()/*^+\s−-]*?)\s*(?P<unit>[^\d\s.,()/*^+−-].*)",
    re.DOTALL,
)


async def act(quantity: str, to: str) -> str:
    """Convert a quantity to another unit.

    Args:
        quantity: a number with its unit, such as `5 km`, `72 °F`, `60 miles per hour` or `3 1/2 cups`.
        to: the unit to convert to, such as `miles`, `°C`, `m/s` or `ml`.

    Raises:
        ToolError: a unit is unknown, or the two measure different things.
    """
    match = _QUANTITY.fullmatch(quantity) if len(quantity) <= _LONGEST else None
    if not match:
        raise ToolError(f"{quantity[:60]!r} is no number with a unit; write it like 5 km")
    value = calculate(_MIXED.sub(r"(\1+\2)", match["number"])).value
    if isinstance(value, bool):
        raise ToolError(f"{match['number'][:60]!r} is no number; write it like 5 km")
    unit = match["unit"].strip()
    converted = convert(Fraction(value), unit, to.strip())
    return f"{match['number'].strip()} {unit} = {in_words(Number(converted))} {to.strip()}"
