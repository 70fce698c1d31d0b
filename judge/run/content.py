"""Turn the values that data sets hold into prompts, responses, references and constraints.

Every function takes a JSON value as it stands in a row and raises DataError with a phrase that completes "the response
..." when the value is not of its kind. Columns and rows are not known here.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from judge.errors import DataError
from judge.types import AcceptedCall, Constraint, Message, Part, Response, ToolCall, ToolDefinition

_ROLES = {"human": "user", "gpt": "assistant"}
_BODIES = ("text", "content", "response", "completion", "output", "answer", "solution")


def text(value: Any) -> str:
    """Return text as it is and a number as it is written: 18 and 18.0 become "18"; true becomes "true"."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)  # data frames turn a column of whole numbers with gaps into floats
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise DataError(f"is {kind(value)} where text is due")


def lines(value: Any) -> str:
    """Return text, or a list of texts as lines."""
    return "\n".join(map(text, value)) if isinstance(value, list) else text(value)


def prompt(value: Any) -> str | tuple[Message, ...]:
    """Return text, or chat messages."""
    if isinstance(value, Mapping):
        value = [value]
    return messages(value) if isinstance(value, list) else text(value)


def messages(value: Sequence[Any]) -> tuple[Message, ...]:
    """Return chat messages: `{role, content}`, also in the `{from, value}` spelling."""
    return tuple(_message(item) for item in value)


def responses(value: Any) -> tuple[Response, ...]:
    """Return one response, or several from a list. A list of chat messages is one response of several turns."""
    if isinstance(value, list):
        if not value:
            raise DataError("is an empty list")
        if all(_is_message(item) for item in value):
            return (from_turns(messages(value)),)
        return tuple(response for item in value for response in responses(item))
    if isinstance(value, Mapping):
        return _from_object(value)
    return (Response(text=text(value)),)


def from_turns(turns: Sequence[Message]) -> Response:
    """Return one response: the text of a single turn, or every turn with its role before it."""
    calls = tuple(call for turn in turns for call in turn.tool_calls)
    if len(turns) == 1:
        return Response(text=turns[0].text, tool_calls=calls)
    return Response(text="\n\n".join(f"{turn.role}: {turn.text}" for turn in turns), tool_calls=calls)


def references(value: Any, *, listed: bool = False) -> tuple[str, ...]:
    """Return right answers from a text, a number or a list of them; null is none.

    With `listed`, a text that is a JSON list of texts is that list. A list of numbers stays text: it may be the answer.
    """
    if value is None:
        return ()
    if listed and isinstance(value, str) and value.lstrip().startswith("["):
        inner = loads(value)
        if isinstance(inner, list) and all(isinstance(item, str) for item in inner):
            value = inner
    items = value if isinstance(value, list) else [value]
    return tuple(_answer(item) for item in items if item is not None)


def _answer(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False) if isinstance(item, Mapping | list) else text(item)


def calls(value: Any) -> tuple[ToolCall, ...]:
    """Return tool calls: `{name, arguments}`, or wrapped as chat completions wrap them; arguments may be JSON text."""
    return tuple(_call(item) for item in value or ())


