"""Every checker by the public name of its instruction, and the two ways to apply one: strictly and loosely."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import ValidationError, validate_call

from judge.errors import ToolError
from judge.instructions.finding import Finding, found
from judge.instructions.kinds import CHECKERS, ORIGINALS

Mode = Literal["strict", "loose"]
"""`strict`: the response as it is. `loose`: also without its first or last line and without asterisks."""


Compat = Literal["none", "ifeval", "ifbench"]
"""Whose verdicts: ours, or those of IFEval's or IFBench's own program where the two differ."""


def check(id: str, args: Mapping[str, Any], text: str, mode: Mode = "strict", compat: Compat = "none") -> Finding:
    """Check one instruction on a response. An empty response follows nothing; arguments that are None are left out.

    Raises:
        ToolError: the instruction is unknown, or its arguments are not what it needs.
    """
    if id not in CHECKERS:
        raise ToolError(f"there is no constraint {id!r}; known ones: {', '.join(sorted(CHECKERS))}")
    given = {name: value for name, value in args.items() if value is not None}
    first: Finding | None = None
    for variant in [text] if mode == "strict" else _variants(text):
        if not variant.strip():
            continue
        finding = _apply(id, given, variant, compat)
        if finding.state == "followed":
            return finding
        first = first or finding
    return first or Finding("not_followed", "the response is empty")


def _apply(id: str, args: Mapping[str, Any], text: str, compat: Compat) -> Finding:
    original = id in ORIGINALS[compat]
    try:
        result = _checked(id, compat if original else "none")(text, **args)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ToolError(f"constraint {id!r} cannot be checked with {dict(args)!r}: {place}: {first['msg']}") from error
    if isinstance(result, Finding):
        return result
    return found(result, f"the original program {'takes' if result else 'does not take'} it as followed")


@cache
def _checked(id: str, compat: Compat) -> Callable[..., Finding | bool]:
    return validate_call(ORIGINALS[compat].get(id) or CHECKERS[id])


def _variants(text: str) -> Iterator[str]:
    """Give the eight variants of the loose convention, the response as it is first."""
    lines = text.split("\n")
    for kept in (lines, lines[1:], lines[:-1], lines[1:-1]):
        body = "\n".join(kept)
        yield from (body if len(kept) == len(lines) else body.strip(), body.replace("*", "").strip())
