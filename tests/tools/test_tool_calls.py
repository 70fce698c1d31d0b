from typing import Any

import pytest

from judge import Judge, library
from judge.errors import SettingsError, ToolError
from judge.types import AcceptedCall, Evidence, Response, Sample, ToolCall, ToolDefinition

tool_calls: Any = library.module("tools", "tool_calls")

ADD = ToolDefinition(
    name="add",
    parameters={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
)


def call(**arguments: Any) -> ToolCall:
    return ToolCall(name="add", arguments=arguments)


def verify(response: Response | str, format: str = "any", **fields: Any) -> Evidence:
    evidence: Evidence = tool_calls.verify(Sample(responses=response, **fields), format=format)
    return evidence


def made(*calls: ToolCall) -> Response:
    return Response(text="", tool_calls=calls)


def test_it_needs_to_know_what_is_right() -> None:
    assert tool_calls.CHECKS == "tool_calls"
    assert tool_calls.needs(Sample(responses="x")) == "expected tool calls or definitions of tools"
    for known in ({"expected_calls": (call(a=1),)}, {"accepted_calls": ()}, {"tools": (ADD,)}):
        assert tool_calls.needs(Sample(responses="x", **known)) == ""


def test_the_right_call_supports_and_is_hard() -> None:
    found = verify(made(call(a=1, b=2)), expected_calls=(call(b=2, a=1),))
    assert (found.stance, found.score, found.hard, found.summary) == ("supports", 1.0, True, "the tool call is right")


def test_a_wrong_value_refutes_and_earns_its_share() -> None:
    found = verify(
        '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 3}}</tool_call>', expected_calls=(call(a=1, b=2),)
    )
    assert (found.stance, found.hard) == ("refutes", True)
    assert found.score == pytest.approx((1 + 1 + 1) / 4)  # name, names of arguments, one value of two; of 1 + 1 + 2
    assert found.detail["toolrl_correct"] == pytest.approx(1.5)
    assert found.summary == "'b' of 'add' is '3', which is none of the accepted values"


def test_no_call_where_one_is_due_and_the_other_way_round() -> None:
    assert verify("It is 3.", expected_calls=(call(a=1, b=2),)).score == 0.0
    assert verify("It is 3.", accepted_calls=()).stance == "supports"
    found = verify(made(call(a=1, b=2)), accepted_calls=())
    assert (found.stance, found.score, found.summary) == ("refutes", 0.0, "1 call too many")


def test_arguments_that_are_no_json_are_wrong() -> None:
    found = verify(made(ToolCall(name="add", arguments={"_unparsed": "{a: 1"})), expected_calls=(call(a=1, b=2),))
    assert found.stance == "refutes" and "no JSON object" in found.summary


def test_a_broken_call_beside_the_right_one_is_one_too_many() -> None:
    text = '<tool_call>{"name": "add", "arguments": {"a": 1, "b": 2}}</tool_call><tool_call>{oops</tool_call>'
    found = verify(text, expected_calls=(call(a=1, b=2),))
    assert found.stance == "refutes" and found.score is not None and found.score < 1


def test_definitions_alone_check_names_and_schemas() -> None:
    assert verify(made(call(a=1, b=2)), tools=(ADD,)).stance == "supports"
    wrong = verify(made(call(a=1, b="2"), call(a=1, b=2)), tools=(ADD,))
    assert (wrong.stance, wrong.score) == ("refutes", 0.5)
    assert wrong.summary == "'add' does not fit its schema: $.b: '2' is not of type 'integer'"
    assert "not offered" in verify(made(ToolCall(name="sub")), tools=(ADD,)).summary
    nothing = verify("It is 3.", tools=(ADD,))
    assert (nothing.stance, nothing.score, nothing.hard) == ("neutral", None, False)


def test_toolrl_scores_format_and_match() -> None:
    body = '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>'
    right = verify(f"<think>Hm.</think>\n{body}", "toolrl", expected_calls=(call(a=1, b=2),))
    assert (right.stance, right.score) == ("supports", 1.0)
    untagged = verify(body, "toolrl", expected_calls=(call(a=1, b=2),))
    assert untagged.stance == "refutes"
    assert untagged.score == pytest.approx(6 / 7)
    assert verify("add", "toolrl", expected_calls=(call(a=1, b=2),)).score == 0.0
    with pytest.raises(SettingsError, match="format='xml' is unknown"):
        verify("x", "xml", expected_calls=(call(a=1),))


def test_a_definition_that_is_no_schema_is_not_the_responses_fault() -> None:
    with pytest.raises(ToolError, match="no JSON Schema"):
        verify(made(call(a=1)), tools=(ToolDefinition(name="add", parameters={"type": 5}),))


def test_it_is_part_of_verify() -> None:
    accepted = (AcceptedCall(name="add", arguments={"a": (1, 2), "b": (2,)}),)
    sample = Sample(responses=made(call(a=2, b=2)), accepted_calls=accepted, tools=(ADD,))
    rewards = list(Judge("verify").score_iter([sample, sample.model_copy(update={"accepted_calls": ()})]))
    assert [reward.value for reward in rewards] == [1.0, 0.0]
