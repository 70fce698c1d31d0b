"""Forks of a zygote are shut in as well as fresh interpreters are, and zygotes come and go unseen."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from judge.sandbox import DEFAULT_LIMITS, Limits, Run, isolations, run_python, warm, zygotes
from judge.sandbox.inside.family import descendants
from judge.sandbox.launch import launch
from judge.sandbox.values import Order
from judge.sandbox.zygotes import NURSERY, Zygote

LEVELS = [found.name for found in isolations() if found.name in ("namespaces", "landlock")]
SHORT = Limits(wall_s=0.5)

pytestmark = pytest.mark.parametrize("level", LEVELS)


def run(level: str, program: str, limits: Limits = DEFAULT_LIMITS, stdin: str = "") -> Run:
    return asyncio.run(run_python(program, level=level, limits=limits, stdin=stdin))


def zygote(level: str) -> Zygote:
    """The one that runs are forked from."""
    run(level, "")
    found = NURSERY.at_hand(level)
    assert found is not None
    return found


def eventually(is_so: Callable[[], bool]) -> bool:
    for _ in range(500):
        if is_so():
            return True
        time.sleep(0.02)
    return False


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def alive(mark: str) -> list[str]:
    """The processes whose command line holds the mark."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in path.read_text():
                found.append(str(path))
        except OSError:
            pass
    return found


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("while True: pass", "timeout"),
        ("import signal\nfor s in range(1, 32):\n  try: signal.signal(s, signal.SIG_IGN)\n  except OSError: pass\n"
         "while True: pass", "timeout"),
        ("import time; time.sleep(60)", "timeout"),
        ("import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()", "timeout"),
        ("import atexit, time; atexit.register(time.sleep, 60)", "timeout"),
        ("class A:\n  def __del__(self):\n    while True: pass\na = A()", "timeout"),
        ("data = bytearray(4 << 30)", "memory_limit"),
        ("import os, time\nfor _ in range(300):\n  if not os.fork(): time.sleep(60)\ntime.sleep(60)", "process_limit"),
    ],
)  # fmt: skip
def test_limits_hold(level: str, program: str, status: str) -> None:
    assert run(level, program, SHORT if status == "timeout" else DEFAULT_LIMITS).status == status
    assert run(level, "print(1)").stdout == "1\n"


def test_a_flood_of_output_is_stopped(level: str) -> None:
    done = run(level, "import sys\nfor _ in range(1024): sys.stdout.write('x' * (1 << 20))")  # a gigabyte
    assert done.status == "output_limit"
    assert len(done.stdout) < 1_100_000


def test_nothing_survives(level: str) -> None:
    mark = uuid.uuid4().hex
    program = f"""
import subprocess, sys
for _ in range(5):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "{mark}"], start_new_session=True)
print("gone")
"""
    done = run(level, program)
    assert (done.status, done.stdout) == ("ok", "gone\n")  # though the five hold the pipes open
    assert alive(mark) == []


def test_a_cancelled_run_is_gone(level: str) -> None:
    mark = uuid.uuid4().hex

    async def main() -> None:
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass', input()])"
        running = asyncio.create_task(run_python(program, stdin=mark, level=level))
        while not await asyncio.to_thread(alive, mark):
            assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert alive(mark) == []

    asyncio.run(main())


def test_what_one_run_used_is_not_held_against_the_next(level: str) -> None:
    alone = Limits(memory_mb=256)
    large = run(level, "data = bytearray(150 << 20); sum(range(10_000_000))", alone)
    for _ in range(2 * (os.cpu_count() or 1)):  # whoever supervised the large one has its turn again
        small = run(level, "", alone)
        assert small.memory_mb < 100 < large.memory_mb
        assert small.cpu_s < large.cpu_s


def test_nothing_is_left_for_the_next_run(level: str) -> None:
    program = """
import os, socket
print(sorted(os.listdir('.')))
open('left', 'w').write('x' * 1_000_000)
if os.getcwd() == '/tmp':
    with socket.create_server(('127.0.0.1', 4711)) as server, socket.create_connection(('127.0.0.1', 4711)) as client:
        server.accept()[0].close()  # whoever closes first keeps the port for a minute
        print(client.recv(1))
"""
    outputs = {run(level, program).stdout for _ in range(2 * (os.cpu_count() or 1))}
    assert outputs <= {"['program.py']\n", "['program.py']\nb''\n"} and len(outputs) == 1


def test_runs_at_the_same_time_cannot_reach_each_other(level: str) -> None:
    program = """
import os, time
time.sleep(0.2)
for pid in range(2, 40_000):
    if pid not in (os.getpid(), os.getppid()):
        try: os.kill(pid, 9); print(pid)
        except OSError: pass
"""

    async def both() -> list[Run]:
        return await asyncio.gather(*(run_python(program, level=level) for _ in range(2)))

    assert [(done.status, done.stdout) for done in asyncio.run(both())] == [("ok", "")] * 2


