"""Read an expression by precedence and compute it on the way, within the bounds of `Arithmetic`.

From loose to tight: comparisons; `+ -`; `* / // mod %` and numbers before brackets; signs; powers, from the right;
`! %` behind. Nothing is ever handed to Python's own evaluation.
"""

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction

from judge.calculator.bounds import Arithmetic, Number
from judge.calculator.functions import CONSTANTS, call, known
from judge.calculator.roots import power
from judge.calculator.tokens import Token
from judge.errors import ToolError

MAX_DEPTH = 60
_MARKS = frozenset("$€£¥₹")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_PREFIX_ROOTS = ("sqrt", "cbrt")
_LOOSE_NAMES = ("mod", "of")
_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_COMMA = "a comma parts arguments or thousands (1,000), nothing else; write decimals with a dot"
_HUNDRED = Number(Fraction(100))
_ALIKE = Fraction(1, 10**40)


class Parser:
    """One reading of one expression."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._arithmetic = Arithmetic()

    def number_or_truth(self) -> Number | bool:
        """Return the value of the whole expression: of a comparison, whether it holds.

        Raises:
            ToolError: it is no arithmetic, has no value, or is too large.
        """
        sides, signs = [self._terms()], []
        while self._now.text in _COMPARISONS:
            signs.append(self._next().text)
            sides.append(self._terms())
        if self._now.text == ",":
            raise ToolError(_COMMA)
        if self._now.kind != "end":
            raise ToolError(f"an operator is missing before {self._now.text[:20]!r}; write every operation out")
        if not signs:
            return sides[0]
        return all(_holds(a, sign, b) for a, sign, b in zip(sides, signs, sides[1:], strict=False))

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _taken(self, text: str) -> bool:
        if self._now.text == text and self._now.kind != "end":
            self._at += 1
            return True
        return False

    def _terms(self) -> Number:
        self._enter()
        total = self._factors()
        while self._now.text in ("+", "-"):
            sign = 1 if self._next().text == "+" else -1
            total = self._arithmetic.add(total, self._factors(), sign)
        self._depth -= 1
        return total

    def _factors(self) -> Number:
        total, divided = self._signed(), False
        while True:
            if (sign := self._now.text) in ("*", "/", "//", "%") or sign in _LOOSE_NAMES:
                self._next()
                total, divided = self._operation(sign, total), sign == "/"
            elif self._now.kind == "name" or sign in ("(", "{"):
                if divided:
                    raise ToolError(f"{sign!r} right behind a division may be read two ways; write * or brackets")
                total = self._arithmetic.multiply(total, self._signed())
            else:
                return total

    def _operation(self, sign: str, left: Number) -> Number:
        right = self._signed()
        if sign in ("*", "of"):
            return self._arithmetic.multiply(left, right)
        if sign == "/":
            return self._arithmetic.divide(left, right)
        return (self._arithmetic.floor_divide if sign == "//" else self._arithmetic.modulo)(left, right)

    def _signed(self) -> Number:
        self._enter()
        if self._now.text in ("+", "-") and self._now.kind == "sign":
            negative = self._next().text == "-"
            found = self._signed()
            found = Number(-found.value, found.exact) if negative else found
        else:
            found = self._power()
        self._depth -= 1
        return found

    def _power(self) -> Number:
        base = self._behind(self._atom())
        if not self._taken("^"):
            return base
        exponent = self._signed()
        if exponent.whole:
            return self._arithmetic.power(base, exponent.value.numerator)
        self._arithmetic.count_call()
        return power(base, exponent)

    def _behind(self, found: Number) -> Number:
        while True:
            if self._taken("!"):
                found = self._arithmetic.factorial(found)
            elif self._now.text == "%" and not self._begins(self._at + 1):
                self._next()
                found = self._arithmetic.divide(found, _HUNDRED)
            elif self._taken("degree"):
                raise ToolError("degrees are for sind, cosd and tand; write sind(30) for the sine of 30 degrees")
            else:
                return found

    def _begins(self, at: int) -> bool:
        """Whether an operand begins at a token: then the sign before it is an operation between two."""
        token = self._tokens[at]
        if token.kind == "name":
            return token.text not in _LOOSE_NAMES
        return token.kind == "number" or token.text in _CLOSING or token.text in _MARKS

    def _atom(self) -> Number:
        token = self._next()
        if token.text in _MARKS:
            token = self._next()
        if token.kind == "number":
            return Number(token.value)
        if token.kind == "name":
            return self._named(token.text)
        if token.text in _CLOSING:
            found = self._terms()
            self._close(token.text)
            return found
        if token.kind == "end":
            raise ToolError("the expression ends where a number is due; complete it")
        raise ToolError(f"{token.text!r} stands where a number is due; check what is before it")

    def _named(self, name: str) -> Number:
        if name in _PREFIX_ROOTS and self._now.text not in _CLOSING:
            self._enter()
            found = call(name, [self._behind(self._atom())], self._arithmetic)
            self._depth -= 1
            return found
        if name == "sqrt" and self._taken("["):
            degree = self._listed("[")
            return call("root", [*self._listed(self._next().text), *degree], self._arithmetic)
        if known(name) and self._now.text in _CLOSING:
            return call(name, self._arguments(), self._arithmetic)
        if (constant := CONSTANTS.get(name.lower())) is not None:
            return constant
        raise ToolError(_unknown(name))

    def _arguments(self) -> list[Number]:
        """Read `(a, b)`, `([a, b])`, and LaTeX's `{a}{b}`."""
        bracket = self._next().text
        found = self._listed(bracket)
        while bracket == "{" and self._taken("{"):
            found += self._listed("{")
        return found

    def _listed(self, bracket: str) -> list[Number]:
        if bracket not in _CLOSING:
            raise ToolError(f"{bracket!r} stands where a bracket is due; put arguments in brackets")
        if self._taken(_CLOSING[bracket]):
            return []
        self._enter()
        found: list[Number] = []
        while True:
            if self._now.kind == "number" and "," in self._now.text:
                raise ToolError(
                    f"{self._now.text} among arguments may be one number or several; "
                    "write it without commas, or with a space behind each comma"
                )
            found += self._listed(self._next().text) if self._now.text == "[" else [self._terms()]
            if not self._taken(","):
                self._close(bracket)
                self._depth -= 1
                return found

    def _close(self, bracket: str) -> None:
        token = self._next()
        if token.text == "," and bracket != "[":
            raise ToolError(_COMMA)
        if token.text != _CLOSING[bracket] or token.kind == "end":
            raise ToolError(f"{token.text[:20]!r} stands where {_CLOSING[bracket]!r} is due; close the bracket")

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > 2 * MAX_DEPTH:  # a bracket enters twice
            raise ToolError(f"brackets or signs are nested more than {MAX_DEPTH} deep; compute it in pieces")


def _holds(a: Number, sign: str, b: Number) -> bool:
    """Compare; rounded numbers that differ only behind the fortieth digit count as equal."""
    difference = a.value - b.value
    size = max(abs(a.value), abs(b.value), Fraction(1))
    if not (a.exact and b.exact) and abs(difference) <= _ALIKE * size:
        difference = Fraction(0)
    return _COMPARISONS[sign](difference, Fraction(0))


def _unknown(name: str) -> str:
    plain = name.lower()
    if plain in ("inf", "infinity", "nan", "oo"):
        return f"{name} is no number that can be computed with; use a finite one"
    if plain in ("true", "false", "none", "null", "and", "or", "not", "in", "is", "if", "else", "for", "lambda"):
        return f"{name!r} is no arithmetic; only numbers, operators and functions are computed"
    if known(name):
        return f"{name} is a function; put its arguments in brackets"
    return f"{name[:40]!r} is no number, constant or function known here; put its value in"
