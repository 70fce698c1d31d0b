"""Shut one program in, watch it, and end everything that it started.

Standard input begins with the job: eight hexadecimal digits of length and that many bytes of JSON. What follows is the
program's own input. On a socket to the caller go the line `started` and, at the end, one line of JSON: status, exit
code, seconds, message. When the caller shuts its side, the run is over.
"""

import json
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from judge.sandbox.inside import family, namespaces, program

_POLL_S = 0.05
_Enter = Callable[[dict[str, Any]], None]
_Start = Callable[[dict[str, Any]], int]


def main(control: int) -> None:
    """Run the job that standard input describes and report it on the descriptor `control`."""
    os.set_inheritable(control, False)
    job = read_job()
    enter = namespaces.enter if job["isolation"] == "namespaces" else lambda _: family.adopt_orphans()
    run(job, control, enter, program.start)


def read_job(descriptor: int = 0) -> dict[str, Any]:
    """Return the job that standard input begins with."""
    job: dict[str, Any] = json.loads(_read(descriptor, int(_read(descriptor, 8), 16)))
    return job


def run(job: dict[str, Any], control: int, enter: _Enter, start: _Start) -> None:
    """Enter the isolation, start the program there, watch it, and report."""
    try:
        enter(job)
        report = _supervise(job, control, start)
    except OSError as error:
        report = {"status": "sandbox_error", "message": f"the sandbox could not be set up: {error}"}
    with suppress(OSError):
        os.write(control, json.dumps(report).encode() + b"\n")


def _supervise(job: dict[str, Any], control: int, start: _Start) -> dict[str, Any]:
    wake = wake_on_child()
    running = start(job)
    started = time.monotonic()
    os.write(control, b"started\n")
    verdict: dict[str, Any] | None = None
    while verdict is None:
        left = started + job["wall_s"] - time.monotonic()
        if left <= 0:
            left += min(family.waited(running), job["patience"] * job["wall_s"])
        ready, _, _ = select.select([wake, control], [], [], max(0.0, min(left, _POLL_S)))
        if wake in ready:
            os.read(wake, 512)
        if (code := family.reap(running)) is not None:
            verdict = {"status": "runtime_error" if code else "ok", "exit_code": code}
        elif control in ready:
            verdict = {"status": "stopped"}
        elif left <= 0:
            verdict = {"status": "timeout"}
        else:
            verdict = _excess(job)
    verdict["wall_s"] = time.monotonic() - started
    family.end()
    return verdict


def _excess(job: dict[str, Any]) -> dict[str, Any] | None:
    """Return the verdict on a family of processes that has grown too large; one process has its own limits."""
    members = family.descendants(os.getpid())
    if len(members) > job["processes"]:
        return {"status": "runtime_error", "message": f"it ran more than {job['processes']} processes"}
    if len(members) > 1 and sum(map(family.memory, members)) > job["memory_mb"] << 20:
        return {"status": "memory_limit"}
    return None


@cache
def wake_on_child() -> int:
    """Return a descriptor that becomes readable when a child ends."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return readable


def _read(descriptor: int, size: int) -> bytes:
    """Read exactly `size` bytes, and not one more."""
    data = b""
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            raise EOFError("the caller went away before it had sent the job")
        data += piece
    return data
