"""Commands of any kind: files in, files out, and what a run is said to have used."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from judge.errors import DataError, SettingsError
from judge.sandbox import Limits, Run, isolations, run, run_python

LEVELS = [found.name for found in isolations()]

pytestmark = pytest.mark.parametrize("level", LEVELS)


def shell(level: str, script: str) -> Run:
    return asyncio.run(run(["sh", "-c", script], level=level))


def test_a_command_gets_files_input_and_environment(level: str) -> None:
    done = asyncio.run(
        run(
            ["sh", "-c", "cat a/b.bin - && echo $KIND"],
            files={"a/b.bin": b"\xff\x00 "},
            stdin=b"in ",
            environment={"KIND": "x"},
            level=level,
        )
    )
    assert (done.status, done.stdout) == ("ok", "\ufffd\x00 in x\n")


def test_a_program_of_its_own_making_runs(level: str) -> None:
    script = r"printf '#!/bin/sh\necho made\n' > made && chmod +x made && ./made"
    done = asyncio.run(run(["sh", "-c", script], limits=Limits(change_modes=True), level=level))
    assert done.stdout == "made\n", done.stderr


def test_a_command_that_is_not_there_did_not_start(level: str) -> None:
    done = asyncio.run(run(["no-such-program"], level=level))
    assert done.status == "sandbox_error"
    assert done.message == "there is no program 'no-such-program' in /usr/local/bin:/usr/bin:/bin"
    assert asyncio.run(run(["./no-such-program"], level=level)).status == "sandbox_error"


def test_no_command_is_a_mistake(level: str) -> None:
    with pytest.raises(SettingsError, match="there is no command"):
        asyncio.run(run([], level=level))


def test_files_come_back_as_they_were_left(level: str) -> None:
    program = "import os; os.makedirs('d/e'); open('d/e/f', 'wb').write(bytes(range(256))); open('big', 'w').write('x')"
    done = asyncio.run(run_python(program, fetch=["d/e/f", "missing", "big"], level=level))
    assert done.fetched == {"d/e/f": bytes(range(256)), "big": b"x"}


def test_only_plain_files_come_back(level: str, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    (tmp_path / "secret").write_text("canary")
    program = """
import os
host = input()
os.symlink(host, "link")
os.symlink(os.path.dirname(host), "folder")
os.mkfifo("fifo")
os.mkdir("directory")
open("two", "w").close()
os.link("two", "names")
open("large", "w").truncate(2 << 20)
open("small", "w").write("small")
"""
    wanted = ["link", "folder/secret", "fifo", "directory", "two", "names", "large", "small"]
    secret, limits = str(tmp_path / "secret"), Limits(file_mb=2)
    done = asyncio.run(run_python(program, stdin=secret, fetch=wanted, limits=limits, level=level))
    assert {name: len(content) for name, content in done.fetched.items()} == {"large": 2 << 20}  # no room for `small`
    done = asyncio.run(run_python(program, stdin=secret, fetch=["small", "large"], limits=limits, level=level))
    assert done.fetched == {"small": b"small"}


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", "."])
def test_only_files_of_the_directory_can_be_asked_for(level: str, name: str) -> None:
    with pytest.raises(DataError, match="is no name for a file"):
        asyncio.run(run_python("", fetch=[name], level=level))


def test_time_and_memory_that_were_used_are_told(level: str) -> None:
    program = """
import os, time
if not os.fork():
    end = time.process_time() + 0.3
    while time.process_time() < end: pass
    os._exit(0)
os.wait()
data = bytearray(100 << 20); data[::4096] = b"x" * len(data[::4096])
"""
    done = asyncio.run(run_python(program, level=level))
    assert done.status == "ok"
    assert 0.3 <= done.cpu_s < 3
    assert 100 < done.memory_mb < 200


def test_processor_time_is_limited_over_all_processes(level: str) -> None:
    program = "import os\nfor _ in range(3): os.fork()\nwhile True: pass"
    done = asyncio.run(run_python(program, limits=Limits(wall_s=20, cpu_s=0.2), level=level))
    assert (done.status, done.message) == ("timeout", "it used more than 0.2 s of processor time")


def test_address_space_may_be_free_while_memory_is_not(level: str) -> None:
    program = """
import mmap
reserved = mmap.mmap(-1, 2 << 30)
print("reserved", flush=True)
for place in range(0, 2 << 30, 4096): reserved[place] = 1
"""
    done = asyncio.run(run_python(program, limits=Limits(address_space=False, memory_mb=96), level=level))
    assert (done.status, done.stdout) == ("memory_limit", "reserved\n")


def test_a_large_program_that_starts_small_ones_is_not_counted_twice(level: str) -> None:
    program = """
import subprocess
data = bytearray(300 << 20); data[::4096] = b"x" * len(data[::4096])
for _ in range(15): subprocess.run(["true"])
"""
    assert asyncio.run(run_python(program, level=level)).status == "ok"


def test_what_was_dropped_is_counted(level: str) -> None:
    done = asyncio.run(run_python("print('x' * 4999)", limits=Limits(output_bytes=1000), level=level))
    assert (done.stdout_dropped, done.stderr_dropped) == (4000, 0)


def test_many_runs_leave_nothing(level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def main() -> list[str]:
        runs = await asyncio.gather(*(run_python("open('x', 'w').write('x')", level=level) for _ in range(5)))
        return [done.status for done in runs]

    assert asyncio.run(main()) == ["ok"] * 5
    opened = os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []
    assert asyncio.run(main()) == ["ok"] * 5
    assert list(tmp_path.iterdir()) == []
    assert not opened or len(os.listdir("/proc/self/fd")) <= len(opened)
