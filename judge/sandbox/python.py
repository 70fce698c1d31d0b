"""Run a Python program that nobody has read."""

import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from judge.sandbox.command import run
from judge.sandbox.languages import run_language
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run
from judge.sandbox.where import where


async def run_python(
    program: str,
    *,
    stdin: str | bytes = "",
    files: Mapping[str, str | bytes] = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
    fetch: Sequence[str] = (),
    level: str = "",
    at_least: str = "",
    warm: bool = True,
    server: str | Sequence[str] | None = None,
) -> Run:
    """Run a program in an interpreter of its own (this one's version and libraries); all else is as in `run`.

    Where that works, it is the fork of one that has started already and imported the usual modules, which takes a few
    milliseconds. Some hundred runs share their seed of string hashes and layout of addresses then; `warm=False` starts
    a fresh one.

    With `server` it runs in the Python of that server, or of one of several; see `run_language`. What is not said here
    is as `runs_on` says.

    Raises DataError for a file name that leads out of the directory. All else is a status of the run.
    """
    server = where().server if server is None else server
    if server != "":
        there = await run_language(
            "python",
            program,
            stdin=stdin,
            files=files,
            limits=limits,
            fetch=fetch,
            level=level,
            at_least=at_least,
            server=server,
        )
        return there.last
    return await run(
        [sys.executable, "-I", "-B", "program.py"],
        files={**files, "program.py": program},
        stdin=stdin,
        limits=limits,
        fetch=fetch,
        level=level,
        at_least=at_least,
        warm=warm,
    )
