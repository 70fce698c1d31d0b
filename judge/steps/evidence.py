"""Evidence: run the checks that apply, side by side. A check that breaks is recorded and says nothing else."""

import asyncio
import inspect
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from judge import library, workers
from judge.errors import JudgeError, ModelError, ToolError, WorkerTimeoutError
from judge.recipe import ToolUse
from judge.recordings import Findings
from judge.tool import Tool
from judge.types import Evidence, Failure, FailureKind, Sample, Usage


@dataclass(frozen=True, slots=True)
class Check:
    """A tool, loaded, and how the recipe uses it."""

    use: ToolUse
    tool: Tool
    libraries: tuple[str, ...] = ()
    """Where else to look for the tool's file, for workers that load it themselves."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, and what was missing where nothing could be checked."""

    evidence: tuple[Evidence, ...] = ()
    missing: tuple[tuple[int, str], ...] = ()
    """(response, what each tool would need), for responses that no tool applies to."""


async def gather(
    sample: Sample,
    responses: Collection[int],
    checks: Sequence[Check],
    only: Collection[str] = (),
    recorded: Findings | None = None,
) -> Checked:
    """Run the checks that apply to each response.

    Of the tools that check the same part of a sample, the first that applies is used.

    Args:
        sample: the sample with all its responses.
        responses: indices to check.
        checks: the recipe's tools in order.
        only: names of tools that a critic asked for; empty for those that are always run.
        recorded: findings of an earlier run, which are played instead of running anything.
    """
    runs, missing = [], []
    for index in responses:
        alone = sample.only(index)
        chosen, needs = _choose(alone, [check for check in checks if _wanted(check, only)])
        for check in chosen:
            key = (sample.hash, index, check.use.tool)
            runs.append(_run(check, alone, index) if recorded is None else _play(check, key, recorded))
        if not chosen and needs:
            missing.append((index, needs))
    evidence = [await runs[0]] if len(runs) == 1 else await asyncio.gather(*runs)
    return Checked(tuple(evidence), tuple(missing))


def _wanted(check: Check, only: Collection[str]) -> bool:
    return check.use.tool in only if only else check.use.when == "always"


def _choose(sample: Sample, checks: Sequence[Check]) -> tuple[list[Check], str]:
    chosen: dict[str, Check] = {}
    needs: dict[str, str] = {}
    for check in checks:
        if need := check.tool.needs(sample):
            needs.setdefault(need, check.use.tool)
        else:
            chosen.setdefault(check.tool.CHECKS, check)
    return list(chosen.values()), "; ".join(f"{need} (for {tool})" for need, tool in needs.items())


async def _play(check: Check, key: tuple[str, int, str], recorded: Findings) -> Evidence:
    if key in recorded:
        return recorded[key]
    error = ToolError(f"no result was recorded for sample {key[0]}, response {key[1]}; replay the run that it is of")
    return _broken(check, error).model_copy(update={"response": key[1]})


async def _run(check: Check, sample: Sample, index: int) -> Evidence:
    start = time.perf_counter()
    try:
        found = await _verify(check, sample)
    except Exception as error:
        found = _broken(check, error)
    usage = found.usage + Usage(seconds=time.perf_counter() - start)
    return found.model_copy(update={"tool": check.use.tool, "response": index, "usage": usage})


async def _verify(check: Check, sample: Sample) -> Evidence:
    if inspect.iscoroutinefunction(check.tool.verify):
        found: Evidence = await check.tool.verify(sample, **check.use.options)
        return found
    arguments: tuple[Any, ...] = (
        check.use.tool,
        list(check.libraries),
        sample.model_dump(mode="json"),
        check.use.options,
    )
    return Evidence.model_validate(
        await workers.call("judge.steps.evidence:verify_in_worker", *arguments, timeout_s=check.use.timeout_s)
    )


def verify_in_worker(
    name: str, libraries: list[str], sample: dict[str, Any], options: dict[str, Any]
) -> dict[str, Any]:
    """Run a tool that is a plain function, in a worker process: everything goes in and out as JSON values."""
    tool: Any = library.module("tools", name, libraries)
    evidence: Evidence = tool.verify(Sample.model_validate(sample), **options)
    return evidence.model_dump(mode="json")


def _broken(check: Check, error: Exception) -> Evidence:
    kind: FailureKind = "timeout" if isinstance(error, TimeoutError | WorkerTimeoutError) else "tool"
    text = str(error) if isinstance(error, JudgeError) else f"{type(error).__name__}: {error}".removesuffix(": ")
    retryable = error.retryable if isinstance(error, ModelError) else kind == "timeout"
    failure = Failure(kind=kind, message=f"the check {check.use.tool!r} broke: {text}", retryable=retryable)
    return Evidence(tool=check.use.tool, stance="error", summary=failure.message, failure=failure)
