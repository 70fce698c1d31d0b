"""Compare two answers part by part, as far as that can be done exactly and at once.

Sets, tuples, lists, matrices, intervals, equations and labels are taken apart; their members are numbers with units or
formulas. What this cannot decide is left open, never guessed.
"""

import re
from collections.abc import Iterable, Sequence

from judge.answers.bases import read_numeral, same_numeral
from judge.answers.conventions import Conventions
from judge.answers.formula import Tree, read_formula
from judge.answers.measured import is_word, same_measured
from judge.answers.numeric import proportional, rename, same_formula
from judge.answers.quantities import read_quantity, same
from judge.answers.ranges import read_range, same_range
from judge.answers.shapes import Collection, Labelled, both_signs, read_collection, read_label, read_rows, sides

MAX_DEPTH = 4
MAX_ITEMS = 24
"""Members of a collection that are compared each with each."""


def compare(gold: str, answer: str, by: Conventions, depth: int = 0) -> bool | None:
    """Whether two tidy, unwrapped texts are the same; None when that is not found out here."""
    if depth > MAX_DEPTH or not gold or not answer:
        return None
    if gold.replace(" ", "") == answer.replace(" ", ""):
        return True
    verdict = _numbers(gold, answer, by)
    if verdict is not None:
        return verdict
    for guard in (_labels, _rows, _ranges, _ratios, _collections, _equations, _formulas, _kinds):
        verdict = guard(gold, answer, by, depth)
        if verdict is not None:
            return verdict
    return None


def _numbers(gold: str, answer: str, by: Conventions) -> bool | None:
    for text, other in ((gold, answer), (answer, gold)):
        if numeral := read_numeral(text):
            equal = same_numeral(numeral, other)
            return False if equal is None and _kind(other) in ("formula", "range", "matrix") else equal
    if (right := read_quantity(gold)) and (left := read_quantity(answer)):
        return same(right, left, by.digits)
    return None


