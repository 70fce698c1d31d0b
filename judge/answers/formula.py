r"""Read a formula in a small, everyday part of LaTeX into a tree. Linear, bounded, and nothing is computed.

What it reads: numbers, letters with subscripts, `+ - * / ^ !`, `\frac`, `\sqrt`, brackets, bars, `\binom`, and the
usual functions. What it does not read, or what can be read in two ways (`1/2x`, `f(x)`, `\sin x(x+1)`), is refused, and
left to a computer algebra system.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

MAX_CHARACTERS = 2_000
MAX_DEPTH = 40

Tree = tuple[Any, ...]
"""("number", Fraction), ("variable", name), ("constant", name), or (operation, tree, ...)."""

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\\[A-Za-z]+|\\.|\S))\s*")
_DERIVATIVE = re.compile(r"\\frac\s*\{?\s*d\b[^{}]*\}?\s*\{\s*d")
_GREEK = frozenset(
    re.findall(
        r"\\\w+",
        r"\alpha\beta\gamma\delta\epsilon\varepsilon\zeta\eta\theta\vartheta\iota\kappa\lambda\mu\nu\xi\rho\sigma\tau"
        r"\upsilon\phi\varphi\chi\psi\omega\ell\Gamma\Delta\Theta\Lambda\Xi\Pi\Sigma\Upsilon\Phi\Psi\Omega",
    )
)
_VARIANTS = {r"\varepsilon": r"\epsilon", r"\varphi": r"\phi", r"\vartheta": r"\theta", r"\ell": "l"}
FUNCTIONS = frozenset((
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "exp",
))  # fmt: skip
_CONSTANTS = {r"\pi": "pi", "e": "e", "i": "i", r"\imath": "i", r"\e": "e"}
_TIMES = ("*", r"\cdot", r"\times", r"\ast")
_OVER = ("/", r"\div")
_CALLED = frozenset("fghFGHPQTWR")
"""Letters that, before a bracket, are rather functions than factors."""
_CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil", r"\{": r"\}"}
_GROUPS = {"|": "abs", r"\lfloor": "floor", r"\lceil": "ceil"}
_STARTS = frozenset(("(", "[", "{", r"\frac", r"\sqrt", r"\binom", r"\log", r"\lfloor", r"\lceil"))


class UnreadableError(ValueError):
    """The text is no formula of this grammar, or one with two meanings."""


@lru_cache(maxsize=4096)
def read_formula(text: str) -> Tree | None:
    """Return the tree of a tidy formula without frame; None when it is not read here."""
    if len(text) > MAX_CHARACTERS or _DERIVATIVE.search(text):
        return None
    tokens = [(match[1], match[2]) for match in _TOKEN.finditer(text)]
    reader = _Reader([number or sign for number, sign in tokens], [number is not None for number, _ in tokens])
    try:
        tree = reader.sum()
    except UnreadableError:
        return None
    return tree if reader.at == len(tokens) else None


def variables(tree: Tree) -> frozenset[str]:
    """Return the names of the variables in a tree."""
    if tree[0] == "variable":
        return frozenset((tree[1],))
    return frozenset().union(*(variables(part) for part in tree[1:] if isinstance(part, tuple)))


def _product(factors: list[Tree]) -> Tree:
    return factors[0] if len(factors) == 1 else ("*", *factors)


@dataclass(slots=True)
class _Reader:
    """Recursive descent over tokens, no deeper than MAX_DEPTH."""

    tokens: list[str]
    numeric: list[bool]
    at: int = 0
    depth: int = 0
    bars: int = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise UnreadableError("the formula ends too early")
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise UnreadableError(f"{token!r} is missing")

    def is_number(self) -> bool:
        return self.at < len(self.tokens) and self.numeric[self.at]

    def sum(self) -> Tree:
        terms = [self.signed()]
        while self.peek() in ("+", "-"):
            terms.append(self.signed())
        return terms[0] if len(terms) == 1 else ("+", *terms)

    def signed(self) -> Tree:
        negative = False
        while self.peek() in ("+", "-"):
            negative ^= self.take() == "-"
        term = self.product()
        return ("-", term) if negative else term

    def product(self) -> Tree:
        factors, divided = [self.power()], 0
        while True:
            token = self.peek()
            if token in _TIMES or token in _OVER:
                self.take()
                sign = self.take() if self.peek() in ("+", "-") else "+"
                factor = self.power()
                factor = ("-", factor) if sign == "-" else factor
                if token in _TIMES:
                    factors.append(factor)
                    continue
                factors, divided = [("/", _product(factors), factor)], divided + 1
                if divided > MAX_DEPTH:
                    raise UnreadableError("too many divisions")
            elif self.starts():
                if self.is_number() or (divided and len(factors) == 1):  # 3 5 has no meaning, and 1/2x two of them
                    raise UnreadableError("what is multiplied here is unclear")
                factors.append(self.power())
            else:
                return _product(factors)

    def starts(self) -> bool:
        """Whether the next token can begin a factor."""
        token = self.peek()
        return (
            self.is_number()
            or (len(token) == 1 and token.isalpha())
            or token in _STARTS
            or (token == "|" and not self.bars)
            or token in _GREEK
            or token in _CONSTANTS
            or token[1:] in FUNCTIONS
        )

    def power(self) -> Tree:
        tree = self.postfix(self.atom())
        if self.peek() != "^":
            return tree
        self.take()
        if self.peek() == r"\circ":
            self.take()
            return ("degrees", tree)
        return self.postfix(("^", tree, self.exponent()))

    def exponent(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deep")
        exponent = self.whole_exponent()
        self.depth -= 1
        return exponent

    def whole_exponent(self) -> Tree:
        negative = self.peek() == "-" and bool(self.take())
        if self.peek() == "{":
            exponent = self.group()
            if exponent == ("circle",):
                raise UnreadableError("a circle that is no degree")
        else:
            exponent = self.postfix(self.atom())
            if self.peek() == "^":
                self.take()
                exponent = ("^", exponent, self.exponent())
        return ("-", exponent) if negative else exponent

    def postfix(self, tree: Tree) -> Tree:
        while self.peek() in ("!", "%", r"\%"):
            tree = ("!", tree) if self.take() == "!" else ("/", tree, ("number", Fraction(100)))
        return tree

    def group(self) -> Tree:
        """Read what stands in brackets or bars, or is a fraction by `over` or `choose`."""
        opening = self.take()
        self.bars += opening == "|"
        tree = self.sum()
        if opening == "{" and self.peek() in (r"\over", r"\choose"):
            tree = ("/" if self.take() == r"\over" else "binom", tree, self.sum())
        self.expect(_CLOSING[opening])
        self.bars -= opening == "|"
        return (_GROUPS[opening], tree) if opening in _GROUPS else tree

    def argument(self) -> Tree:
        r"""Read the argument of a command: a group, or one digit or letter as in `\frac12`."""
        if self.peek() == "{":
            return self.group()
        if self.is_number():
            digits = self.tokens[self.at]
            if len(digits) > 1 and digits.isdecimal():
                self.tokens[self.at] = digits[1:]
            else:
                self.at += 1
                return ("number", Fraction(digits))
            return ("number", Fraction(digits[0]))
        return self.atom()

    def atom(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deep")
        tree = self.whole_atom()
        self.depth -= 1
        return tree

    def whole_atom(self) -> Tree:
        token = self.peek()
        if self.is_number():
            return self.number()
        if token in _CLOSING and token != r"\{":
            return self.group()
        self.take()
        if token == r"\frac":
            return ("/", self.argument(), self.argument())
        if token == r"\binom":
            return ("binom", self.argument(), self.argument())
        if token == r"\sqrt":
            return self.root()
        if token == r"\log":
            self.expect("_")
            base = self.argument()
            return ("/", ("ln", self.applied()), ("ln", base))
        if token[1:] in FUNCTIONS and token[0] == "\\":
            return self.function(token[1:])
        if token in _CONSTANTS and self.peek() != "_":
            return ("constant", _CONSTANTS[token])
        return self.variable(token)

    def number(self) -> Tree:
        value = Fraction(self.take())
        if self.peek() == r"\frac" and value.denominator == 1:
            before = self.at
            top, bottom = (self.take(), self.argument(), self.argument())[1:]
            if top[0] == bottom[0] == "number" and top[1] < bottom[1] and top[1].denominator == 1:
                return ("number", value + top[1] / bottom[1])  # a mixed number
            self.at = before
        return ("number", value)

    def root(self) -> Tree:
        index: Tree = ("number", Fraction(2))
        if self.peek() == "[":
            index = self.group()
        return ("root", self.argument(), index)

    def function(self, name: str) -> Tree:
        if self.peek() != "^":
            return (name, self.applied())
        self.take()
        power = self.exponent()
        if power == ("-", ("number", Fraction(1))):  # an inverse to some, a reciprocal to others
            raise UnreadableError("a function to the power of -1")
        return ("^", (name, self.applied()), power)

    def applied(self) -> Tree:
        r"""Read what a function is applied to: brackets, or the factors that follow, as in `\sin 2x`."""
        if self.peek() in ("(", "[", "{", "|"):
            tree = self.group()
            if self.peek() in ("^", "!"):
                raise UnreadableError("a power of a function or of its argument")
            return tree
        factors = [self.power()]
        while self.starts() and self.peek()[1:] not in FUNCTIONS and self.peek() != r"\log":
            if self.peek() in ("(", "[", "|"):
                raise UnreadableError("what a function is applied to is unclear")
            factors.append(self.power())
        return _product(factors)

    def variable(self, token: str) -> Tree:
        letter = len(token) == 1 and token.isalpha() and token.isascii()
        if not letter and token not in _GREEK:
            raise UnreadableError(f"{token!r} is no part of this grammar")
        name = _VARIANTS.get(token, token)
        if self.peek() == "_":
            self.take()
            name += f"_{self.subscript()}"
        if self.peek() == "'" or (self.peek() == "(" and token in _CALLED):
            raise UnreadableError("a function of some kind")
        return ("variable", name)

    def subscript(self) -> str:
        if self.peek() != "{":
            return self.take()
        self.take()
        parts = []
        while self.peek() != "}":
            parts.append(self.take())
            if parts[-1] == "{":
                raise UnreadableError("a subscript in braces")
        self.take()
        return "".join(parts)