def test_there_is_no_way_back_to_the_zygote(level: str) -> None:
    server = zygote(level)
    program = """
import gc, os, signal
for pid in {os.getppid(), *map(int, input().split()), -1}:
    try: os.kill(pid, signal.SIGKILL)
    except OSError: pass
def is_open(fd):
    try: return bool(os.fstat(fd))
    except OSError: return False
print([*filter(is_open, range(3, 4096))])
print([o for o in gc.get_objects() if "judge" in str(getattr(type(o), "__module__", ""))])
"""
    family = " ".join(map(str, [server.pid, *descendants(server.pid)]))
    assert run(level, program, stdin=family).stdout == "[]\n[]\n"
    assert not is_gone(server.pid)
    assert NURSERY.at_hand(level) is server


def test_secrets_of_the_caller_are_not_in_its_memory(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-key")
    NURSERY.close()
    server = zygote(level)
    for pid in (server.pid, *descendants(server.pid)):
        assert b"very-secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert "secret" not in run(level, "import os; print(os.environ)").stdout


def test_random_numbers_differ_from_run_to_run(level: str) -> None:
    draws = {
        run(level, "import random, os, tempfile; print(random.random(), tempfile.mktemp())").stdout for _ in range(4)
    }
    assert len(draws) == 4


def test_a_zygote_is_replaced_after_some_runs(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = zygote(level)
    seeds = {run(level, "print(hash('a'))").stdout}
    monkeypatch.setattr(zygotes, "RUNS", old.runs)
    assert eventually(lambda: NURSERY.at_hand(level) is not old)
    monkeypatch.undo()
    seeds.add(run(level, "print(hash('a'))").stdout)
    assert len(seeds) == 2
    assert eventually(lambda: is_gone(old.pid))


def test_a_dead_zygote_is_replaced(level: str) -> None:
    for _ in range(2):
        server = zygote(level)
        for pid in (server.pid, *descendants(server.pid)):
            with suppress(ProcessLookupError):  # it may have ended with the one above it
                os.kill(pid, signal.SIGKILL)
        assert run(level, "print(1)").stdout == "1\n"
        assert NURSERY.at_hand(level) is not server and warm.works(level, Order(warm.COMMAND, warm=True))


def test_a_dead_supervisor_is_replaced_and_its_run_is_gone(level: str) -> None:
    server, mark = zygote(level), uuid.uuid4().hex
    known = set(descendants(server.pid))

    async def main() -> Run:
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass', input()])"
        running = asyncio.create_task(run_python(program, stdin=mark, level=level))
        while not await asyncio.to_thread(alive, mark):
            assert not running.done()
        for pid in known:
            if (below := set(descendants(pid))) and not below & known:
                with suppress(ProcessLookupError):  # a descendant ends with the one above it
                    os.kill(pid, signal.SIGKILL)
        return await running

    done = asyncio.run(main())
    assert done.status in ("runtime_error", "sandbox_error")
    assert eventually(lambda: alive(mark) == [])
    assert [run(level, "print(1)").stdout for _ in range(4)] == ["1\n"] * 4
    assert NURSERY.at_hand(level) is server


def test_more_runs_than_supervisors_wait_their_turn(level: str) -> None:
    async def main() -> list[Run]:
        order = Order(
            warm.COMMAND, {"program.py": b"import time; time.sleep(0.3)"}, limits=Limits(wall_s=1.4), warm=True
        )
        return await asyncio.gather(*(launch(level, order) for _ in range(5 * (os.cpu_count() or 1))))

    assert {done.status for done in asyncio.run(main())} == {"ok"}


def test_threads_with_loops_of_their_own_share_it(level: str) -> None:
    outputs: list[str] = []
    threads = [
        threading.Thread(target=lambda: outputs.append(run(level, "print('a' * 100_000)").stdout)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == ["a" * 100_000 + "\n"] * 8


SCRIPT = """
import asyncio, os, sys, time
from judge.sandbox import run_python
from judge.sandbox.inside.family import descendants
def one(): return asyncio.run(run_python("print(1)", level=sys.argv[1])).stdout
one()
print(*descendants(os.getpid()), flush=True)
"""


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)", "os._exit(0)", "input()"])
def test_zygotes_end_with_their_caller(level: str, end: str) -> None:
    command = [sys.executable, "-W", "error", "-c", SCRIPT + end, level]
    done = subprocess.run(command, input="\n", capture_output=True, text=True, check=False)
    assert done.stderr == ""
    pids = list(map(int, done.stdout.split()))
    assert len(pids) > 1
    assert eventually(lambda: all(map(is_gone, pids)))


def test_a_forked_process_starts_its_own(level: str) -> None:
    fork = """
if child := os.fork():
    assert os.waitpid(child, 0)[1] == 0
    assert one() == "1\\n"
else:
    assert not descendants(os.getpid())
    os._exit(0 if one() == "1\\n" and descendants(os.getpid()) else 1)
"""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + fork, level], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_where_no_zygote_works_runs_are_cold(
    level: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    NURSERY.close()
    monkeypatch.setattr(warm, "_cold", {})
    monkeypatch.setattr(zygotes, "MODULES", ("no_such_module",))
    assert run(level, "print(1)").stdout == "1\n"
    assert NURSERY.at_hand(level) is None
    assert "programs start slowly for 600 s" in caplog.text and "No module named 'no_such_module'" in caplog.text
