"""Is a claimed arithmetic step right? Precision comes first: what may be meant in another way is `unclear`, not wrong.

A number counts as rounded to the digits that it shows. The error of rounded intermediate results is followed through
the text. Steps are computed by `calculate`, exactly and within bounds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from judge.answers.units import NONE, read_unit
from judge.calculator.claimed import Step
from judge.calculator.result import calculate
from judge.calculator.sides import Side
from judge.calculator.words import APART, CONVERSIONS, CUES, DENIALS, IF, SCALES
from judge.errors import ToolError

State = Literal["right", "wrong", "unclear"]

_NOISE = Fraction(1, 10**9)
_ALMOST = Fraction(1, 100)
_OFF = Fraction(1, 20)
_MANY = 100
"""A whole number from here on shows enough digits to pass for a rounded one."""
_SCIENTIFIC = re.compile(r"-?\s?(\d+(?:\.(\d+))?) \* 10\^(?:\((- )?(\d{1,3})\)|(- )?(\d{1,3}))")
_FAMOUS = {
    Fraction(text): Fraction(calculate(expression).value)
    for expression, texts in (
        ("pi", "3.14 3.142 3.1416 3.14159 3.141593 3.1415927 3.14159265"),
        ("sqrt(2)", "1.41 1.414 1.4142"),
        ("sqrt(3)", "1.73 1.732 1.7321"),
        ("exp(1)", "2.718 2.71828"),
    )
    for text in texts.split()
}
"""What stands for an irrational number may have been computed with all its digits."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about one step."""

    step: Step
    state: State
    value: Fraction | None = None
    """What the left side really is, or the right one where the left is the claim."""
    shown: str = ""
    """That value in words."""


def check(steps: Sequence[Step]) -> list[Verdict]:
    """Check the steps of one text, in order; those that cannot be computed are left out."""
    exact = dict(_FAMOUS)
    found = []
    for step in steps:
        try:
            verdict = _check(step, exact)
        except ToolError:
            continue
        found.append(verdict)
    return found


def _check(step: Step, exact: dict[Fraction, Fraction]) -> Verdict:
    left, right = _value(step.left.expression), _value(step.right.expression)
    claim, other = (step.right, left) if not step.right.operations else (step.left, right)
    shown = calculate(step.left.expression if claim is step.right else step.right.expression).text
    if _matches(step, left, right):
        if claim.numbers and not claim.operations and (value := _value(claim.expression)) != other:
            exact[abs(value)] = abs(other)
        return Verdict(step, "right", other, shown)
    if any(_matches(step, *reading) for reading in _readings(step, exact)):
        return Verdict(step, "right", other, shown)
    doubt = _whole(step, left, right) or _doubtful(step) or _converted(step, left, right) or _shifted(left, right)
    return Verdict(step, "unclear" if doubt or _close(step, left, right) else "wrong", other, shown)


def _value(expression: str) -> Fraction:
    value = calculate(expression).value
    if isinstance(value, bool):
        raise ToolError(f"{expression[:40]!r} is a comparison and no number; leave it out")
    return value


def _matches(step: Step, left: Fraction, right: Fraction, bare: bool = False) -> bool:
    """Whether the sides are equal, to the digits that the claimed number shows; `bare` reads 33.3% as 33.3."""
    gap, size = abs(left - right), max(abs(left), abs(right))
    if gap <= _NOISE * size:
        return True
    places = [places for side in (step.left, step.right) if (places := _places(side, bare)) is not None]
    if places and places[-1] > 0 and gap <= Fraction(1, 10 ** places[-1]):
        return True
    near = step.near or not CUES.isdisjoint(step.around)
    if near:
        return gap <= _ALMOST * size or (bool(places) and gap <= _last_digit(step, right))
    rounded = bool(places) and gap <= Fraction(10) ** -places[-1] / 2
    return rounded and (size >= _MANY or places[-1] < 0)


def _places(side: Side, bare: bool) -> int | None:
    """Return how many decimal places a claimed number shows; None for a side that is no single number."""
    if not side.operations and len(side.numbers) == 1:
        return side.numbers[0].places + 2 * (side.expression.endswith("%") and not bare)
    if scientific := _SCIENTIFIC.fullmatch(side.expression):
        power = int(scientific[4] or scientific[6])
        return len(scientific[2] or "") + (power if scientific[3] or scientific[5] else -power)
    return None


