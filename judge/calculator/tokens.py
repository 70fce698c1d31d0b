r"""Cut an expression into tokens, with the many ways to type the same sign brought to one.

Read are ASCII, the usual Unicode signs (`×÷−√π²½`) and light LaTeX (`\frac{a}{b}`, `\times`, `\sqrt[3]{8}`). Length
and number of tokens are bounded; time is linear. What the tokens mean is known to `judge.calculator.parse`.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from judge.answers.unicode import normal
from judge.calculator.bounds import MAX_BITS, check_size
from judge.errors import ToolError

MAX_CHARACTERS = 4_000
MAX_TOKENS = 500
_MAX_EXPONENT_DIGITS = 6

_SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "×": "*", "✕": "*", "✖": "*", "·": "*", "⋅": "*",
    "∙": "*", "•": "*", "∗": "*", "÷": "/", "⁄": "/", "∕": "/", "√": " sqrt ", "∛": " cbrt ", "π": " pi ",
    "τ": " tau ", "≤": "<=", "≥": ">=", "≠": "!=", "∞": " infinity ", "°": " degree ", "，": ",",
}  # fmt: skip
_HALVES = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5",
           "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}  # fmt: skip
_TABLE = str.maketrans(_SIGNS)
_HIGH = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile("[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_VULGAR = re.compile(rf"(?:(?<![\d.,])(\d[\d.,]*+)(?<=\d)\s?)?([{''.join(_HALVES)}])")
_LATEX = (
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|,|;|:|!|q?quad)(?![A-Za-z])"), " "),
    (re.compile(r"\\(?:le|leq)(?![A-Za-z])"), "<="),
    (re.compile(r"\\(?:ge|geq)(?![A-Za-z])"), ">="),
    (re.compile(r"\\[dtc]?frac\s*(\d)\s*(\d)"), r" frac{\1}{\2}"),
    (re.compile(r"\\[dtc]?frac(?![A-Za-z])"), " frac"),
    (re.compile(r"\\d?t?binom(?![A-Za-z])"), " binom"),
    (re.compile(r"\\([%$])"), r"\1"),
    (re.compile(r"\\([A-Za-z]{1,12})"), r" \1"),
    (re.compile(r"\{,\}"), ","),
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/^%!()\[\]{},=<>$€£¥₹]))",
    re.ASCII,
)

Kind = Literal["number", "name", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of an expression."""

    kind: Kind
    text: str
    value: Fraction = Fraction(0)
    """Of a number."""


def tokens(text: str) -> list[Token]:
    """Return the tokens of an expression, with one of kind `end` behind.

    Raises:
        ToolError: it is too long, or holds something that is no arithmetic.
    """
    if len(text) > MAX_CHARACTERS:
        raise ToolError(f"the expression has {len(text):,} characters; shorten it to {MAX_CHARACTERS:,}")
    text = plain(text).rstrip()
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise ToolError(_strange(text[at:].lstrip()))
        if len(found) >= MAX_TOKENS:
            raise ToolError(f"the expression has more than {MAX_TOKENS} parts; compute it in pieces")
        found.append(_token(match))
        at = match.end()
    return [*found, Token("end", "the end")]


def plain(text: str) -> str:
    """Return the expression in ASCII where its signs have an ASCII form."""
    if not text.isascii():
        text = _RAISED.sub(lambda match: f"^({match[0].translate(_HIGH)})", text)
        text = _VULGAR.sub(_mixed, text)
        text = normal(text.translate(_TABLE))
    if "\\" in text or "{,}" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    return text


def _mixed(match: re.Match[str]) -> str:
    return f"({match[1]}+{_HALVES[match[2]]})" if match[1] else f"({_HALVES[match[2]]})"


def _token(match: re.Match[str]) -> Token:
    if match["number"]:
        return Token("number", match["number"], read_number(match["number"]))
    if match["name"]:
        return Token("name", match["name"])
    return Token("sign", "^" if match["sign"] == "**" else match["sign"])


def read_number(text: str) -> Fraction:
    """Return what a decimal or scientific numeral is worth, exactly.

    Raises:
        ToolError: its exponent makes it too large.
    """
    mantissa, _, exponent = text.replace(",", "").lower().partition("e")
    shift = exponent.lstrip("+-").lstrip("0")
    if len(shift) > _MAX_EXPONENT_DIGITS or int(shift or 0) * 4 > MAX_BITS:
        short = text if len(text) <= 30 else f"{text[:27]}..."
        digits = f"10^{len(shift) - 1} digits" if len(shift) > 15 else f"{int(shift):,} digits"
        check_size(MAX_BITS + 1, short, digits=digits)
    whole, _, places = mantissa.partition(".")
    try:
        value = Fraction(int(whole + places or "0"), 10 ** len(places))
    except ValueError as error:  # the interpreter was told to read fewer digits than usual
        raise ToolError(f"the number {text[:20]}... has {len(text):,} digits; shorten it") from error
    return value * Fraction(10) ** int(exponent or 0)


def _strange(rest: str) -> str:
    character = rest[0]
    if character in "'\"`":
        return "text in quotes is no number; write the numbers without quotes"
    if character == ".":
        return "a dot without a digit is no number; attributes of things cannot be asked for here"
    if character == ":":
        return "the character ':' has no meaning here; write a ratio as a division"
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return f"the character {shown!r} has no meaning in arithmetic; write it with digits, operators and brackets"
