"""Zygotes: interpreters that have started already, and run each program in a fork of theirs.

One process keeps one zygote for each isolation, for all its threads and event loops; a forked process starts its own.
It is replaced after some hundred runs, ends when this process does, and is started anew when it died.
"""

import atexit
import marshal
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from judge.sandbox.inside import identity, supervisor
from judge.sandbox.surroundings import environment, visible

RUNS = 400
"""Runs after which a zygote is replaced, so that the seed of string hashes and the layout of addresses change."""
MODULES = (
    *("abc", "array", "bisect", "cmath", "collections", "contextlib", "copy", "dataclasses", "datetime", "decimal"),
    *("enum", "fractions", "functools", "heapq", "inspect", "io", "itertools", "json", "math", "numbers", "operator"),
    *("random", "re", "statistics", "string", "struct", "textwrap", "time", "types", "typing"),
)
"""What programs find imported: nothing that holds anything open, and not `threading`, which makes every fork slow."""
_START_S = 30.0
_SEND_S = 5.0
_END_S = 2.0
_HATCH = str(Path(supervisor.__file__).with_name("hatch"))
_FILE = {"namespaces": "/tmp/program.py"}
"""The program's file as it names itself, where all runs have the same; else it is reached from where the run is."""


class ZygoteError(Exception):
    """A zygote could not be started, or has gone."""


class Zygote:
    """One such interpreter, seen from outside. It may be used from any thread."""

    def __init__(self, isolation: str) -> None:
        """Start it and wait until it is ready.

        Raises:
            ZygoteError: it did not start; the message is what it said.
        """
        self.runs = 0
        self._lock = threading.Lock()
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        said, saying = os.pipe()
        with theirs, os.fdopen(said, "rb") as says:
            try:
                self._process = _start(isolation, theirs.fileno(), saying)
            except OSError as error:
                self._requests.close()
                raise ZygoteError(str(error)) from error
            finally:
                os.close(saying)
            theirs.close()
            setup = {
                "isolation": isolation,
                "visible": visible((sys.executable,)),
                "file_mb": 1,
                "modules": MODULES,
                "supervisors": min(os.cpu_count() or 1, identity.SEVERAL),
            }
            if self._ask(marshal.dumps(setup)) != b"ready":
                self._process.kill()
                self.retire()
                raise ZygoteError(says.read(2000).decode("utf-8", "replace").strip() or "it said nothing")
            self._requests.settimeout(_SEND_S)

    def _ask(self, setup: bytes) -> bytes:
        self._requests.settimeout(_START_S)
        with suppress(OSError):
            self._requests.send(setup)
            return self._requests.recv(16)
        return b""

    @property
    def pid(self) -> int:
        """Its process id, or that of the process that waits for it outside its namespaces."""
        return int(self._process.pid)

    def run(self, descriptors: list[int]) -> None:
        """Let it run the job that stands on a standard input.

        Args:
            descriptors: The supervisor's side of control, a file for results, and the program's three streams.

        Raises:
            ZygoteError: it has gone.
        """
        with self._lock:  # nobody may close the socket meanwhile
            self.runs += 1
            try:
                socket.send_fds(self._requests, [b"run"], descriptors)
            except OSError as error:
                raise ZygoteError(str(error)) from error

    def retire(self) -> None:
        """Give it no more work; it ends when its runs have."""
        with self._lock:
            self._requests.close()
        self._gone = threading.Thread(target=self._process.wait, daemon=True)
        self._gone.start()

    def wait(self, seconds: float) -> None:
        """Wait for the end of a retired one."""
        self._gone.join(seconds)

    def disown(self) -> None:
        """Let go of one that belongs to the process that this one was forked from."""
        self._requests.close()
        self._process.returncode = 0  # it is no child of ours to wait for


def _start(isolation: str, requests: int, saying: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-B", _FILE.get(isolation, "/proc/self/cwd/program.py")],
        stdin=requests,
        stdout=saying,
        stderr=saying,
        env={**environment("/"), "PYTHONPATH": _HATCH},
        cwd="/",
        start_new_session=True,
    )


class Nursery:
    """The zygotes of one process. It may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._zygotes: dict[str, Zygote] = {}
        self._renewing: set[str] = set()

    def at_hand(self, isolation: str) -> Zygote | None:
        """Return the zygote of an isolation, None when there is none yet. A worn one is replaced meanwhile."""
        zygote = self._zygotes.get(isolation)
        if zygote and zygote.runs >= RUNS and isolation not in self._renewing:
            self._renewing.add(isolation)
            threading.Thread(target=self._renew, args=(isolation, zygote), daemon=True).start()
        return zygote

    def start(self, isolation: str, dead: Zygote | None = None) -> Zygote:
        """Return the zygote of an isolation, a new one when there is none, or none but the dead one.

        That takes a while.

        Raises:
            ZygoteError: it did not start.
        """
        with self._lock:
            zygote = self._zygotes.get(isolation)
            if zygote is None or zygote is dead:
                zygote = self._zygotes[isolation] = Zygote(isolation)
                if dead:
                    dead.retire()
            return zygote

    def _renew(self, isolation: str, worn: Zygote) -> None:
        with suppress(ZygoteError):  # then the worn one goes on
            self.start(isolation, worn)
        self._renewing.discard(isolation)

    def close(self) -> None:
        """End all zygotes, which wait for their runs; we do not wait long for them."""
        with self._lock:
            retired = list(self._zygotes.values())
            self._zygotes.clear()
        for zygote in retired:
            zygote.retire()
        for zygote in retired:
            zygote.wait(_END_S)

    def forget(self) -> None:
        """Let go of zygotes that belong to the process that this one was forked from."""
        for zygote in self._zygotes.values():
            zygote.disown()
        self._lock = threading.Lock()
        self._zygotes, self._renewing = {}, set()


NURSERY = Nursery()
os.register_at_fork(after_in_child=NURSERY.forget)
atexit.register(NURSERY.close)
