"""Does a response keep to the constraints that its prompt states, where nobody has listed them?

The judge's model reads the prompt, not the response, and lists the constraints that a program can decide. Known kinds
are checked by rule. For the others it writes a checker, which runs in the sandbox alone and counts only when it passed
a trial: right on a follower and a violator, the same at every call, and, where labelled pairs are given, in order on
them. Checkers that did not are listed and count for nothing. All responses to one prompt are held against the same
list. After RewardAgent (arXiv 2502.19328) and CARD (arXiv 2410.14660).

What the prompt asks for is the model's reading, so the finding is soft. It does not know whether a response is any
good: keeping to the form is cheap, and a policy that is paid for nothing else will learn that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from judge.errors import ParseError, SettingsError, ToolError
from judge.instructions.extracted import Extracted, catalogue, read_constraints
from judge.instructions.finding import Finding, found, quote
from judge.instructions.registry import check
from judge.replies import read_object
from judge.sandbox import Limits, Outcome, run_sessions
from judge.sandbox.sessions import raised
from judge.text import fence
from judge.tool import Checks, Context
from judge.types import Evidence, Sample, Stance, digest

CHECKS: Checks = "constraints"
SOFT = True
PROMPTS = ("extract_constraints", "write_checker")

_LONGEST_CODE = 8_000
_LISTED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reasons": {"type": "string"},
        "constraints": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {key: {"type": "string"} for key in ("quote", "kind", "check")}
                | {"args": {"type": "object"}},
                "required": ["quote", "kind", "args", "check"],
            },
        },
    },
    "required": ["reasons", "constraints"],
}
_WRITTEN: dict[str, Any] = {
    "type": "object",
    "properties": {key: {"type": "string"} for key in ("reasons", "code", "follower", "violator")},
    "required": ["reasons", "code", "follower", "violator"],
}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the responses to one prompt are held against."""

    known: tuple[Extracted, ...]
    written: tuple[tuple[Extracted, str], ...]
    """With the code of the checker."""
    rejected: tuple[str, ...]
    """Why something that the model listed or wrote does not count."""


def needs(sample: Sample) -> str:
    """Return "a prompt" when there is none to read constraints in."""
    return "" if sample.question.strip() else "a prompt"


async def verify(
    sample: Sample,
    *,
    context: Context,
    most: int = 8,
    repairs: int = 1,
    min_ordered: float = 1.0,
    timeout_s: float = 5.0,
) -> Evidence:
    """Hold the only response against the constraints of its prompt.

    The score is the share of the accepted constraints that are followed; None when there is none to tell.

    Args:
        sample: with a prompt and one response. `metadata["pairs"]` may hold labelled answers to the same prompt, a
            list of `{"chosen": text, "rejected": text}`; no model sees them.
        context: lends the judge's model.
        most: constraints that are looked at, from 1 to 32.
        repairs: how often a checker that failed its trial is written anew.
        min_ordered: share of the pairs, in [0, 1], on which a checker must not prefer the rejected answer. On one at
            least it must prefer the chosen.
        timeout_s: seconds for one run of a checker.

    Raises:
        SettingsError: an option is out of range.
        ToolError: the model's list cannot be read, or the sandbox broke.
        ModelError: a call failed.
    """
    if not 1 <= most <= 32 or repairs < 0 or not 0 <= min_ordered <= 1:
        raise SettingsError(f"most={most}, repairs={repairs}, min_ordered={min_ordered} is out of range; see verify")
    pairs, trial = _pairs(sample), _Trial(repairs, min_ordered, Limits(wall_s=timeout_s, memory_mb=256))
    key = f"written_constraints {digest(sample.question)} {digest(repr(pairs))} {most} {trial}"
    criteria = await context.once(key, lambda: _criteria(context, sample.question, most, pairs, trial))
    text = sample.responses[0].text
    states = [check(wanted.kind, wanted.args, text) for wanted in criteria.known]
    runs = await asyncio.gather(*(_run(code, [text], trial.limits) for _, code in criteria.written))
    states += [finding for findings in runs for finding in findings]
    return _evidence(criteria, states)


@dataclass(frozen=True, slots=True)
class _Trial:
    repairs: int
    min_ordered: float
    limits: Limits


Pairs = Sequence[tuple[str, str]]


def _pairs(sample: Sample) -> Pairs:
    given = sample.metadata.get("pairs")
    if given is None:
        return ()
    pairs = [(item.get("chosen"), item.get("rejected")) for item in given if isinstance(item, dict)] if isinstance(
        given, list
    ) else []  # fmt: skip
    kept = [(chosen, rejected) for chosen, rejected in pairs if isinstance(chosen, str) and isinstance(rejected, str)]
    if not isinstance(given, list) or len(kept) != len(given):
        raise ToolError(f"metadata['pairs'] is {quote(str(given))}; make it a list of objects with chosen and rejected")
    return tuple(kept)


async def _criteria(context: Context, request: str, most: int, pairs: Pairs, trial: _Trial) -> Criteria:
    values = {"request": fence("request", request), "kinds": catalogue(), "most": most}
    reply = await context.ask("extract_constraints", values, max_tokens=2048, schema=_LISTED)
    try:
        wanted, rejected = read_constraints(read_object(reply, "constraints"), request, most)
    except ParseError as error:
        raise ToolError(f"the constraints of the prompt cannot be read: {error}") from error
    known = tuple(constraint for constraint in wanted if constraint.kind)
    unknown = [constraint for constraint in wanted if not constraint.kind]
    codes = await asyncio.gather(*(_write(context, request, constraint, pairs, trial) for constraint in unknown))
    written = tuple((constraint, code) for constraint, (code, _) in zip(unknown, codes, strict=True) if code)
    rejected += [fault for code, fault in codes if not code]
    return Criteria(known, written, tuple(rejected))


