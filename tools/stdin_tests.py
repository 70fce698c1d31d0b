"""Run the program in the response on the sample's cases: standard input in, standard output compared out here.

It applies to samples whose tests are cases and nothing else; where there is test code too, `unit_tests` runs all.
"""

from pydantic import JsonValue

from judge import sandbox, workers
from judge.errors import ToolError
from judge.testing.stdin import Compare, run_cases
from judge.testing.verdict import Checked, evidence
from judge.tool import Checks
from judge.types import Evidence, Sample, Tests

CHECKS: Checks = "tests"

_READ_S = 10.0
_PATIENCE = 1.0
"""On a crowded machine a program gets up to twice its time, so that the crowd does not decide."""


def needs(sample: Sample) -> str:
    """Return what is missing: cases, and nothing beside them."""
    tests = sample.tests
    if tests is None or not tests.cases:
        return "cases of input and output"
    return "tests without code" if tests.code.strip() or tests.calls else ""


async def verify(
    sample: Sample,
    *,
    memory_mb: int = 512,
    compare: Compare = "lines",
    tolerance: float = 1e-6,
    partial: bool = True,
    at_least: str = "",
    server: str = "",
) -> Evidence:
    """Return hard evidence: supported when every case prints what it must, refuted when one does not.

    Args:
        sample: with one response and `tests.cases`; each is a run of its own of at most `tests.timeout_s`.
        memory_mb: address space of a run in mebibytes.
        compare: `lines` (blanks at the ends of lines and empty lines at the end aside), `tokens` (word by word),
            `exact` (a newline at the end aside) or `float` (word by word, numbers within the tolerance).
        tolerance: relative or absolute difference of two numbers, with `compare="float"`.
        partial: `score` is the share of cases that passed. False makes it 0 unless all did.
        at_least: the weakest level of isolation that will do, such as landlock.
        server: address of a sandbox server that runs the program in place of this machine.

    Raises:
        ToolError: there are no cases, or the sandbox broke.
        SettingsError: an option has no such value.
    """
    if (tests := sample.tests) is None or not tests.cases:
        raise ToolError("the sample has no cases of input and output; give it tests.cases")
    spoken = sandbox.find_language(tests.language)
    program = await _program(sample.responses[0].text, tests, [spoken.name, *spoken.also])
    if not isinstance(program, str):
        return evidence(
            [Checked(False, "no program found in the response")], tool="stdin_tests", what="cases", partial=partial
        )
    limits = sandbox.Limits(wall_s=tests.timeout_s, memory_mb=memory_mb, patience=_PATIENCE)
    with sandbox.runs_on(at_least=at_least, server=server):
        checks = await run_cases(
            program, tests.cases, limits, compare=compare, tolerance=tolerance, language=spoken.name
        )
    return evidence(checks, tool="stdin_tests", what="cases", partial=partial)


async def _program(text: str, tests: Tests, names: list[str]) -> JsonValue:
    if "python" in names:
        return await workers.call("judge.sandbox.programs:find_program", text, tests.prefix, timeout_s=_READ_S)
    found = await workers.call("judge.sandbox.programs:find_source", text, [*names], timeout_s=_READ_S)
    return f"{tests.prefix}\n{found}" if isinstance(found, str) and tests.prefix else found
