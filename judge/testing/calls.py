"""Calls of one function with plain data: each starts from the freshly loaded program, and is compared out here."""

from collections.abc import Sequence
from typing import Any, cast

from judge import sandbox, workers
from judge.errors import ToolError, WorkerTimeoutError
from judge.sandbox.inside.plain import Reader, UnreadableError, Writer
from judge.testing.functions import shown
from judge.testing.verdict import Checked, refuse_broken
from judge.types import Call

_COMPARE_S = 20.0


async def run_calls(
    program: str,
    names: Sequence[str],
    entry_point: str,
    calls: Sequence[Call],
    limits: sandbox.Limits,
    tolerance: float = 0.0,
) -> list[Checked]:
    """Make all calls in one run of the sandbox and compare what they return.

    Args:
        program: the program.
        names: what it defines at its top, and the methods of a class `Solution` as `Solution.name`.
        entry_point: the function to call where a call names none.
        calls: arguments and expected values.
        limits: for all calls together.
        tolerance: by how much two numbers may differ where one is a float; 0 asks for equality.

    Raises:
        ToolError: no function is named, or the sandbox broke.
    """
    if not calls:
        return []
    sessions = [_steps(call, _place(call.entry_point or entry_point, names)) for call in calls]
    done = await sandbox.run_sessions(program, sessions, limits)
    refuse_broken([done.run])
    if done.broken:
        return [Checked(False, done.broken, done.run)] * len(calls)
    ended = [outcomes[-1] if len(outcomes) == len(steps) else None
             for outcomes, steps in zip(done.outcomes, sessions, strict=True)]  # fmt: skip
    jobs: Any = [[[call.expect, *call.also], outcome] for call, outcome in zip(calls, ended, strict=True)]
    try:
        says = cast(list[str], await workers.call("judge.testing.calls:compare", jobs, tolerance, timeout_s=_COMPARE_S))
    except WorkerTimeoutError:
        return [Checked(False, f"what it returned could not be compared within {_COMPARE_S:g} s", done.run)] * len(
            calls
        )
    places = [_place(call.entry_point or entry_point, names) for call in calls]
    stopped = next((at for at, outcome in enumerate(ended) if outcome is None and "process" not in done.ends[at]), -1)
    found = []
    for at, (call, said) in enumerate(zip(calls, says, strict=True)):
        if ended[at] is None:
            overdue = -1 < stopped < at and "process" not in done.ends[at]
            said = (
                "was not run, since an earlier call did not return" if overdue else f"did not return: {done.ends[at]}"
            )
        text = f"{places[at]}({', '.join(map(shown, call.args))})"[:300]
        found.append(Checked(not said, f"{text} {said}" if said else "", done.run))
    return found


def _place(entry_point: str, names: Sequence[str]) -> str:
    """Return what to call: a function, or a method of a class `Solution` where there is no such function."""
    if not entry_point:
        raise ToolError("the calls name no function; give tests.entry_point")
    method = f"Solution.{entry_point}"
    return method if entry_point not in names and method in names else entry_point


def _steps(call: Call, place: str) -> list[dict[str, Any]]:
    write = Writer(lambda value: value).write
    given = {"args": [write(value) for value in call.args], "kwargs": {k: write(v) for k, v in call.kwargs.items()}}
    kind, _, name = place.rpartition(".")
    if not kind:
        return [{"do": "call", "on": {"g": name}, **given}]
    return [{"do": "call", "on": {"g": kind}, "args": []}, {"do": "call", "on": {"r": 0}, "name": name, **given}]


def compare(jobs: list[Any], tolerance: float) -> list[str]:
    """Return for each pair of the right values and an outcome what is wrong with it, "" when nothing is."""
    return [_compared(right, outcome, tolerance) if outcome is not None else "" for right, outcome in jobs]


def _compared(right: list[Any], outcome: Any, tolerance: float) -> str:
    if "e" in outcome:
        return f"raised {sandbox.raised(outcome['e'])}"
    try:
        if "v" not in outcome:
            raise UnreadableError(str(outcome.get("u"))[:300])
        got = Reader(_object).read(outcome["v"])
    except UnreadableError as error:
        return f"returned something that cannot be read: {error}"
    try:
        same = any(equal(expect, got, tolerance) for expect in right)
    except (ValueError, RecursionError, OverflowError):
        same = False
    return "" if same else f"returned {shown(got)} instead of {shown(right[0])}"


def _object(tag: str, payload: Any) -> Any:
    if tag == "o" and payload[4] is not None:
        return Reader(_object).read(payload[4])
    return sandbox.Opaque(str(payload[1] if tag == "o" else payload[0])[:100])


def equal(expect: Any, got: Any, tolerance: float = 0.0) -> bool:
    """Return whether a returned value is what JSON expects, strictly by type.

    A tuple counts as a list, since JSON has none, and the keys of an object as what they look like. True is not 1, text
    is not a number; 1 equals 1.0.
    """
    if isinstance(expect, bool) or expect is None or isinstance(expect, str):
        return type(got) is type(expect) and bool(got == expect)
    if isinstance(expect, int | float):
        if type(got) not in (int, float):
            return False
        near = tolerance and float in (type(expect), type(got)) and abs(got) < 1e300
        return bool(got == expect) or bool(near and abs(got - expect) <= tolerance * max(1.0, abs(expect)))
    if isinstance(expect, list):
        return type(got) in (list, tuple) and len(got) == len(expect) and all(
            equal(one, other, tolerance) for one, other in zip(expect, got, strict=True)
        )  # fmt: skip
    if not isinstance(got, dict) or len(got) != len(expect):
        return False
    named = {key if isinstance(key, str) else str(key): value for key, value in got.items()}
    return named.keys() == expect.keys() and all(equal(value, named[key], tolerance) for key, value in expect.items())
