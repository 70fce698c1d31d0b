"""bubblewrap and gVisor, where they are installed: what they claim holds, and their own failures are ours."""

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest

from judge.sandbox import Limits, Run, bubblewrap, gvisor, isolation, isolations, probe, run_python
from judge.sandbox.values import Isolation, Order

WALLS = {"bubblewrap": bubblewrap, "gvisor": gvisor}
ROOMY = Limits(wall_s=30)


@pytest.fixture(params=WALLS)
def level(request: pytest.FixtureRequest) -> str:
    """Each level that works here; one that is not installed, or that this machine refuses, is skipped."""
    found = probe.tried(request.param)
    if not isinstance(found, Isolation):
        pytest.skip(f"{request.param}: {found}")
    return str(request.param)


def run(level: str, program: str, **how: Any) -> Run:
    return asyncio.run(run_python(program, level=level, **{"limits": ROOMY, **how}))


def test_a_program_reads_writes_and_ends(level: str) -> None:
    done = run(level, "open('made', 'w').write(input()[::-1]); raise SystemExit(3)", stdin="abc", fetch=["made"])
    assert (done.status, done.exit_code, done.stderr) == ("runtime_error", 3, "")
    assert (done.isolation, done.fetched) == (level, {"made": b"cba"})


def test_no_host_is_in_there(level: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("canary")
    program = """
import json, os, socket
host, reached = json.loads(input()), []
for path in (host["secret"], "/etc/passwd", "/etc/hostname", "/proc/1/root/etc/passwd"):
    try: open(path).read(); reached.append(path)
    except OSError: pass
for path in (host["secret"] + "2", "/usr/x", "/x", "/dev/x", "/proc/sys/kernel/hostname"):
    try: open(path, "w").write("x"); reached.append(path)
    except OSError: pass
for family, address in ((socket.AF_INET, ("127.0.0.1", host["port"])), (socket.AF_UNIX, "\\0" + host["name"])):
    try: socket.socket(family).connect(address); reached.append(str(address))
    except OSError: pass
try: os.kill(host["pid"], 0); reached.append("pid")
except OSError: pass
print([path for path in reached if path not in host["own"]], sorted(os.environ))
"""
    name = f"judge-{uuid.uuid4().hex}"
    own = ["/dev/x", "/x", "/etc/hostname"] if level == "gvisor" else []  # its own, gone with it
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0{name}")
        unix.listen()
        secret, pid = str(tmp_path / "secret"), os.getpid()
        host = {"secret": secret, "port": tcp.getsockname()[1], "name": name, "pid": pid, "own": own}
        done = run(level, program, stdin=json.dumps(host))
    assert done.stdout.startswith("[] ["), done
    assert not {"OPENAI_API_KEY", "USER", "PYTHONPATH"} & set(done.stdout.split("'"))


@pytest.mark.parametrize(
    ("program", "statuses"),
    [
        ("while True: pass", {"timeout"}),
        ("x = bytearray(4 << 30)", {"memory_limit"}),
        ("import os\nwhile True: os.fork()", {"process_limit", "timeout", "memory_limit", "runtime_error"}),
        ("for n in range(1000): open(f'{n}', 'wb').write(bytes(1 << 20))", {"disk_limit", "timeout"}),
        ("import sys\nwhile True: sys.stdout.write('x' * (1 << 20))", {"output_limit", "timeout"}),
    ],
)
def test_limits_hold(level: str, program: str, statuses: set[str]) -> None:
    assert run(level, program, limits=Limits(wall_s=2, memory_mb=256)).status in statuses


def test_nothing_survives(level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mark = uuid.uuid4().hex
    program = f"""
import subprocess, sys
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "{mark}"], start_new_session=True)
"""
    assert run(level, program).status == "ok"
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark in text(path)]
    assert list(tmp_path.iterdir()) == []


def text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_they_are_used_where_they_are_asked_for(level: str) -> None:
    assert isolation().name not in WALLS
    assert level in [found.name for found in isolations()]
    assert asyncio.run(run_python("print(1)", limits=ROOMY)).isolation == isolation().name
    least = asyncio.run(run_python("print(1)", limits=ROOMY, at_least=level)).isolation
    assert least == ("gvisor" if level == "gvisor" else isolation().name)


@pytest.mark.parametrize(("name", "tool"), [("bubblewrap", "bwrap"), ("gvisor", "runsc")])
def test_what_is_not_installed_is_named(name: str, tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = asyncio.run(WALLS[name].start(name, Order((sys.executable, "-c", ""))))
    assert done.status == "sandbox_error" and f"{tool} is not installed" in done.message


@pytest.mark.parametrize(("name", "tool"), [("bubblewrap", "bwrap"), ("gvisor", "runsc")])
def test_walls_that_do_not_stand_are_no_failed_program(
    name: str, tool: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As when the machine has no more namespaces to give: the tool ends with a code of its own."""
    (tmp_path / tool).write_text("#!/bin/sh\necho 'no more namespaces' >&2\nexit 1\n")
    (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert shutil.which(tool) == str(tmp_path / tool)
    done = asyncio.run(WALLS[name].start(name, Order((sys.executable, "-c", ""))))
    assert done.status == "sandbox_error" and "no more namespaces" in done.message
