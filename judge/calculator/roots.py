"""Roots, logarithms and broken exponents: exact where the result is rational, else rounded to 50 digits."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

from judge.calculator.bounds import Number, check_size, integer, show
from judge.calculator.decimals import PRECISE, decimal, rounded
from judge.errors import ToolError

MAX_DEGREE = 1_000
_MAX_EXPONENT = 40_000
_MAX_PLACES = 1_000
_LONG_SQUARE = 16_000
_LONG_ROOT = 2_000
"""Bits of a number whose exact root is looked for."""

E = Number(Fraction("2.71828182845904523536028747135266249775724709369995957496696762772407663035354759457138"), False)


def root(number: Number, degree: int = 2) -> Number:
    """Return the real root of a degree from 1 to 1,000: of negative numbers only with an odd degree."""
    if not 1 <= degree <= MAX_DEGREE:
        raise ToolError(f"a root of degree {show(Fraction(degree))} is not computed; use one from 1 to {MAX_DEGREE:,}")
    value = number.value
    if value < 0:
        if degree % 2 == 0:
            raise ToolError(f"an even root of {show(value)} is no real number; take it of a number of 0 or more")
        mirrored = root(Number(-value, number.exact), degree)
        return Number(-mirrored.value, mirrored.exact)
    top, bottom = _whole_root(value.numerator, degree), _whole_root(value.denominator, degree)
    if top is not None and bottom is not None:
        return Number(Fraction(top, bottom), number.exact)
    with localcontext(PRECISE):
        short = decimal(value)
        return rounded(short.sqrt() if degree == 2 else short ** (1 / Decimal(degree)))


def power(base: Number, exponent: Number) -> Number:
    """Return a power whose exponent is no whole number: a root where it is a short fraction, else by logarithms."""
    steps, degree = exponent.value.numerator, exponent.value.denominator
    if exponent.exact and degree <= MAX_DEGREE and abs(steps) <= MAX_DEGREE:
        found = root(base, degree)
        if not found.value and steps < 0:
            raise ToolError(f"0^({show(exponent.value)}) divides by 0, which has no value; use a positive exponent")
        size = max(found.value.numerator.bit_length(), found.value.denominator.bit_length())
        if not found.exact:
            with localcontext(PRECISE):
                return rounded(decimal(found.value) ** steps)
        check_size(abs(steps) * size, "a power")
        return Number(found.value**steps)
    if base.value <= 0:
        raise ToolError(f"{show(base.value)}^({show(exponent.value)}) is no real number; use a base above 0")
    return exp(Number(ln(base).value * exponent.value, exact=False))


def exp(number: Number) -> Number:
    """Return e to the power of a number up to 40,000."""
    if number.exact and not number.value:
        return Number(Fraction(1))
    if abs(number.value) > _MAX_EXPONENT:
        raise ToolError(f"e^{show(number.value)} is too large or too small; use exponents up to {_MAX_EXPONENT:,}")
    with localcontext(PRECISE):
        return rounded(decimal(number.value).exp())


def ln(number: Number) -> Number:
    """Return the natural logarithm of a positive number."""
    if number.value <= 0:
        raise ToolError(f"{show(number.value)} has no logarithm; take it of a number above 0")
    if number.exact and number.value == 1:
        return Number(Fraction(0))
    with localcontext(PRECISE):
        return rounded(decimal(number.value).ln())


def log(number: Number, base: Number) -> Number:
    """Return the logarithm to a base: exact where the number is a whole power of it."""
    if base.value <= 0 or base.value == 1:
        raise ToolError(f"{show(base.value)} is no base of a logarithm; use a number above 0 other than 1")
    found = Number(ln(number).value / ln(base).value, exact=False)
    guess = round(found.value)
    size = abs(guess) * max(base.value.numerator.bit_length(), base.value.denominator.bit_length())
    if number.exact and base.exact and size < 10_000 and base.value**guess == number.value:
        return Number(Fraction(guess))
    return found


def round_half_up(number: Number, places: Number) -> Number:
    """Round to so many decimal places (negative ones are tens), halves away from zero, as schools teach it."""
    digits = integer(places, "the number of places")
    if abs(digits) > _MAX_PLACES:
        raise ToolError(f"rounding to {show(places.value)} places is not done; use up to {_MAX_PLACES:,}")
    shift = Fraction(10) ** digits
    whole = math.floor(abs(number.value) * shift + Fraction(1, 2))
    return Number((whole if number.value >= 0 else -whole) / shift, number.exact)


def _whole_root(number: int, degree: int) -> int | None:
    """Return the exact whole root of a number; None when there is none, or when it is too long to look for."""
    if degree == 1 or number < 2:
        return number
    if number.bit_length() > (_LONG_SQUARE if degree == 2 else _LONG_ROOT):
        return None
    if degree == 2:
        guess = math.isqrt(number)
    else:
        guess = 1 << -(-number.bit_length() // degree)  # from above, so that Newton's steps only fall
        while (lower := ((degree - 1) * guess + number // guess ** (degree - 1)) // degree) < guess:
            guess = lower
    return guess if guess**degree == number else None