def _labels(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    """Compare x = 5 with 5 or with x = 5, and f(n) = 2n with f(x) = 2x; different names are equations, or differ."""
    right, left = _label(gold), _label(answer)
    if right is None and left is None:
        return None
    if right is None or left is None:
        named, other = (left, gold) if right is None else (right, answer)
        assert named is not None
        if "=" in other:
            return _point(right, other, by, depth) if right else None
        return (
            compare(gold, named.value, by, depth + 1) if right is None else compare(named.value, answer, by, depth + 1)
        )
    if right.name != left.name or len(right.arguments) != len(left.arguments):
        return None if by.strict else compare(right.value, left.value, by, depth + 1)
    if right.arguments != left.arguments:
        return _renamed(right, left, by, depth)
    return compare(right.value, left.value, by, depth + 1)


def _point(gold: Labelled, answer: str, by: Conventions, depth: int) -> bool | None:
    """Compare (x,y) = (1,2) with x = 1, y = 2."""
    values, parts = read_collection(gold.value), read_collection(answer)
    labels = {label.name: label.value for label in map(read_label, parts.items if parts else ()) if label}
    names = gold.name.strip("()").split(",")
    if values is None or set(labels) != set(names):
        return None
    return _ordered(values.items, [labels[name] for name in names], by, depth)


def _label(text: str) -> Labelled | None:
    """Return a label with its value; x = 1 or x = 2 is one whose value is 1, 2."""
    several = read_collection(text)
    if several is None or several.kind != "list" or not several.items[1:] or "=" not in several.items[1]:
        return read_label(text)
    labels = [label for label in map(read_label, several.items) if label]
    names = {(re.sub(r"_.*", "", label.name), len(label.arguments)) for label in labels}
    if len(labels) != len(several.items) or len(names) != 1:
        return None
    return Labelled(names.pop()[0], labels[0].arguments, ", ".join(label.value for label in labels))


def _renamed(right: Labelled, left: Labelled, by: Conventions, depth: int) -> bool | None:
    gold, answer = read_formula(right.value), read_formula(left.value)
    if gold is None or answer is None:
        used = any(re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", right.value + left.value) for name in right.arguments)
        return None if used else compare(right.value, left.value, by, depth + 1)
    return same_formula(gold, rename(answer, dict(zip(left.arguments, right.arguments, strict=True))))


def _rows(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    right, left = read_rows(gold), read_rows(answer)
    if right is None or left is None:
        columns = right if right is not None else left
        other = read_collection(answer if right is not None else gold)
        if not columns or len(columns[0]) > 1 or not other or other.kind not in ("tuple", "square"):
            return None
        cells = tuple(row[0] for row in columns)  # a column vector may be written as a tuple
        return _ordered(*((cells, other.items) if right is not None else (other.items, cells)), by, depth)
    if (len(right), len(right[0])) != (len(left), len(left[0])):
        return False
    return _ordered([cell for row in right for cell in row], [cell for row in left for cell in row], by, depth)


def _ranges(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    right, left = read_range(gold), read_range(answer)
    if right is None or left is None:
        return None
    if not by.set_relation and not _is_relation(gold) and _is_relation(answer):
        return False
    return same_range(right, left, by.strict)


def _is_relation(text: str) -> bool:
    return re.search(r"[<>]|\\(?:le|ge|ne)(?![A-Za-z])", text) is not None and "{" not in text[:2]


def _ratios(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    """Compare 3:4 with 6:8, 3 to 4 or 3/4."""
    right, left = _terms(gold), _terms(answer)
    if right is None or (left is None and len(right) != 2):
        return None
    if left is None:
        over = read_formula(answer)
        return None if over is None else same_formula(("/", *right), over)
    if len(right) != len(left):
        return False
    return _all(same_formula(("*", a, left[0]), ("*", b, right[0])) for a, b in zip(right, left, strict=True))


def _terms(text: str) -> tuple[Tree, ...] | None:
    parts = re.split(r":|\\colon(?![A-Za-z])|(?<=\d)\s+to\s+(?=\d)", text)
    if not 2 <= len(parts) <= 6:
        return None
    trees = [read_formula(part.strip()) for part in parts]
    return tuple(tree for tree in trees if tree) if all(trees) else None


def _collections(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    right, left = _collection(gold), _collection(answer)
    if right is None and left is None:
        return None
    if right is None or left is None:
        return _alone(gold, answer, right, left, by, depth)
    kinds = (right.kind, left.kind)
    if "square" in kinds and right.kind != left.kind and len(right.items) == 2:
        return False if "tuple" in kinds else None  # a closed interval and an open one
    if right.kind == "list" and all(map(read_label, right.items)):
        return _labelled(right.items, left.items, by, depth)
    if left.kind == "list" and all(map(read_label, left.items)) and right.kind != "list":
        left = Collection("tuple", tuple(label.value for label in map(read_label, left.items) if label))
        return _ordered(right.items, left.items, by, depth)
    if set(kinds) <= {"set", "list"} or (not by.strict and "set" in kinds):
        return _unordered(right.items, left.items, by, depth)
    if "set" in kinds:
        return False
    return _ordered(right.items, left.items, by, depth)


def _collection(text: str) -> Collection | None:
    found = read_collection(text)
    if found is None and len(signs := both_signs(text)) == 2 and not sides(text):
        return Collection("list", signs)
    return found


def _alone(
    gold: str, answer: str, right: Collection | None, left: Collection | None, by: Conventions, depth: int
) -> bool | None:
    """Compare a collection with what is none: only one of a single member equals that member."""
    one = right or left
    assert one is not None
    if not right and len(one.items) > 1:  # 15 39/40 or 639/40 is one answer
        verdict = _all(compare(gold, item, by, depth + 1) for item in one.items[:MAX_ITEMS])
        return verdict if verdict or read_quantity(gold) or read_formula(gold) else None
    if len(one.items) != 1:
        return False if read_quantity(answer) or read_formula(answer) else None
    return compare(one.items[0], answer, by, depth + 1) if right else compare(gold, one.items[0], by, depth + 1)


def _labelled(gold: Sequence[str], answer: Sequence[str], by: Conventions, depth: int) -> bool | None:
    """Compare x = 1, y = 2 with itself in any order, or with (1, 2) or 1, 2; roots x_1, x_2 in any order."""
    right = [label for label in map(read_label, gold) if label]
    left = [label for label in map(read_label, answer) if label]
    values = [label.value for label in right]
    names = {re.sub(r"_.*", "", label.name) for label in right}
    if len(names) == 1:
        return _unordered(values, [label.value for label in left] if len(left) == len(answer) else answer, by, depth)
    if not left:
        return _ordered(values, answer, by, depth)
    theirs = {label.name: label.value for label in left}
    if len(left) != len(answer) or set(theirs) != {label.name for label in right}:
        return None
    return _ordered(values, [theirs[label.name] for label in right], by, depth)


def _ordered(gold: Sequence[str], answer: Sequence[str], by: Conventions, depth: int) -> bool | None:
    if len(gold) != len(answer):
        return False
    return _all(compare(a, b, by, depth + 1) for a, b in zip(gold, answer, strict=True))


def _unordered(gold: Sequence[str], answer: Sequence[str], by: Conventions, depth: int) -> bool | None:
    if max(len(gold), len(answer)) > MAX_ITEMS:
        return None
    if not gold or not answer:
        return len(gold) == len(answer)
    table = [[compare(a, b, by, depth + 1) for b in answer] for a in gold]
    columns = list(zip(*table, strict=True))
    if all(True in line for line in (*table, *columns)):
        return True
    return None if any(None in line and True not in line for line in (*table, *columns)) else False


def _equations(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    right, left = sides(gold), sides(answer)
    if right is None or left is None:
        return None
    trees = [read_formula(side) for side in (*right, *left)]
    if None in trees:
        return None
    a, b, c, d = trees
    return proportional(("+", a, ("-", b)), ("+", c, ("-", d)))


def _formulas(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    return same_measured(gold, answer, by)


def _kinds(gold: str, answer: str, by: Conventions, depth: int) -> bool | None:
    """A matrix or a part of the number line is no number and no formula; nor is an equation answered by a number."""
    right, left = _kind(gold), _kind(answer)
    if left == "formula" and (equation := sides(gold)) and all(map(read_formula, equation)) and not read_label(gold):
        return False
    return False if right and left and right != left else None


def _kind(text: str) -> str:
    if read_rows(text):
        return "matrix"
    if read_range(text):
        return "range"
    if read_quantity(text) or (read_formula(text) and not is_word(text)):
        return "formula"
    return "words" if re.fullmatch(r"[A-Za-z]{4,}", text) and not re.search("nan|inf", text.lower()) else ""


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    return False if False in found else None if None in found else True
