"""Compute an expression and put the result into words: exact, and rounded to 15 digits."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from judge.calculator.bounds import Number
from judge.calculator.decimals import PRECISE, decimal
from judge.calculator.parse import Parser
from judge.calculator.tokens import tokens
from judge.errors import ToolError

SHOWN_DIGITS = 15
_WRITTEN_OUT = 60
"""Digits of an exact decimal or whole number that is written out."""
_NOTHING = Fraction(1, 10**30)
"""A rounded number below this is what is left of a difference of equals."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an expression comes to."""

    value: Fraction | bool
    """A number, or whether a comparison holds."""
    exact: bool
    """Whether the number is the very one; else it was rounded to 50 digits on the way."""
    text: str
    """In words: `1/3 ≈ 0.333333333333333`, `≈ 1.41421356237310 (rounded)`, `12.5`, `true`."""


def calculate(expression: str) -> Result:
    """Compute an expression of numbers, operators and functions.

    `^` and `**` are powers, from the right; `5!` is a factorial; `50%` is 0.5, while `%` or `mod` between two numbers
    is the remainder, with the sign of the second; `1,000` is a number; trigonometry is in radians, and `sind`, `cosd`
    and `tand` in degrees; `round` takes halves away from zero; `2(3)` multiplies. Comparisons give true or false.

    Takes at most a few milliseconds, whatever the expression.

    Raises:
        ToolError: it is no arithmetic, has no value, or is too large; the sentence says which.
    """
    if not expression.strip():
        raise ToolError("the expression is empty; give one such as 12 * (3 + 4)")
    try:
        found = Parser(tokens(expression)).number_or_truth()
    except RecursionError as error:  # the caller was deep already
        raise ToolError("the expression is nested too deep; compute it in smaller pieces") from error
    if isinstance(found, bool):
        return Result(found, True, "true" if found else "false")
    return Result(found.value, found.exact, in_words(found))


def in_words(number: Number) -> str:
    """Return a number as it is shown: exact, rounded to 15 digits, or both."""
    value = number.value
    if not number.exact:
        return "≈ 0 (rounded)" if abs(value) < _NOTHING else f"≈ {rounded(value)} (rounded)"
    if (written := _decimal(value)) is not None:
        return written
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 200:
        if value.denominator == 1:
            return f"≈ {rounded(value)} (the exact number has {_length(value):,} digits)"
        return f"≈ {rounded(value)} (the exact fraction is too long to show)"
    return f"{value} ≈ {rounded(value)}"


def rounded(value: Fraction) -> str:
    """Return a number to 15 significant digits, in scientific notation where it is very large or small."""
    if not value:
        return "0"
    with localcontext(PRECISE):
        short = decimal(value)
    with localcontext(prec=SHOWN_DIGITS):
        short = +short
    exponent = short.adjusted()
    if -6 <= exponent < SHOWN_DIGITS:
        return f"{short.quantize(Decimal(1).scaleb(exponent - SHOWN_DIGITS + 1)):f}"
    return f"{short:e}"


def _length(value: Fraction) -> int:
    with localcontext(PRECISE):
        return decimal(value).adjusted() + 1


def _decimal(value: Fraction) -> str | None:
    """Return a short number that ends, in decimals; None when it is long or never ends."""
    bottom, twos, fives = value.denominator, 0, 0
    if max(bottom, abs(value.numerator)).bit_length() > 4 * _WRITTEN_OUT:
        return None
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    if bottom != 1 or len(digits) > _WRITTEN_OUT:
        return None
    sign = "-" if value < 0 else ""
    return (
        f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}".rstrip(".")
        if places
        else f"{sign}{digits}"
    )
