"""Thought, action, observation, again: a model gathers evidence on one response within hard bounds.

It may call several tools at once. What a tool finds is a fact for the critique; what goes wrong is shown to the model
as an error and kept as one. The form follows tool-augmented reward models (Themis, arXiv 2310.01045, section 3).
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from judge.checks import Desk, Kit, Offer
from judge.errors import ModelError, SearchError, ToolError, sentence
from judge.models.base import Completion, Request, failure_of
from judge.recipe import Agent
from judge.replies import Wanted, read_actions
from judge.text import fence
from judge.types import Evidence, Failure, Sample, Usage, digest

AGENT = "agent"
"""The tool name under which the agent's own record stands in the evidence."""
OBSERVATIONS = "observations"
"""The prompt that shows a model what its actions found."""
_LONGEST = 6_000
"""Characters of one observation that the model sees."""


@dataclass
class _Work:
    """One agent at work on one response."""

    sample: Sample
    offers: dict[str, Offer]
    rules: Agent
    desk: Desk
    deadline: float
    found: list[Evidence] = field(default_factory=list)
    seen: dict[str, Evidence] = field(default_factory=dict)
    """What was found already, by action and arguments: nothing is looked up twice."""
    calls: int = 0
    rounds: int = 0
    thoughts: list[str] = field(default_factory=list)

    @property
    def left_s(self) -> float:
        return self.deadline - time.monotonic()


async def investigate(
    sample: Sample, known: Sequence[Evidence], offers: Sequence[Offer], rules: Agent, kit: Kit
) -> list[Evidence]:
    """Return what the agent found about the sample's only response, and its own record as the last item.

    Args:
        sample: with one response.
        known: what the recipe's rules have found already; shown to the agent.
        offers: what it may call.
        rules: its prompt and its bounds.
        kit: the model, and the prompts `rules.prompt` and `observations`.

    Raises:
        ModelError: the key is missing or refused; any other failure ends the search and is kept as evidence.
    """
    desk = Desk(kit, sample.id)
    work = _Work(sample, {offer.name: offer for offer in offers}, rules, desk, time.monotonic() + rules.seconds)
    failure: Failure | None = None
    stopped = "done"
    try:
        async with asyncio.timeout(rules.seconds):
            stopped = await _search(work, known, kit)
    except TimeoutError:
        stopped = "seconds"
    except (ModelError, ToolError) as error:
        if isinstance(error, ModelError) and error.kind == "auth":  # every row would fail alike
            raise
        failure = _failure(AGENT, error)
        stopped = "error"
    return [*work.found, _record(work, stopped, failure)]


async def _search(work: _Work, known: Sequence[Evidence], kit: Kit) -> str:
    """Look until the model is done or a bound is reached; return which."""
    native = work.rules.calling != "text" and not _no_tools(kit)
    messages = _question(work, known, kit, native)
    while work.rounds < work.rules.rounds:
        said = await work.desk.complete(work.rules.prompt, _request(work, messages, native))
        if native and work.rules.calling == "auto" and _no_tools(kit):  # just found out: ask again in text
            native, messages = False, _question(work, known, kit, native=False)
            continue
        work.rounds += 1
        wanted = _wanted(work, said, native)
        if native and not wanted and _no_tools(kit):
            raise ToolError("the endpoint takes no tool calls; set agent.calling to text")
        if thought := (said.text or said.reasoning).strip():
            work.thoughts.append(thought[:_LONGEST])
        if not wanted:
            return "done"
        if work.calls >= work.rules.calls:
            return "calls"
        observed = await asyncio.gather(*(_observe(work, each, place) for place, each in _budgeted(work, wanted)))
        if work.left_s <= 0:
            return "seconds"
        messages += _answered(said, observed, work, kit, native)
    return "rounds"


def _no_tools(kit: Kit) -> bool:
    return kit.model is not None and kit.model.capabilities.tools is False


def _question(work: _Work, known: Sequence[Evidence], kit: Kit, native: bool) -> tuple[dict[str, Any], ...]:
    sample = work.sample
    values = {
        "question": fence("request", sample.question),
        "response": fence("response", sample.responses[0].text),
        "reference": "\n\n".join(fence("reference", reference) for reference in sample.references),
        "evidence": [
            {"tool": item.tool, "stance": item.stance, "summary": fence("finding", item.summary[:_LONGEST])}
            for item in known
            if item.stance != "error"
        ],
        "tools": [offer.shown for offer in work.offers.values()],
        "calls": work.rules.calls,
        "native": native,
    }
    return kit.prompts[work.rules.prompt].messages(values)


