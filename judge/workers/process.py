"""One worker process, seen from outside: start it, ask it, kill it."""

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
"""Calls after which a worker is replaced, so that caches and leaks of the libraries in it end with it."""


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

    def __init__(self, process: Process) -> None:
        self.process = process
        self.loaded: set[str] = set()
        self._calls = 0
        self._waiting = False

    @classmethod
    async def start(cls) -> "Worker":
        """Start a process. It finds modules where this one does."""
        environment = {
            "OMP_NUM_THREADS": "1",  # there is a worker for every core already
            **os.environ,
            "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path),
        }
        script = str(Path(__file__).with_name("serve.py"))
        return cls(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", script),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=environment,
                start_new_session=True,
            )
        )

    @property
    def reusable(self) -> bool:
        """Whether the next call may use this process: it has answered the last one and is not worn out."""
        return not self._waiting and self._calls < CALLS

    async def call(self, request: Request) -> JsonValue:
        """Return what the function returns; the worker is not `reusable` when it did not answer."""
        function = request.function
        if function not in self.loaded:
            await self._ask(function, None, IMPORT_S, MEMORY_MB)
            self.loaded.add(function)
        self._calls += 1
        return await self._ask(function, request.args, request.timeout_s, request.memory_mb)

    async def _ask(
        self, function: str, args: tuple[JsonValue, ...] | None, timeout_s: float, memory_mb: int
    ) -> JsonValue:
        request = json.dumps([function, args, memory_mb]).encode()
        assert self.process.stdin is not None and self.process.stdout is not None
        self._waiting = True
        try:
            async with asyncio.timeout(timeout_s):
                self.process.stdin.write(len(request).to_bytes(4, "big") + request)
                await self.process.stdin.drain()
                size = int.from_bytes(await self.process.stdout.readexactly(4), "big")
                answer = await self.process.stdout.readexactly(size)
        except TimeoutError:
            doing = "its import" if args is None else "a call"
            message = f"{function} was killed: {doing} ran past {timeout_s:g} s; give it more time or a smaller input"
            raise WorkerTimeoutError(message) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDiedError(
                f"{function} killed its worker process (out of memory, or a crash in a library); try a smaller input"
            ) from None
        self._waiting = False
        return _result(function, answer)

    def kill_now(self) -> None:
        """Kill the process and everything in its session."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    async def kill(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill_now()
        with suppress(ConnectionError):
            await self.process.communicate()


def _result(function: str, answer: bytes) -> JsonValue:
    try:
        done, result = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ToolError(f"{function} gave a result that cannot be read back: {type(error).__name__}") from error
    if not done:
        raise ToolError(f"{function} raised {result}")
    return result  # type: ignore[no-any-return]
