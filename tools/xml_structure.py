"""Does a response keep to a structure of tags, such as `<think>...</think><answer>...</answer>`?

Tags are found by a linear scan: there are no entities, no DTD and no namespaces, and whatever is no tag of the
structure (`a < b`, HTML, LaTeX) is text. Form alone can be satisfied without an answer, so let it gate a judgment of
content.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from judge.errors import SettingsError
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "xml_structure"

_DEFAULT = ("think", "answer")
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,63}")
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.-]{0,63})(?:\s[^<>]{0,500})?>")
_SHOWN = 5


@dataclass
class _Element:
    """A tag of the structure, and what must stand in it."""

    name: str
    children: "list[_Element]" = field(default_factory=list)


@dataclass
class _Found:
    """An element of the response."""

    name: str
    inside: int
    """Where its content begins."""
    end: int = -1
    """Where its content ends; -1 while it is open."""
    children: "list[_Found]" = field(default_factory=list)


def needs(sample: Sample) -> str:
    """Return "": any response has a structure or lacks one."""
    return ""


def verify(
    sample: Sample,
    *,
    structure: Sequence[Any] = _DEFAULT,
    only: bool = True,
    filled: bool = True,
    hard: bool = True,
) -> Evidence:
    """Compare the tags of the only response with a structure: each once, closed, in order, within the right parent.

    The score is the share of what is asked for that holds: each tag once where it should be and, with `only`, nothing
    outside; 0 when tags are not nested.

    Args:
        sample: with one response.
        structure: names of tags in order; one with tags inside is written `{answer: [value, unit]}`.
        only: whether nothing but blanks may stand outside of the outermost tags.
        filled: whether the innermost tags must hold something.
        hard: whether the finding outranks every critic.

    Raises:
        SettingsError: the structure is no list of tags, or has a tag twice.
    """
    wanted = _read(structure)
    names = [element.name for element in _walk(wanted)]
    if not names or len(set(names)) < len(names):
        raise SettingsError(f"structure={structure!r} must be a list of tags, each once")
    text = sample.responses[0].text
    top, broken = _scan(text, frozenset(names))
    right: list[str] = []
    wrong = broken or _compare(wanted, top, text, filled, right)
    outside = _outside(text, top) if only and not broken else ""
    wrong = [*wrong, f"there is text outside of the tags: {outside[:40]!r}"] if outside else wrong
    of = len(names) + only
    met = 0 if broken else len(right) + (only and not outside)
    return Evidence(
        tool="xml_structure",
        stance="refutes" if wrong else "supports",
        summary="; ".join(wrong[:_SHOWN]) if wrong else f"the tags {', '.join(names)} stand as they should",
        score=min(met, of - 1) / of if wrong else 1.0,
        hard=hard,
        detail={"right": list(right), "faults": list(wrong[:_SHOWN])},
        provenance="linear scan",
    )


def _read(structure: Any, depth: int = 0) -> list[_Element]:
    if not isinstance(structure, list | tuple) or depth > 20:
        raise SettingsError(f"structure={structure!r} must be a list of tags, such as [think, answer]")
    elements = []
    for item in structure:
        pairs = item.items() if isinstance(item, dict) else [(item, [])]
        for name, inside in pairs:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise SettingsError(f"{name!r} is no name of a tag; use letters, digits, - and _")
            elements.append(_Element(name, _read(inside or [], depth + 1)))
    return elements


def _walk(elements: list[_Element]) -> Iterator[_Element]:
    for element in elements:
        yield element
        yield from _walk(element.children)


def _scan(text: str, names: frozenset[str]) -> tuple[list[_Found], list[str]]:
    """Return the outermost elements of a text, and what keeps its tags from being nested."""
    top: list[_Found] = []
    stack: list[_Found] = []
    for match in _TAG.finditer(text):
        closes, name = match[1] == "/", match[2]
        if name not in names:
            continue
        if not closes:
            found = _Found(name, match.end())
            (stack[-1].children if stack else top).append(found)
            stack.append(found)
        elif not stack or stack[-1].name != name:
            return top, [
                f"</{name}> closes nothing" if not stack else f"</{name}> stands where </{stack[-1].name}> is due"
            ]
        else:
            stack.pop().end = match.start()
    return top, [f"<{stack[-1].name}> is not closed"] if stack else []


def _compare(wanted: list[_Element], found: list[_Found], text: str, filled: bool, right: list[str]) -> list[str]:
    """Return what differs, and note the tags that stand once where they should in `right`."""
    wrong = []
    last = -1
    for element in wanted:
        places = [number for number, one in enumerate(found) if one.name == element.name]
        if len(places) != 1:
            wrong.append(f"<{element.name}> stands {len(places)} times where once is right" if places else
                         f"<{element.name}> is missing")  # fmt: skip
            continue
        one = found[places[0]]
        if places[0] < last:
            wrong.append(f"<{element.name}> comes too early")
        elif filled and not element.children and not text[one.inside : one.end].strip():
            wrong.append(f"<{element.name}> is empty")
        else:
            right.append(element.name)
        last = max(last, places[0])
        wrong += _compare(element.children, one.children, text, filled, right)
    known = {element.name for element in wanted}
    return wrong + [f"<{one.name}> stands in the wrong place" for one in found if one.name not in known]


def _outside(text: str, top: list[_Found]) -> str:
    """Return the text that stands outside of the outermost elements."""
    at, outside = 0, []
    for one in top:
        outside.append(text[at : text.rindex("<", 0, one.inside)])
        at = text.index(">", one.end) + 1
    return "".join([*outside, text[at:]]).strip()
