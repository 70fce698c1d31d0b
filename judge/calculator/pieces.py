r"""Cut running text into the pieces that arithmetic is made of: numbers, signs, brackets, relations and words.

Fenced code is left out. What a reader would have to guess (`2x`, `5:30`, `x_1`, `f(3)`) is a `blur`, so that nobody
computes with it. Time is linear in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from judge.answers.units import NONE, read_unit
from judge.calculator.tokens import plain, read_number
from judge.calculator.words import SHORT
from judge.errors import ToolError

MAX_LINE = 2_000
"""Characters of a line; longer ones are cut into pieces of that length."""

Kind = Literal["number", "sign", "open", "close", "relation", "word", "wall", "blur"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line."""

    kind: Kind
    text: str
    value: Fraction = Fraction(0)
    """Of a number."""
    places: int = 0
    """Decimal places that a number shows; below 0 for whole tens in scientific notation."""
    spaced: bool = True
    """Whether there is space before it."""


_CODE = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)|\[asy\].*?(?:\[/asy\]|\Z)", re.MULTILINE | re.DOTALL
)
_ANNOTATION = re.compile(r"<<([^<>\n]{1,200})>>")
_BULLET = re.compile(r"[ \t]*(?:[-*•+·]|\(?\d{1,3}[.)]|[A-Za-z][.)])[ \t]+(?![-*/+=×÷])")
_TEXT = re.compile(r"\\(?:text(?:bf|it|rm|normal)?|math(?:rm|bf|it)|mbox|operatorname)\s{0,3}\{([^{}]*)\}")
_ARROWS = re.compile(r"\\(?:Right|right|Longright)arrow|\\implies|\\to(?![A-Za-z])|[→⇒⟹—|]|->|=>")
_NEAR = re.compile(r"\\approx|\\simeq|\\doteq|[≈≃≅≒]|~=")
_DROPPED = re.compile(r"\\(?:boxed|fbox|displaystyle)(?![A-Za-z])|\\[()\[\]]|[&`$€£¥₹_]{2,}|[&`$€£¥₹]|\\\$")
_BOLD = re.compile(r"(?<![\w)\]}])\*\*|\*\*(?![\w(\[$.-])|(?<=\s)\*\*(?=\S)(?!\*)|(?<=\S)\*\*(?=\s)")
_GROUPS = (  # from the inside out, as often as they are nested
    (re.compile(r"(?<!\d)(\d{1,4})\s?\\[dt]?frac\{(\d{1,3})\}\{(\d{1,3})\}"), None),
    (re.compile(r"\\[dtc]?frac\s{0,3}\{([^{}]{1,200})\}\s{0,3}\{([^{}]{1,200})\}"), r"((\1)/(\2))"),
    (re.compile(r"(?<=[\d)}])\s?\\sqrt\{([^{}]{1,200})\}"), r" * sqrt(\1)"),
    (re.compile(r"\\sqrt\{([^{}]{1,200})\}"), r"sqrt(\1)"),
    (re.compile(r"\^\{([^{}]{1,200})\}"), r"^(\1)"),
)
_NESTED = 4
_COMMANDS = re.compile(r"\\(?!(?:times|cdot|ast|div|left|right|[bB]igg?[lr]?|q?quad|pi)(?![A-Za-z])|[%,;:! ])[A-Za-z]*")
_MIXED = re.compile(r"(?<![\d./])(\d{1,4}) (\d{1,3})/(\d{1,3})(?![\d/.])")
_SPOKEN = (
    (re.compile(r"(?<=[\d)%\w])\s{1,3}(?:times|multiplied by)\s{1,3}(?=[$(]?[-.]?\d)", re.IGNORECASE), " * "),
    (re.compile(r"(?<=[\d)%\w])\s{1,3}divided by\s{1,3}(?=[$(]?[-.]?\d)", re.IGNORECASE), " / "),
    (re.compile(r"(?<=[\d)%\w])\s{1,3}equals?\s{1,3}(?=[$(]?[-.]?\d)", re.IGNORECASE), " = "),
    (re.compile(r"\s?\b(?:percent|per cent)\b", re.IGNORECASE), "%"),
    (re.compile(r"(?<=[\d)%])[xX](?=\$?\.?\d)|(?<=[\w)%])\s{1,3}[xX]\s{0,3}(?=[$(]?[-.]?\d)"), " * "),
)
_PIECE = re.compile(
    r"(?P<space>\s*)(?:"
    r"(?P<blur>\d+(?::\d+)+|\d+(?:\.\d+){2,}|\.{2,}|[-+*/%^!<>:&|]=|==+|@)"
    r"|(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE](?:[-+]\d)?\d+)?|\.\d+)(?P<stuck>[A-Za-z_]\w*)?"
    r"|(?P<word>[A-Za-z_][\w'’-]*(?<![-'’]))(?P<call>[(\[])?"
    r"|(?P<relation>[≈=])"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<sign>\*\*|[-+*/^%!])"
    r"|(?P<wall>.))",
    re.ASCII | re.DOTALL,
)
_FUNCTIONS = frozenset({"sqrt", "cbrt"})


