"""Exact arithmetic that cannot run away: the size of every result is bounded before it is computed.

A number is a fraction, or one that was rounded to 50 digits on the way. Nothing of text is known here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from judge.errors import ToolError

MAX_BITS = 65_536
"""Bits of a numerator or denominator: 19,728 digits."""
MAX_FACTORIAL = 5_000
MAX_CHOSEN = 5_000
"""The k of "n choose k"."""
DIGITS = 50
"""Digits that a rounded number keeps on the way, at least; far more than are shown."""
_WORK = 1 << 30
"""Products of bits for one expression: a few milliseconds of long division."""
_KEPT_BITS = 400
_DECIMAL = math.log10(2)


@dataclass(frozen=True, slots=True)
class Number:
    """A rational number, and whether it is the very one or was rounded on the way."""

    value: Fraction
    exact: bool = True

    @property
    def whole(self) -> bool:
        """Whether it is an exact integer."""
        return self.exact and self.value.denominator == 1


class Arithmetic:
    """The operations of one expression. Each raises ToolError with a sentence when its result would be too large."""

    def __init__(self) -> None:
        self._left = _WORK

    def add(self, a: Number, b: Number, sign: int = 1) -> Number:
        """Return a + b, or a - b with `sign=-1`."""
        self._spend(a, b)
        return self.keep(a.value + sign * b.value, a, b)

    def multiply(self, a: Number, b: Number) -> Number:
        """Return a * b."""
        check_size(_bits(a.value) + _bits(b.value), "a product")
        self._spend(a, b)
        return self.keep(a.value * b.value, a, b)

    def divide(self, a: Number, b: Number) -> Number:
        """Return a / b."""
        if not b.value:
            raise ToolError(f"{show(a.value)} is divided by 0, which has no value; divide by another number")
        check_size(_bits(a.value) + _bits(b.value), "a quotient")
        self._spend(a, b)
        return self.keep(a.value / b.value, a, b)

    def floor_divide(self, a: Number, b: Number) -> Number:
        """Return the greatest integer that is not above a / b."""
        quotient = self.divide(a, b)
        self._spend(a, b)
        return self.keep(Fraction(math.floor(quotient.value)), a, b)

    def modulo(self, a: Number, b: Number) -> Number:
        """Return a - b * floor(a / b): it has the sign of b."""
        return self.add(a, self.multiply(b, self.floor_divide(a, b)), -1)

    def power(self, base: Number, exponent: int) -> Number:
        """Return a power with a whole exponent. 0^0 is 1."""
        value = base.value
        if not value and exponent < 0:
            raise ToolError(f"0^{exponent} divides by 0, which has no value; use an exponent of 0 or more")
        if value in (0, 1, -1):
            return self.keep(value ** (exponent if abs(exponent) < 2 else abs(exponent) % 2 + 2), base)
        what = f"{show(value)}^{show(Fraction(exponent))}"
        # bits - 1 is a lower bound of the logarithm, so that 2^65535 still fits
        check_size(abs(exponent) * (_bits(value) - 1) + 1, what, digits=_digits(value, exponent))
        self._pay(min(_bits(value) * abs(exponent), MAX_BITS) ** 2 // 4)
        return self.keep(value**exponent, base)

    def factorial(self, n: Number) -> Number:
        """Return n!, for whole n from 0 to 5,000."""
        count = integer(n, "the argument of a factorial")
        if count < 0:
            raise ToolError(f"{count}! has no value, since {count} is negative; use a whole number of 0 or more")
        if count > MAX_FACTORIAL:
            about = f" has {_stirling(count)} and" if count < 10**15 else ""
            raise ToolError(f"{show(n.value)}!{about} is too large; factorials are computed up to {MAX_FACTORIAL:,}!")
        self._pay((4 * count) ** 2)
        return Number(Fraction(math.factorial(count)))

    def choose(self, n: Number, k: Number, ordered: bool = False) -> Number:
        """Return how many ways there are to choose k of n, or to arrange them when `ordered`."""
        of, chosen = integer(n, "the first argument"), integer(k, "the second argument")
        if of < 0 or chosen < 0:
            raise ToolError(f"choosing {show(k.value)} of {show(n.value)} has no value; use whole numbers of 0 or more")
        if chosen > of:
            return Number(Fraction(0))
        steps = chosen if ordered else min(chosen, of - chosen)
        what = f"choosing {show(k.value)} of {show(n.value)}"
        if steps > MAX_CHOSEN:
            raise ToolError(f"{what} takes {show(Fraction(steps))} factors, more than the {MAX_CHOSEN:,} computed here")
        bits = steps * of.bit_length() - (0 if ordered else math.floor(math.lgamma(steps + 1) / math.log(2)))
        check_size(bits, what)
        self._pay(bits * steps * 16)
        return Number(Fraction(math.perm(of, steps) if ordered else math.comb(of, steps)))

    def common(self, numbers: Sequence[Number], multiple: bool = False) -> Number:
        """Return the greatest common divisor of whole numbers, or their least common multiple."""
        result, *rest = [abs(integer(number, "every argument")) for number in numbers]
        for number in rest:
            self._pay(result.bit_length() * number.bit_length())
            if multiple:
                check_size(result.bit_length() + number.bit_length(), "the least common multiple")
                result = math.lcm(result, number)
            else:
                result = math.gcd(result, number)
        return Number(Fraction(result))

    def keep(self, value: Fraction, *of: Number) -> Number:
        """Return a value that was computed from others: rounded again when one of them was."""
        if all(number.exact for number in of):
            check_size(_bits(value), "a sum")
            return Number(value)
        return Number(_cut(value), exact=False)

    def count_call(self) -> None:
        """Count the call of a function: 40 in one expression."""
        self._pay(_WORK // 40)

    def _spend(self, a: Number, b: Number) -> None:
        self._pay(_bits(a.value) * _bits(b.value))

    def _pay(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise ToolError("the expression needs too many operations on long numbers; compute it in smaller pieces")


def integer(number: Number, what: str) -> int:
    """Return a whole number as one; raise ToolError when it is not whole."""
    if not number.whole:
        raise ToolError(f"{what} must be a whole number, not {show(number.value)}")
    return number.value.numerator


def check_size(bits: int, what: str, digits: str = "") -> None:
    """Raise ToolError when a number of so many bits is too large to be computed."""
    if bits > MAX_BITS:
        raise ToolError(
            f"number too large: {what} has about {digits or count_digits(bits)}; "
            f"numbers of up to {int(MAX_BITS * _DECIMAL):,} digits are computed"
        )


def count_digits(bits: int) -> str:
    """Return in words how many decimal digits so many bits are."""
    if bits.bit_length() > 1000:
        return "more than 10^300 digits"
    digits = max(1, int(bits * _DECIMAL))
    if digits >= 10**15:
        return f"10^{len(str(digits)) - 1} digits"
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if digits >= size:
            return f"{round(digits / size, 0 if digits >= 10 * size else 1):g} {name} digits"
    return f"{digits:,} digits"


def show(value: Fraction) -> str:
    """Return a number for a message: short, whatever its size."""
    if _bits(value) > 100:
        return f"a number of {count_digits(_bits(value))}"
    return str(value)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _digits(base: Fraction, exponent: int) -> str:
    top, bottom = (abs(base.numerator), base.denominator)
    if exponent.bit_length() > 1000 or max(top, bottom).bit_length() > 1000:
        return ""
    return count_digits(int(abs(exponent) * Fraction(math.log2(max(top, bottom)))))


def _stirling(count: int) -> str:
    return "about " + count_digits(int(math.lgamma(count + 1) / math.log(2)))


def _cut(value: Fraction) -> Fraction:
    """Round to about 50 significant digits, so that rounded numbers stay short; leading bits are enough for that."""
    if not value:
        return value
    top, bottom = abs(value.numerator), value.denominator
    up, down = max(top.bit_length() - _KEPT_BITS, 0), max(bottom.bit_length() - _KEPT_BITS, 0)
    top, bottom = top >> up, bottom >> down
    shift = max(_KEPT_BITS // 2 + bottom.bit_length() - top.bit_length(), 0)
    power = up - down - shift
    check_size(abs(power), "a rounded number")
    short = (top << shift) // bottom
    return Fraction(short if value > 0 else -short) * Fraction(2) ** power
