"""The named functions and constants of the calculator, and what each takes."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from judge.calculator.angles import PI, arcsine, arctangent, sine, tangent
from judge.calculator.bounds import Arithmetic, Number, integer, show
from judge.calculator.roots import E, exp, ln, log, root, round_half_up
from judge.errors import ToolError

CONSTANTS = {"pi": PI, "e": E, "tau": Number(2 * PI.value, exact=False)}

_ZERO, _TEN, _TWO = Number(Fraction(0)), Number(Fraction(10)), Number(Fraction(2))
_TURN = Number(Fraction(180) / PI.value, exact=False)
_MANY = 500


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the calculator."""

    least: int
    most: int
    """Number of arguments."""
    of: Callable[..., Number]
    """Takes the Arithmetic and the arguments."""


def call(name: str, arguments: Sequence[Number], arithmetic: Arithmetic) -> Number:
    """Return what a named function gives.

    Raises:
        ToolError: there is no such function, it takes another number of arguments, or has no value there.
    """
    function = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.lower())
    if function is None:
        raise ToolError(f"there is no function {name[:40]!r}; use one of: {', '.join(sorted(_FUNCTIONS))}")
    if not function.least <= len(arguments) <= function.most:
        least, most = function.least, function.most
        takes = f"{least}" if least == most else f"{least} or more" if most == _MANY else f"{least} to {most}"
        raise ToolError(f"{name}() takes {takes} argument(s), not {len(arguments)}")
    arithmetic.count_call()
    return function.of(arithmetic, *arguments)


def known(name: str) -> bool:
    """Whether there is a function of that name."""
    return name in _FUNCTIONS or name.lower() in _FUNCTIONS


def _sum(arithmetic: Arithmetic, *numbers: Number) -> Number:
    total = _ZERO
    for number in numbers:
        total = arithmetic.add(total, number)
    return total


def _product(arithmetic: Arithmetic, *numbers: Number) -> Number:
    total = Number(Fraction(1))
    for number in numbers:
        total = arithmetic.multiply(total, number)
    return total


def _mean(arithmetic: Arithmetic, *numbers: Number) -> Number:
    return arithmetic.divide(_sum(arithmetic, *numbers), Number(Fraction(len(numbers))))


def _median(arithmetic: Arithmetic, *numbers: Number) -> Number:
    ordered = sorted(numbers, key=lambda number: number.value)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(arithmetic, *ordered[middle - 1 : middle + 1])


def _log(arithmetic: Arithmetic, number: Number, base: Number | None = None) -> Number:
    if base is None:
        raise ToolError("log(x) may mean base 10 or base e; write log10(x), ln(x) or log(x, base)")
    return log(number, base)


def _round(arithmetic: Arithmetic, number: Number, places: Number = _ZERO) -> Number:
    return round_half_up(number, places)


def _root(arithmetic: Arithmetic, number: Number, degree: Number = _TWO) -> Number:
    return root(number, integer(degree, "the degree of a root"))


def _least(arithmetic: Arithmetic, *numbers: Number) -> Number:
    return min(numbers, key=lambda number: number.value)


def _greatest(arithmetic: Arithmetic, *numbers: Number) -> Number:
    return max(numbers, key=lambda number: number.value)


def _whole(round_to: Callable[[Fraction], int]) -> Callable[..., Number]:
    def of(arithmetic: Arithmetic, number: Number) -> Number:
        if not number.exact and abs(number.value) >= 10**40:
            raise ToolError(f"{show(number.value)} was rounded to 50 digits, so its whole part is not known")
        return Number(Fraction(round_to(number.value)))

    return of


def _one(of: Callable[[Number], Number]) -> Function:
    return Function(1, 1, lambda arithmetic, number: of(number))


def _degrees(of: Callable[[Number], Number]) -> Function:
    return Function(1, 1, lambda arithmetic, number: arithmetic.multiply(of(number), _TURN))


def _arccosine(number: Number) -> Number:
    return Number(PI.value / 2 - arcsine(number).value, exact=False)


_FUNCTIONS = {
    "abs": _one(lambda x: Number(abs(x.value), x.exact)),
    "sign": _one(lambda x: Number(Fraction((x.value > 0) - (x.value < 0)))),
    "sqrt": _one(root), "cbrt": _one(lambda x: root(x, 3)), "root": Function(2, 2, _root),
    "exp": _one(exp), "ln": _one(ln), "log": Function(1, 2, _log),
    "log10": _one(lambda x: log(x, _TEN)), "log2": _one(lambda x: log(x, _TWO)), "lg": _one(lambda x: log(x, _TEN)),
    "sin": _one(sine), "cos": _one(lambda x: sine(x, quarters=1)), "tan": _one(tangent),
    "sind": _one(lambda x: sine(x, degrees=True)), "cosd": _one(lambda x: sine(x, degrees=True, quarters=1)),
    "tand": _one(lambda x: tangent(x, degrees=True)),
    "asin": _one(arcsine), "acos": _one(_arccosine), "atan": _one(arctangent),
    "arcsin": _one(arcsine), "arccos": _one(_arccosine), "arctan": _one(arctangent),
    "asind": _degrees(arcsine), "acosd": _degrees(_arccosine), "atand": _degrees(arctangent),
    "degrees": Function(1, 1, lambda arithmetic, x: arithmetic.multiply(x, _TURN)),
    "radians": Function(1, 1, lambda arithmetic, x: arithmetic.divide(x, _TURN)),
    "min": Function(1, _MANY, _least), "max": Function(1, _MANY, _greatest),
    "sum": Function(1, _MANY, _sum), "product": Function(1, _MANY, _product), "prod": Function(1, _MANY, _product),
    "mean": Function(1, _MANY, _mean), "average": Function(1, _MANY, _mean), "avg": Function(1, _MANY, _mean),
    "median": Function(1, _MANY, _median),
    "round": Function(1, 2, _round), "floor": Function(1, 1, _whole(math.floor)),
    "ceil": Function(1, 1, _whole(math.ceil)), "trunc": Function(1, 1, _whole(math.trunc)),
    "int": Function(1, 1, _whole(math.trunc)),
    "gcd": Function(1, _MANY, lambda arithmetic, *numbers: arithmetic.common(numbers)),
    "lcm": Function(1, _MANY, lambda arithmetic, *numbers: arithmetic.common(numbers, multiple=True)),
    "mod": Function(2, 2, lambda arithmetic, a, b: arithmetic.modulo(a, b)),
    "frac": Function(2, 2, lambda arithmetic, a, b: arithmetic.divide(a, b)),
    "factorial": Function(1, 1, lambda arithmetic, n: arithmetic.factorial(n)),
    "comb": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k)),
    "binom": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k)),
    "nCr": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k)),
    "ncr": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k)),
    "perm": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k, ordered=True)),
    "npr": Function(2, 2, lambda arithmetic, n, k: arithmetic.choose(n, k, ordered=True)),
}  # fmt: skip
