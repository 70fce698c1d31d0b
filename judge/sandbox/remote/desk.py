"""Who may run what now: a bounded queue in front of a bounded number of programs. It knows no HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from judge.sandbox.remote.protocol import Answer


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a server lends to its callers."""

    concurrency: int
    """Programs at once."""
    queue: int = 512
    """Requests that wait or run."""
    queue_s: float = 9
    """Seconds that a request waits that names none. verl gives up 10 s after a program's time, and repeats if told."""
    body_mb: int = 16
    """Mebibytes of one request."""
    waiting_mb: int = 1024
    """Mebibytes of all requests that wait or run."""
    longest_s: float = 300
    """The longest time limit that a caller may ask for, in seconds."""
    memory_mb: int = 512
    """Mebibytes for a program whose caller names no limit."""
    largest_mb: int = 4096
    """The largest memory limit that a caller may ask for, in mebibytes."""
    level: str = ""
    """The isolation that every program gets; "" for the strongest there is."""
    at_least: str = ""
    """The weakest isolation that a program may be run in."""


class BusyError(Exception):
    """There is no room now."""


class Desk:
    """Runs work for callers, at most so much at a time; ends it when its caller is gone or when all is to end."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._slots = asyncio.Semaphore(bounds.concurrency)
        self._requests = 0
        self._bytes = 0
        self._running: set[asyncio.Task[Answer]] = set()
        self._closed = False

    @asynccontextmanager
    async def seat(self, size: int) -> AsyncIterator[None]:
        """Hold room for a request of so many bytes. Raises BusyError when there is none."""
        too_much = self._bytes + size > self.bounds.waiting_mb << 20
        if self._closed or self._requests >= self.bounds.queue or too_much:
            raise BusyError
        self._requests += 1
        self._bytes += size
        try:
            yield
        finally:
            self._requests -= 1
            self._bytes -= size

    async def work(
        self, job: Callable[[], Coroutine[Any, Any, Answer]], gone: Awaitable[Any], queue_s: float
    ) -> Answer | None:
        """Return the job's answer, which begins when its turn comes; None when `gone` came first.

        Raises BusyError when the turn did not come in `queue_s` seconds, or everything ends.
        """
        working = asyncio.ensure_future(self._in_turn(job, queue_s))
        leaving = asyncio.ensure_future(gone)
        self._running.add(working)
        try:
            await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return None
            if working.cancelled():
                raise BusyError
            return working.result()
        finally:
            leaving.cancel()
            working.cancel()
            await asyncio.wait({working})  # until its program is dead
            self._running.discard(working)

    async def _in_turn(self, job: Callable[[], Coroutine[Any, Any, Answer]], queue_s: float) -> Answer:
        try:
            async with asyncio.timeout(queue_s):
                await self._slots.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            return await job()
        finally:
            self._slots.release()

    def close(self) -> None:
        """End what runs and take nothing more."""
        self._closed = True
        for task in self._running:
            task.cancel()
