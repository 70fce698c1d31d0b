"""What is seen of a supervised program from outside, and what it means."""

import asyncio
import json
import signal
import socket
from contextlib import suppress
from typing import Any

from judge.sandbox.values import Limits, Run, RunStatus

_FLOOD = 64 << 20
"""A program is ended when it has printed so many bytes more to a stream than are kept."""


class Kept:
    """The start and the end of a stream of bytes."""

    def __init__(self, size: int) -> None:
        self.seen = 0
        self._half = max(1, size // 2)
        self._start = bytearray()
        self._end = bytearray()

    def add(self, data: bytes) -> None:
        """Take the next piece of the stream."""
        self.seen += len(data)
        room = self._half - len(self._start)
        if room > 0:
            self._start += data[:room]
            data = data[room:]
        self._end += data
        if len(self._end) > 2 * self._half:
            del self._end[: -self._half]

    @property
    def text(self) -> str:
        """The stream as text, with a line in place of what was left out."""
        end = self._end[-self._half :]
        dropped = self.seen - len(self._start) - len(end)
        between = b"\n[... %d bytes left out ...]\n" % dropped if dropped else b""
        return (self._start + between + end).decode("utf-8", "replace")


class Watch(asyncio.SubprocessProtocol):
    """Follows the supervisor: output, end and report."""

    def __init__(self, control: socket.socket, limits: Limits) -> None:
        self.stdout = Kept(limits.output_bytes)
        self.stderr = Kept(limits.output_bytes)
        self.exited = asyncio.Event()
        """The supervisor has ended."""
        self.closed = asyncio.Event()
        """The supervisor has ended and its pipes are closed."""
        self.overdue = False
        self.flooded = False
        self.started = False
        self.report: dict[str, Any] = {}
        self._said = b""
        self._control = control
        self._limit = _FLOOD + limits.output_bytes

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep the start and the end, end the run when it is too much."""
        stream = self.stdout if fd == 1 else self.stderr
        stream.add(data)
        if stream.seen > self._limit and not self.flooded:
            self.flooded = True
            self._control.shutdown(socket.SHUT_WR)

    def process_exited(self) -> None:
        """Note it."""
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note it."""
        self.closed.set()

    def hear(self, said: bytes) -> None:
        """Take the next piece of what the supervisor says."""
        self._said += said

    def read_report(self) -> None:
        """Read what the supervisor has sent."""
        self._control.setblocking(False)
        with suppress(OSError):
            while piece := self._control.recv(65536):
                self.hear(piece)
        lines = self._said.splitlines()
        self.started = b"started" in lines
        if lines and lines[-1].startswith(b"{"):
            self.report = json.loads(lines[-1])


def verdict(watch: Watch, isolation: str, limits: Limits) -> Run:
    """Return the run that was watched."""
    report, stderr = watch.report, watch.stderr.text
    status, code = _status(watch, isolation, stderr), report.get("exit_code")
    return Run(
        status=status,
        exit_code=code,
        stdout=watch.stdout.text,
        stderr=stderr,
        wall_s=report.get("wall_s", 0.0),
        isolation=isolation,
        message=report.get("message") or _message(status, code, stderr, limits),
    )


def _status(watch: Watch, isolation: str, stderr: str) -> RunStatus:
    code = watch.report.get("exit_code")
    if watch.flooded:
        return "output_limit"
    if not watch.report and watch.started:
        if watch.overdue:
            return "timeout"
        # only where the program shares the supervisor's user and processes can it have killed it
        return "runtime_error" if isolation == "process" else "sandbox_error"
    if code == -signal.SIGXCPU:
        return "timeout"
    if code == 1 and stderr.rstrip().rpartition("\n")[2].startswith("MemoryError"):
        return "memory_limit"
    status: RunStatus = watch.report.get("status", "sandbox_error")
    return status


def _message(status: RunStatus, code: int | None, stderr: str, limits: Limits) -> str:
    if status == "runtime_error" and code is not None:
        if code < 0:
            return f"it was ended by signal {-code} ({signal.strsignal(-code)})"
        return f"it ended with exit code {code}"
    return {
        "ok": "",
        "runtime_error": "it ended its own supervisor",
        "timeout": f"it ran past {limits.wall_s:g} s",
        "memory_limit": f"it needed more than {limits.memory_mb} MB of memory",
        "output_limit": f"it printed more than {_FLOOD + limits.output_bytes >> 20} MB",
        "sandbox_error": f"the sandbox did not start: {stderr.strip()[-500:] or 'it said nothing'}",
    }[status]
