"""Start one supervised program and collect what it prints, whatever it does to prevent that."""

import asyncio
import importlib.util
import marshal
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from judge.sandbox import inside, warm
from judge.sandbox.collect import Watch, verdict
from judge.sandbox.inside.family import descendants
from judge.sandbox.scratch import remove, removed
from judge.sandbox.surroundings import PATH, environment, visible
from judge.sandbox.values import Order, Run

_SETUP_S = 30.0
"""Seconds for everything but the program; after these a supervisor that has not ended is killed."""
_STOP_S = 5.0
"""Seconds for a supervisor to end a run that is no longer wanted."""
_DRAIN_S = 0.5
"""Seconds for what is still in the pipes when all is over; a survivor that holds them does not keep us longer."""
_OWN = ("process", "landlock", "namespaces")
_INSIDE = Path(inside.__file__).parent
_BOOT = str(_INSIDE / "boot.py")


Wrap = Callable[[dict[str, Any]], list[str]]
"""Takes a job and returns the command that shuts it in, where another program does that."""


async def launch(level: str, order: Order, wrap: Wrap | None = None) -> Run:
    """Run the order on the level of that name. What goes wrong before it starts is a `sandbox_error`.

    With `wrap` the supervisor runs its command, and leaves to it all but the time, the memory and the end.
    """
    program = shutil.which(order.command[0], path=PATH) if "/" not in order.command[0] else order.command[0]
    if wrap is None and level not in _OWN:  # whatever another program is to do is not left undone
        raise ValueError(f"{level!r} is no level that a supervisor alone can give")
    if program is None:
        return Run("sandbox_error", None, "", "", 0.0, level, f"there is no program {order.command[0]!r} in {PATH}")
    scratch = "/tmp" if level == "namespaces" else tempfile.mkdtemp(prefix="judge-", dir=_temporary())
    job = {
        **asdict(order.limits),
        "isolation": level,
        "argv": [program, *order.command[1:]],
        "files": dict(order.files),
        "fetch": list(order.fetch),
        "scratch": scratch,
        "environment": {**environment(scratch if wrap is None else "/tmp"), **order.environment},
        "visible": visible((*order.visible, *([program] if program.startswith("/") else []))),
        "shielded": [os.getpid()],
    }
    try:
        if wrap is not None:
            job |= {"isolation": "wrapped", "command": program, "argv": wrap(job)}
        written = marshal.dumps(job)
        payload = b"%08x%b%b" % (len(written), written, order.stdin)
        with _place_for(order.fetch) as results:
            watch = await warm.supervised(level, payload, order, results) if warm.works(level, order) else None
            if watch is None:
                watch = await _supervised(payload, order, results)
            fetched = await asyncio.to_thread(_fetched, results, watch, order) if watch.sizes else {}
    finally:
        if level != "namespaces" and not (level == "landlock" and removed(scratch, order.files)):
            await asyncio.to_thread(remove, scratch)
    return verdict(watch, level, order.limits, fetched)


def _temporary() -> str:
    return os.path.realpath(tempfile.gettempdir())  # a program is told where it is without links


def _place_for(fetch: Sequence[str]) -> BinaryIO:
    """Return a file for what is handed back; most runs hand nothing back."""
    return tempfile.TemporaryFile() if fetch else open(os.devnull, "r+b", buffering=0)


async def _supervised(payload: bytes, order: Order, results: BinaryIO) -> Watch:
    """Run a supervisor on the payload until nothing of it is left; return what was seen."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    readable, writable = os.pipe()
    with ours, os.fdopen(writable, "wb", buffering=0) as feeding:
        with theirs, os.fdopen(readable, "rb", buffering=0) as fed:
            inherited = (theirs.fileno(), results.fileno())
            process, watch = await loop.subprocess_exec(
                lambda: Watch(ours, order.limits),
                *(sys.executable, "-I", "-S", "-B", _BOOT, *map(str, inherited)),
                stdin=fed,
                pass_fds=inherited,
                env=environment("/"),
                cwd="/",
                start_new_session=True,
            )
        feed, fed_all = await loop.connect_write_pipe(_Feed, feeding)
        try:
            feed.write(b"%08x%b" % (len(_modules()), _modules()))
            feed.write(payload)
            feed.close()  # once all is written
            async with asyncio.timeout(order.limits.wall_s * (1 + order.limits.patience) + _SETUP_S):
                await watch.exited.wait()
        except TimeoutError:
            watch.overdue = True
        finally:
            if not fed_all.ended:
                feed.abort()
            await _end(process, watch)
        watch.read_report()
    return watch


async def _end(process: asyncio.SubprocessTransport, watch: Watch) -> None:
    """Let nothing go on: by the supervisor, which knows all that it started, and without it if it does not."""
    try:
        if not watch.exited.is_set():
            watch.stop()
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.exited.wait(), _STOP_S)
    finally:
        _kill(process)
        with suppress(TimeoutError):
            await asyncio.wait_for(watch.closed.wait(), _DRAIN_S)
        process.close()
        await watch.closed.wait()


class _Feed(asyncio.BaseProtocol):
    """Knows whether all input is written, or nobody is left to read it."""

    ended = False

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True


def _kill(process: asyncio.SubprocessTransport) -> None:
    if process.get_returncode() is None:
        for pid in [*descendants(process.get_pid()), process.get_pid()]:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _fetched(results: BinaryIO, watch: Watch, order: Order) -> dict[str, bytes]:
    results.seek(0)
    return {order.fetch[place]: results.read(size) for place, size in sorted(watch.sizes.items())}


@cache
def _modules() -> bytes:
    """Return the compiled modules that a supervisor needs: it may find no place where they are kept."""
    names = {f"{inside.__name__}.{path.stem}" for path in _INSIDE.glob("*.py")} - {f"{inside.__name__}.__init__"}
    found = {}
    for name in (inside.__name__, *names):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            found[name] = spec.loader.get_code(name)  # type: ignore[attr-defined]
    return marshal.dumps(found)
