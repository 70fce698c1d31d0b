"""Run the sample's tests on the program in the response.

`tests.code` runs after the program, in its process; each of `tests.cases` is a run of its own, whose output is compared
out here. Options: `memory_mb` (512), address space of a run in mebibytes.
"""

import asyncio
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from pydantic import JsonValue

from judge import sandbox, workers
from judge.errors import SettingsError, ToolError
from judge.tool import Checks
from judge.types import Case, Evidence, Sample, Tests, Usage

CHECKS: Checks = "tests"

_READ_S = 10.0
_PATIENCE = 1.0
"""On a crowded machine a program gets up to twice its time, so that the crowd does not decide."""
_SHOWN = 5
"""Failed checks kept in the detail."""


def needs(sample: Sample) -> str:
    """Return "tests" when the sample has none."""
    return "" if sample.tests and (sample.tests.code.strip() or sample.tests.cases) else "tests"


async def verify(sample: Sample, *, memory_mb: int = 512, **options: Any) -> Evidence:
    """Return hard evidence: supported when all tests pass, refuted when one fails or there is no program.

    `score` is the share of passed checks: the test code counts as one, each case as one. Raises ToolError when the
    tests test nothing or the sandbox broke, and SettingsError for an unknown option.
    """
    if options:
        raise SettingsError(f"unit_tests has no option {min(options)!r}; it knows memory_mb")
    if sample.tests is None or needs(sample):
        raise ToolError("the sample has no tests; give it tests.code or tests.cases")
    tests = sample.tests
    if tests.code.strip() and (fault := await _read("fault", tests.code)):
        raise ToolError(f"the test code {fault}")
    program = await _read("find_program", sample.responses[0].text, tests.prefix)
    if not isinstance(program, str):
        return _evidence([_Check(False, "no program found in the response")])
    limits = sandbox.Limits(wall_s=tests.timeout_s, memory_mb=memory_mb, patience=_PATIENCE)
    code = [_run_code(program, tests, limits)] if tests.code.strip() else []
    cases = [_run_case(program, case, number, limits) for number, case in enumerate(tests.cases, 1)]
    return _evidence(await asyncio.gather(*code, *cases))


async def _read(function: str, *texts: str) -> JsonValue:
    """Call a function of judge.sandbox.programs in a worker: a parser can hang on a hostile text."""
    return await workers.call(f"judge.sandbox.programs:{function}", *texts, timeout_s=_READ_S)


@dataclass(frozen=True)
class _Check:
    passed: bool
    message: str
    run: sandbox.Run | None = None
    is_case: bool = False


async def _run_code(program: str, tests: Tests, limits: sandbox.Limits) -> _Check:
    outcome = await sandbox.run_tests(program, tests.code, limits)
    return _Check(outcome.passed, outcome.message, outcome.run)


async def _run_case(program: str, case: Case, number: int, limits: sandbox.Limits) -> _Check:
    run = await sandbox.run_python(program, stdin=case.stdin, limits=limits)
    want, got = _lines(case.stdout), _lines(run.stdout)
    if run.status != "ok":
        return _Check(False, f"case {number} failed: {_because(run)}", run, True)
    if want == got:
        return _Check(True, "", run, True)
    wanted, printed = next((w, g) for w, g in zip_longest(want, got, fillvalue="") if w != g)
    return _Check(False, f"case {number} printed {printed[:80]!r} instead of {wanted[:80]!r}", run, True)


def _lines(text: str) -> list[str]:
    """Return the lines with blanks normalised, without empty lines at the end."""
    return [" ".join(line.split()) for line in text.rstrip().splitlines()]


def _because(run: sandbox.Run) -> str:
    last = run.stderr.rstrip().rpartition("\n")[2][:200]
    return f"{run.message} ({last})" if last and run.status == "runtime_error" else run.message


def _evidence(checks: list[_Check]) -> Evidence:
    runs = [check.run for check in checks if check.run]
    if broken := next((run for run in runs if run.status == "sandbox_error"), None):
        raise ToolError(f"the sandbox broke, so the tests say nothing: {broken.message}")
    failed = [check for check in checks if not check.passed]
    passed = len(checks) - len(failed)
    detail: dict[str, JsonValue] = {"passed": passed, "of": len(checks)}
    if failed:
        run = failed[0].run
        detail["failed"] = [check.message for check in failed[:_SHOWN]]
        detail["status"] = run.status if run else "no_program"
        detail["stderr"] = run.stderr[-1000:] if run else ""
    return Evidence(
        tool="unit_tests",
        stance="refutes" if failed else "supports",
        summary=_summary(checks, failed),
        score=passed / len(checks),
        hard=True,
        detail=detail,
        provenance=_provenance(checks),
        usage=Usage(seconds=sum(run.wall_s for run in runs)),
    )


def _summary(checks: list[_Check], failed: list[_Check]) -> str:
    if len(checks) == 1:
        return checks[0].message or "1 of 1 cases passed"
    what = "cases" if all(check.is_case for check in checks) else "checks"
    first = f"; {failed[0].message}" if failed else ""
    return f"{len(checks) - len(failed)} of {len(checks)} {what} passed{first}"


def _provenance(checks: list[_Check]) -> str:
    """Say where the program ran and whether it could have touched what judged it."""
    isolation = next((check.run.isolation for check in checks if check.run), "")
    together = any(check.run and not check.is_case for check in checks)
    return f"isolation={isolation}, integrity={'in_process' if together else 'outside'}" if isolation else ""
