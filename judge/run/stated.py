"""Constraints as data sets state them: names beside arguments, as lists or as text, also in the place of a reference.

| data set | value |
|---|---|
| IFEval, IFBench | instruction_id_list and kwargs, each a list, or text that is one |
| open-instruct | `[{"instruction_id": [...], "kwargs": [...]}]` as ground truth, or text that is one |

Text is JSON, or a list or object as Python writes it, which is read and never run. Every function raises DataError
with a phrase that completes "the constraints ...".
"""

import ast
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from judge.run import content
from judge.types import Constraint

_MARK = "instruction_id"
"""The field by which open-instruct's constraints are known."""


def constraints(value: Any, arguments: Any = None) -> tuple[Constraint, ...]:
    """Return constraints from names and a list of arguments beside them, or from objects that hold both."""
    named, given = _read(value), _read(arguments)
    if isinstance(given, list):
        given = [_read(each) for each in given]
    return content.constraints(named, given)


def stated(value: Any) -> tuple[tuple[Constraint, ...], Any]:
    """Return the constraints that a ground truth holds, and what is left of it: right answers, or None.

    Where several verifiers share a row, constraints stand beside right answers. What is no constraint is left as it is.
    """
    inner = _read(value) if not isinstance(value, str) or _MARK in value else value
    if isinstance(inner, Mapping) and _MARK in inner:
        return constraints(inner[_MARK], inner.get("kwargs")), None
    if not isinstance(inner, list):
        return (), value
    parts = [stated(item) for item in inner]
    found = tuple(constraint for some, _ in parts for constraint in some)
    return (found, [rest for _, rest in parts if rest is not None] or None) if found else ((), value)


def _read(value: Any) -> Any:
    """Return the list or object that a text is; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return value
    with suppress(ValueError, RecursionError):
        return json.loads(value)
    try:
        return ast.literal_eval(value.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return value
