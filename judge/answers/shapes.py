r"""See what an answer is made of: a set, a tuple, a list, a matrix, an equation or label. It compares nothing.

All of it works on tidy, unwrapped text (see `judge.answers.latex`) in one pass over its characters.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["set", "tuple", "square", "list"]
"""`set` in braces, `tuple` in round or angle brackets, `square` in square ones, `list` in none."""

MAX_ITEMS = 64

_OPEN, _CLOSE = "([{", ")]}"
_WORDS = re.compile(
    r"(?:,\s*)?(?:(?<![A-Za-z\\])(?:and|or)(?![A-Za-z])|(?<=[\d)])or(?=[A-Z(])|或者?|和|与|、|\\(?:lor|vee)(?![A-Za-z]))|[,;，；]"
)
_PIECE = re.compile(r"\\[{}]|\\[lr]angle(?![A-Za-z])|[()\[\]{}]|" + _WORDS.pattern)
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_SIGNS = re.compile(r"\\(pm|mp)(?![A-Za-z])")
_MATRIX = re.compile(
    r"(?:\[\s*)?\\begin\s*\{(?P<kind>[pbBvV]?matrix|smallmatrix|array)\}(?:\s*\{[lcr| ]*\})?"
    r"(?P<body>.*)\\end\s*\{(?P=kind)\}(?:\s*\])?",
    re.DOTALL,
)
_NESTED_ROWS = re.compile(r"\[\s*\[([^\[\]]*)\](?:\s*,\s*\[[^\[\]]*\])*\s*\]")
_LABEL = re.compile(
    r"(?P<name>\|?(?:\\(?:angle|triangle|overline|vec|mathbf|operatorname)\s*)?\{?\\?[A-Za-z]+\}?'*(?:_(?:\w|\{[^{}]*\}))?\|?)"
    r"(?:\((?P<arguments>[A-Za-z](?:,\s*[A-Za-z])*)\))?"
)
_NAMES = re.compile(r"\(\s*[A-Za-z](?:_\w)?(?:\s*,\s*[A-Za-z](?:_\w)?)+\s*\)")
_EQUALS = re.compile(r"(?<![<>!:\\])=(?!=)")


@dataclass(frozen=True, slots=True)
class Collection:
    """Several answers in one."""

    kind: Kind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value and the name that it is given, such as x in x = 5 or f(x) in f(x) = 2x."""

    name: str
    arguments: tuple[str, ...]
    value: str


def read_collection(text: str) -> Collection | None:
    """Return the parts of a set, tuple or list; None when the text is a single thing or has too many parts."""
    inside, kind = _unbracket(text)
    pieces = _split(inside, grouped=kind == "list")
    if pieces is None or len(pieces) > MAX_ITEMS:
        return None
    if len(pieces) < 2 and kind != "set":  # (x+1) is x+1
        return None
    if not all(pieces) and not (kind == "set" and pieces == [""]):
        return None
    items = tuple(item for piece in pieces for item in both_signs(piece)) if kind in ("set", "list") else tuple(pieces)
    return Collection(kind, () if items == ("",) else items)


def both_signs(text: str) -> tuple[str, ...]:
    r"""Return `1 \pm x` as `1 + x` and `1 - x`; a text without such a sign, or with several, as it is."""
    if len(_SIGNS.findall(text)) != 1:
        return (text,)
    return tuple(_SIGNS.sub(sign, text) for sign in ("+", "-"))


def read_rows(text: str) -> tuple[tuple[str, ...], ...] | None:
    """Return the cells of a matrix (not of a determinant); None when the text is none."""
    if match := _MATRIX.fullmatch(text):
        if match["kind"] in ("vmatrix", "Vmatrix"):
            return None
        lines = re.split(r"\\\\(?:\s*\[[^\]]*\])?", match["body"])
        rows = [tuple(cell.strip() for cell in line.split("&")) for line in lines if line.strip(" \\hline")]
    elif _NESTED_ROWS.fullmatch(text):
        rows = [tuple(cell.strip() for cell in row.split(",")) for row in re.findall(r"\[([^\[\]]*)\]", text)]
    else:
        return None
    return (
        tuple(rows) if rows and len({len(row) for row in rows}) == 1 and len(rows) * len(rows[0]) <= MAX_ITEMS else None
    )


def read_label(text: str) -> Labelled | None:
    """Return the name and the last value of `x = ...`; None when the left side is no name."""
    name, equals, rest = text.partition("=")
    if not equals or not _EQUALS.search(text):
        return None
    match = _LABEL.fullmatch(name.strip())
    values = _EQUALS.split(rest)
    if match and rest.strip():
        arguments = tuple(part.strip() for part in (match["arguments"] or "").split(",") if part.strip())
        return Labelled(match["name"].strip("|{}"), arguments, values[-1].strip())
    if _NAMES.fullmatch(name.strip()):
        return Labelled(name.replace(" ", ""), (), values[-1].strip())
    return None


def sides(text: str) -> tuple[str, str] | None:
    """Return both sides of an equation; None when the text is none or a chain of several."""
    parts = _EQUALS.split(text)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 and all(map(str.strip, parts)) else None


def _unbracket(text: str) -> tuple[str, Kind]:
    """Return what stands inside the brackets around the whole of a text, and their kind."""
    for opening, closing, kind in _BRACKETS:
        if text.startswith(opening) and text.endswith(closing) and len(text) >= len(opening + closing):
            inside = text[len(opening) : len(text) - len(closing)]
            if _closed(inside):
                return inside.strip(), kind
    return text, "list"


_BRACKETS: tuple[tuple[str, str, Kind], ...] = (
    (r"\{", r"\}", "set"), ("{", "}", "list"), (r"\langle", r"\rangle", "tuple"), ("(", ")", "tuple"),
    ("[", "]", "square"),
)  # fmt: skip


def _closed(text: str) -> bool:
    """Whether no bracket in a text closes more than was opened in it."""
    depth = 0
    for piece in _PIECE.finditer(text):
        depth += _step(piece[0])
        if depth < 0:
            return False
    return depth == 0


def _step(piece: str) -> int:
    if piece in (r"\{", r"\langle") or piece in _OPEN:
        return 1
    return -1 if piece in (r"\}", r"\rangle") or piece in _CLOSE else 0


def _split(text: str, grouped: bool) -> list[str] | None:
    """Return the parts between commas, semicolons, "and" and "or" outside of brackets; None for unbalanced brackets.

    Commas between thousands part nothing where digits are `grouped`.
    """
    groups = _THOUSANDS.finditer(text) if grouped else ()
    thousands = {place for match in groups for place in range(*match.span())}
    depth, start, pieces = 0, 0, []
    for piece in _PIECE.finditer(text):
        if step := _step(piece[0]):
            depth += step
            if depth < 0:
                return None
        elif depth == 0 and piece.start() not in thousands:
            pieces.append(text[start : piece.start()].strip())
            start = piece.end()
    return [*pieces, text[start:].strip()] if depth == 0 else None
