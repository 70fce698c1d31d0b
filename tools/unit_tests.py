"""Run the sample's tests on the program in the response.

The program runs in the sandbox and never sees an expected value: test code is interpreted out here, and what it calls
goes in as calls with plain data, as do `tests.calls`; each of `tests.cases` is a run whose output is compared out here.
Equality in test code is Python's own (True == 1, 1 == 1.0), over the plain data that came back; in `tests.calls` it is
strict by type. Test code that cannot be interpreted runs in the program's process too, and the evidence says so:
`integrity=in_process`, which a program that is written against it can fool.
"""

import asyncio
from typing import Any, cast

from pydantic import JsonValue

from judge import sandbox, workers
from judge.errors import SettingsError, ToolError
from judge.testing.calls import run_calls
from judge.testing.code import CodeResult, run_code
from judge.testing.stdin import run_cases
from judge.testing.verdict import Checked, evidence
from judge.tool import Checks
from judge.types import Evidence, Sample, Tests

CHECKS: Checks = "tests"

_READ_S = 10.0
_PATIENCE = 1.0
"""On a crowded machine a program gets up to twice its time, so that the crowd does not decide."""


def needs(sample: Sample) -> str:
    """Return "tests" when the sample has none."""
    tests = sample.tests
    return "" if tests and (tests.code.strip() or tests.calls or tests.cases) else "tests"


async def verify(
    sample: Sample,
    *,
    memory_mb: int = 512,
    integrity: str = "any",
    compare: str = "lines",
    tolerance: float = 0.0,
    partial: bool = True,
    at_least: str = "",
    server: str = "",
) -> Evidence:
    """Return hard evidence: supported when all tests pass, refuted when one fails or there is no program.

    Args:
        sample: with one response and tests.
        memory_mb: address space of a run in mebibytes.
        integrity: `outside` refuses test code that cannot be judged out here; `any` runs it beside the program.
        compare: how the output of a case is compared: `lines`, `tokens`, `exact` or `float`.
        tolerance: by how much numbers may differ in `tests.calls`, and with `compare="float"` (there 1e-6 if it is 0).
        partial: `score` is the share of checks that passed: assertions that were reached, calls, cases. False makes it
            0 unless all passed.
        at_least: the weakest level of isolation that will do, such as landlock.
        server: address of a sandbox server that runs the program in place of this machine.

    Raises:
        ToolError: the tests test nothing, cannot be judged out here and must be, or the sandbox broke.
        SettingsError: an option has no such value.
    """
    if integrity not in ("any", "outside"):
        raise SettingsError(f"integrity={integrity!r} is neither 'any' nor 'outside'")
    if sample.tests is None or needs(sample):
        raise ToolError("the sample has no tests; give it tests.code, tests.calls or tests.cases")
    tests = sample.tests
    if sandbox.find_language(tests.language).name != "python":
        raise ToolError(f"test code is Python's, and the program is in {tests.language!r}; give it tests.cases alone")
    read = await _prepare(sample.responses[0].text, tests)
    if not isinstance(program := read["program"], str):
        return evidence(
            [Checked(False, "no program found in the response")], tool="unit_tests", what="checks", partial=partial
        )
    limits = sandbox.Limits(wall_s=tests.timeout_s, memory_mb=memory_mb, patience=_PATIENCE)
    with sandbox.runs_on(at_least=at_least, server=server):
        code, calls, cases = await asyncio.gather(
            _code(program, read["whole"], tests, limits, integrity),
            run_calls(program, read["names"], tests.entry_point, tests.calls, limits, tolerance),
            run_cases(program, tests.cases, limits, compare=compare, tolerance=tolerance or 1e-6),
        )
    checks, of, detail = code
    return evidence(
        [*checks, *calls, *cases],
        tool="unit_tests",
        what="cases" if not checks and not calls else "checks",
        of=of + len(calls) + len(cases),
        integrity="in_process" if detail.get("untranslated") or detail.get("equality") else "outside",
        more=detail,
        partial=partial,
    )


async def _prepare(text: str, tests: Tests) -> dict[str, Any]:
    read = cast(
        dict[str, Any],
        await workers.call("judge.testing.prepare:prepare", text, tests.prefix, tests.code, timeout_s=_READ_S),
    )
    if read["fault"]:
        raise ToolError(f"the test code {read['fault']}")
    return read


async def _code(
    program: str, whole: str, tests: Tests, limits: sandbox.Limits, integrity: str
) -> tuple[list[Checked], int, dict[str, JsonValue]]:
    """Return the checks of the test code, how many there would be if all went well, and details."""
    if not tests.code.strip():
        return [], 0, {}
    found = await run_code(program, tests.code, prefix=tests.prefix, entry_point=tests.entry_point, limits=limits)
    checks = [Checked(ok, says, found.runs[-1] if found.runs else None) for _, ok, says in found.checks]
    if integrity == "outside":
        _refuse(found)
    if not found.untranslated:
        if not checks:
            raise ToolError("the test code runs no test of the program; call it, or assert something")
        return checks, found.of, {"equality": "the program's own"} if found.in_process else {}
    beside = await sandbox.run_tests(program, whole, limits)
    checks.append(Checked(beside.passed, beside.message if not beside.passed else "", beside.run))
    lines: list[JsonValue] = [f"line {line}: {why}" for line, why in found.untranslated[:5]]
    return checks, found.of + 1, {"untranslated": lines}


def _refuse(found: CodeResult) -> None:
    """Raise when a verdict would rest on what the program's own process says."""
    if found.untranslated:
        line, why = found.untranslated[0]
        raise ToolError(f"line {line} of the tests cannot be judged outside of the program's process: {why}")
    if found.in_process:
        raise ToolError("the tests compare objects of the program by its own __eq__; compare plain data")
