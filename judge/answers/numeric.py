"""Decide whether two formulas are equal by what they are worth: exactly where they are rational, else to many digits.

Formulas with variables are compared at points that nobody can foresee: two different fractions of polynomials agree at
all of them with a chance of less than one in a billion (Schwartz and Zippel), two other formulas not to sixty digits.
Whatever would grow is left open: nothing here takes longer than a few milliseconds.
"""

import random
from fractions import Fraction
from functools import lru_cache
from typing import Any

from judge.answers.evaluation import MAX_DIGITS, Evaluation, arithmetic
from judge.answers.formula import Tree, variables

_DIGITS = 60
_FAILURES = (ArithmeticError, ValueError, TypeError, RecursionError)


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
        points = points[:5]  # where the variables are positive
    agreed = 0
    for point in points:
        verdict = _same_value(gold, answer, point, imaginary)
        if verdict is False:
            return False
        agreed += verdict is True
    return True if agreed >= 2 else None


def proportional(gold: Tree, answer: Tree) -> bool | None:
    """Whether one formula is a constant multiple of the other, as both sides of one equation are; None when unknown."""
    ratios = []
    for point in _points(tuple(sorted(variables(gold) | variables(answer)))):
        right, left = _evaluate(gold, point), _evaluate(answer, point)
        if not (isinstance(right, Fraction) and isinstance(left, Fraction) and right and left):
            return None
        ratios.append(left / right)
    return len(set(ratios)) == 1 or None


def constant(tree: Tree) -> Any | None:
    """Return the real value of a formula without variables: a Fraction, or a number of mpmath; None if it has none."""
    value = None if variables(tree) else _evaluate(tree, {})
    if value is None or isinstance(value, Fraction):
        return value
    mp = arithmetic(_DIGITS)
    return None if mp.im(value) else mp.re(value)


def rounds(gold: Tree, answer: Tree, digits: int) -> bool | None:
    """Whether two constants round to the same number of so many decimal places; None when they are not computed."""
    values = [constant(tree) for tree in (gold, answer)]
    if None in values:
        return None
    mp = arithmetic(_DIGITS + digits)
    a, b = (
        mp.nint((mp.mpf(v.numerator) / v.denominator if isinstance(v, Fraction) else v) * 10**digits) for v in values
    )
    return bool(a == b)


def rename(tree: Tree, names: dict[str, str]) -> Tree:
    """Return a tree with other names of variables."""
    if tree[0] == "variable":
        return ("variable", names.get(tree[1], tree[1]))
    return tuple(rename(part, names) if isinstance(part, tuple) else part for part in tree)


def _evaluate(tree: Tree, point: dict[str, Fraction]) -> Any | None:
    try:
        return Evaluation(point, min(_digits(tree), MAX_DIGITS)).of(tree)
    except _FAILURES:
        return None


def _imaginary(tree: Tree) -> bool:
    return tree == ("constant", "i") or any(_imaginary(part) for part in tree[1:] if isinstance(part, tuple))


def _same_value(gold: Tree, answer: Tree, point: dict[str, Fraction], imaginary: bool = False) -> bool | None:
    wanted = max(_digits(gold), _digits(answer))
    digits = min(wanted, MAX_DIGITS)
    right, left = Evaluation(point, digits), Evaluation(point, digits)
    try:
        a, b = right.of(gold), left.of(answer)
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return a == b
        if wanted > MAX_DIGITS:
            return None
        mp = right.mp
        if point and not imaginary and (mp.im(right.inexact(a)) or mp.im(left.inexact(b))):
            return None  # outside of the real numbers principal values disagree where formulas do not
        peak = max(right.peak, left.peak)
        error = abs(right.inexact(a) - left.inexact(b))
        if error <= peak * mp.mpf(10) ** (15 - digits):
            return True
        return False if error > peak * mp.mpf(10) ** (-digits // 2) else None
    except _FAILURES:
        return None


@lru_cache(maxsize=1024)
def _points(names: tuple[str, ...]) -> tuple[dict[str, Fraction], ...]:
    """Return points where all numbers are positive, two large and one small, and two where some are negative."""
    draw = random.SystemRandom()

    def number(low: int, high: int) -> Fraction:
        """Draw a fraction between two numbers of tenths."""
        bottom = draw.getrandbits(30) | 1 << 30
        return Fraction(low * bottom + draw.randrange((high - low) * bottom), 10 * bottom)

    spans = [(5, 30), (5, 30), (30, 200), (30, 200), (1, 5), (-30, -5)]
    points = [{name: number(*span) for name in names} for span in spans]
    return (*points, {name: number(5, 30) * draw.choice((1, -1)) for name in names})


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
        inside += base * min(abs(int(size)), MAX_DIGITS) if isinstance(size, Fraction) else 0
    return min(inside, 2 * MAX_DIGITS)