def _request(work: _Work, messages: tuple[dict[str, Any], ...], native: bool) -> Request:
    return Request(
        messages,
        temperature=work.rules.temperature,
        max_tokens=work.rules.max_tokens,
        tools=tuple(offer.wire for offer in work.offers.values()) if native else (),
    )


def _wanted(work: _Work, said: Completion, native: bool) -> list[Wanted]:
    if said.finish == "length" and not said.tool_calls:
        raise ToolError(f"the agent's reply was cut off after {work.rules.max_tokens} tokens; raise agent.max_tokens")
    if native:
        names = {offer.wire_name: offer.name for offer in work.offers.values()}
        return [Wanted(names.get(call.name, call.name), call.arguments) for call in said.tool_calls]
    return read_actions(said.text, [work.sample.responses[0].text, work.sample.question])


def _budgeted(work: _Work, wanted: Sequence[Wanted]) -> list[tuple[int, Wanted]]:
    """Number the actions; those beyond the budget get a number that is too high."""
    first = work.calls
    work.calls += len(wanted)
    return list(enumerate(wanted, first))


async def _observe(work: _Work, wanted: Wanted, place: int) -> Evidence:
    """Run one action and return what it found, or the error that the model is shown in its place."""
    offer = work.offers.get(wanted.name)
    if offer is None:
        names = ", ".join(work.offers)
        return _error(wanted.name, ToolError(f"there is no tool {wanted.name[:80]!r}; choose one of: {names}"))
    if place >= work.rules.calls:
        return _error(offer.name, ToolError(f"not run: all {work.rules.calls} calls are used up"))
    arguments: dict[str, Any] = {}
    try:
        arguments = offer.arguments(wanted.arguments, wanted.text)
        key = digest([offer.name, arguments])
        if key not in work.seen:
            start = time.perf_counter()
            async with asyncio.timeout(max(0.0, work.left_s)):
                found = await offer.run(arguments)
            spent = Usage(seconds=time.perf_counter() - start)
            update = {"tool": offer.name, "arguments": arguments, "usage": found.usage + spent}
            work.seen[key] = found.model_copy(update=update)
            work.found.append(work.seen[key])
        return work.seen[key]
    except TimeoutError:
        error: Exception = ToolError(f"it ran past the {work.rules.seconds:g} s that the agent has")
    except Exception as broken:
        error = broken
    failed = _error(offer.name, error).model_copy(update={"arguments": arguments})
    work.found.append(failed)
    return failed


def _answered(
    said: Completion, observed: Sequence[Evidence], work: _Work, kit: Kit, native: bool
) -> tuple[dict[str, Any], ...]:
    """Return the messages that carry the conversation on: what the model said, and what its actions found."""
    if native:
        numbered = [(f"call_{work.rounds}_{number}", call) for number, call in enumerate(said.tool_calls)]
        calls = [
            {"id": id, "type": "function", "function": {"name": call.name, "arguments": json.dumps(call.arguments)}}
            for id, call in numbered
        ]
        answers = [
            {"role": "tool", "tool_call_id": id, "content": _shown(item)["text"]}
            for (id, _), item in zip(numbered, observed, strict=True)
        ]
        return ({"role": "assistant", "content": said.text or None, "tool_calls": calls}, *answers)
    values = {"observed": [_shown(item) for item in observed], "left": max(0, work.rules.calls - work.calls)}
    return ({"role": "assistant", "content": said.text}, *kit.prompts[OBSERVATIONS].messages(values))


def _shown(item: Evidence) -> dict[str, Any]:
    if item.stance == "error":
        return {"tool": item.tool, "failed": True, "text": f"ERROR, no finding: {item.summary}"}
    return {"tool": item.tool, "failed": False, "text": fence("observation", item.summary[:_LONGEST])}


def _error(tool: str, error: Exception) -> Evidence:
    failure = _failure(tool, error)
    return Evidence(tool=tool, stance="error", summary=failure.message, failure=failure)


def _failure(tool: str, error: Exception) -> Failure:
    message = f"{tool[:80]}: {sentence(error)}"[:2000]
    if isinstance(error, ModelError | SearchError):
        return failure_of(error, message)
    return Failure(kind="tool", message=message)


def _record(work: _Work, stopped: str, failure: Failure | None) -> Evidence:
    done = ", ".join(item.tool for item in work.found) or "nothing"
    record = Evidence(
        tool=AGENT,
        stance="error" if failure else "neutral",
        summary=failure.message if failure else f"looked in {work.rounds} rounds: {done}",
        detail={"stopped": stopped, "rounds": work.rounds, "calls": work.calls, "thoughts": list(work.thoughts)},
        failure=failure,
    )
    return work.desk.sign(record)
