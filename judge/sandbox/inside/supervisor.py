"""Shut one program in, watch it, and end everything that it started.

Standard input begins with the job: eight hexadecimal digits of length and that many bytes, marshalled by the same
interpreter. What follows is the program's own input. On a socket to the caller go the line `started` and, at the end,
`end` and the report, a key and a value on each line: status, exit_code, message, wall_s, cpu_s, memory (bytes),
disk_full, and `fetched` with place in the list and size for every file that was copied to the descriptor `results`.
When the caller shuts its side, the run is over.
"""

from __future__ import annotations

import marshal
import os
import select
import sys
import time

from judge.sandbox.inside import family, fetch, identity, namespaces, program, watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Enter = Callable[[dict[str, Any]], None]
    Start = Callable[[dict[str, Any]], int]


def main(control: int, results: int) -> None:
    """Run the job that standard input describes and report it on the descriptor `control`."""
    for descriptor in (control, results):
        os.set_inheritable(descriptor, False)
    job = read_job(0)
    job.setdefault("user", identity.spare() if sys.platform == "linux" else None)
    run(job, control, results, _enter, program.start)


def _enter(job: dict[str, Any]) -> None:
    if job["isolation"] == "namespaces":
        namespaces.enter(job)
    else:
        family.adopt_orphans()


def read_job(descriptor: int) -> dict[str, Any]:
    """Return the job that a program's standard input begins with."""
    job: dict[str, Any] = marshal.loads(read(descriptor, int(read(descriptor, 8), 16)))
    return job


def run(job: dict[str, Any], control: int, results: int, enter: Enter, start: Start) -> None:
    """Enter the isolation, start the program there, supervise it, and report."""
    report: list[tuple[str, object]] = [("status", "sandbox_error")]
    try:
        enter(job)
        running = start(job)
    except OSError as error:
        report.append(("message", f"the sandbox could not be set up: {error}"))
    else:
        os.write(control, b"started\n")
        report = _supervise(job, running, control)
        report += [("fetched", f"{place} {size}") for place, size in _fetch(job, results)]
    text = "".join(f"{key} {str(value)[:1000].translate(_ONE_LINE)}\n" for key, value in report)
    try:
        os.write(control, f"end\n{text}".encode("utf-8", "backslashreplace"))
    except OSError:  # the caller has gone
        return


_SIGNALLED = 128
"""Programs that run others for us end with so much more than the signal that ended theirs."""
_ONE_LINE = {10: " ", 13: " "}


def _supervise(job: dict[str, Any], running: int, control: int) -> list[tuple[str, object]]:
    """Watch until the program ends or may not go on; then end all of it and say how it was."""
    looks = watch.Watch(job, running)
    started = time.monotonic()
    ended = None
    try:
        ended = _pidfd(running)
        verdict: list[tuple[str, object]] = []
        while not verdict:
            left = started + job["wall_s"] - time.monotonic()
            if left <= 0:
                left += min(family.waited(running), job["patience"] * job["wall_s"])
            waiting = [control] if ended is None else [control, ended]
            ready, _, _ = select.select(waiting, [], [], max(0.0, min(left, looks.pause)))
            if (code := looks.ended.reap(running)) is not None:
                if code > _SIGNALLED and job["isolation"] == "wrapped":
                    code = _SIGNALLED - code
                verdict = [("status", "runtime_error" if code else "ok"), ("exit_code", code)]
            elif control in ready:
                verdict = [("status", "stopped")]
            elif left <= 0:
                verdict = [("status", "timeout")]
            else:
                verdict = looks.excess()
    except (OSError, MemoryError) as error:  # it had started: what breaks now, it may have broken
        verdict = [("status", "runtime_error"), ("message", f"its supervisor broke: {error}")]
    wall_s = time.monotonic() - started
    if ended is not None:
        os.close(ended)
    looks.last()
    family.end(looks.ended, job["user"])
    return [*verdict, ("wall_s", wall_s), *looks.totals()]


def _fetch(job: dict[str, Any], results: int) -> list[tuple[int, int]]:
    try:
        return fetch.take(job["scratch"], job["fetch"], job["file_mb"] << 20, results)
    except OSError:
        return []


def _pidfd(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the child ends; None where there are none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def read(descriptor: int, size: int) -> bytes:
    """Read exactly `size` bytes, and not one more."""
    pieces = []
    while size:
        piece = os.read(descriptor, min(size, 1 << 20))
        if not piece:
            raise EOFError("the caller went away before it had sent the job")
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
