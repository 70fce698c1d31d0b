"""JSON Schema checks: right, bounded, and nothing is fetched."""

import socket
from typing import Any

import pytest

from judge.errors import ToolError
from judge.schemas import faults, parameters_schema


def test_faults_name_their_place() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]}
    assert faults(schema, {"a": 1, "b": 2}) == []
    assert set(faults(schema, {"a": "x"})) == {
        "the value: 'b' is a required property",
        "$.a: 'x' is not of type 'integer'",
    }
    assert len(faults({"items": {"type": "string"}}, list(range(100)))) == 5


def test_references_stay_within_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    local = {"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}
    assert faults(local, 1) == [] and faults(local, "x")

    def refuse(*_: Any) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "create_connection", refuse)
    for place in ("http://127.0.0.1:9/s.json", "file:///etc/hostname", "other.json", "#/nowhere"):
        with pytest.raises(ToolError, match="not within it"):
            faults({"$ref": place}, 1)


@pytest.mark.parametrize("schema", [{"type": 5}, {"type": "wrong"}, {"pattern": "("}, {"required": "a"}])
def test_what_is_no_schema_is_said(schema: dict[str, Any]) -> None:
    with pytest.raises(ToolError, match="no JSON Schema"):
        faults(schema, "x")


def test_endless_references_end() -> None:
    with pytest.raises(ToolError, match="nested too deep"):
        faults({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, 1)


def test_names_of_types_in_python_are_understood() -> None:
    given: dict[str, Any] = {
        "type": "dict",
        "properties": {
            "x": {"type": "float"},
            "y": {"type": "tuple", "items": {"type": "any"}},
            "type": {"type": "String"},
        },
        "required": ["x"],
    }
    schema = parameters_schema(given)
    assert faults(schema, {"x": 1, "y": [1, "a"], "type": "t"}) == []
    assert faults(schema, {"x": "1"})
    assert parameters_schema({}) == {"type": "object"}
