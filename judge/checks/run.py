"""Run one check of a recipe. One that breaks becomes evidence that says so, and nothing else."""

import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from judge import library, workers
from judge.checks.desk import Desk, Kit
from judge.checks.offers import options_for
from judge.errors import ModelError, SearchError, ToolError, WorkerTimeoutError, sentence
from judge.recipe import ToolUse
from judge.types import Evidence, Failure, FailureKind, Sample, Usage


@dataclass(frozen=True, slots=True)
class Check:
    """A tool, loaded, and how the recipe uses it."""

    use: ToolUse
    tool: Any
    """A module as `judge.tool` describes it, or an MCP server."""

    @property
    def hard(self) -> bool:
        """Whether its finding outranks every critic; a module whose findings do not says `SOFT = True`."""
        return not getattr(self.tool, "SOFT", False) and self.use.decides == "always"

    def ranked(self, item: Evidence) -> Evidence:
        """Return a finding, soft where the recipe does not let it outrank the critics."""
        if not item.hard or self.use.decides == "always" or self.use.decides == item.stance:
            return item
        return item.model_copy(update={"hard": False})


async def run_check(check: Check, sample: Sample, kit: Kit) -> list[Evidence]:
    """Return what a check finds about the sample's responses: one finding by `verify`, or those of `compare`.

    Raises:
        ModelError: the key is missing or refused; whatever else goes wrong becomes evidence of stance `error`.
    """
    start = time.perf_counter()
    desk = Desk(kit, sample.id)
    try:
        found = await _found(check, sample, desk)
    except Exception as error:
        if isinstance(error, ModelError) and error.kind == "auth":  # every row would fail alike, so say it now
            raise
        found = [broken(check, error, response) for response in range(len(sample.responses))]
    spent = Usage(seconds=time.perf_counter() - start)
    first = desk.sign(found[0].model_copy(update={"usage": found[0].usage + spent}))
    return [check.ranked(item.model_copy(update={"tool": check.use.tool})) for item in (first, *found[1:])]


def broken(check: Check, error: Exception, response: int = 0) -> Evidence:
    """Return the evidence that a check broke: no fault of the response."""
    kind: FailureKind = "timeout" if isinstance(error, TimeoutError | WorkerTimeoutError) else "tool"
    if isinstance(error, SearchError):
        kind = error.kind  # type: ignore[assignment]
    retryable = error.retryable if isinstance(error, ModelError | SearchError) else kind == "timeout"
    name = check.use.tool
    failure = Failure(kind=kind, message=f"the check {name!r} broke: {sentence(error)}", retryable=retryable)
    return Evidence(
        tool=name, stance="error", summary=failure.message, response=response, hard=check.hard, failure=failure
    )


async def _found(check: Check, sample: Sample, desk: Desk) -> Sequence[Evidence]:
    if len(sample.responses) > 1:
        compare = check.tool.compare
        found: Sequence[Evidence] = await compare(sample, **options_for(compare, check.use.options, desk))
        if not found:
            raise ToolError("it returned no finding; a comparison names every response")
        return found
    verify = check.tool.verify
    options = options_for(verify, check.use.options, desk)
    if inspect.iscoroutinefunction(verify):
        return [await verify(sample, **options)]
    arguments: tuple[Any, ...] = (check.use.tool, list(desk.libraries), sample.model_dump(mode="json"), options)
    done = await workers.call("judge.checks.run:verify_in_worker", *arguments, timeout_s=check.use.timeout_s)
    return [Evidence.model_validate(done)]


def verify_in_worker(
    name: str, libraries: list[str], sample: dict[str, Any], options: dict[str, Any]
) -> dict[str, Any]:
    """Run a tool that is a plain function, in a worker process: everything goes in and out as JSON values."""
    tool: Any = library.module("tools", name, libraries)
    evidence: Evidence = tool.verify(Sample.model_validate(sample), **options)
    return evidence.model_dump(mode="json")
