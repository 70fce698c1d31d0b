"""Decide whether two formulas are equal by what they are worth: exactly where they are rational, else to many digits.

Formulas with variables are compared at points that nobody can foresee: two different fractions of polynomials agree at
all of them with a chance of less than one in a billion (Schwartz and Zippel), two other formulas not to sixty digits.
Whatever would grow is refused and left open: nothing here takes longer than a few milliseconds.
"""

import math
import random
import threading
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from judge.answers.formula import FUNCTIONS, Tree, variables

MAX_BITS = 40_000
"""Bits of an exact number."""
MAX_DIGITS = 1_000
"""Decimal digits that non-rational numbers are computed to."""
POINTS = 4
_DIGITS = 60
_LARGEST = 10**6
"""Size of an exponent or of a function's argument, beyond which it is not computed."""
_SMALLEST = Fraction(1, 10**15)
"""Arguments of functions nearer to zero than this are not told from zero."""

_own = threading.local()


class RefusedError(ArithmeticError):
    """The value is not computed: too large, undefined, or lost in rounding."""


@dataclass(slots=True)
class Value:
    """What a formula is worth."""

    number: Any
    """A Fraction when it is exact; else a real or complex number of mpmath."""
    peak: Any = 0
    """Size of the largest number on the way, which rounding errors are to be measured by."""


def same_formula(gold: Tree, answer: Tree, strict: bool = True) -> bool | None:
    """Whether two formulas are equal wherever both have a real value; None when that is not found out here.

    Args:
        gold: a tree of `read_formula`.
        answer: another.
        strict: whether the names of variables count.
    """
    names = sorted(variables(gold) | variables(answer))
    if not names:
        return _same_value(gold, answer, {})
    if not strict and len(theirs := sorted(variables(answer))) == len(ours := sorted(variables(gold))):
        answer = rename(answer, dict(zip(theirs, ours, strict=True)))
        names = ours
    points = _points(tuple(names))
    if imaginary := _imaginary(gold) or _imaginary(answer):
        points = points[:2]  # where the variables are positive
    verdicts = [_same_value(gold, answer, point, imaginary) for point in points]
    if False in verdicts:
        return False
    return True if verdicts.count(True) >= 2 else None


def proportional(gold: Tree, answer: Tree) -> bool | None:
    """Whether one formula is a constant multiple of the other, as both sides of one equation are; None when unknown."""
    names = sorted(variables(gold) | variables(answer))
    ratios = []
    for point in _points(tuple(names)):
        right, left = evaluate(gold, point), evaluate(answer, point)
        if right is None or left is None or not isinstance(right.number, Fraction):
            return None
        if not isinstance(left.number, Fraction) or not right.number or not left.number:
            return None
        ratios.append(left.number / right.number)
    return len(set(ratios)) == 1 or None


def constant(tree: Tree) -> Any | None:
    """Return the real value of a formula without variables: a Fraction, or a real number of mpmath; None if it has none."""
    value = None if variables(tree) else evaluate(tree, {})
    if value is None or isinstance(value.number, Fraction):
        return value and value.number
    number = value.number
    return None if _mp(_DIGITS).im(number) else _mp(_DIGITS).re(number)


def rename(tree: Tree, names: dict[str, str]) -> Tree:
    """Return a tree with other names of variables."""
    if tree[0] == "variable":
        return ("variable", names.get(tree[1], tree[1]))
    return tuple(rename(part, names) if isinstance(part, tuple) else part for part in tree)


def evaluate(tree: Tree, point: dict[str, Fraction]) -> Value | None:
    """Return what a formula is worth at a point; None when that is not computed."""
    worker = _Evaluation(point, _digits(tree))
    try:
        return Value(worker.of(tree), worker.peak)
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None


def _imaginary(tree: Tree) -> bool:
    return tree == ("constant", "i") or any(_imaginary(part) for part in tree[1:] if isinstance(part, tuple))


