"""Workers: what hangs is killed, what dies is replaced, and the others do not notice."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from judge import workers
from judge.errors import ToolError, WorkerTimeoutError

FUNCTIONS = """
import os, sys, time

def echo(value): return value
def noisy():
    print("x" * 100_000, flush=True)
    os.write(1, b"junk"); os.write(2, b"junk")
    return input() if sys.stdin.read(1) else "nothing to read"
def pid(): return os.getpid()
def nap(seconds): time.sleep(seconds)
def fail(): raise KeyError("no such thing")
def leave(): sys.exit(0)
def hang(path):
    open(path, "w").write(str(os.getpid()))
    while True: pass
def die(path, times):
    with open(path, "a") as log: log.write("x")
    if os.path.getsize(path) <= times: os.abort()
    return "survived"
def hog(): return len(bytearray(8 << 30))
def take(megabytes): return len(bytearray(megabytes << 20))
def doze(text): time.sleep(60)
def unsayable(): return {1, 2}
"""


@pytest.fixture
def at(tmp_path: Path) -> Callable[[str], str]:
    (tmp_path / "functions.py").write_text(FUNCTIONS)
    return lambda name: f"{tmp_path}/functions.py:{name}"


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def written(path: Path) -> int:
    """Wait for the process id that a function writes when it has started."""

    def read() -> int:
        while not path.exists() or not path.read_text():
            time.sleep(0.01)
        return int(path.read_text())

    return await asyncio.to_thread(read)


def test_a_value_goes_there_and_back(at: Callable[[str], str]) -> None:
    value: JsonValue = {"text": "ü\ud800\x00", "list": [1, 2.5, None, True], "long": "x" * 5_000_000}
    assert asyncio.run(workers.call(at("echo"), value, timeout_s=30)) == value


def test_a_function_is_found_by_module_too() -> None:
    assert asyncio.run(workers.call("posixpath:basename", "/a/b", timeout_s=30)) == "b"


def test_what_a_function_prints_goes_nowhere(at: Callable[[str], str], capfd: pytest.CaptureFixture[str]) -> None:
    assert asyncio.run(workers.call(at("noisy"), timeout_s=30)) == "nothing to read"
    assert capfd.readouterr() == ("", "")


def test_a_hang_is_killed_and_the_next_call_is_fine(at: Callable[[str], str], tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(WorkerTimeoutError, match=r"functions.py:hang was killed: a call ran past 0.2 s"):
            await workers.call(at("hang"), str(tmp_path / "pid"), timeout_s=0.2)
        assert not alive(await written(tmp_path / "pid"))
        assert await workers.call(at("echo"), 1, timeout_s=30) == 1

    asyncio.run(main())


def test_twenty_calls_do_not_wait_for_one_that_hangs(at: Callable[[str], str], tmp_path: Path) -> None:
    async def main() -> None:
        hanging = asyncio.create_task(workers.call(at("hang"), str(tmp_path / "pid"), timeout_s=60))
        pid = await written(tmp_path / "pid")
        answers = await asyncio.gather(*(workers.call(at("echo"), number, timeout_s=30) for number in range(20)))
        assert answers == list(range(20))
        assert not hanging.done() and alive(pid)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        assert not alive(pid), "a cancelled call must not go on"

    asyncio.run(main())


def test_an_exception_comes_back_in_words(at: Callable[[str], str]) -> None:
    async def main() -> None:
        for name, words in {
            "fail": "KeyError: 'no such thing'",
            "leave": "SystemExit: 0",
            "hog": "MemoryError",
            "unsayable": "TypeError: Object of type set",
            "missing": "AttributeError",
        }.items():
            with pytest.raises(ToolError, match=words):
                await workers.call(at(name), timeout_s=30)
        with pytest.raises(ToolError, match="ModuleNotFoundError: No module named 'no_such_module'"):
            await workers.call("no_such_module:f", timeout_s=30)

    asyncio.run(main())


def test_a_dying_worker_gets_one_second_chance(at: Callable[[str], str], tmp_path: Path) -> None:
    async def main() -> None:
        assert await workers.call(at("die"), str(tmp_path / "once"), 1, timeout_s=30) == "survived"
        with pytest.raises(ToolError, match="die killed its worker process"):
            await workers.call(at("die"), str(tmp_path / "always"), 100, timeout_s=30)
        assert (tmp_path / "always").read_text() == "xx"

    asyncio.run(main())


def test_neither_import_nor_queue_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(1.0)\ndef nap(): time.sleep(0.3)")

    async def main() -> None:
        await asyncio.gather(*(workers.call(f"{tmp_path}/slow.py:nap", timeout_s=0.9) for _ in range(7)))

    asyncio.run(main())


def test_what_hung_or_died_is_replaced_without_importing_again(tmp_path: Path) -> None:
    (tmp_path / "heavy.py").write_text(
        f"import os, time\ndef warm_up(): open({str(tmp_path / 'imports')!r}, 'a').write('x')\n"
        "def act(what):\n"
        "    if what == 'hang': time.sleep(60)\n"
        "    if what == 'die': os.abort()\n"
        "    return os.getpid()\n"
    )

    async def main() -> list[JsonValue]:
        act = f"{tmp_path}/heavy.py:act"
        pids = [await workers.call(act, "run", timeout_s=30)]
        with pytest.raises(WorkerTimeoutError):
            await workers.call(act, "hang", timeout_s=0.2)
        pids.append(await workers.call(act, "run", timeout_s=30))
        with pytest.raises(ToolError, match="killed its worker process"):
            await workers.call(act, "die", timeout_s=30)
        return [*pids, await workers.call(act, "run", timeout_s=30)]

    assert len(set(asyncio.run(main()))) == 3
    assert (tmp_path / "imports").read_text() == "x"


def test_a_call_may_be_given_less_memory(at: Callable[[str], str]) -> None:
    async def main() -> None:
        with pytest.raises(ToolError, match="MemoryError"):
            await workers.call(at("take"), 600, timeout_s=30, memory_mb=500)
        assert await workers.call(at("take"), 600, timeout_s=30) == 600 << 20

    asyncio.run(main())


def test_a_long_request_that_hangs_harms_no_later_one(at: Callable[[str], str]) -> None:
    async def main() -> None:
        with pytest.raises(WorkerTimeoutError):
            await workers.call(at("doze"), "x" * 3_000_000, timeout_s=0.3)
        for number in range(4):
            assert await workers.call(at("echo"), number, timeout_s=30) == number

    asyncio.run(main())


def test_a_worn_out_worker_is_replaced(at: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.workers.process.CALLS", 3)

    async def main() -> list[object]:
        return [await workers.call(at("pid"), timeout_s=30) for _ in range(6)]

    pids = asyncio.run(main())
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4] == pids[5]


def test_workers_end_with_their_loop_or_when_closed(at: Callable[[str], str]) -> None:
    async def main() -> tuple[int, int]:
        first = await workers.call(at("pid"), timeout_s=30)
        await workers.close()
        assert isinstance(first, int) and not alive(first)
        second = await workers.call(at("pid"), timeout_s=30)
        assert isinstance(second, int) and alive(second)
        return first, second

    first, second = asyncio.run(main())
    assert first != second and not alive(second)


def test_closing_ends_a_call_in_progress(at: Callable[[str], str], tmp_path: Path) -> None:
    async def main() -> None:
        hanging = asyncio.create_task(workers.call(at("hang"), str(tmp_path / "pid"), timeout_s=60))
        await written(tmp_path / "pid")
        await workers.close()
        with pytest.raises(ToolError, match="closed meanwhile"):
            await hanging

    asyncio.run(main())


CALLER = """
import asyncio, os, sys, time
from judge import workers

async def main():
    print(await workers.call(sys.argv[1], timeout_s=30), flush=True)
    if sys.argv[2] == "fork":
        if not (child := os.fork()):
            print(asyncio.new_event_loop().run_until_complete(workers.call(sys.argv[1], timeout_s=30)), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        print(await workers.call(sys.argv[1], timeout_s=30), flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


def test_workers_die_with_their_caller_and_are_not_shared_with_its_forks(at: Callable[[str], str]) -> None:
    killed = subprocess.run([sys.executable, "-c", CALLER, at("pid"), "die"], capture_output=True, text=True)
    (pid,) = map(int, killed.stdout.split())
    forked = subprocess.run([sys.executable, "-c", CALLER, at("pid"), "fork"], capture_output=True, text=True)
    before, in_fork, after = forked.stdout.split()
    assert before == after != in_fork
    deadline = time.monotonic() + 10
    while (alive(pid) or alive(int(before))) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid) and not alive(int(before))
