"""Call a function of a program that nobody has read, and get plain data back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from judge.errors import DataError, ToolError
from judge.sandbox.inside.plain import Reader, UnreadableError, Writer
from judge.sandbox.sessions import Outcome, raised, run_sessions
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run


@dataclass(frozen=True, slots=True)
class Opaque:
    """A returned object that is no plain data: it stayed inside, and this is its type's name."""

    kind: str


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call: a value, an exception, or a run that did not get so far."""

    returned: bool
    """Whether there is a value."""
    value: Any = None
    """Plain data of the exact type that was returned, with Opaque for objects that are none."""
    exception: str = ""
    """Name of the type that was raised, "" when nothing was."""
    message: str = ""
    """One sentence on what went wrong: what was raised, or why the run ended; "" when a value was returned."""
    run: Run | None = None
    """The run; when its status is `sandbox_error`, nothing is known of the program."""


async def call_function(
    program: str,
    name: str,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] = MappingProxyType({}),
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> Called:
    """Load `program` in the sandbox and call its function `name` with plain data.

    Plain data are the builtin types, `collections`, Fraction, Decimal, dates and numpy arrays of those. What comes back
    was written by the program and is data too: it is of the types named here and nothing in it acts.

    Raises DataError when an argument is no plain data. All else is in the result.
    """
    return (await call_each(program, name, [(args, kwargs)], limits=limits))[0]


async def call_each(
    program: str,
    name: str,
    calls: Sequence[tuple[Sequence[Any], Mapping[str, Any]]],
    *,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Called]:
    """Make several calls, of (args, kwargs) each, in one run of the sandbox; see `call_function`.

    Each call starts from the freshly loaded program, in a process of its own. The limits hold for all together.
    """
    writer = Writer(_refuse)
    try:
        steps = [
            {
                "do": "call",
                "on": {"g": name},
                "args": [writer.write(value) for value in args],
                "kwargs": {str(key): writer.write(value) for key, value in kwargs.items()},
            }
            for args, kwargs in calls
        ]
    except UnreadableError as error:
        raise DataError(f"the arguments of {name!r} cannot be given to the sandbox: {error}") from error
    done = await run_sessions(program, [[step] for step in steps], limits)
    if done.broken:
        return [Called(False, message=done.broken, run=done.run)] * len(steps)
    return [
        _called(outcomes[0], done.run) if outcomes else Called(False, message=end, run=done.run)
        for outcomes, end in zip(done.outcomes, done.ends, strict=True)
    ]


async def run_checker(code: str, function: str, arguments: Sequence[Any], *, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Return what a checker, such as `def check(response) -> bool`, says of its arguments, which are plain data.

    Raises ToolError when it gave no plain value: a checker that broke says nothing about what it checks.
    """
    called = await call_function(code, function, arguments, limits=limits)
    if not called.returned:
        raise ToolError(f"the checker {function!r} gave no verdict: {called.message}")
    if isinstance(called.value, Opaque):
        raise ToolError(f"the checker {function!r} returned an object of {called.value.kind!r}; let it return a value")
    return called.value


def _refuse(value: Any) -> Any:
    raise UnreadableError(f"{type(value).__name__} is no plain data")


def _object(tag: str, payload: Any) -> Any:
    """Return the data under an object of a class such as `class Count(int)`, else that it is an object."""
    if tag == "o" and payload[4] is not None:
        return Reader(_object).read(payload[4])
    if tag not in ("o", "k"):
        raise UnreadableError("no plain data")
    return Opaque(str(payload[1] if tag == "o" else payload[0])[:100])


def _called(outcome: Outcome, run: Run) -> Called:
    if "e" in outcome:
        said = raised(outcome["e"])
        return Called(False, exception=said.partition(":")[0], message=f"it raised {said}", run=run)
    try:
        if "v" not in outcome:
            raise UnreadableError(str(outcome.get("u"))[:300])
        return Called(True, Reader(_object).read(outcome["v"]), run=run)
    except UnreadableError as error:
        return Called(False, message=f"it returned something that cannot be read: {error}", run=run)
