"""What is seen of a supervised program from outside, and what it means."""

import asyncio
import signal
import socket
from contextlib import suppress

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
    def dropped(self) -> int:
        """Bytes that came and were not kept."""
        return self.seen - len(self._start) - min(len(self._end), self._half)

    @property
    def text(self) -> str:
        """The stream as text, with a line in place of what was left out."""
        between = b"\n[... %d bytes left out ...]\n" % self.dropped if self.dropped else b""
        return (self._start + between + self._end[-self._half :]).decode("utf-8", "replace")


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
        self.report: dict[str, str] = {}
        self.sizes: dict[int, int] = {}
        """Sizes of the fetched files by their place in the list of those asked for."""
        self._control = control
        self._limit = _FLOOD + limits.output_bytes

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep the start and the end, end the run when it is too much."""
        stream = self.stdout if fd == 1 else self.stderr
        stream.add(data)
        if stream.seen > self._limit and not self.flooded:
            self.flooded = True
            self.stop()

    def process_exited(self) -> None:
        """Note it."""
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note it."""
        self.closed.set()

    def stop(self) -> None:
        """Tell the supervisor that the run is over."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    def read_report(self) -> None:
        """Read what the supervisor has sent."""
        said = b""
        self._control.setblocking(False)
        with suppress(OSError):
            while piece := self._control.recv(65536):
                said += piece
        before, ended, report = said.decode("utf-8", "replace").partition("end\n")
        self.started = before == "started\n"
        for line in report.splitlines() if ended else ():
            key, _, value = line.partition(" ")
            if key == "fetched":
                place, size = map(int, value.split())
                self.sizes[place] = size
            else:
                self.report[key] = value


def verdict(watch: Watch, isolation: str, limits: Limits, fetched: dict[str, bytes]) -> Run:
    """Return the run that was watched."""
    report, stderr = watch.report, watch.stderr.text
    code = int(report["exit_code"]) if "exit_code" in report else None
    status = _status(watch, code, stderr)
    return Run(
        status=status,
        exit_code=code,
        stdout=watch.stdout.text,
        stderr=stderr,
        wall_s=float(report.get("wall_s", 0.0)),
        isolation=isolation,
        message=report.get("message") or _message(status, code, stderr, limits),
        cpu_s=float(report.get("cpu_s", 0.0)),
        memory_mb=int(report.get("memory", 0)) / (1 << 20),
        stdout_dropped=watch.stdout.dropped,
        stderr_dropped=watch.stderr.dropped,
        fetched=fetched,
    )


_LAST_WORDS: tuple[tuple[RunStatus, tuple[str, ...]], ...] = (
    ("memory_limit", ("MemoryError", "  what():  std::bad_alloc", "FATAL ERROR: Reached heap limit")),
    ("disk_limit", ("OSError: [Errno 28]", "OSError: [Errno 27]")),
    ("process_limit", ("BlockingIOError: [Errno 11]", "RuntimeError: can't start new thread")),
)
"""How the last line of a program begins that was refused what a limit does not leave it, and gave up."""


def _status(watch: Watch, code: int | None, stderr: str) -> RunStatus:
    if watch.flooded:
        return "output_limit"
    if watch.overdue and watch.started:
        return "timeout"
    if not watch.report and watch.started:  # whoever ended the supervisor, it was after the program's start
        return "runtime_error"
    if code == -signal.SIGXCPU:
        return "timeout"
    if code == -getattr(signal, "SIGXFSZ", 0) or (code and watch.report.get("disk_full") == "1"):
        return "disk_limit"
    last = stderr.rstrip().rpartition("\n")[2]
    for status, words in _LAST_WORDS if code else ():
        if last.startswith(words):
            return status
    given: RunStatus = watch.report.get("status", "sandbox_error")  # type: ignore[assignment]
    return given


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
        "process_limit": f"it ran more than {limits.processes} processes and threads",
        "disk_limit": f"its files were larger than {limits.file_mb} MB",
        "sandbox_error": f"the sandbox did not start: {stderr.strip()[-500:] or 'it said nothing'}",
    }[status]
