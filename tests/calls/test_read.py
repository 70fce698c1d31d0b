"""Calls as models write them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.calls.read import read_calls, read_text
from judge.types import Response, ToolCall

WEATHER = {"name": "get_weather", "arguments": {"city": "Rome", "days": 2}}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (f"<tool_call>\n{json.dumps(WEATHER)}\n</tool_call>", "tags"),
        (f"<think>I could <tool_call>{{}}</tool_call></think>\n<tool_call>{json.dumps(WEATHER)}</tool_call>", "tags"),
        (f"<tool_call>{json.dumps(WEATHER)}", "tags"),
        (
            '<tool_call>{"name": "get_weather", "arguments": "{\\"city\\": \\"Rome\\", \\"days\\": 2}"}</tool_call>',
            "tags",
        ),
        ('<function=get_weather>{"city": "Rome", "days": 2}</function>', "function"),
        ('<|python_tag|>{"name": "get_weather", "parameters": {"city": "Rome", "days": 2}}', "json"),
        (f"[TOOL_CALLS] [{json.dumps(WEATHER)}]", "json"),
        (f"```json\n[{json.dumps(WEATHER)}]\n```", "json"),
        (json.dumps({"function": WEATHER}), "json"),
        (json.dumps({"tool_calls": [{"type": "function", "function": WEATHER}]}), "json"),
        ('[get_weather(city="Rome", days=2)]', "python"),
        ("get_weather(city='Rome', days=2)", "python"),
        ("```python\nget_weather(city='Rome', days=2)\n```", "python"),
    ],
)
def test_one_call_in_any_form(text: str, how: str) -> None:
    read = read_text(text)
    assert read.calls == (ToolCall(name="get_weather", arguments={"city": "Rome", "days": 2}),)
    assert (read.faults, read.how) == ((), how)


def test_several_calls() -> None:
    lines = "\n".join([json.dumps(WEATHER), json.dumps({"name": "stop", "arguments": {}})])
    assert [call.name for call in read_text(f"<tool_call>\n{lines}\n</tool_call>").calls] == ["get_weather", "stop"]
    two = f"<tool_call>{json.dumps(WEATHER)}</tool_call>\n<tool_call>{json.dumps(WEATHER)}</tool_call>"
    assert len(read_text(two).calls) == 2
    assert [call.name for call in read_text("[a.b(x=-1), c(y=[1, {'k': true}], z=null)]").calls] == ["a.b", "c"]


@pytest.mark.parametrize(
    "text", ["", "It is 21 degrees.", "I (think) so.", "f(x) is (x + 1)", "[1, 2]x", "<think>f(a=1)"]
)
def test_prose_calls_nothing(text: str) -> None:
    assert read_text(text).calls == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<tool_call>{name: x}</tool_call>", "no JSON"),
        ('<tool_call>{"arguments": {}}</tool_call>', "no name"),
        ('<tool_call>{"name": "f", "arguments": [1]}</tool_call>', "no JSON object"),
        ('<tool_call>{"name": "f", "arguments": {"a": NaN}}</tool_call>', "NaN is no JSON"),
        ("f(1, 2)", "without names"),
        ("f(a=__import__('os'))", "no literal"),
        ("f(a=b.c)", "no literal"),
        ("f(a=1j)", "no literal"),
        ("f(a={1: 2})", "no literal"),
        ('<tool_call>{"name": "f", "arguments": {"a": ' + "[" * 80 + "]" * 80 + "}}</tool_call>", "nested"),
        ("<tool_call>" + "[" * 100_000 + "</tool_call>", "nested"),
        ("f(a=" + "[" * 5_000 + ")", "too long or nested"),
        ("f(a=" + "-" * 5_000 + "1)", "too long or nested"),
    ],
)
def test_a_call_that_was_begun_and_cannot_be_read_is_named(text: str, fault: str) -> None:
    read = read_text(text)
    assert read.calls == () and fault in read.faults[0]


def test_native_calls_come_first() -> None:
    native = Response(text=json.dumps(WEATHER), tool_calls=(ToolCall(name="f", arguments={"_unparsed": "{a"}),))
    read = read_calls(native)
    assert (read.how, read.calls[0].name) == ("native", "f")
    assert read.faults == ("the arguments of 'f' are no JSON object",)


@given(st.text(alphabet="<>{}[]()\"'\\/:,.=_ -tool_callfunctionthink0123\n", max_size=200))
def test_any_text_is_read(text: str) -> None:
    read_text(text)


@given(
    st.dictionaries(
        st.text(max_size=8), st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=9), max_size=4
    )
)
def test_arguments_come_back_as_they_were(arguments: dict[str, object]) -> None:
    text = f"<tool_call>{json.dumps({'name': 'f', 'arguments': arguments})}</tool_call>"
    if "</tool_call>" not in json.dumps(arguments):
        assert read_text(text).calls[0].arguments == arguments
