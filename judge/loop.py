"""One private event loop per process, on a thread of its own, keyed by process id.

Everything that talks or waits lives on this loop, so that a judge works from scripts, notebooks, threads, other event
loops and forked children alike. It knows nothing of judges.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from judge.errors import JudgeError

T = TypeVar("T")


@dataclass
class _Private:
    """The loop, its thread and what must be closed with it."""

    pid: int
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    closers: list[Any] = field(default_factory=list)


_lock = threading.Lock()
_private: _Private | None = None


def _forget() -> None:
    """In a forked child the parent's thread is dead and its lock may be held: start afresh."""
    global _lock, _private
    _lock, _private = threading.Lock(), None


os.register_at_fork(after_in_child=_forget)


def _get() -> _Private:
    global _private
    with _lock:
        if _private is None or _private.pid != os.getpid() or not _private.thread.is_alive():
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="judge-loop", daemon=True)
            thread.start()
            _private = _Private(os.getpid(), loop, thread)
            atexit.register(_stop, _private)
        return _private


def _stop(private: _Private) -> None:
    """Close what lives on the loop, then the loop, when the interpreter ends."""
    if private.pid != os.getpid() or private.loop.is_closed():
        return

    async def close() -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(closer() for closer in private.closers), return_exceptions=True)
        await private.loop.shutdown_asyncgens()  # the workers live in one

    try:
        asyncio.run_coroutine_threadsafe(close(), private.loop).result(timeout=5)
    except (TimeoutError, RuntimeError):
        return
    private.loop.call_soon_threadsafe(private.loop.stop)
    private.thread.join(timeout=5)
    if not private.thread.is_alive():
        private.loop.close()


@asynccontextmanager
async def adopted() -> AsyncIterator[None]:
    """Let the running loop be the private one, in a program that has no other; close what lives on it at the end."""
    global _private
    before, _private = _private, _Private(os.getpid(), asyncio.get_running_loop(), threading.current_thread())
    try:
        yield
    finally:
        closers = _private.closers
        _private = before
        await asyncio.gather(*(closer() for closer in closers), return_exceptions=True)


def inside() -> bool:
    """Whether the caller runs on the private loop."""
    try:
        running = asyncio.get_running_loop()
    except RuntimeError:
        return False
    return _private is not None and running is _private.loop


def at_close(closer: Any) -> None:
    """Await `closer()` when the loop ends. Call it on the loop."""
    _get().closers.append(closer)


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start the coroutine on the private loop."""
    return asyncio.run_coroutine_threadsafe(work, _get().loop)


def wait(work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine on the private loop and wait for it; cancel it when the wait is interrupted.

    Raises:
        JudgeError: called from the private loop itself, where waiting would never end.
    """
    if inside():
        work.close()
        raise JudgeError("a synchronous call was made on the judge's own loop; use the async twin (ascore, ...) there")
    future = submit(work)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


async def hop(work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine on the private loop from any other loop; cancelling the caller cancels the work."""
    if inside():
        return await work
    return await asyncio.wrap_future(submit(work))
