"""Read one side of a claimed step from pieces: the expression, and the words that name what is counted."""

from collections.abc import Sequence
from dataclasses import dataclass

from judge.calculator.pieces import Piece
from judge.calculator.words import JOINTS

_MAX_UNIT_WORDS = 4
_OPERATIONS = frozenset("+-*/^")
_ROOTS = frozenset({"sqrt", "cbrt"})
_TIGHT = (("( ", "("), (" )", ")"), (" %", "%"), (" !", "!"), (" ^ ", "^"))


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a step."""

    expression: str
    """As the calculator reads it."""
    numbers: tuple[Piece, ...]
    units: tuple[str, ...]
    """For each number the word behind it, in lower case and singular; "" where there is none."""
    operations: int
    second: str = ""
    """Another reading: without the sign it begins with, or from the spaced dash behind its first number on."""
    head: str = ""
    """The expression up to its first operation: in `13 - 4` it is 13."""


def read_side(pieces: Sequence[Piece], start: int) -> tuple[Side, int] | None:
    """Return the longest expression that begins at a piece, and where it ends; None when none does."""
    return _Reader(pieces, start).read()


class _Reader:
    """An automaton that expects now an operand, now an operation."""

    def __init__(self, pieces: Sequence[Piece], start: int) -> None:
        self._pieces = pieces
        self._at = start
        self._written: list[str] = []
        self._numbers: list[Piece] = []
        self._units: list[str] = []
        self._operations = 0
        self._depth = 0
        self._due = True
        """Whether an operand is due."""
        self._head = self._dash = 0
        self._best: tuple[Side, int] | None = None

    def read(self) -> tuple[Side, int] | None:
        while self._at < len(self._pieces) and (self._operand() if self._due else self._behind()):
            if not self._due and self._depth == 0:
                self._best = self._side(), self._at
        return self._best

    def _operand(self) -> bool:
        piece = self._pieces[self._at]
        if piece.kind == "number":
            self._write(piece.text)
            self._numbers.append(piece)
            self._due = False
            self._units.append(self._words())
        elif piece.kind == "open":
            self._write("(")
            self._depth += 1
        elif piece.text in _ROOTS or (piece.text in ("+", "-") and not self._ends_in_sign()):
            self._operations += piece.text in _ROOTS
            self._write(piece.text)
        else:
            return False
        return True

    def _behind(self) -> bool:
        piece = self._pieces[self._at]
        if piece.kind == "close" and self._depth:
            self._write(")")
            self._depth -= 1
            self._words()
        elif piece.text == "%" or (piece.text == "!" and not piece.spaced):
            self._operations += piece.text == "!"
            self._write(piece.text)
            self._words()
        elif piece.kind == "sign" and piece.text in _OPERATIONS:
            if self._begins_anew(piece):
                return False
            if piece.text == "/" and self._kind(1) == "word":
                self._at += 1  # 60 miles/hour
                self._words()
            else:
                self._operation(piece)
        elif piece.text == "of" and (self._written[-1] == "%" or self._written[-2:-1] == ["/"]):
            self._operation(piece)
        elif piece.kind == "open":
            return self._bracket(piece)
        else:
            return False
        return True

    def _bracket(self, piece: Piece) -> bool:
        """Pass over a remark in brackets; a bracket right behind a number multiplies."""
        end = self._at + 1
        while end < len(self._pieces) and self._pieces[end].kind == "word":
            end += 1
        if end > self._at + 1 and end < len(self._pieces) and self._pieces[end].kind == "close":
            self._at = end + 1
            return True
        if piece.spaced or piece.text != "(":
            return False
        self._written.append("*")
        self._operations += 1
        self._due = True
        return self._operand()

    def _operation(self, piece: Piece) -> None:
        if self._depth == 0 and not self._head:
            self._head = len(self._written)
            if piece.text == "-" and piece.spaced:
                self._dash = len(self._written) + 1
        self._write("*" if piece.text == "of" else piece.text)
        self._operations += 1
        self._due = True

    def _words(self) -> str:
        """Pass over the words behind a number and return the first of them."""
        first = ""
        for _ in range(_MAX_UNIT_WORDS):
            if self._kind() != "word" or (self._pieces[self._at].text == "of" and self._written[-1] == "%"):
                break
            piece = self._pieces[self._at]
            word = piece.text.lower()
            if word in JOINTS or (word == "of" and self._written[-2:-1] == ["/"]):
                break
            if not piece.spaced and self._written[-1] == ")":
                break  # a variable behind a bracket
            first = first or (word[:-1] if len(word) > 3 and word.endswith("s") else word)
            self._at += 1
        return first

    def _begins_anew(self, piece: Piece) -> bool:
        """Whether a sign behind words belongs to the number that follows: "and take -4 * 256"."""
        following = self._pieces[self._at + 1 : self._at + 2]
        behind_words = self._pieces[self._at - 1].kind == "word"
        return behind_words and piece.text in "+-" and piece.spaced and bool(following) and not following[0].spaced

    def _kind(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._pieces[at].kind if at < len(self._pieces) else ""

    def _ends_in_sign(self) -> bool:
        return self._written[-2:-1] != [] and self._written[-1] in "+-" and self._written[-2] in "+-*/^"

    def _write(self, text: str) -> None:
        self._written.append(text)
        self._at += 1

    def _side(self) -> Side:
        second = self._written[self._dash :] if self._dash else []
        if self._written[0] in "+-":
            second = self._written[1:]
        return Side(
            _join(self._written),
            tuple(self._numbers),
            tuple(self._units),
            self._operations,
            _join(second),
            _join(self._written[: self._head]),
        )


def _join(written: Sequence[str]) -> str:
    text = " ".join(written)
    for wide, tight in _TIGHT:
        text = text.replace(wide, tight)
    return text
