r"""Compare two formulas, with or without a unit behind them: 2\sqrt{3} m is 200\sqrt{3} cm, \pi/2 is 90 degrees."""

import re
from fractions import Fraction

from judge.answers.conventions import Conventions
from judge.answers.formula import Tree, read_formula, variables
from judge.answers.numeric import constant, rounds, same_formula
from judge.answers.quantities import SIGNIFICANT
from judge.answers.units import Unit, read_unit

MAX_UNIT = 40
"""Characters of a unit behind a formula."""

_BREAK = re.compile(r"\s+|(?<=[\d})])(?=[A-Za-z\\^])")
_DECIMAL = re.compile(r"-?\d*\.(\d{6,40})")
_UNIT_AT_END = re.compile(r"[\d}\s)][A-Za-z]{1,4}(?:\^\{?\d\}?)?$")
_LONG_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{4,}")


def same_measured(gold: str, answer: str, by: Conventions) -> bool | None:
    """Whether two formulas are equal, with their units where both have one; None when either cannot be read."""
    verdict = None
    right, left = read_formula(gold), read_formula(answer)
    if right is not None and left is not None and not (is_word(gold) or is_word(answer)):
        verdict = same_formula(right, left, by.strict)
        if verdict is False and not variables(right) | variables(left):
            verdict = _nearly(right, left, gold, answer, by)
        if verdict is not False or not (_maybe_unit(gold) or _maybe_unit(answer)):
            return verdict
    (right, unit), (left, other) = _measured(gold), _measured(answer)
    if right is None or left is None or not (unit or other):
        return None if right is None or left is None else verdict
    if unit and other and unit.dimension and other.dimension:
        if unit.dimension != other.dimension:
            return False
        right, left = ("*", ("number", unit.factor), right), ("*", ("number", other.factor), left)
    elif r"\pi" in gold + answer and "angle" in (dimensions := [one.dimension if one else "" for one in (unit, other)]):
        if dimensions[0]:
            return same_formula(("degrees", right), left)
        return same_formula(right, ("degrees", left))
    return same_formula(right, left, by.strict)


def _nearly(right: Tree, left: Tree, gold: str, answer: str, by: Conventions) -> bool:
    """Whether two constants are equal to the digits that count, or one is a decimal that rounds the other."""
    if by.digits is not None:
        return bool(rounds(right, left, by.digits))
    decimals = [match[1] for match in map(_DECIMAL.fullmatch, (gold, answer)) if match]
    if len(decimals) != 1:
        return False
    exact = constant(left if _DECIMAL.fullmatch(gold) else right)
    if exact is None or isinstance(exact, Fraction):
        return False  # of fractions, `same` has decided
    short = constant(right if _DECIMAL.fullmatch(gold) else left)
    if short is None or abs(short) * 10 ** len(decimals[0]) < SIGNIFICANT:
        return False
    return bool(abs(exact * 10 ** len(decimals[0]) - short * 10 ** len(decimals[0])) <= 1)


def is_word(text: str) -> bool:
    """Whether a text holds a word, whose letters would pass for a product."""
    return _LONG_WORD.search(text) is not None


def _maybe_unit(text: str) -> bool:
    return _UNIT_AT_END.search(text[-MAX_UNIT:]) is not None


def _measured(text: str) -> tuple[Tree | None, Unit | None]:
    """Return the formula before a unit, and the unit; the whole formula and None when there is none."""
    for space in (match.end() for match in _BREAK.finditer(text, max(len(text) - MAX_UNIT, 0))):
        unit = read_unit(text[space:])
        if unit and text[space:] and (tree := read_formula(text[:space].strip())) and not variables(tree):
            return tree, unit
    return read_formula(text), None
