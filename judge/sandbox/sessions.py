"""Run steps against a program in the sandbox, and read what came of each. Expected values stay out here.

A step is a JSON object: `{"do": "call", "on": {"g": "f"}, "args": [...]}`; `judge.sandbox.inside.driver` knows them.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from judge.sandbox.inside import driver
from judge.sandbox.python import run_python
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run

_PRINTED = 1 << 20
Step = Mapping[str, Any]
Outcome = Mapping[str, Any]
"""`{"v": value}`, `{"e": [type, bases, message]}`, or `{"u": why it cannot be read}`."""


@dataclass(frozen=True, slots=True)
class SessionsRun:
    """What came of the steps, as far as they got."""

    outcomes: tuple[tuple[Outcome, ...], ...]
    """By session: the outcome of each step that ended, in order."""
    broken: str
    """Why the program did not even load; "" when it did."""
    ends: tuple[str, ...]
    """By session: why it stopped before its last step; "" when it did not."""
    run: Run
    """When its status is `sandbox_error`, all the rest means nothing. Its stdout is the driver's; `stderr` holds what
    the program printed."""


async def run_sessions(
    program: str, sessions: Sequence[Sequence[Step]], limits: Limits = DEFAULT_LIMITS
) -> SessionsRun:
    """Load a program and do the steps, one session after the other, in one run of the sandbox.

    The steps of a session share a state; with several sessions each starts from the freshly loaded program, in a
    process of its own. The limits hold for all together. Whatever a program forges is read as data.
    """
    token = secrets.token_hex(16)
    job = json.dumps({"token": token, "program": program, "sessions": sessions})
    run = await run_python(_driver(), stdin=job, limits=replace(limits, output_bytes=2 * driver.TOTAL + (1 << 20)))
    found = _outcomes(run.stdout, token, [len(steps) for steps in sessions])
    broken = _broken(found.get((-1, 0)), run)
    ends = tuple(_end(number, len(steps), found, run) for number, steps in enumerate(sessions))
    outcomes = tuple(tuple(_leading(number, found)) for number in range(len(sessions)))
    return SessionsRun(outcomes, broken, ends, replace(run, stdout="", stderr=_ends(run.stderr)))


def _ends(text: str) -> str:
    return text if len(text) <= _PRINTED else f"{text[: _PRINTED // 2]}\n[...]\n{text[-_PRINTED // 2 :]}"


@cache
def _driver() -> str:
    """Return the program that runs inside: the driver with the files that it imports from here put before it."""
    inside = Path(driver.__file__).parent
    plain, main = ((inside / name).read_text(encoding="utf-8") for name in ("plain.py", "driver.py"))
    lines = main.splitlines()
    kept = [line for line in lines if not line.startswith(("from __future__", "from judge."))]
    return "\n".join([plain, *kept])


def _outcomes(stdout: str, token: str, sizes: Sequence[int]) -> dict[tuple[int, int], Outcome]:
    """Return what the driver wrote, by session and step. A program may write such lines too: the first one counts."""
    found: dict[tuple[int, int], Outcome] = {}
    for line in stdout.split("\n"):
        if line.startswith(token):
            try:
                session, step, outcome = json.loads(line[len(token) :])
            except (ValueError, TypeError, RecursionError):
                continue
            if type(session) is type(step) is int and isinstance(outcome, dict):
                found.setdefault((session, step), outcome)
    return found


def _leading(number: int, found: Mapping[tuple[int, int], Outcome]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    while (number, len(outcomes)) in found:
        outcomes.append(found[number, len(outcomes)])
    return outcomes


def _broken(loaded: Outcome | None, run: Run) -> str:
    if loaded is None:
        return _unfinished("the program ended before its tests did", "the tests did not end", run)
    return f"the program raised {raised(loaded['e'])} before the tests" if "e" in loaded else ""


def _end(number: int, size: int, found: Mapping[tuple[int, int], Outcome], run: Run) -> str:
    if len(_leading(number, found)) >= size:
        return ""
    code = found.get((number, -1), {}).get("code")
    if type(code) is int:
        how = f"exit code {code}" if code >= 0 else f"signal {-code}"
        return f"it ended its process with {how}"
    return _unfinished("it ended its process", "", run)


def _unfinished(ended: str, overdue: str, run: Run) -> str:
    """Say why there is no answer. An exit code of 0 is no better than any other: the steps had not ended."""
    if run.status in ("ok", "runtime_error"):
        return f"{ended}: {run.message or 'it ended with exit code 0'}"
    return f"{overdue}: {run.message}" if overdue else run.message


def raised(parts: Any) -> str:
    """Return `ValueError: what it said` for a described error, which may be forged."""
    try:
        kind, _, said = parts
        text = f"{kind}: {said}" if said else str(kind)
    except (TypeError, ValueError):
        text = "an error"
    return text[:400].encode("utf-8", "replace").decode()
