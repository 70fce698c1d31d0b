"""Run a program together with tests that somebody wrote for it."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.sandbox.python import run_python
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run

_HARNESS = Path(__file__).with_name("inside") / "harness.py"


@dataclass(frozen=True, slots=True)
class TestRun:
    """What came of the tests."""

    __test__ = False  # the name is no invitation to pytest

    passed: bool
    message: str
    """One sentence: that they passed, or what went wrong first."""
    run: Run
    """When its status is `sandbox_error`, the tests did not run and `passed` means nothing."""


async def run_tests(program: str, tests: str, limits: Limits = DEFAULT_LIMITS) -> TestRun:
    """Run `program` as a module, then `tests` in its namespace; they pass when they end without raising.

    Both share a process. A program that exits early, prints a success line, or replaces exit handlers and builtins does
    not pass; one that is written against this harness, or returns objects equal to everything, can.
    """
    secret = secrets.token_hex(16)
    pieces = (piece.encode("utf-8", "surrogatepass") for piece in (program, tests, secret))
    stdin = b"".join(b"%08x%b" % (len(piece), piece) for piece in pieces).decode("utf-8", "surrogatepass")
    run = await run_python(_HARNESS.read_text(encoding="utf-8"), stdin=stdin, limits=limits)
    report = _report(run, secret)
    if report == {} and run.status == "ok":
        return TestRun(True, "all tests passed", run)
    return TestRun(False, _blame(report, tests) if report else _unfinished(run), run)


def _report(run: Run, secret: str) -> dict[str, Any] | None:
    """Return what the harness wrote after the secret; None when it did not get so far."""
    _, found, rest = run.stdout.rpartition(f"\n{secret}")
    if not found:
        return None
    report: dict[str, Any] = json.loads(rest.split("\n", 1)[0])
    return report


def _blame(report: dict[str, Any], tests: str) -> str:
    what = f"{report['error']}: {report['says']}" if report["says"] else str(report["error"])
    what = what.encode("utf-8", "replace").decode()  # a lone surrogate would fit into no JSON
    if report["stage"] == "program":
        return f"the program raised {what} before the tests"
    lines = tests.splitlines()
    if not 0 < report["line"] <= len(lines):
        return f"{what} in the tests"
    return f"{what} in line {report['line']}: {lines[report['line'] - 1].strip()[:200]}"


def _unfinished(run: Run) -> str:
    """Say why a program has no report. An exit code of 0 is no better than any other: the tests had not ended."""
    if run.status in ("ok", "runtime_error"):
        return f"the program ended before its tests did: {run.message or 'it ended with exit code 0'}"
    return f"the tests did not end: {run.message}"
