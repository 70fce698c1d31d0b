"""What a model may call: a tool's `act`, described by its signature and docstring, or a check of the recipe by name."""

import inspect
import json
import re
import typing
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from judge.errors import LibraryError, ToolError
from judge.tool import Context
from judge.types import Evidence

_ARGUMENT = re.compile(r"^ {0,12}(\w+): *(.*)$")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a model may ask for."""

    name: str
    about: str
    """What it does, in one sentence."""
    parameters: dict[str, Any]
    """JSON schema of its arguments."""
    run: Callable[[dict[str, Any]], Coroutine[Any, Any, Evidence]]
    """Do it. Raises ToolError when the arguments do not fit, and whatever the tool raises."""

    @property
    def wire_name(self) -> str:
        """The name as chat completions allow it."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", self.name)[-_LONGEST:]

    @property
    def wire(self) -> dict[str, Any]:
        """The tool in the wire format of chat completions."""
        function = {"name": self.wire_name, "description": self.about, "parameters": self.parameters}
        return {"type": "function", "function": function}

    @property
    def shown(self) -> dict[str, Any]:
        """What a prompt says of it."""
        properties: dict[str, Any] = self.parameters.get("properties", {})
        needed = self.parameters.get("required", [])
        arguments = [
            {"name": name, "about": spec.get("description", ""), "type": _kind(spec), "needed": name in needed}
            for name, spec in properties.items()
        ]
        return {"name": self.name, "about": self.about, "arguments": arguments}

    def arguments(self, given: dict[str, Any] | None, text: str) -> dict[str, Any]:
        """Return the arguments that a model gave as an object, or as bare text for a tool that needs one.

        Raises:
            ToolError: it gave none that can be read.
        """
        if given is not None:
            return given
        needed = self.parameters.get("required", [])
        if not text and not needed:
            return {}
        if text and len(needed) == 1:
            return {needed[0]: text.strip("\"'")}
        names = ", ".join(self.parameters.get("properties", {}))
        raise ToolError(f"{self.name} was called without a JSON object of its arguments; give {names}")


def offer_of(name: str, tool: Any, options: dict[str, Any], context: Context | None = None) -> Offer:
    """Return a tool's action as an offer.

    Args:
        name: the tool's name.
        tool: its module, with `act`.
        options: the recipe's options, for the parameters of `act` after the `*`.
        context: what it is lent when it runs.

    Raises:
        LibraryError: `act` has a parameter that no model could fill.
    """
    act = tool.act
    about, model, schema = _described(act, name)

    async def run(given: dict[str, Any]) -> Evidence:
        try:
            filled = model.model_validate(given)
        except ValidationError as error:
            raise ToolError(f"{name} cannot be called so: {_fault(error)}") from error
        arguments = {key: getattr(filled, key) for key in model.model_fields}
        found = act(**arguments, **options_for(act, options, context))
        found = await found if inspect.isawaitable(found) else found
        return found if isinstance(found, Evidence) else Evidence(tool=name, stance="neutral", summary=str(found))

    return Offer(name, about, schema, run)


def options_for(
    function: Callable[..., Any], options: dict[str, Any], context: Context | None = None
) -> dict[str, Any]:
    """Return those of a tool's options that one of its functions takes, and the context where it takes that.

    A recipe's options are for all functions of a tool together, so each takes its own.
    """
    taken, lends = keywords_of(function)
    chosen = options if taken is None else {key: value for key, value in options.items() if key in taken}
    return chosen | {"context": context} if lends else dict(chosen)


@cache
def keywords_of(function: Callable[..., Any]) -> tuple[frozenset[str] | None, bool]:
    """Return the options that a function takes, None for any, and whether it takes a context; asked for every check."""
    parameters = inspect.signature(function).parameters
    any_at_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    taken = frozenset(key for key, parameter in parameters.items() if parameter.kind is parameter.KEYWORD_ONLY)
    return None if any_at_all else taken - {"context"}, "context" in parameters


@cache
def _described(act: Callable[..., Any], name: str) -> tuple[str, type[BaseModel], dict[str, Any]]:
    """Return what an action does, a model of its arguments, and their schema: worked out once, offered many times."""
    about, described = _docstring(act)
    try:
        model = _arguments(act, name)
        return about, model, _schema(model.model_json_schema(), described)
    except Exception as error:
        raise LibraryError(f"the action of tool {name!r} has a parameter that is no JSON value: {error}") from error


def _arguments(act: Callable[..., Any], name: str) -> type[BaseModel]:
    """Return a model of the parameters before the `*`: those that the judge's model fills."""
    hints = typing.get_type_hints(act)
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(act).parameters.values():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            default = ... if parameter.default is parameter.empty else parameter.default
            fields[parameter.name] = (hints.get(parameter.name, Any), default)
    return create_model(f"{name}_arguments", __config__=ConfigDict(extra="forbid"), **fields)


def _docstring(act: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return the first paragraph of a docstring, and what its section `Args:` says of each argument."""
    text = inspect.getdoc(act) or ""
    about = " ".join(text.split("\n\n", 1)[0].split())
    described: dict[str, str] = {}
    last = ""
    for line in text.partition("\nArgs:\n")[2].split("\n\n", 1)[0].splitlines():
        if match := _ARGUMENT.match(line):
            last = match[1]
            described[last] = match[2]
        elif last:
            described[last] += f" {line.strip()}"
    return about, described


def _schema(schema: dict[str, Any], described: dict[str, str]) -> dict[str, Any]:
    schema.pop("title", None)
    for name, spec in schema.get("properties", {}).items():
        spec.pop("title", None)
        if name in described:
            spec["description"] = described[name]
    return schema


def _kind(spec: dict[str, Any]) -> str:
    if "enum" in spec:
        return " | ".join(json.dumps(choice) for choice in spec["enum"])
    if "anyOf" in spec:
        return " | ".join(_kind(each) for each in spec["anyOf"])
    return str(spec.get("type", "any"))


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the arguments'}: {first['msg'].lower()}"