def _same_value(gold: Tree, answer: Tree, point: dict[str, Fraction], imaginary: bool = False) -> bool | None:
    digits = max(_digits(gold), _digits(answer))
    if digits > MAX_DIGITS:
        return None
    right, left = _Evaluation(point, digits), _Evaluation(point, digits)
    try:
        a, b = right.of(gold), left.of(answer)
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a == b
        mp = right.mp
        if point and not imaginary and (mp.im(right.inexact(a)) or mp.im(left.inexact(b))):
            return None  # outside of the real numbers principal values disagree where formulas do not
        peak = max(right.peak, left.peak)
        error = abs(right.inexact(a) - left.inexact(b))
        if error <= peak * mp.mpf(10) ** (15 - digits):
            return True
        return False if error > peak * mp.mpf(10) ** (-digits // 2) else None
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None


@lru_cache(maxsize=1024)
def _points(names: tuple[str, ...]) -> tuple[dict[str, Fraction], ...]:
    """Return points between 1/2 and 3, and two more where some of the numbers are negative."""
    draw = random.SystemRandom()

    def number(sign: int) -> Fraction:
        bottom = draw.getrandbits(30) | 1 << 30
        return sign * Fraction(bottom // 2 + draw.randrange(5 * bottom // 2), bottom)

    signs = [{name: 1 for name in names}] * 2
    signs += [{name: -1 for name in names}, {name: draw.choice((1, -1)) for name in names}]
    return tuple({name: number(sign) for name, sign in row.items()} for row in signs)


def _digits(tree: Tree) -> int:
    """Return how many digits tell this formula's numbers apart."""
    return _DIGITS + 2 * _length(tree)


def _length(tree: Tree) -> int:
    if tree[0] == "number":
        return len(str(tree[1].numerator)) + len(str(tree[1].denominator)) - 2
    inside = sum(_length(part) for part in tree[1:] if isinstance(part, tuple))
    if tree[0] == "^" and tree[2][0] in ("number", "-"):
        size = tree[2][1] if tree[2][0] == "number" else tree[2][1][1]
        base = _length(tree[1]) + 1
        inside += base * int(min(abs(size), MAX_DIGITS)) if isinstance(size, Fraction) else 0
    return min(inside, 2 * MAX_DIGITS)


def _mp(digits: int) -> Any:
    """Return this thread's own mpmath, set to a precision."""
    if not hasattr(_own, "mp"):
        from mpmath.ctx_mp import MPContext

        _own.mp = MPContext()
    _own.mp.dps = digits
    return _own.mp


@dataclass(slots=True)
class _Evaluation:
    """One walk over a tree at one point."""

    point: dict[str, Fraction]
    digits: int
    peak: Any = 0
    mp: Any = field(init=False)

    def __post_init__(self) -> None:
        if self.digits > MAX_DIGITS:
            raise RefusedError("too many digits")
        self.mp = _mp(self.digits)

    def of(self, tree: Tree) -> Any:
        """Return the value of a tree."""
        kind = tree[0]
        if kind == "number":
            return tree[1]
        if kind == "variable":
            return self.point[tree[1]]
        if kind == "constant":
            return self.seen({"pi": +self.mp.pi, "e": +self.mp.e, "i": self.mp.mpc(0, 1)}[tree[1]])
        values = [self.of(part) for part in tree[1:]]
        if kind in FUNCTIONS:
            return self.seen(self.function(kind, values[0]))
        return self.seen(_OPERATIONS[kind](self, *values))

    def seen(self, value: Any) -> Any:
        """Note the size of a value on the way, and refuse one that grows without bound."""
        if isinstance(value, Fraction):
            if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
                raise RefusedError("too large")
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

    def add(self, *values: Any) -> Any:
        total = sum(value for value in values if isinstance(value, Fraction)) or Fraction(0)
        others = [value for value in values if not isinstance(value, Fraction)]
        if not others:
            return total
        numbers = [self.inexact(total), *others] if total else others
        largest = max(map(abs, numbers))
        if any(number and abs(number) < largest * self.mp.mpf(10) ** (-self.digits // 3) for number in numbers):
            raise RefusedError("an addend would be lost in rounding")
        return sum(numbers)

    def times(self, a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a * b
        return self.inexact(a) * self.inexact(b)

    def over(self, a: Any, b: Any) -> Any:
        self.nonzero(b)
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a / b
        return self.inexact(a) / self.inexact(b)

    def nonzero(self, value: Any) -> None:
        """Refuse a number that is zero, or that rounding cannot tell from zero."""
        if not value or (
            not isinstance(value, Fraction) and abs(value) < self.peak * self.mp.mpf(10) ** (-self.digits // 2)
        ):
            raise RefusedError("a division by zero")

    def power(self, base: Any, exponent: Any) -> Any:
        if isinstance(exponent, Fraction):
            if abs(exponent) > _LARGEST:
                raise RefusedError("a large exponent")
            if exponent.denominator == 1:
                return self.whole_power(base, int(exponent))
            if isinstance(base, Fraction) and exponent.denominator < 100:
                root = self.root(base, Fraction(exponent.denominator)) if base >= 0 else None
                if isinstance(root, Fraction):
                    return self.whole_power(root, exponent.numerator)
        self.nonzero(base)
        exponent = self.inexact(exponent)
        if abs(exponent * self.mp.log(abs(self.inexact(base)) + 1)) > _LARGEST:
            raise RefusedError("a large power")
        return self.mp.power(self.inexact(base), exponent)

    def whole_power(self, base: Any, exponent: int) -> Any:
        if exponent < 0:
            self.nonzero(base)
        if not base and not exponent:
            raise RefusedError("zero to the power of zero")
        if not isinstance(base, Fraction):
            return base**exponent if abs(exponent) < 10_000 else self.refuse()
        bits = base.numerator.bit_length() + base.denominator.bit_length()
        if abs(base) != 1 and base and bits * abs(exponent) > MAX_BITS:
            raise RefusedError("a large power")
        return base**exponent if abs(base) != 1 else base ** (exponent % 2)

    def refuse(self, *_: Any) -> Any:
        raise RefusedError("not computed")

    def root(self, value: Any, index: Any) -> Any:
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

    def factorial(self, value: Any) -> Any:
        if isinstance(value, Fraction) and value.denominator == 1:
            if not 0 <= value <= 3_000:
                raise RefusedError("a factorial of a large or negative number")
            return Fraction(math.factorial(int(value)))
        return self.mp.gamma(self.inexact(value) + 1) if abs(value) < 100 else self.refuse()

    def binomial(self, n: Any, k: Any) -> Any:
        if isinstance(n, Fraction) and isinstance(k, Fraction):
            if n.denominator == k.denominator == 1 and 0 <= k <= n <= 3_000:
                return Fraction(math.comb(int(n), int(k)))
            if k.denominator == 1 and 0 <= k <= 30:
                return math.prod(((n - j) / (j + 1) for j in range(int(k))), start=Fraction(1))
        if abs(n) > 100 or abs(k) > 100:
            raise RefusedError("a large binomial coefficient")
        return self.mp.binomial(self.inexact(n), self.inexact(k))

    def size(self, value: Any) -> Any:
        return abs(value)

    def floor(self, value: Any) -> Any:
        return self.whole(value, math.floor)

    def ceil(self, value: Any) -> Any:
        return self.whole(value, math.ceil)

    def whole(self, value: Any, rounding: Any) -> Fraction:
        if isinstance(value, Fraction):
            return Fraction(rounding(value))
        if self.mp.im(value) or abs(value) > _LARGEST or abs(value - self.mp.nint(value)) < float(_SMALLEST):
            raise RefusedError("rounding at the edge")
        return Fraction(int(self.mp.floor(value)) + (rounding is math.ceil))

    def function(self, name: str, value: Any) -> Any:
        if not value:
            return self.at_zero(name)
        number = self.inexact(value)
        if not float(_SMALLEST) < abs(number) < (10**40 if name == "ln" else 1_000):
            raise RefusedError("an argument that is too large or too small")
        found = getattr(self.mp, {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}.get(name, name))(number)
        if name in ("tan", "sec") and abs(found) > 10**15:
            raise RefusedError("a pole")
        return found

    def at_zero(self, name: str) -> Any:
        if name in ("cos", "sec", "cosh", "exp"):
            return Fraction(1)
        if name in ("sin", "tan", "sinh", "tanh", "arcsin", "arctan"):
            return Fraction(0)
        if name == "arccos":
            return self.mp.pi / 2
        raise RefusedError("a pole")

    def degrees(self, value: Any) -> Any:
        return self.inexact(value) * self.mp.pi / 180


def _whole_root(number: int, degree: int) -> int | None:
    """Return the exact root of a whole number, or None when it has none."""
    if number.bit_length() > 4_000:
        return None
    root = math.isqrt(number) if degree == 2 else round(number ** (1 / degree)) if number < 10**15 else -1
    return root if root >= 0 and root**degree == number else None


_OPERATIONS: dict[str, Any] = {
    "+": _Evaluation.add, "-": lambda self, value: -value, "*": _Evaluation.times, "/": _Evaluation.over,
    "^": _Evaluation.power, "!": _Evaluation.factorial, "root": _Evaluation.root, "binom": _Evaluation.binomial,
    "abs": _Evaluation.size, "floor": _Evaluation.floor, "ceil": _Evaluation.ceil, "degrees": _Evaluation.degrees,
}  # fmt: skip
