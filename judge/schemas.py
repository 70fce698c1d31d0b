"""JSON Schema: does a value fit, and if not, where. Nothing is ever fetched: a `$ref` must stay within its schema.

Schemas come from outside and hold patterns, which may run for ever, so call this in a worker. `format` is not checked.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from judge.errors import ToolError

MOST = 5
"""Faults that are returned."""
_PYTHON_TYPES = {
    "dict": "object", "float": "number", "tuple": "array", "list": "array", "str": "string", "int": "integer",
    "bool": "boolean", "double": "number", "long": "integer", "hashmap": "object", "none": "null",
}  # fmt: skip
_SHOWN = 160
_NESTED = 60


def faults(schema: Mapping[str, Any] | bool, value: JsonValue) -> list[str]:
    """Return what in a value does not fit a schema, each with its place; [] when it fits.

    The draft is the one that the schema names in `$schema`, else 2020-12.

    Raises:
        ToolError: the schema is no JSON Schema, or refers to something outside of itself.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for
    from jsonschema_specifications import REGISTRY
    from referencing.exceptions import Unresolvable

    draft = validator_for(schema, default=Draft202012Validator)
    try:
        draft.check_schema(schema)
        errors = draft(schema, registry=REGISTRY).iter_errors(value)
        return [_said(error) for error, _ in zip(errors, range(MOST), strict=False)]
    except SchemaError as error:
        raise ToolError(f"the schema is no JSON Schema: {error.message[:_SHOWN]}; correct it") from error
    except Unresolvable as error:
        raise ToolError(f"the schema refers to {error.ref!r}, which is not within it; nothing is fetched") from error
    except RecursionError as error:
        raise ToolError("the schema or the value is nested too deep to be checked; flatten it") from error


def parameters_schema(parameters: Mapping[str, JsonValue]) -> dict[str, Any]:
    """Return the parameters of a tool as JSON Schema: Python's names of types become those of JSON."""
    schema = _plain(parameters, 0)
    return {"type": "object", **schema} if isinstance(schema, dict) else {"type": "object"}


def _plain(schema: Any, depth: int) -> Any:
    if depth > _NESTED:
        raise ToolError(f"the schema is nested more than {_NESTED} deep; flatten it")
    if isinstance(schema, list | tuple):
        return [_plain(item, depth + 1) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {key: _plain(value, depth + 1) for key, value in schema.items()}
    kind = plain.get("type")
    if isinstance(kind, str) and kind.lower() == "any":
        del plain["type"]
    elif isinstance(kind, str):
        plain["type"] = _PYTHON_TYPES.get(kind.lower(), kind.lower())
    if isinstance(plain.get("required"), bool):  # said of one argument, not of the object
        del plain["required"]
    return plain


def _said(error: Any) -> str:
    place = error.json_path if error.json_path != "$" else "the value"
    return f"{place[:_SHOWN]}: {error.message[:_SHOWN]}"
