"""Test code against a program: rounds of interpreting out here and calling in the sandbox, until all is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from judge import sandbox, workers
from judge.errors import ToolError, WorkerTimeoutError
from judge.workers.process import WorkerDiedError

ROUNDS = 12
"""Rounds after which what the tests do depends too much on what the program does."""
_READ_S = 10.0


@dataclass(frozen=True, slots=True)
class CodeResult:
    """What came of test code that was interpreted."""

    checks: tuple[tuple[int, bool, str], ...]
    """Line, whether it held, and what is wrong."""
    of: int
    """How many checks there would be if all went well."""
    untranslated: tuple[tuple[int, str], ...]
    """Lines that cannot be interpreted, and why."""
    in_process: bool
    """Whether a check rests on the equality of two objects of the program."""
    runs: tuple[sandbox.Run, ...]


async def run_code(
    program: str,
    tests: str,
    *,
    prefix: str = "",
    entry_point: str = "",
    limits: sandbox.Limits = sandbox.DEFAULT_LIMITS,
) -> CodeResult:
    """Interpret test code, let the sandbox make its calls, and return what its assertions say.

    The calls of a test are made one after the other in one process, as a test runner would: what one call leaves behind
    is seen by the next. Each round is a run of its own from the program's start, so the limits hold for a round; most
    tests take one.

    Raises ToolError when the sandbox broke.
    """
    found: dict[str, Any] = {}
    runs: list[sandbox.Run] = []
    steps: list[sandbox.Step] = []
    outcomes: list[sandbox.Outcome] = []
    of, end = 0, ""
    for _ in range(ROUNDS):
        try:
            found = await _interpret(tests, prefix, program, entry_point, steps, outcomes, end)
        except (WorkerTimeoutError, WorkerDiedError) as error:
            return _overdue(runs, of, error)
        of = max(of, len(found["checks"]))
        if runs and not found["pending"]:
            return _result(found, of, runs)
        done = await sandbox.run_sessions(program, [found["steps"]], limits)
        runs.append(done.run)
        if done.run.status == "sandbox_error":
            raise ToolError(f"the sandbox broke, so the tests say nothing: {done.run.message}")
        if done.broken:
            return CodeResult(
                ((0, False, done.broken),), max(of, 1), tuple(map(tuple, found["untranslated"])), False, tuple(runs)
            )
        known, steps, end = found["known"], found["steps"], done.ends[0]
        outcomes = [*outcomes[:known], *done.outcomes[0][known:]]
        if not steps:
            return _result(found, of, runs)
    last = max((line for line, _, _ in found["checks"]), default=1)
    rest = [*found["untranslated"], (last, "what it calls depends on earlier answers too often")]
    return _result({**found, "untranslated": rest}, of, runs)


async def _interpret(*arguments: Any) -> dict[str, Any]:
    found = await workers.call("judge.testing.interpret:interpret", *arguments, timeout_s=_READ_S)
    return cast(dict[str, Any], found)


def _result(found: Mapping[str, Any], of: int, runs: Sequence[sandbox.Run]) -> CodeResult:
    """Return the checks that are known; those that are not belong to a part that is not interpreted."""
    checks = tuple((line, ok, says) for line, ok, says in found["checks"] if ok is not None)
    untranslated = tuple((line, why) for line, why in found["untranslated"])
    return CodeResult(checks, max(of, len(checks)), untranslated, found["in_process"], tuple(runs))


def _overdue(runs: Sequence[sandbox.Run], of: int, error: ToolError) -> CodeResult:
    """Say whose fault it is that interpreting did not end: the tests', or that of the values it was given."""
    if not runs:
        return CodeResult((), 1, ((1, f"interpreting it did not end: {error}"),), False, ())
    says = f"what it returned could not be compared within {_READ_S:g} s"
    return CodeResult(((0, False, says),), max(of, 1), (), False, tuple(runs))
