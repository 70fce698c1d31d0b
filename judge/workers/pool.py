"""The pool of worker processes: one per event loop, grown as needed up to one process for each core."""

import asyncio
import atexit
import os
from collections.abc import AsyncGenerator

from pydantic import JsonValue

from judge.errors import ToolError, WorkerTimeoutError
from judge.workers.process import MEMORY_MB, Request, Worker, WorkerDiedError

_pools: "dict[asyncio.AbstractEventLoop, _Pool]" = {}


async def call(function: str, *args: JsonValue, timeout_s: float, memory_mb: int = MEMORY_MB) -> JsonValue:
    """Run a function in a worker process and return its result.

    `function` is `package.module:name` or `/path/to/file.py:name`: a plain function of JSON values that returns one.
    `timeout_s` counts from the moment a worker starts on it: neither the queue nor the import of the module count.
    `memory_mb` is the address space that the process may use meanwhile, libraries included (Unix only).

    Raises WorkerTimeoutError when the function ran past `timeout_s` and was killed, and ToolError when it raised or
    killed two processes, one after the other.
    """
    pool = _pools.get(asyncio.get_running_loop())
    if pool is None or pool.pid != os.getpid():  # a forked process has no right to its parent's workers
        pool = _Pool()
        await anext(pool.lifetime)
    return await pool.call(Request(function, args, timeout_s, memory_mb))


async def close() -> None:
    """End the worker processes of the running event loop. A later call starts new ones.

    A loop that is shut down in the usual way (`asyncio.run`) does this by itself.
    """
    if pool := _pools.get(asyncio.get_running_loop()):
        await pool.lifetime.aclose()


class _Pool:
    """The workers of one event loop."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lifetime = self._live()
        self._slots = asyncio.Semaphore(max(2, os.cpu_count() or 2))
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._open = True

    async def call(self, request: Request) -> JsonValue:
        async with self._slots:
            try:
                return await self._attempt(request)
            except WorkerDiedError:
                return await self._attempt(request)

    async def _attempt(self, request: Request) -> JsonValue:
        worker = await self._take(request.function)
        try:
            return await worker.call(request)
        except WorkerTimeoutError:
            if self._open:
                await worker.renew()
            raise
        finally:
            if worker.worn and worker.reusable and self._open:
                await worker.renew()
            if worker.reusable and self._open:
                self._idle.append(worker)
            else:
                self._workers.discard(worker)
                await worker.kill()

    async def _take(self, function: str) -> Worker:
        """Return an idle worker, rather one that knows the function, or a new one."""
        if not self._open:
            raise ToolError(f"{function} was not run: the workers of this event loop were closed meanwhile")
        if self._idle:
            known = [place for place, worker in enumerate(self._idle) if function in worker.loaded]
            return self._idle.pop(known[-1] if known else -1)
        worker = await Worker.start(function)
        self._workers.add(worker)
        return worker

    async def _live(self) -> AsyncGenerator[None, None]:
        """Open at the first step, close at the end: a loop ends its open generators when it shuts down."""
        loop = asyncio.get_running_loop()
        _pools[loop] = self
        atexit.register(self._kill_all)
        try:
            yield
        finally:
            self._open = False
            self._kill_all()
            if _pools.get(loop) is self:
                del _pools[loop]
            atexit.unregister(self._kill_all)
            if self.pid == os.getpid():
                await asyncio.gather(*(worker.kill() for worker in self._idle))

    def _kill_all(self) -> None:
        if self.pid == os.getpid():
            for worker in self._workers:
                worker.kill_now()