def annotations(text: str) -> list[str]:
    """Return what stands in `<<a*b=c>>` marks, in order."""
    return _ANNOTATION.findall(_CODE.sub("\n", text))


def lines(text: str) -> Iterator[list[Piece]]:
    """Yield the pieces of each line of a text, without fenced code and annotations."""
    text = _ANNOTATION.sub("", _CODE.sub("\n", text)).replace("\\\\", "\n")
    for line in text.splitlines():
        for start in range(0, len(line), MAX_LINE):
            if "=" in (part := _tidy(line[start : start + MAX_LINE])) or "≈" in part:
                yield list(_pieces(part))


def _tidy(line: str) -> str:
    if bullet := _BULLET.match(line):
        line = line[bullet.end() :]
    line = _NEAR.sub("≈", _ARROWS.sub(" ; ", _TEXT.sub(r" \1 ", line)))
    line = _BOLD.sub(" ", _DROPPED.sub("", line))
    for _ in range(_NESTED if "\\" in line or "{" in line else 0):
        for group, replacement in _GROUPS:
            line = group.sub(replacement or _mixed, line)
    line = plain(_COMMANDS.sub("@", line).replace("…", "@").replace("≈", "\0")).replace("\0", "≈")
    line = _MIXED.sub(_mixed, line)
    for pattern, replacement in _SPOKEN:
        line = pattern.sub(replacement, line)
    return line


def _mixed(match: re.Match[str]) -> str:
    r"""Return 2 1/2 and 2\frac{1}{2} as (2+1/2)."""
    if int(match[2]) < int(match[3]):
        return f"({match[1]}+{match[2]}/{match[3]})"
    return f"{match[1]} * ({match[2]}/{match[3]})" if "\\" in match[0] else match[0]


def _pieces(line: str) -> Iterator[Piece]:
    at = 0
    while at < len(line) and (match := _PIECE.match(line, at)):
        at = match.end()
        spaced = bool(match["space"]) or match.start() == 0
        if match["number"]:
            yield from _number(match["number"], match["stuck"], spaced)
        elif match["word"]:
            called = match["call"] and match["word"] not in _FUNCTIONS
            symbol = len(match["word"]) < 3 and not _is_word(match["word"])
            unsure = called or symbol or "_" in match["word"] or any(map(str.isdigit, match["word"]))
            yield Piece("blur" if unsure else "word", match["word"], spaced=spaced)
            if match["call"]:
                yield Piece("open", match["call"], spaced=False)
        elif kind := match.lastgroup:
            text = match[kind]
            yield Piece(_kind(kind), "^" if text == "**" else text, spaced=spaced)


def _is_word(text: str) -> bool:
    """Whether one or two letters are a word or a unit; else they are a variable."""
    return text.lower() in SHORT or (len(text) == 2 and read_unit(text) not in (NONE, None))


def _number(text: str, stuck: str | None, spaced: bool) -> Iterator[Piece]:
    if stuck and (len(stuck) == 1 or read_unit(stuck) in (NONE, None)):
        yield Piece("blur", text + stuck, spaced=spaced)
        return
    try:
        value = read_number(text)
    except ToolError:
        yield Piece("blur", text[:30], spaced=spaced)
        return
    mantissa, _, exponent = text.lower().partition("e")
    yield Piece("number", text.replace(",", ""), value, len(mantissa.partition(".")[2]) - int(exponent or 0), spaced)
    if stuck:
        yield Piece("word", stuck, spaced=False)


def _kind(group: str) -> Kind:
    kinds: dict[str, Kind] = {"relation": "relation", "open": "open", "close": "close", "sign": "sign", "blur": "blur"}
    return kinds.get(group, "wall")