def accepted_calls(value: Any) -> tuple[AcceptedCall, ...]:
    """Return calls with lists of accepted values: `{name, arguments}`, or `{name: {argument: [values]}}` as in BFCL."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise DataError(f"is {kind(value)} where a list of calls is due")
    named = [
        {item["name"]: item.get("arguments") or {}} if isinstance(item.get("name"), str) else item for item in value
    ]
    return tuple(AcceptedCall(name=name, arguments=given) for item in named for name, given in item.items())


def tools(value: Any) -> tuple[ToolDefinition, ...]:
    """Return definitions of tools: `{name, description, parameters}`, or wrapped as chat completions wrap them."""
    return tuple(_tool(item) for item in value or ())


def schema(value: Any) -> dict[str, Any]:
    """Return a JSON Schema."""
    if not isinstance(value, Mapping):
        raise DataError(f"is {kind(value)} where a JSON Schema is due")
    return dict(value)


def _tool(item: Any) -> ToolDefinition:
    inner = item.get("function") or item if isinstance(item, Mapping) else item
    if not isinstance(inner, Mapping) or not isinstance(inner.get("name"), str):
        raise DataError(f"holds a tool without a name: {item!r:.80}")
    given = inner.get("parameters") or inner.get("input_schema") or {}
    if not isinstance(given, Mapping):
        raise DataError(f"describes the arguments of {inner['name']!r} by {kind(given)}; give a JSON Schema")
    return ToolDefinition(name=inner["name"], description=text(inner.get("description") or ""), parameters=dict(given))


def constraints(value: Any, arguments: Any = None) -> tuple[Constraint, ...]:
    """Return constraints from names and a list of arguments beside them, or from objects that hold both."""
    if isinstance(value, str):
        value = loads(value) or value
    if not isinstance(value, list):
        value = [value]
    if isinstance(arguments, str):
        arguments = loads(arguments)
    if arguments is not None and (not isinstance(arguments, list) or len(arguments) != len(value)):
        raise DataError(f"names {len(value)} constraints, but there are arguments for another number")
    pairs = zip(value, arguments or [None] * len(value), strict=True)
    return tuple(constraint for item, given in pairs for constraint in _constraint(item, given))


def _constraint(item: Any, arguments: Any) -> tuple[Constraint, ...]:
    if isinstance(item, Mapping) and "instruction_id" in item:
        return constraints(item["instruction_id"], item.get("kwargs"))
    if isinstance(item, Mapping):
        item, arguments = item.get("id"), item.get("args")
    given = {name: value for name, value in (arguments or {}).items() if value is not None}
    return (Constraint(id=text(item), args=given),)


def _is_message(item: Any) -> bool:
    return isinstance(item, Mapping) and ("role" in item or {"from", "value"} <= item.keys())


def _message(item: Any) -> Message:
    if not _is_message(item):
        raise DataError(f"holds {kind(item)} where a message with a role is due")
    role, content = item.get("role") or item.get("from"), item.get("content", item.get("value"))
    body = tuple(_part(part) for part in content) if isinstance(content, list) else text(content or "")
    return Message(role=_ROLES.get(role, role), content=body, tool_calls=calls(item.get("tool_calls")))


def _part(part: Any) -> Part:
    if isinstance(part, str):
        return Part(type="text", text=part)
    if isinstance(part, Mapping):
        image = part.get("image_url") or part.get("image")
        if isinstance(image, Mapping):
            image = image.get("url")
        if isinstance(image, str):
            return Part(type="image", image=image)
        if isinstance(part.get("text"), str):
            return Part(type="text", text=part["text"])
    raise DataError(f"holds a message part that is neither text nor image: {part!r:.80}")


def _from_object(value: Mapping[str, Any]) -> tuple[Response, ...]:
    if isinstance(value.get("choices"), list):
        return tuple(from_turns(messages([choice["message"]])) for choice in value["choices"])
    if _is_message(value):
        return (from_turns(messages([value])),)
    if isinstance(value.get("output"), list):
        return (_from_items(value["output"]),)
    for name in _BODIES:
        if value.get(name) is not None:
            made = calls(value.get("tool_calls"))
            return (Response(text=text(value[name]), tool_calls=made, source=text(value.get("source") or "")),)
    raise DataError(f"is an object without text; it has {', '.join(map(str, value)) or 'nothing'}")


def _from_items(items: Sequence[Any]) -> Response:
    """Read the output items of the Responses API: messages and calls of functions; reasoning is left out."""
    made = calls([item for item in items if item.get("type") == "function_call"])
    said = messages([item for item in items if _is_message(item)])
    return Response(text="\n\n".join(turn.text for turn in said), tool_calls=made)


def _call(item: Any) -> ToolCall:
    inner = item.get("function") or item if isinstance(item, Mapping) else item
    if not isinstance(inner, Mapping) or not isinstance(inner.get("name"), str):
        raise DataError(f"holds a tool call without a name: {item!r:.80}")
    given = inner.get("arguments") or {}
    if isinstance(given, str):
        read = loads(given)
        given = read if isinstance(read, dict) else {"_unparsed": given}  # the policy's mistake, not the data's
    return ToolCall(name=inner["name"], arguments=given, id=text(item.get("id") or item.get("call_id") or ""))


def loads(value: str) -> Any:
    """Read JSON; None for anything else."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def kind(value: Any) -> str:
    """Say what a JSON value is, for an error."""
    names = {type(None): "null", dict: "an object", list: "a list", bool: "a truth value", int: "a number", str: "text"}
    return names.get(type(value), "a number")
