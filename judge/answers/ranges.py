r"""Read parts of the number line: `[0,1)`, `(-\infty,1)\cup(2,\infty)`, `0 \le x < 1`, `x<1 or x>2`, `\{x : x>3\}`.

Ends are constants of any form; what depends on a second variable is not read here.
"""

import re
from dataclasses import dataclass

from judge.answers.formula import Tree, read_formula, variables
from judge.answers.numeric import constant, same_formula

MAX_SPANS = 16
_INFINITE = float("inf")

_RELATION = re.compile(r"\\(?:le|ge|ne)(?![A-Za-z])|[<>]")
_FLIPPED = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le", r"\ne": r"\ne"}
_UNION = re.compile(r"\\cup(?![A-Za-z])|(?<![A-Za-z\\])or(?![A-Za-z])|\\(?:lor|vee)(?![A-Za-z])|或")
_BOTH = re.compile(r",|;|(?<![A-Za-z\\])and(?![A-Za-z])|\\(?:land|wedge)(?![A-Za-z])|且")
_INTERVAL = re.compile(
    r"([(\[\]])\s*([^,;()\[\]]*(?:\([^()]*\)[^,;()\[\]]*)*)[,;]\s*([^,;()\[\]]*(?:\([^()]*\)[^,;()\[\]]*)*)([)\]\[])"
)
_MEMBER = re.compile(r"([A-Za-z]|\\[a-z]+)\s*\\in(?![A-Za-z])\s*(.+)", re.DOTALL)
_BUILDER = re.compile(
    r"\\?\{\s*([A-Za-z])\s*(?:\\in\s*(?:\\mathbb\s*\{?\s*R\s*\}?|R)\s*)?(?:[:|]|\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))(.+?)\\?\}"
)
_LINE = re.compile(r"\\mathbb\s*\{?\s*R\s*\}?|\\R|ℝ|(?i:all real numbers|all reals)")
_INFINITY = re.compile(r"([-+]?)\s*\\infty\s*")
_VARIABLE = re.compile(r"[A-Za-z](?:_(?:\w|\{\w+\}))?|\\(?:alpha|beta|theta|lambda|phi|mu|omega)\s*")


