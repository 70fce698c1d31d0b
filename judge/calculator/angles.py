"""Trigonometry: exact where the result is well known, else rounded to 50 digits by its series."""

from decimal import Decimal, localcontext
from fractions import Fraction

from judge.calculator.bounds import Number, show
from judge.calculator.decimals import PRECISE, decimal, rounded
from judge.calculator.roots import root
from judge.errors import ToolError

PI = Number(Fraction("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803"), False)
_MAX_ANGLE = 10**15
_HALF = Fraction(1, 2)
_KNOWN = {0: Fraction(0), 30: _HALF, 90: Fraction(1), 150: _HALF, 180: Fraction(0)}
"""Rational sines of angles in degrees, in the upper half of the circle."""


def sine(number: Number, *, degrees: bool = False, quarters: int = 0) -> Number:
    """Return the sine of an angle after some quarter turns; after one it is the cosine."""
    if not degrees and abs(number.value) > _MAX_ANGLE:
        raise ToolError(f"{show(number.value)} is too large an angle; use one of up to 10^15 radians")
    if degrees:
        turned = (number.value + 90 * quarters) % 360
        if number.exact and turned % 180 in _KNOWN:
            known = _KNOWN[int(turned % 180)]
            return Number(known if turned < 180 else -known)
        angle = turned * PI.value / 180
    else:
        if number.exact and not number.value:
            return Number(Fraction(quarters))
        angle = (number.value + PI.value * quarters / 2) % (2 * PI.value)
    with localcontext(PRECISE):
        return rounded(_sine(decimal(angle)))


def tangent(number: Number, *, degrees: bool = False) -> Number:
    """Return the tangent of an angle; raise ToolError where it has none."""
    if degrees and number.exact and number.value % 45 == 0 and number.value % 90:
        return Number(Fraction(1 if number.value % 180 == 45 else -1))
    top, bottom = sine(number, degrees=degrees), sine(number, degrees=degrees, quarters=1)
    if not bottom.value:
        raise ToolError(f"{show(number.value)} degrees have no tangent; use another angle")
    return Number(top.value / bottom.value, top.exact and bottom.exact)


def arctangent(number: Number) -> Number:
    """Return the angle in radians whose tangent a number is, between -pi/2 and pi/2."""
    if number.exact and not number.value:
        return Number(Fraction(0))
    with localcontext(PRECISE):
        x = decimal(abs(number.value))
        inverted = x > 1
        x = 1 / x if inverted else x
        for _ in range(3):  # halve the angle three times, so that the series is short
            x = x / (1 + (1 + x * x).sqrt())
        angle = 8 * Fraction(_arctangent(x))
        angle = PI.value / 2 - angle if inverted else angle
        return rounded(decimal(angle if number.value > 0 else -angle))


def arcsine(number: Number) -> Number:
    """Return the angle in radians whose sine a number is, between -pi/2 and pi/2."""
    if abs(number.value) > 1:
        raise ToolError(f"{show(number.value)} is no sine or cosine; use a number from -1 to 1")
    if abs(number.value) == 1:
        return Number(PI.value / 2 * number.value, exact=False)
    leg = root(Number(1 - number.value**2, number.exact))
    return arctangent(Number(number.value / leg.value, number.exact and leg.exact))


def _sine(angle: Decimal) -> Decimal:
    """Sum the series for a twenty-seventh of the angle, and come back by sin 3x = 3 sin x - 4 sin^3 x."""
    x = angle / 27
    total = term = x
    for n in range(3, 61, 2):
        term = -term * x * x / (n * (n - 1))
        total += term
    for _ in range(3):
        total = 3 * total - 4 * total**3
    return total


def _arctangent(x: Decimal) -> Decimal:
    """Sum the series for a number below 0.1."""
    total = term = x
    for n in range(3, 91, 2):
        term = -term * x * x
        total += term / n
    return total
