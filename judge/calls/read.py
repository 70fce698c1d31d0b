"""Read the tool calls that a response makes, native or written into its text. Nothing is evaluated.

Forms: `<tool_call>{json}</tool_call>` (Hermes, Qwen, ToolRL), `<function=name>{json}</function>` and `<|python_tag|>`
(Llama), `[TOOL_CALLS]` (Mistral), a JSON object or list alone or in a fence, and `[f(a=1), g(b="x")]`. The model's
thinking is not read.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from judge.types import Response, ToolCall

MAX_CHARACTERS = 200_000
MAX_CALLS = 64
_MAX_DEPTH = 60
_MAX_PYTHON = 20_000

_TAGGED = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
_FUNCTION = re.compile(r"<function=([\w.-]{1,128})>(.*?)(?:</function>|(?=<function=)|\Z)", re.DOTALL)
_MARKS = ("<|python_tag|>", "[TOOL_CALLS]")
_FENCE = re.compile(r"```(?:json|python|tool_code|tool_call)?[ \t]*\n(.*?)```", re.DOTALL)
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_PYTHONIC = re.compile(r"\[?\s*[A-Za-z_][\w.]*\s*\(")
_TOO_DEEP = object()
_NAMES = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Read:
    """What a response calls."""

    calls: tuple[ToolCall, ...] = ()
    faults: tuple[str, ...] = ()
    """Calls that were begun and cannot be read, each in a few words."""
    how: str = "none"
    """`native`, `tags`, `function`, `json`, `python` or `none`."""


def read_calls(response: Response) -> Read:
    """Return the calls of a response: the native ones where there are any, else those in its text."""
    if response.tool_calls:
        broken = [f"the arguments of {call.name!r} are no JSON object" for call in response.tool_calls if _broken(call)]
        return Read(response.tool_calls[:MAX_CALLS], tuple(broken), "native")
    return read_text(response.text)


def read_text(text: str) -> Read:
    """Return the calls that a text makes."""
    thought, _, said = text.rpartition("</think>")
    text = (said if thought else said.partition("<think>")[0])[:MAX_CHARACTERS].strip()
    if "<tool_call>" in text:
        return _gather([_blocks(block) for block in _TAGGED.findall(text)], "tags")
    if functions := _FUNCTION.findall(text):
        return _gather([_function(name, body) for name, body in functions], "function")
    for mark in _MARKS:
        if mark in text:
            return _gather([_blocks(text.partition(mark)[2])], "json")
    bodies = [body.strip() for body in _FENCE.findall(text)] or [text]
    if any(body[:1] in ("{", "[") for body in bodies):
        found = _gather([_blocks(body) for body in bodies if body[:1] in ("{", "[")], "json")
        if found.calls:
            return found
    python = [body for body in bodies if _PYTHONIC.match(body)]
    return _gather([_python(body) for body in python], "python") if python else Read()


def _gather(found: list[list[ToolCall | str]], how: str) -> Read:
    flat = [item for items in found for item in items][: 2 * MAX_CALLS]
    calls = tuple(item for item in flat if isinstance(item, ToolCall))[:MAX_CALLS]
    return Read(calls, tuple(item for item in flat if isinstance(item, str)), how)


def _blocks(block: str) -> list[ToolCall | str]:
    """Read one JSON value, or one on each line."""
    try:
        return _from_json(_loads(block.strip()))
    except ValueError as error:
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.startswith("{") for line in lines):
            return [f"a call is no JSON ({error})"]
    return [item for line in lines[:MAX_CALLS] for item in _blocks(line)]


def _from_json(value: Any) -> list[ToolCall | str]:
    if isinstance(value, list):
        return [item for one in value[:MAX_CALLS] for item in _from_json(one)]
    if not isinstance(value, dict):
        return ["a call is no JSON object"]
    if isinstance(value.get("tool_calls"), list):
        return _from_json(value["tool_calls"])
    inner = value["function"] if isinstance(value.get("function"), dict) else value
    name = inner.get("name", inner.get("tool_name"))
    arguments: Any = next((inner[key] for key in _ARGUMENTS if key in inner), {})
    if not isinstance(name, str) or not name:
        return ["a call has no name"]
    if isinstance(arguments, str):
        try:
            arguments = _loads(arguments)
        except ValueError:
            arguments = None
    if not isinstance(arguments, dict):
        return [f"the arguments of {name[:80]!r} are no JSON object"]
    return [ToolCall(name=name, arguments=arguments)]


def _function(name: str, body: str) -> list[ToolCall | str]:
    try:
        arguments = _loads(body.strip() or "{}")
    except ValueError as error:
        return [f"the arguments of {name!r} are no JSON ({error})"]
    return _from_json({"name": name, "arguments": arguments})


def _loads(text: str) -> Any:
    """Read JSON without NaN and without deep nesting.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        value = _TOO_DEEP
    level, depth = [value], 0
    while level and depth <= _MAX_DEPTH:
        level = [inner for item in level for inner in _inside(item)]
        depth += 1
    if level:
        raise ValueError(f"it is nested more than {_MAX_DEPTH} deep")
    return value


def _inside(value: Any) -> Iterable[Any]:
    if value is _TOO_DEEP:
        return [value]
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _python(text: str) -> list[ToolCall | str]:
    """Read calls in Python's syntax with literal keyword arguments."""
    if len(text) > _MAX_PYTHON or _deep(text):
        return ["a call in Python's syntax is too long or nested too deep"]
    try:
        with warnings.catch_warnings():  # of strange escapes in texts
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # prose with brackets
    nodes = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree]
    if not all(isinstance(node, ast.Call) for node in nodes):
        return []
    return [_python_call(node) for node in nodes[:MAX_CALLS] if isinstance(node, ast.Call)]


def _deep(text: str) -> bool:
    return (
        max(text.count(mark) for mark in "([{") > 20 * _MAX_DEPTH
        or re.search(r"(?:[(\[{~+-]\s*+){60}", text) is not None
    )


def _python_call(node: ast.Call) -> ToolCall | str:
    name = _dotted(node.func)
    if not name:
        return "a call in Python's syntax has no plain name"
    if node.args or any(keyword.arg is None for keyword in node.keywords):
        return f"the call of {name!r} has arguments without names"
    try:
        return ToolCall(name=name, arguments={str(k.arg): _literal(k.value) for k in node.keywords})
    except (ValueError, RecursionError) as error:
        return f"an argument of {name!r} is no literal ({type(error).__name__})"


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 10:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _literal(node: ast.expr) -> Any:
    """Return the value of a literal; `true`, `false` and `null` are JSON's."""
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    if isinstance(node, ast.List | ast.Tuple):
        return [_literal(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        return {_key(key): _literal(value) for key, value in zip(node.keys, node.values, strict=True)}
    value = ast.literal_eval(node)
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError("no JSON value")
    return value


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError("a key is no text")


def _broken(call: ToolCall) -> bool:
    return set(call.arguments) == {"_unparsed"}
