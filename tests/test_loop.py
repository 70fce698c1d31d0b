"""The private loop works from everywhere: threads, running loops, forks; and it says so where it cannot."""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from judge import loop
from judge.errors import JudgeError


async def where() -> tuple[int, str]:
    await asyncio.sleep(0)
    return os.getpid(), threading.current_thread().name


def test_same_loop_from_eight_threads() -> None:
    async def which() -> int:
        return id(asyncio.get_running_loop())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: loop.wait(which()), range(64)))) == 1


def test_from_three_event_loops_in_a_row() -> None:
    async def hop() -> tuple[int, str]:
        return await loop.hop(where())

    assert {asyncio.run(hop()) for _ in range(3)} == {(os.getpid(), "judge-loop")}


def test_sync_call_inside_a_running_loop() -> None:
    async def caller() -> tuple[int, str]:
        return loop.wait(where())  # as in a notebook cell

    assert asyncio.run(caller()) == (os.getpid(), "judge-loop")


def test_waiting_on_the_private_loop_itself_is_refused() -> None:
    async def nested() -> None:
        loop.wait(where())

    with pytest.raises(JudgeError, match="async twin"):
        loop.wait(nested())


def test_cancelling_the_caller_cancels_the_work() -> None:
    cancelled = threading.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def caller() -> None:
        async with asyncio.timeout(0.05):
            await loop.hop(work())

    with pytest.raises(TimeoutError):
        asyncio.run(caller())
    assert cancelled.wait(5)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_child_gets_a_loop_of_its_own() -> None:
    loop.wait(where())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        pid, name = loop.wait(where())
        os.write(write, f"{pid == os.getpid()} {name}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 100) == b"True judge-loop"
    os.close(read)
    os.close(write)
