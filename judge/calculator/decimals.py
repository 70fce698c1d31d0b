"""Between exact fractions and decimals of 75 digits. It knows no function."""

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

from judge.calculator.bounds import DIGITS, Number
from judge.errors import ToolError

PRECISE = Context(prec=DIGITS + 25, Emin=MIN_EMIN, Emax=MAX_EMAX)
"""Copied by `localcontext` wherever decimals are computed with."""
_KEPT_BITS = 400
_MAX_DIGITS = 20_000


def decimal(value: Fraction) -> Decimal:
    """Return a fraction to about 75 digits, within `localcontext(PRECISE)`; of longer ones the leading bits do."""
    top, bottom = value.numerator, value.denominator
    up, down = max(top.bit_length() - _KEPT_BITS, 0), max(bottom.bit_length() - _KEPT_BITS, 0)
    return Decimal(top >> up) / Decimal(bottom >> down) * Decimal(2) ** (up - down)


def rounded(value: Decimal) -> Number:
    """Return a decimal as a number that was rounded to 50 digits.

    Raises:
        ToolError: it is larger than 10^20,000, or smaller than 10^-20,000.
    """
    if value.is_zero():
        return Number(Fraction(0), exact=False)
    size = value.adjusted()
    if abs(size) > _MAX_DIGITS:
        raise ToolError(f"number too large: the result has about {abs(size):,} digits; compute something smaller")
    return Number(Fraction(value.quantize(Decimal(1).scaleb(size - DIGITS), context=PRECISE)), exact=False)