def _last_digit(step: Step, right: Fraction) -> Fraction:
    """Return half a unit of the last digit that is not 0: 7,000,000 stands for 6.5 to 7.5 million."""
    digits = step.right.numbers[-1].text.rstrip("0") if "." not in step.right.numbers[-1].text else ""
    zeros = len(step.right.numbers[-1].text) - len(digits) if digits else 0
    return Fraction(10**zeros, 2)


def _readings(step: Step, exact: Mapping[Fraction, Fraction]) -> Iterator[tuple[Fraction, Fraction, bool]]:
    """Yield what the sides may mean besides, and whether percent signs were left out."""
    left, right = step.left.expression, step.right.expression
    pairs = [(step.left.second, right), (left, step.right.head if step.right.operations else "")]
    if "%" in left + right:
        bare = left.replace("%", ""), right.replace("%", "")
        pairs += [(bare[0], right), (left, bare[1]), bare, (_of_the_rest(left), right)]
    if exact:
        pairs += [(_unrounded(step.left, exact), right), (left, _unrounded(step.right, exact))]
    for one, other in pairs:
        if one and other:
            try:
                yield _value(one), _value(other), "%" in left + right and "%" not in other
            except ToolError:
                continue


def _of_the_rest(expression: str) -> str:
    """Return 80 - 20% as 80 * (1 - 20%)."""
    head, sign, rate = expression.rpartition(" - ") if " - " in expression else expression.rpartition(" + ")
    return f"({head}) * (1{sign}{rate})" if sign and rate.endswith("%") else ""


def _unrounded(side: Side, exact: Mapping[Fraction, Fraction]) -> str:
    """Return the expression with the rounded results of earlier steps as they were before rounding."""
    text = side.expression
    for number in side.numbers:
        if number.value in exact:
            text = re.sub(rf"(?<![\d.]){re.escape(number.text)}(?![\d.])", f"({exact[number.value]})", text)
    return text if text != side.expression else ""


def _whole(step: Step, left: Fraction, right: Fraction) -> bool:
    """Whether a whole number may stand for one that was rounded, up or down, as when 3.5 buses become 4."""
    return left != right and abs(left - right) < 1 and 1 in (left.denominator, right.denominator)


def _close(step: Step, left: Fraction, right: Fraction) -> bool:
    return step.near and abs(left - right) <= _OFF * max(abs(left), abs(right))


def _shifted(left: Fraction, right: Fraction) -> bool:
    """Whether the sides differ by a power of ten from 100 on: cents, percent, thousands that are not said."""
    ratio = left / right if right else Fraction(0)
    power = max(abs(ratio.numerator), ratio.denominator)
    return 1 in (abs(ratio.numerator), ratio.denominator) and power >= 100 and str(power).strip("0") == "1"


def _doubtful(step: Step) -> bool:
    """Whether the words around the step may change what it says."""
    if step.right.operations:  # "2 quarts = 16 * 2", "7 = 26 - 7 = 19": rather a way of writing than a slip
        return True
    left, right = step.left.expression, step.right.expression
    if ("%" in left) != ("%" in right) and ("+" in left or " - " in left):
        return True  # percent of what?
    if _after_number(step.before):
        return True
    units = {*step.left.units, *step.right.units}
    return not (
        SCALES.isdisjoint(units | set(step.before))
        and DENIALS.isdisjoint(step.around)
        and IF.isdisjoint(step.before[-2:])
    )


def _after_number(before: Sequence[str]) -> bool:
    """Whether a number before belongs to the step after all: 40 pieces of $1 x 0.50 = 20."""
    for piece in reversed(before):
        if piece in APART:
            return False
        if piece[:1].isdigit():
            return True
    return False


def _converted(step: Step, left: Fraction, right: Fraction) -> bool:
    """Whether the step may convert a unit without saying so: 20 * 50 cents = $10, 2 weeks + 3 days = 17 days."""
    units = [*step.left.units, *step.right.units]
    known = [unit for unit in units if unit in CONVERSIONS or (unit and read_unit(unit) not in (NONE, None))]
    if not known or len(set(units)) == 1:
        return False
    if "+" in step.left.expression + step.right.expression or " - " in step.left.expression:
        return True
    ratio = left / right if right else Fraction(0)
    return 1 in (ratio.numerator, ratio.denominator) and abs(ratio) != 1