async def _write(context: Context, request: str, constraint: Extracted, pairs: Pairs, trial: _Trial) -> tuple[str, str]:
    """Return the code of a checker that passed its trial, or "" and why none did."""
    values = {
        "request": fence("request", request),
        "constraint": fence("constraint", constraint.words),
        "check": fence("check", constraint.check),
    }
    code = fault = ""
    for _ in range(trial.repairs + 1):
        said = {**values, "code": fence("code", code), "fault": fence("fault", fault) if fault else ""}
        reply = await context.ask("write_checker", said, max_tokens=2048, schema=_WRITTEN)
        try:
            written = read_object(reply, "code")
        except ParseError as error:
            fault = str(error)
            continue
        code = str(written["code"])
        fault = await _try(code, written, pairs, trial)
        if not fault:
            return code, ""
    return "", f"the checker for {quote(constraint.words)} was refused: {fault}"


async def _try(code: str, written: Mapping[str, Any], pairs: Pairs, trial: _Trial) -> str:
    """Return why a checker does not count, "" when it does."""
    follower, violator = written.get("follower"), written.get("violator")
    if not isinstance(follower, str) or not isinstance(violator, str) or follower == violator:
        return "it needs a follower and a violator, two different texts"
    if len(code) > _LONGEST_CODE:
        return f"it has {len(code)} characters, at most {_LONGEST_CODE} are allowed"
    texts = [follower, violator, *(text for pair in pairs for text in pair)]
    said = await _run(code, texts, trial.limits)
    again = await _run(code, texts[:2], trial.limits)  # a process of its own, so that another order of sets shows
    if broken := next((finding.reason for finding in [*said, *again] if finding.state == "cannot_tell"), ""):
        return broken
    passed = [finding.state == "followed" for finding in said]
    if said[:2] != again:
        return "it says different things of the same text"
    if not passed[0] or passed[1]:
        return "it says no to its own follower" if not passed[0] else "it says yes to its own violator"
    return _order(passed[2::2], passed[3::2], trial.min_ordered)


def _order(chosen: Sequence[bool], rejected: Sequence[bool], min_ordered: float) -> str:
    if not chosen:
        return ""
    ordered = sum(better >= worse for better, worse in zip(chosen, rejected, strict=True)) / len(chosen)
    if ordered < min_ordered:
        return f"it keeps {ordered:.0%} of the labelled pairs in order, {min_ordered:.0%} are needed"
    tells = any(better > worse for better, worse in zip(chosen, rejected, strict=True))
    return "" if tells else "it tells no labelled pair apart"


async def _run(code: str, texts: Sequence[str], limits: Limits) -> list[Finding]:
    """Run a checker on each text in the sandbox; whatever is no True or False cannot tell.

    Raises:
        ToolError: the sandbox broke, so that nothing is known of the checker.
    """
    calls = [[{"do": "call", "on": {"g": "check"}, "args": [text], "kwargs": {}}] for text in texts]
    done = await run_sessions(code, calls, limits)
    if done.run.status == "sandbox_error":
        raise ToolError(f"the sandbox broke, so the checkers say nothing: {done.run.message}")
    if done.broken:
        return [Finding("cannot_tell", f"its checker broke: {done.broken[:200]}")] * len(texts)
    return [_said(outcomes, end) for outcomes, end in zip(done.outcomes, done.ends, strict=True)]


def _said(outcomes: Sequence[Outcome], end: str) -> Finding:
    if not outcomes:
        return Finding("cannot_tell", f"its checker broke: {end[:200]}")
    value = outcomes[0].get("v")
    if value is True or value is False:
        return found(value, f"its checker says {'yes' if value else 'no'}")
    said = raised(outcomes[0]["e"]) if "e" in outcomes[0] else f"it returned {quote(repr(value))}, not True or False"
    return Finding("cannot_tell", f"its checker broke: {said[:200]}")


def _evidence(criteria: Criteria, states: Sequence[Finding]) -> Evidence:
    wanted = [*criteria.known, *(constraint for constraint, _ in criteria.written)]
    codes = [""] * len(criteria.known) + [code for _, code in criteria.written]
    detail: dict[str, JsonValue] = {
        f"C{number}": {
            "constraint": one.words,
            "state": finding.state,
            "reason": finding.reason,
            **({"code": code} if code else {"kind": one.kind, "args": dict(one.args)}),
        }
        for number, (one, finding, code) in enumerate(zip(wanted, states, codes, strict=True), 1)
    }
    detail["rejected"] = list(criteria.rejected)
    followed = sum(finding.state == "followed" for finding in states)
    broken = sum(finding.state == "not_followed" for finding in states)
    stance: Stance = "refutes" if broken else "supports" if states and followed == len(states) else "neutral"
    open_ends = [f"{quote(one.words)}: {finding.reason}" for one, finding in zip(wanted, states, strict=True)
                 if finding.state != "followed"]  # fmt: skip
    summary = f"{followed} of {len(states)} constraints of the prompt followed" if states else (
        "the prompt states no constraint that could be checked")  # fmt: skip
    return Evidence(
        tool="written_constraints",
        stance=stance,
        summary="; ".join([summary, *open_ends]),
        score=None if stance == "neutral" else followed / (followed + broken),
        detail=detail,
        provenance=f"{len(criteria.known)} known kinds, {len(criteria.written)} written checkers in the sandbox",
    )
