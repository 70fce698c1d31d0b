"""Start one supervised program and collect what it prints, whatever it does to prevent that."""

import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from judge.errors import DataError
from judge.sandbox import warm
from judge.sandbox.collect import Watch, verdict
from judge.sandbox.inside import supervisor
from judge.sandbox.inside.family import descendants
from judge.sandbox.scratch import remove
from judge.sandbox.surroundings import environment, visible
from judge.sandbox.values import Limits, Run

_SETUP_S = 30.0
"""Seconds for everything but the program; after these a supervisor that has not ended is killed."""
_DRAIN_S = 0.5
"""Seconds for what is still in the pipes when all is over; a survivor that holds them does not keep us longer."""
_BOOT = str(Path(supervisor.__file__).with_name("boot.py"))


async def launch(
    isolation: str, program: str, stdin: str, files: Mapping[str, str], limits: Limits, is_warm: bool = False
) -> Run:
    """Run `program` in the isolation of that name. What goes wrong before it starts is a `sandbox_error`.

    A warm run is a fork of an interpreter that has started already, where that works.
    """
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not PurePosixPath(name).name:
            raise DataError(f"{name!r} is no name for a file in the sandbox; use a relative path without '..'")
    scratch = tempfile.mkdtemp(prefix="judge-") if isolation == "process" else "/tmp"
    job = json.dumps(
        {
            "isolation": isolation,
            "program": program,
            "files": dict(files),
            "scratch": scratch,
            "argv": [sys.executable, "-I", "-B", "program.py"],
            "environment": environment(scratch),
            "visible": visible(),
            **asdict(limits),
        }
    ).encode()
    payload = b"%08x%b%b" % (len(job), job, stdin.encode("utf-8", "surrogatepass"))
    try:
        watch = await warm.supervised(isolation, payload, limits) if is_warm and warm.works(isolation) else None
        if watch is None:
            watch = await _supervised(payload, limits)
    finally:
        if isolation == "process":
            remove(scratch)
    return verdict(watch, isolation, limits)


async def _supervised(payload: bytes, limits: Limits) -> Watch:
    """Run a supervisor on the payload until nothing of it is left; return what was seen."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    readable, writable = os.pipe()
    with ours, os.fdopen(writable, "wb", buffering=0) as feeding:
        with theirs, os.fdopen(readable, "rb", buffering=0) as fed:
            process, watch = await loop.subprocess_exec(
                lambda: Watch(ours, limits),
                *(sys.executable, "-I", "-S", "-B", _BOOT, str(theirs.fileno())),
                stdin=fed,
                pass_fds=[theirs.fileno()],
                env=environment("/"),
                cwd="/",
                start_new_session=True,
            )
        feed, fed_all = await loop.connect_write_pipe(_Feed, feeding)
        try:
            feed.write(payload)
            feed.close()  # once all is written
            async with asyncio.timeout(limits.wall_s * (1 + limits.patience) + _SETUP_S):
                await watch.exited.wait()
        except TimeoutError:
            watch.overdue = True
        finally:
            if not fed_all.ended:
                feed.abort()
            _kill(process)
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.closed.wait(), _DRAIN_S)
            process.close()
            await watch.closed.wait()
        watch.read_report()
    return watch


class _Feed(asyncio.BaseProtocol):
    """Knows whether all input is written, or nobody is left to read it."""

    ended = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


def _kill(process: asyncio.SubprocessTransport) -> None:
    if process.get_returncode() is None:
        for pid in [*descendants(process.get_pid()), process.get_pid()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
