"""Does a response call the right tools with the right arguments?

Right calls come with the sample, exact (`expected_calls`) or with several accepted values (`accepted_calls`, as in
BFCL); definitions of the offered tools alone (`tools`) let arguments be checked against their schemas. Calls are native
or read from the text in the usual forms; none is made.
"""

from typing import Literal, get_args

from pydantic import JsonValue

from judge.calls.match import Wanted, assign, share, wanted
from judge.calls.read import Read, read_calls
from judge.calls.tags import format_fault
from judge.errors import SettingsError
from judge.schemas import faults, parameters_schema
from judge.tool import Checks
from judge.types import Evidence, Sample, ToolCall

CHECKS: Checks = "tool_calls"

Format = Literal["any", "toolrl"]
_SHOWN = 5
_CORRECT = 3.0
"""ToolRL's reward of correctness is in [-3, 3], that of the format in {0, 1}."""


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    known = sample.expected_calls or sample.accepted_calls is not None or sample.tools
    return "" if known else "expected tool calls or definitions of tools"


def verify(sample: Sample, *, format: Format = "any") -> Evidence:
    """Compare the calls of the only response with the right ones, in any order.

    It supports when every right call is made and no other. The score is ToolRL's match: the overlap of names, then for
    each right call the overlap of argument names and the count of right values, as a share of the most there can be.
    With definitions only, it is the share of calls whose tool is offered and whose arguments fit its schema, and a
    response without a call is neutral.

    Args:
        sample: with one response.
        format: `toolrl` also asks for the tags `<think>`, `<tool_call>`, `<response>` in text, and scores
            (format + correctness + 3) / 7, ToolRL's reward from [-3, 4] in [0, 1]. Correctness is -3 when a call
            cannot be read, and 0 where no call is due.

    Raises:
        SettingsError: `format` is neither of the two.
        ToolError: the definition of a tool is no JSON Schema.
    """
    if format not in get_args(Format):
        raise SettingsError(f"format={format!r} is unknown; choose one of: {', '.join(get_args(Format))}")
    read = read_calls(sample.responses[0])
    unfit = _unfit(sample, read.calls)
    if not sample.expected_calls and sample.accepted_calls is None:
        return _by_schema(read, unfit)
    rights = wanted(sample.accepted_calls or (), sample.expected_calls, sample.tools)
    return _by_match(sample, rights, read, unfit, format)


def _unfit(sample: Sample, calls: tuple[ToolCall, ...]) -> dict[int, str]:
    """Return what is wrong with the arguments of each call by the definitions, by number of the call."""
    if not sample.tools:
        return {}
    definitions = {tool.name.replace(".", "_"): tool for tool in sample.tools}
    unfit = {}
    for number, call in enumerate(calls):
        tool = definitions.get(call.name.replace(".", "_"))
        if tool is None:
            unfit[number] = f"the tool {call.name[:80]!r} is not offered"
        elif found := faults(parameters_schema(tool.parameters), call.arguments):
            unfit[number] = f"{call.name!r} does not fit its schema: {found[0]}"
    return unfit


def _by_schema(read: Read, unfit: dict[int, str]) -> Evidence:
    made = len(read.calls) + (len(read.faults) if read.how != "native" else 0)
    wrong = [*read.faults, *unfit.values()]
    if not made:
        return _evidence("neutral", None, "the response calls no tool", read, [])
    summary = f"{made} tool calls fit their definitions" if made > 1 else "the tool call fits its definition"
    score = 0.0 if read.how == "native" and read.faults else max(made - len(wrong), 0) / made
    return _evidence("refutes" if wrong else "supports", score, summary, read, wrong)


def _by_match(sample: Sample, rights: list[Wanted], read: Read, unfit: dict[int, str], format: Format) -> Evidence:
    unread = [ToolCall(name="") for _ in read.faults if read.how != "native"]
    calls = [*read.calls, *unread]
    made, wrong = assign(rights, calls)
    wrong = [*read.faults, *wrong]
    matched = share(rights, calls) if rights else float(not calls)
    correct = 0.0 if not rights else -_CORRECT if read.faults else 2 * _CORRECT * matched - _CORRECT
    text = sample.responses[0].text
    broken = "" if read.how == "native" else format_fault(text, bool(rights))
    detail: dict[str, JsonValue] = {
        "toolrl_format": float(not broken),
        "toolrl_correct": correct,
        "right": made,
        "of": len(rights),
        "schema_faults": list(list(unfit.values())[:_SHOWN]),
    }
    score = matched
    if format == "toolrl":
        wrong = [broken, *wrong] if broken else wrong
        score = (float(not broken) + correct + _CORRECT) / (2 * _CORRECT + 1)
    summary = f"all {len(rights)} tool calls are right" if len(rights) != 1 else "the tool call is right"
    summary = summary if rights else "no tool is called, which is right"
    return _evidence("refutes" if wrong else "supports", score, summary, read, wrong, detail)


def _evidence(
    stance: Literal["supports", "refutes", "neutral"],
    score: float | None,
    summary: str,
    read: Read,
    wrong: list[str],
    detail: dict[str, JsonValue] | None = None,
) -> Evidence:
    calls: list[JsonValue] = [{"name": call.name[:120], "arguments": str(call.arguments)[:500]} for call in read.calls]
    return Evidence(
        tool="tool_calls",
        stance=stance,
        summary="; ".join(wrong[:_SHOWN]) if wrong else summary,
        score=score,
        hard=stance != "neutral",
        detail={"how": read.how, "calls": calls[:_SHOWN], "wrong": list(wrong[:_SHOWN]), **(detail or {})},
        provenance="strict comparison, BFCL's rules for values",
    )
