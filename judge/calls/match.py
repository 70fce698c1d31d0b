"""Are the calls that were made those that are right? Strict rules, several accepted values, any order.

Values follow the rules of the Berkeley Function Calling Leaderboard (BFCL): a whole number may stand for a decimal but
not the other way round, true is no 1, texts are compared without case, spaces and the marks `,./-_*^`, lists in order.
Calls given as `expected_calls` are compared exactly as JSON. The shares follow ToolRL (arXiv:2504.13958, section 3.2).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from judge.types import AcceptedCall, ToolCall, ToolDefinition

LEFT_OUT = ""
"""Among the accepted values: the argument may be left out."""
_MARKS = re.compile(r"[ ,./\-_*^]")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """One call that is right, and how its values are compared."""

    name: str
    arguments: Mapping[str, Sequence[JsonValue]]
    exact: bool = False
    """Whether values must be the same JSON."""
    definition: ToolDefinition | None = None

    def kind(self, argument: str) -> str:
        """Return the type that the definition gives an argument, in lower case; "" when it gives none."""
        properties = self.definition.parameters.get("properties") if self.definition else None
        declared = properties.get(argument) if isinstance(properties, dict) else None
        kind = declared.get("type") if isinstance(declared, dict) else None
        return kind.lower() if isinstance(kind, str) else ""

    def due(self, argument: str) -> bool:
        """Whether a right call must give an argument."""
        required = self.definition.parameters.get("required") if self.definition else None
        return self.exact or LEFT_OUT not in self.arguments[argument] or argument in _listed(required)

    def accepts(self, argument: str, value: JsonValue) -> bool:
        """Whether a value is right for an argument."""
        kind = self.kind(argument)
        if value == LEFT_OUT and argument in self.arguments and not self.due(argument):
            return True  # as good as left out
        if not self.exact and (kind in _CHECKED and not _CHECKED[kind](value)):
            return False
        same = _identical if self.exact else _alike
        return argument in self.arguments and any(same(accepted, value) for accepted in self.arguments[argument])

    def counted(self, call: ToolCall | None) -> list[str]:
        """Return the arguments that a call is measured by: those it must give, and those it may and does."""
        given = call.arguments if call else {}
        return [name for name in self.arguments if name in given or self.due(name)]

    def gain(self, call: ToolCall) -> float:
        """Return the overlap of argument names and the count of right values of a call."""
        names = self.counted(call)
        right = sum(self.accepts(name, call.arguments[name]) for name in names if name in call.arguments)
        return _jaccard(sorted(names), sorted(call.arguments)) + right


def wanted(
    accepted: Sequence[AcceptedCall], expected: Sequence[ToolCall], tools: Sequence[ToolDefinition]
) -> list[Wanted]:
    """Return the calls that are right, from those with several accepted values or from exact ones."""
    definitions = {_plain(tool.name): tool for tool in tools}
    if accepted:
        return [Wanted(call.name, call.arguments, False, definitions.get(_plain(call.name))) for call in accepted]
    return [Wanted(call.name, {name: (value,) for name, value in call.arguments.items()}, True) for call in expected]


def fault(right: Wanted, call: ToolCall) -> str:
    """Return why a call is not the right one, in words; "" when it is."""
    if _plain(right.name) != _plain(call.name):
        return f"{call.name[:_SHOWN]!r} is called instead of {right.name!r}"
    for argument in right.arguments:
        if argument not in call.arguments and right.due(argument):
            return f"{right.name!r} lacks the argument {argument!r}"
    for argument, value in call.arguments.items():
        if argument not in right.arguments:
            return f"{right.name!r} has no argument {argument[:_SHOWN]!r} here"
        if not right.accepts(argument, value):
            return f"{argument!r} of {right.name!r} is {str(value)[:_SHOWN]!r}, which is none of the accepted values"
    return ""


def assign(rights: Sequence[Wanted], calls: Sequence[ToolCall]) -> tuple[int, list[str]]:
    """Return how many right calls were made, in any order and each once, and what is wrong with the rest."""
    fits = [[place for place, call in enumerate(calls) if not fault(right, call)] for right in rights]
    taken: dict[int, int] = {}
    for number in range(len(rights)):
        _augment(number, fits, taken, set())
    made = set(taken.values())
    faults = [_nearest(right, calls, taken) for number, right in enumerate(rights) if number not in made]
    extra = len(calls) - max(len(rights), len(taken))
    faults += [f"{extra} call{'s' if extra > 1 else ''} too many"] if extra > 0 else []
    return len(taken), faults


def share(rights: Sequence[Wanted], calls: Sequence[ToolCall]) -> float:
    """Return ToolRL's match in [0, 1]: names, then names and values of arguments, of the best unused call each.

    Its reward of correctness is this mapped to [-3, 3].
    """
    if not assign(rights, calls)[1]:
        return 1.0
    total, most = _jaccard([_plain(right.name) for right in rights], [_plain(call.name) for call in calls]), 1.0
    unused = list(calls)
    for right in rights:
        named = [call for call in unused if _named(right, call)]
        best = max(named, key=right.gain, default=None)
        most += 1 + len(right.counted(best))
        if best is not None and right.gain(best):
            total += right.gain(best)
            unused.remove(best)
    return total / most


def _named(right: Wanted, call: ToolCall) -> bool:
    return _plain(right.name) == _plain(call.name)


def _jaccard(gold: Sequence[str], made: Sequence[str]) -> float:
    """Return the multiset Jaccard index; of two empty ones it is 1."""
    if list(gold) == list(made):
        return 1.0
    common = (Counter(gold) & Counter(made)).total()
    return common / (len(gold) + len(made) - common)


def _augment(number: int, fits: Sequence[Sequence[int]], taken: dict[int, int], seen: set[int]) -> bool:
    """Give a right call one of the calls that fit it, if need be by giving another right call another one."""
    for place in fits[number]:
        if place not in seen:
            seen.add(place)
            if place not in taken or _augment(taken[place], fits, taken, seen):
                taken[place] = number
                return True
    return False


def _nearest(right: Wanted, calls: Sequence[ToolCall], taken: Mapping[int, int]) -> str:
    free = [call for place, call in enumerate(calls) if place not in taken]
    named = [call for call in free if _named(right, call)]
    if not named and len(free) != 1:
        return f"{right.name!r} is not called"
    return fault(right, (named or free)[0])


def _plain(name: str) -> str:
    """Some endpoints allow no dots in names and turn them into underscores."""
    return name.replace(".", "_")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CHECKED: dict[str, Callable[[JsonValue], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": _is_number,
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "tuple": lambda value: isinstance(value, list),
    "dict": lambda value: isinstance(value, dict),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
_CHECKED |= {"int": _CHECKED["integer"], "bool": _CHECKED["boolean"], "list": _CHECKED["array"]}


def _identical(gold: JsonValue, value: JsonValue) -> bool:
    """Whether two values are the same JSON: 1 is 1.0, but true is not 1."""
    if isinstance(gold, bool) or isinstance(value, bool):
        return gold is value
    if isinstance(gold, dict) and isinstance(value, dict):
        return gold.keys() == value.keys() and all(_identical(gold[key], value[key]) for key in gold)
    if isinstance(gold, list) and isinstance(value, list):
        return len(gold) == len(value) and all(map(_identical, gold, value))
    return gold == value


def _alike(accepted: JsonValue, value: JsonValue) -> bool:
    """Compare a value with one accepted value by BFCL's rules."""
    if isinstance(accepted, bool) or isinstance(value, bool):
        return accepted is value
    if isinstance(accepted, str) and isinstance(value, str):
        return _standard(accepted) == _standard(value)
    if isinstance(accepted, list) and isinstance(value, list):
        return len(accepted) == len(value) and all(map(_alike, accepted, value))
    if isinstance(accepted, dict) and isinstance(value, dict):
        return _object_alike(accepted, value)
    return accepted == value


def _object_alike(accepted: dict[str, JsonValue], value: dict[str, JsonValue]) -> bool:
    """Compare an object with one whose values are lists of accepted values, each perhaps to be left out.

    An object that is the accepted one as it stands is right too: its lists may be meant.
    """
    if _identical(accepted, value):
        return True
    if not value.keys() <= accepted.keys():
        return False
    for key, choices in accepted.items():
        listed = choices if isinstance(choices, list) else [choices]
        if key not in value:
            if LEFT_OUT not in listed:
                return False
        elif not any(_alike(choice, value[key]) for choice in listed):
            return False
    return True


def _standard(text: str) -> str:
    return _MARKS.sub("", text).replace("'", '"').lower()
