"""One worker process, seen from outside: start it, ask it, replace what runs in it, kill it."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from judge.errors import ToolError, WorkerTimeoutError

IMPORT_S = 60.0
"""Seconds for a worker's start and the first import of a function's module."""
MEMORY_MB = 4096
"""Address space of a process, unless a call asks for less."""
CALLS = 2_000
"""Calls after which what runs in a worker is replaced, so that caches and leaks of the libraries in it end with it."""
_RENEW_S = 10.0
_PID = 4
"""Bytes of a process id behind a greeting."""
_SHORT = 32_000
"""Bytes of a request that surely fit into the pipe; of a longer one some may be on the way when its child dies."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a function."""

    function: str
    args: tuple[JsonValue, ...]
    timeout_s: float
    memory_mb: int = MEMORY_MB


class WorkerDiedError(ToolError):
    """The process ended in the middle of a call."""


class Worker:
    """A process that runs one function at a time."""

    def __init__(self, process: Process, function: str, greeting: bytes) -> None:
        self.process = process
        self.loaded: set[str] = set()
        self._function = function
        self._greeting = greeting
        self._calls = 0
        self._child = 0
        self._ready = False
        self._renewable = False

    @classmethod
    async def start(cls, function: str) -> "Worker":
        """Start a process that imports a function's module. It finds modules where this one does."""
        environment = {
            "OMP_NUM_THREADS": "1",  # there is a worker for every core already
            **os.environ,
            "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
        }
        script = str(Path(__file__).with_name("serve.py"))
        greeting = b"\xff" * 4 + os.urandom(16)  # no answer is as long as its first four bytes say
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", script, function, greeting.hex()),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,
        )
        return cls(process, function, greeting)

    @property
    def worn(self) -> bool:
        """Whether what runs in the process has been called often enough."""
        return self._calls >= CALLS

    @property
    def reusable(self) -> bool:
        """Whether the next call may use this process: it has answered the last one."""
        return self._ready

    async def call(self, request: Request) -> JsonValue:
        """Return what the function returns; the worker is not `reusable` when it did not answer."""
        function = request.function
        if not self._ready:
            await self._greeted(function, IMPORT_S)
        if function not in self.loaded:
            await self._ask(function, None, IMPORT_S, MEMORY_MB)
            self.loaded.add(function)
        self._calls += 1
        return await self._ask(function, request.args, request.timeout_s, request.memory_mb)

    async def renew(self) -> None:
        """Replace what runs in the process by a fresh copy; where that fails, the worker stays not `reusable`."""
        if self._renewable and self.process.returncode is None:
            self._ready, self._calls = False, 0
            self.loaded.clear()
            with suppress(ToolError, ProcessLookupError):
                self.process.send_signal(signal.SIGUSR1)
                await self._greeted(self._function, _RENEW_S)

    async def _greeted(self, function: str, timeout_s: float) -> None:
        """Wait for a fresh child, past whatever the last one wrote."""
        assert self.process.stdout is not None
        seen = b""
        try:
            async with asyncio.timeout(timeout_s):
                while not seen[:-_PID].endswith(self._greeting):
                    chunk = await self.process.stdout.read(1 << 16)
                    if not chunk:
                        raise WorkerDiedError(f"{function} ended its worker process at its start; see its module")
                    seen = seen[-len(self._greeting) - _PID :] + chunk
        except TimeoutError:
            raise _late(function, "its import", timeout_s) from None
        self._ready = self._renewable = True
        self._child = int.from_bytes(seen[-_PID:], "big")

    async def _ask(
        self, function: str, args: tuple[JsonValue, ...] | None, timeout_s: float, memory_mb: int
    ) -> JsonValue:
        request = json.dumps([function, args, memory_mb]).encode()
        assert self.process.stdin is not None and self.process.stdout is not None
        self._ready, self._renewable = False, len(request) < _SHORT
        try:
            async with asyncio.timeout(timeout_s):
                self.process.stdin.write(len(request).to_bytes(4, "big") + request)
                await self.process.stdin.drain()
                head = await self.process.stdout.readexactly(4)
                if head == self._greeting[:4]:
                    rest = await self.process.stdout.readexactly(len(self._greeting) - 4 + _PID)
                    self._child = int.from_bytes(rest[-_PID:], "big")
                    self._ready, self._calls = self._renewable, 0
                    self.loaded.clear()
                    raise _died(function)
                answer = await self.process.stdout.readexactly(int.from_bytes(head, "big"))
        except TimeoutError:
            raise _late(function, "its import" if args is None else "a call", timeout_s) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self._renewable = False
            raise _died(function) from None
        self._ready = True
        return _result(function, answer)

    def kill_now(self) -> None:
        """Have what runs in the process killed, and the process end after it."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    async def kill(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill_now()
        try:
            await asyncio.wait_for(self._gone(), _RENEW_S)
        except TimeoutError:
            for group in filter(None, (self._child, self.process.pid)):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(group, signal.SIGKILL)
            await self._gone()

    async def _gone(self) -> None:
        with suppress(ConnectionError):
            await self.process.communicate()


def _late(function: str, doing: str, timeout_s: float) -> WorkerTimeoutError:
    return WorkerTimeoutError(
        f"{function} was killed: {doing} ran past {timeout_s:g} s; give it more time or a smaller input"
    )


def _died(function: str) -> WorkerDiedError:
    return WorkerDiedError(
        f"{function} killed its worker process (out of memory, or a crash in a library); try a smaller input"
    )


def _result(function: str, answer: bytes) -> JsonValue:
    try:
        done, result = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ToolError(f"{function} gave a result that cannot be read back: {type(error).__name__}") from error
    if not done:
        raise ToolError(f"{function} raised {result}")
    return result  # type: ignore[no-any-return]
