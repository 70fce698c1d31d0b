"""Which calls are right: BFCL's rules for values and ToolRL's shares, worked out by hand."""

from typing import Any

import pytest

from judge.calls.match import assign, fault, share, wanted
from judge.types import AcceptedCall, ToolCall, ToolDefinition

TOOL = ToolDefinition(
    name="geo.find",
    parameters={
        "type": "dict",
        "properties": {
            "city": {"type": "string"},
            "count": {"type": "integer"},
            "km": {"type": "float"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "where": {"type": "dict"},
            "open": {"type": "boolean"},
        },
        "required": ["city"],
    },
)
RIGHT = AcceptedCall(
    name="geo.find",
    arguments={
        "city": ("New York", "NYC"),
        "count": ("", 5),
        "km": ("", 2.5, 3),
        "tags": ("", ["a", "B"]),
        "where": ("", {"state": ["NY", "New York"], "zip": ["", "10001"]}),
        "open": ("", True),
    },
)


def why(**arguments: object) -> str:
    return fault(wanted([RIGHT], [], [TOOL])[0], ToolCall.model_validate({"name": "geo.find", "arguments": arguments}))


@pytest.mark.parametrize(
    "arguments",
    [
        {"city": "NYC"},
        {"city": "new york."},
        {"city": "New-York", "count": 5},
        {"city": "NYC", "km": 3},
        {"city": "NYC", "km": 3.0},
        {"city": "NYC", "tags": ["A", "b"]},
        {"city": "NYC", "where": {"state": "ny"}},
        {"city": "NYC", "where": {"state": "New York", "zip": "10001"}},
        {"city": "NYC", "open": True},
        {"city": "NYC", "count": ""},
    ],
)
def test_accepted_arguments(arguments: dict[str, object]) -> None:
    assert why(**arguments) == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "lacks the argument 'city'"),
        ({"city": ""}, "none of the accepted values"),
        ({"city": "Boston"}, "none of the accepted values"),
        ({"city": "NYC", "count": 5.0}, "none of the accepted values"),
        ({"city": "NYC", "count": "5"}, "none of the accepted values"),
        ({"city": "NYC", "km": True}, "none of the accepted values"),
        ({"city": "NYC", "tags": ["b", "a"]}, "none of the accepted values"),
        ({"city": "NYC", "tags": "a"}, "none of the accepted values"),
        ({"city": "NYC", "open": 1}, "none of the accepted values"),
        ({"city": "NYC", "where": {"zip": "10001"}}, "none of the accepted values"),
        ({"city": "NYC", "where": {"state": "NY", "land": "US"}}, "none of the accepted values"),
        ({"city": "NYC", "radius": 5}, "has no argument 'radius'"),
    ],
)
def test_other_arguments(arguments: dict[str, object], said: str) -> None:
    assert said in why(**arguments)


def test_dots_in_names_may_be_underscores() -> None:
    assert assign(wanted([RIGHT], [], [TOOL]), [ToolCall(name="geo_find", arguments={"city": "NYC"})]) == (1, [])


def test_required_arguments_are_due_whatever_is_accepted() -> None:
    right = AcceptedCall(name="geo.find", arguments={"city": ("", "NYC")})
    assert "lacks" in fault(wanted([right], [], [TOOL])[0], ToolCall(name="geo.find"))
    assert fault(wanted([right], [], [])[0], ToolCall(name="geo.find")) == ""


def test_an_accepted_object_may_be_meant_as_it_stands() -> None:
    right = AcceptedCall(name="f", arguments={"grades": ({"maths": [90], "music": [89]},)})
    as_it_stands: list[dict[str, Any]] = [{"maths": [90], "music": [89]}, {"maths": 90, "music": 89}]
    for grades in as_it_stands:
        assert assign(wanted([right], [], []), [ToolCall(name="f", arguments={"grades": grades})]) == (1, [])


def test_calls_count_in_any_order_and_each_once() -> None:
    either = AcceptedCall(name="f", arguments={"x": (1, 2)})
    one = AcceptedCall(name="f", arguments={"x": (1,)})
    calls = [ToolCall(name="f", arguments={"x": 1}), ToolCall(name="f", arguments={"x": 2})]
    assert assign(wanted([either, one], [], []), calls) == (2, [])  # the first must give its first choice away
    assert assign(wanted([either, one], [], []), calls[:1])[0] == 1
    assert assign(wanted([one], [], []), calls)[1] == ["1 call too many"]
    assert assign(wanted([one, one], [], []), [calls[0]])[1] == ["'f' is not called"]


def test_exact_calls_are_the_same_json() -> None:
    rights = wanted([], [ToolCall(name="f", arguments={"a": 1, "b": "X"})], [])
    assert fault(rights[0], ToolCall(name="f", arguments={"b": "X", "a": 1.0})) == ""
    assert fault(rights[0], ToolCall(name="f", arguments={"b": "x", "a": 1}))
    assert fault(rights[0], ToolCall(name="f", arguments={"b": "X", "a": True}))


def test_shares_are_those_of_toolrl() -> None:
    gold = [ToolCall(name="f", arguments={"a": 1, "b": 2}), ToolCall(name="g", arguments={})]
    rights = wanted([], gold, [])
    assert share(rights, gold) == 1.0
    assert share(rights, []) == 0.0
    # names {f, h} against {f, g}: 1/3; f: names of arguments {a} against {a, b}: 1/2, one value; of 1 + 3 + 1
    made = [ToolCall(name="f", arguments={"a": 1}), ToolCall(name="h", arguments={})]
    assert share(rights, made) == pytest.approx((1 / 3 + 1 / 2 + 1) / 5)
    # the better of two calls of one name counts, and the other is one too many: names 2/3
    made = [*gold, ToolCall(name="f", arguments={"a": 9})]
    assert share(rights, made) == pytest.approx((2 / 3 + (1 + 2) + 1) / 5)
