"""Find the arithmetic steps that a text claims: `12 * 3 = 36`, `$5 x 3 boxes = $15`, `16 - 3 = 13 - 4 = 9`.

It reads; whether a step is right is for `judge.calculator.checked`. What it is not sure how to read is left out: an
equation with unknowns, a definition, a function of an unknown name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from judge.calculator.pieces import Piece, annotations, lines
from judge.calculator.sides import Side, read_side

MAX_PIECES = 80
"""Pieces on one side of a step."""
_BEFORE = 6


@dataclass(frozen=True, slots=True)
class Step:
    """A claim that two sides are equal, or nearly so."""

    left: Side
    right: Side
    near: bool = False
    """Whether it claims to be an approximation."""
    before: tuple[str, ...] = ()
    """The pieces before the left side, in lower case, the nearest last."""
    around: frozenset[str] = frozenset()
    """The words and marks of the whole line, in lower case."""

    def __str__(self) -> str:
        """Return the step as it was read: `12 * 3 = 36`."""
        return f"{self.left.expression} {'≈' if self.near else '='} {self.right.expression}"


def steps(text: str) -> list[Step]:
    """Return the steps that a text claims, each once, in order; those in `<<a*b=c>>` marks come last."""
    found = {str(step): step for line in lines(text) for step in _steps(line)}
    for note in annotations(text):
        for step in (step for line in lines(note) for step in _steps(line)):
            found.setdefault(str(step), step)
    return list(found.values())


def _steps(line: Sequence[Piece]) -> Iterator[Step]:
    places = [place for place, piece in enumerate(line) if piece.kind == "relation"]
    around = frozenset(piece.text.lower() for piece in line if piece.kind in ("word", "wall"))
    edges = [-1, *places, len(line)]
    for number, place in enumerate(places):
        clause = line[edges[number] + 1 : place]
        left, right = _suffix(clause), _prefix(line[place + 1 : edges[number + 2]])
        if left and right and left[0].operations + right.operations:
            before = tuple(piece.text.lower() for piece in clause[: left[1]][-_BEFORE:])
            yield Step(left[0], right, line[place].text == "≈", before, around)


def _suffix(clause: Sequence[Piece]) -> tuple[Side, int] | None:
    """Return the longest expression at the end of a clause and where it begins; None when it is not sure."""
    first = max(len(clause) - MAX_PIECES, 0)
    for start in range(first, len(clause)):
        found = read_side(clause, start)
        if found and found[1] == len(clause):
            sure = not _goes_on(clause, start) and not start == first > 0
            return (found[0], start) if sure else None
    return None


def _goes_on(clause: Sequence[Piece], start: int) -> bool:
    """Whether what stands before an expression may belong to it: a sign, also before words, or something unknown."""
    if start and clause[start - 1].kind in ("blur", "open", "number", "close"):
        return True
    if start and clause[start - 1].kind == "word" and clause[start].kind == "sign" and not _is_sign(clause, start):
        return True
    while start and clause[start - 1].kind == "word":
        start -= 1
    return start > 0 and clause[start - 1].kind == "sign" and clause[start - 1].text != "%"


def _is_sign(clause: Sequence[Piece], at: int) -> bool:
    """Whether a plus or minus belongs to the number behind it: `take -4`, not `thirty - 4`."""
    return clause[at].spaced and not clause[at + 1].spaced


def _prefix(clause: Sequence[Piece]) -> Side | None:
    """Return the longest expression at the head of a clause; None when it goes on with something unknown."""
    found = read_side(clause[:MAX_PIECES], 0)
    if found is None:
        return None
    side, end = found
    if end >= len(clause):
        return side
    then, further = clause[end], clause[end + 1].kind if end + 1 < len(clause) else ""
    if then.kind == "sign":  # "15 - which is more" is a dash, "15 * y" goes on
        return side if then.text == "-" and then.spaced and further == "word" else None
    unknown = then.kind in ("blur", "open") or (then.kind == "word" and not then.spaced)
    return None if unknown or (then.kind == "number" and clause[end - 1].kind != "word") else side