@dataclass(frozen=True, slots=True)
class End:
    """One end of a span: a constant and about how large it is."""

    size: float
    tree: Tree | None
    """None at infinity."""


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers between two ends."""

    low: End
    low_closed: bool
    high: End
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Range:
    """Spans in order, none touching the next, and the variable that lies in them ("" when none is named)."""

    spans: tuple[Span, ...]
    name: str = ""


_BOTTOM, _TOP = End(-_INFINITE, None), End(_INFINITE, None)


def read_range(text: str) -> Range | None:
    """Return the part of the number line that a tidy, unwrapped text describes; None when it describes none."""
    text = text.strip()
    name = ""
    if builder := _BUILDER.fullmatch(text):
        name, text = builder[1], builder[2]
    elif member := _MEMBER.fullmatch(text):
        name, text = member[1], member[2]
    if _LINE.fullmatch(text.strip()):
        return Range((Span(_BOTTOM, False, _TOP, False),), name)
    parts = _UNION.split(text)
    if len(parts) > MAX_SPANS:
        return None
    found: list[Span] = []
    for part in parts:
        spans, variable = _part(part.strip())
        if not spans or (name and variable and variable != name):
            return None
        name = name or variable
        found += spans
    return Range(_merged(found), name)


def same_range(gold: Range, answer: Range, strict: bool = True) -> bool | None:
    """Whether two ranges hold the same numbers; None when an end cannot be compared. Names count when `strict`."""
    if strict and gold.name and answer.name and gold.name != answer.name:
        return False
    if len(gold.spans) != len(answer.spans):
        return False
    verdicts = [
        verdict
        for right, left in zip(gold.spans, answer.spans, strict=True)
        for verdict in (
            (right.low_closed, right.high_closed) == (left.low_closed, left.high_closed),
            _same_end(right.low, left.low),
            _same_end(right.high, left.high),
        )
    ]
    return False if False in verdicts else None if None in verdicts else True


def _part(text: str) -> tuple[list[Span], str]:
    """Return the spans of one member of a union and the variable that it names; no spans when it cannot be read."""
    if match := _INTERVAL.fullmatch(text):
        low, high = _end(match[2]), _end(match[3])
        if low and high and low.size < high.size:
            return [Span(low, match[1] == "[", high, match[4] == "]")], ""
        return [], ""
    conditions = _BOTH.split(text)
    if len(conditions) > MAX_SPANS or not _RELATION.search(text):
        return [], ""
    chains = [_chain(part.strip()) for part in conditions]
    names = {name for _, name in chains}
    if len(names) != 1 or not all(spans for spans, _ in chains):
        return [], ""
    spans = chains[0][0]
    for others, _ in chains[1:]:
        spans = _both(spans, others)
    return spans, names.pop()


def _chain(text: str) -> tuple[list[Span], str]:
    r"""Read `x > 3`, `0 < x \le 1` or `x \ne 2`."""
    signs = [match[0] for match in _RELATION.finditer(text)]
    parts = [part.strip() for part in _RELATION.split(text)]
    places = [place for place, part in enumerate(parts) if _VARIABLE.fullmatch(part) and part not in ("e", "i")]
    if not 1 <= len(signs) <= 2 or len(places) != 1:
        return [], ""
    place = places[0]
    low, low_closed, high, high_closed = _BOTTOM, False, _TOP, False
    if len(signs) == 2 and (
        place != 1 or (signs[0][:2] != signs[1][:2] and {signs[0], signs[1]} not in ({"<", r"\le"}, {">", r"\ge"}))
    ):
        return [], ""
    for index, sign in enumerate(signs):
        end = _end(parts[index + 1] if index >= place else parts[index])
        if end is None or end.tree is None:
            return [], ""
        sign = sign if index >= place else _FLIPPED[sign]
        if sign == r"\ne":
            return [Span(_BOTTOM, False, end, False), Span(end, False, _TOP, False)], parts[place].strip()
        if sign in ("<", r"\le"):
            high, high_closed = end, sign == r"\le"
        else:
            low, low_closed = end, sign == r"\ge"
    if low.size > high.size:
        return [], ""
    return [Span(low, low_closed, high, high_closed)], parts[place].strip()


def _both(spans: list[Span], others: list[Span]) -> list[Span]:
    """Return what two inequalities say together: where they overlap, or either of them when they do not."""
    common = []
    for a in spans:
        for b in others:
            low = max((a.low.size, not a.low_closed, a), (b.low.size, not b.low_closed, b), key=lambda end: end[:2])[2]
            high = min((a.high.size, a.high_closed, a), (b.high.size, b.high_closed, b), key=lambda end: end[:2])[2]
            if low.low.size < high.high.size:
                common.append(Span(low.low, low.low_closed, high.high, high.high_closed))
    return common or [*spans, *others]


def _end(text: str) -> End | None:
    if infinite := _INFINITY.fullmatch(text.strip()):
        return _BOTTOM if infinite[1] == "-" else _TOP
    tree = read_formula(text)
    value = None if tree is None or variables(tree) else constant(tree)
    try:
        return None if value is None else End(float(value), tree)
    except (OverflowError, TypeError):
        return None


def _same_end(gold: End, answer: End) -> bool | None:
    if gold.tree is None or answer.tree is None:
        return gold.size == answer.size
    return same_formula(gold.tree, answer.tree)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    spans = sorted(spans, key=lambda span: (span.low.size, not span.low_closed))
    merged = spans[:1]
    for span in spans[1:]:
        last = merged[-1]
        touching = last.high.size == span.low.size and (last.high_closed or span.low_closed)
        if span.low.size < last.high.size or touching:
            longer = max((last, span), key=lambda one: (one.high.size, one.high_closed))
            merged[-1] = Span(last.low, last.low_closed, longer.high, longer.high_closed)
        else:
            merged.append(span)
    return tuple(merged)
