"""Compute what a formula is worth at a point: exactly where it is rational, else to many digits.

Whatever would grow, is undefined or would be lost in rounding is refused: no step takes longer than a millisecond.
"""

import math
import threading
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from judge.answers.formula import FUNCTIONS, Tree

MAX_BITS = 40_000
"""Bits of an exact number."""
MAX_WORK = 400_000
"""Bits of all numbers on the way together."""
MAX_DIGITS = 1_000
"""Decimal digits that non-rational numbers are computed to."""
_LARGEST = 10**6
"""Size of an exponent or of a function's argument, beyond which it is not computed."""
_SMALLEST = 1e-15
"""Arguments of functions nearer to zero than this are not told from zero."""

_own = threading.local()


class RefusedError(ArithmeticError):
    """The value is not computed: too large, undefined, or lost in rounding."""


def arithmetic(digits: int) -> Any:
    """Return this thread's own mpmath, set to a precision."""
    if not hasattr(_own, "mp"):
        from mpmath.ctx_mp import MPContext

        _own.mp = MPContext()
    _own.mp.dps = digits
    return _own.mp


@dataclass(slots=True)
class Evaluation:
    """One walk over a tree at one point. `peak` is the largest number on the way, which errors are measured by."""

    point: dict[str, Fraction]
    digits: int
    peak: Any = 0
    work: int = 0
    mp: Any = field(init=False)

    def __post_init__(self) -> None:
        self.mp = arithmetic(self.digits)

    def of(self, tree: Tree) -> Any:
        """Return the value of a tree."""
        kind = tree[0]
        if kind == "number":
            return tree[1]
        if kind == "variable":
            return self.point[tree[1]]
        if kind == "constant":
            return self._seen({"pi": +self.mp.pi, "e": +self.mp.e, "i": self.mp.mpc(0, 1)}[tree[1]])
        values = [self.of(part) for part in tree[1:]]
        if kind in FUNCTIONS:
            return self._seen(self._function(kind, values[0]))
        return self._seen(_OPERATIONS[kind](self, *values))

    def _seen(self, value: Any) -> Any:
        """Note the size of a value on the way, and refuse one that grows without bound."""
        exact = isinstance(value, Fraction)
        bits = value.numerator.bit_length() + value.denominator.bit_length() if exact else 4 * self.digits
        self.work += bits + 100
        if bits > MAX_BITS or self.work > MAX_WORK:
            raise RefusedError("too large")
        if exact:
            return value
        size = abs(value)
        if not self.mp.isfinite(size):
            raise RefusedError("not finite")
        self.peak = max(self.peak, size)
        return value

    def inexact(self, value: Any) -> Any:
        """Return an exact number as one of mpmath."""
        if not isinstance(value, Fraction):
            return value
        number = self.mp.mpf(value.numerator) / value.denominator
        self.peak = max(self.peak, abs(number))
        return number

    def _add(self, *values: Any) -> Any:
        total = sum(value for value in values if isinstance(value, Fraction)) or Fraction(0)
        others = [value for value in values if not isinstance(value, Fraction)]
        if not others:
            return total
        numbers = [self.inexact(total), *others] if total else others
        largest = max(map(abs, numbers))
        if any(number and abs(number) < largest * self.mp.mpf(10) ** (-self.digits // 3) for number in numbers):
            raise RefusedError("an addend would be lost in rounding")
        return sum(numbers)

    def _times(self, product: Any, *factors: Any) -> Any:
        for factor in factors:
            if isinstance(product, Fraction) and isinstance(factor, Fraction):
                product = self._seen(product * factor)
            else:
                product = self.inexact(product) * self.inexact(factor)
        return product

    def _over(self, a: Any, b: Any) -> Any:
        self._nonzero(b)
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a / b
        return self.inexact(a) / self.inexact(b)

    def _nonzero(self, value: Any) -> None:
        """Refuse a number that is zero, or that rounding cannot tell from zero."""
        if not value or (
            not isinstance(value, Fraction) and abs(value) < self.peak * self.mp.mpf(10) ** (-self.digits // 2)
        ):
            raise RefusedError("a division by zero")

    def _power(self, base: Any, exponent: Any) -> Any:
        if isinstance(exponent, Fraction):
            if abs(exponent) > _LARGEST:
                raise RefusedError("a large exponent")
            if exponent.denominator == 1:
                return self._whole_power(base, int(exponent))
            if isinstance(base, Fraction) and exponent.denominator < 100:
                root = self._root(base, Fraction(exponent.denominator)) if base >= 0 else None
                if isinstance(root, Fraction):
                    return self._whole_power(root, exponent.numerator)
        self._nonzero(base)
        exponent = self.inexact(exponent)
        if abs(exponent * self.mp.log(abs(self.inexact(base)) + 1)) > _LARGEST:
            raise RefusedError("a large power")
        return self.mp.power(self.inexact(base), exponent)

    def _whole_power(self, base: Any, exponent: int) -> Any:
        if exponent < 0:
            self._nonzero(base)
        if not base and not exponent:
            raise RefusedError("zero to the power of zero")
        if not isinstance(base, Fraction):
            return base**exponent if abs(exponent) < 10_000 else self._refuse()
        bits = base.numerator.bit_length() + base.denominator.bit_length()
        if abs(base) != 1 and base and bits * abs(exponent) > MAX_BITS:
            raise RefusedError("a large power")
        return base**exponent if abs(base) != 1 else base ** (exponent % 2)

    def _refuse(self, *_: Any) -> Any:
        raise RefusedError("not computed")

    def _root(self, value: Any, index: Any) -> Any:
        if not isinstance(index, Fraction) or index.denominator != 1 or not 2 <= index < 100:
            raise RefusedError("an odd kind of root")
        degree = int(index)
        if isinstance(value, Fraction):
            negative = value < 0
            if negative and degree % 2 == 0 and degree != 2:
                raise RefusedError("an even root of a negative number")
            top, bottom = _whole_root(abs(value.numerator), degree), _whole_root(value.denominator, degree)
            if top is not None and bottom is not None and not (negative and degree == 2):
                return Fraction(-top if negative else top, bottom)
            if negative and degree % 2:
                return -self.mp.root(self.inexact(-value), degree)
            return self.mp.root(self.inexact(value), degree)
        if self.mp.im(value) == 0 and self.mp.re(value) < 0 and degree % 2:
            return -self.mp.root(-self.mp.re(value), degree)
        return self.mp.root(value, degree)

    def _factorial(self, value: Any) -> Any:
        if isinstance(value, Fraction) and value.denominator == 1:
            if not 0 <= value <= 3_000:
                raise RefusedError("a factorial of a large or negative number")
            self.work += 20 * int(value)
            return Fraction(math.factorial(int(value)))
        return self.mp.gamma(self.inexact(value) + 1) if abs(value) < 100 else self._refuse()

    def _binomial(self, n: Any, k: Any) -> Any:
        if isinstance(n, Fraction) and isinstance(k, Fraction):
            self.work += 10 * min(abs(n.__ceil__()), 3_000)
            if n.denominator == k.denominator == 1 and 0 <= k <= n <= 3_000:
                return Fraction(math.comb(int(n), int(k)))
            if k.denominator == 1 and 0 <= k <= 30:
                return math.prod(((n - j) / (j + 1) for j in range(int(k))), start=Fraction(1))
        if abs(n) > 100 or abs(k) > 100:
            raise RefusedError("a large binomial coefficient")
        return self.mp.binomial(self.inexact(n), self.inexact(k))

    def _size(self, value: Any) -> Any:
        return abs(value)

    def _floor(self, value: Any) -> Any:
        return self._whole(value, math.floor)

    def _ceil(self, value: Any) -> Any:
        return self._whole(value, math.ceil)

    def _whole(self, value: Any, rounding: Any) -> Fraction:
        if isinstance(value, Fraction):
            return Fraction(rounding(value))
        if self.mp.im(value) or abs(value) > _LARGEST or abs(value - self.mp.nint(value)) < _SMALLEST:
            raise RefusedError("rounding at the edge")
        return Fraction(int(self.mp.floor(value)) + (rounding is math.ceil))

    def _function(self, name: str, value: Any) -> Any:
        if not value:
            return self._at_zero(name)
        number = self.inexact(value)
        self.work += 20 * self.digits
        if not _SMALLEST < abs(number) < (10**40 if name == "ln" else 1_000):
            raise RefusedError("an argument that is too large or too small")
        found = getattr(self.mp, {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}.get(name, name))(number)
        if name in ("tan", "sec") and abs(found) > 10**15:
            raise RefusedError("a pole")
        return found

    def _at_zero(self, name: str) -> Any:
        if name in ("cos", "sec", "cosh", "exp"):
            return Fraction(1)
        if name in ("sin", "tan", "sinh", "tanh", "arcsin", "arctan"):
            return Fraction(0)
        if name == "arccos":
            return self.mp.pi / 2
        raise RefusedError("a pole")

    def _degrees(self, value: Any) -> Any:
        return self.inexact(value) * self.mp.pi / 180


def _whole_root(number: int, degree: int) -> int | None:
    """Return the exact root of a whole number, or None when it has none."""
    if number.bit_length() > 4_000:
        return None
    root = math.isqrt(number) if degree == 2 else round(number ** (1 / degree)) if number < 10**15 else -1
    return root if root >= 0 and root**degree == number else None


_OPERATIONS: dict[str, Any] = {
    "+": Evaluation._add, "-": lambda self, value: -value, "*": Evaluation._times, "/": Evaluation._over,
    "^": Evaluation._power, "!": Evaluation._factorial, "root": Evaluation._root, "binom": Evaluation._binomial,
    "abs": Evaluation._size, "floor": Evaluation._floor, "ceil": Evaluation._ceil, "degrees": Evaluation._degrees,
}  # fmt: skip
