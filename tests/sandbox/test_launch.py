"""One run, in every isolation that works here: limits hold, nothing survives, nothing of ours is inside."""

import asyncio
import os
import time
import uuid
from pathlib import Path

import pytest

from judge.errors import DataError
from judge.sandbox import DEFAULT_LIMITS, Limits, Run, isolations, run_python

LEVELS = [found.name for found in isolations() if found.name != "gvisor"]  # where we see no processes: test_wrapped
SHORT = Limits(wall_s=0.5)

pytestmark = [pytest.mark.parametrize("level", LEVELS), pytest.mark.usefixtures("temperature")]


def run(level: str, program: str, stdin: str = "", limits: Limits = DEFAULT_LIMITS, file: str | None = None) -> Run:
    files = {} if file is None else {file: "text"}
    return asyncio.run(run_python(program, stdin=stdin, files=files, limits=limits, level=level))


def survivors(mark: str) -> list[str]:
    """The processes whose command line holds the mark, after a moment for the kernel to clear up."""
    time.sleep(0.2)
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in path.read_text():
                found.append(str(path))
        except OSError:
            pass
    return found


def test_a_program_reads_and_prints(level: str) -> None:
    done = run(level, "print(input()[::-1], 'ü')", "abc\n")
    assert (done.status, done.exit_code, done.stdout, done.stderr) == ("ok", 0, "cba ü\n", "")
    assert done.isolation == level and 0 < done.wall_s < 10


@pytest.mark.parametrize(
    ("program", "code", "message"),
    [
        ("raise SystemExit(3)", 3, "it ended with exit code 3"),
        ("import os; os.abort()", -6, "it was ended by signal 6 (Aborted)"),
        ("import os; os.kill(os.getpid(), 40)", -40, "it was ended by signal 40 (Real-time signal 6)"),
        ("1/0", 1, "it ended with exit code 1"),
        ("def", 1, "it ended with exit code 1"),
    ],
)
def test_a_bad_end_is_a_runtime_error(level: str, program: str, code: int, message: str) -> None:
    done = run(level, program)
    assert (done.status, done.exit_code, done.message) == ("runtime_error", code, message)


def test_input_is_empty_unless_given(level: str) -> None:
    assert "EOFError" in run(level, "input()").stderr


def test_a_megabyte_goes_through(level: str) -> None:
    done = run(level, "import sys; data = sys.stdin.read(); sys.stdout.write(data)", "x" * 1_000_000)
    assert done.stdout == "x" * 1_000_000


def test_a_loop_is_stopped(level: str) -> None:
    program = "import signal\nfor s in range(1, 32):\n  try: signal.signal(s, signal.SIG_IGN)\n  except OSError: pass\n"
    done = run(level, program + "while True: pass", limits=SHORT)
    assert (done.status, done.exit_code, done.message) == ("timeout", None, "it ran past 0.5 s")


def test_a_flood_of_output_is_cut_and_stopped(level: str) -> None:
    done = run(level, "import sys\nfor _ in range(1024): sys.stdout.write('x' * (1 << 20))")  # a gigabyte
    assert done.status == "output_limit"
    assert len(done.stdout) < 1_100_000


def test_start_and_end_of_long_output_are_kept(level: str) -> None:
    done = run(level, "print('first'); print('x' * 100_000); print('last')", limits=Limits(output_bytes=1000))
    assert done.status == "ok"
    assert done.stdout.startswith("first\n") and done.stdout.endswith("x\nlast\n")
    assert "\n[... 99012 bytes left out ...]\n" in done.stdout  # 6 + 100,001 + 5 bytes came, 1,000 were kept


def test_memory_is_limited(level: str) -> None:
    done = run(level, "data = bytearray(4 << 30)")
    assert (done.status, done.message) == ("memory_limit", "it needed more than 512 MB of memory")


def test_memory_of_all_processes_together_is_limited(level: str) -> None:
    program = """
import os, time
for _ in range(4):
    if not os.fork():
        data = bytearray(60 << 20)
        data[::4096] = b"x" * len(data[::4096])
        time.sleep(20)
time.sleep(20)
"""
    assert run(level, program, limits=Limits(memory_mb=160)).status == "memory_limit"


def test_processes_are_limited(level: str) -> None:
    program = "import os, time\nfor _ in range(100):\n  if not os.fork(): break\ntime.sleep(20)"
    done = run(level, program, limits=Limits(processes=20))
    assert done.status == "process_limit"
    assert done.message == "it ran more than 20 processes and threads"


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
    assert survivors(mark) == []


def test_a_cancelled_run_is_gone(level: str) -> None:
    mark = uuid.uuid4().hex

    async def main() -> None:
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass', input()])"
        running = asyncio.create_task(run_python(program, stdin=mark, level=level))
        while not await asyncio.to_thread(survivors, mark):
            assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(main())
    assert survivors(mark) == []


def test_the_environment_holds_nothing_of_ours(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "very-secret-key")
    program = """
import os
print(sorted(os.environ))
for process in filter(str.isdigit, os.listdir("/proc") if os.getppid() == 1 else [str(os.getppid())]):
    try: print(open(f"/proc/{process}/environ").read())
    except OSError: pass
"""
    done = run(level, program)
    assert done.status == "ok" and "very-secret" not in done.stdout
    assert not {"OPENAI_API_KEY", "HOSTNAME", "USER", "PYTHONPATH"} & set(done.stdout.split("'"))


def test_files_lie_in_a_directory_that_is_gone_afterwards(level: str) -> None:
    program = "import os; print(open('a').read(), open('b.txt').read()); open('c', 'w'); print(os.getcwd())"
    done = asyncio.run(run_python(program, files={"a": "one", "b.txt": b"two"}, level=level))
    said, where = done.stdout.splitlines()
    assert said == "one two"
    assert not os.path.exists(f"{where}/b.txt")


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", ""])
def test_a_file_may_not_lead_out(level: str, name: str) -> None:
    with pytest.raises(DataError, match="is no name for a file"):
        run(level, "", file=name)


def test_what_we_cannot_set_up_is_our_own_failure(level: str) -> None:
    done = run(level, "print('never')", file="program.py/x")  # so program.py cannot be a file
    assert (done.status, done.stdout) == ("sandbox_error", "")
    assert "the sandbox could not be set up" in done.message


def test_the_supervisor_cannot_be_ended_to_get_away(level: str) -> None:
    done = run(level, "import os, signal; os.kill(os.getppid(), signal.SIGKILL); import time; time.sleep(1)")
    assert level == "namespaces" or (done.status == "runtime_error" and "PermissionError" in done.stderr)
