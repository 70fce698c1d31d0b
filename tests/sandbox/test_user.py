"""The same for an ordinary user, and for one who may make no namespaces, as in most containers."""

import json
import os
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from judge.sandbox.inside import landlock

ROOT = Path(__file__).parents[2]
NOBODY = 65534
PROGRAM = '''
import asyncio, json, sys
from judge.sandbox import isolations, run_python
from judge.sandbox.inside import kernel, seccomp

if sys.argv[1] == "contained":  # as the default profile of container engines does
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install([])

ATTACK = """
import os
print(os.getuid())
for path in ("/etc/passwd", f"/proc/{os.getppid()}/environ", "/tmp/judge-was-here"):
    try: open(path, "a" if path.startswith("/tmp") and os.getppid() > 1 else "r"); print("reached", path)
    except OSError: pass
try: os.kill(os.getppid(), 19); print("stopped its supervisor")
except OSError: pass
"""
BOMB = """
import os, time
for _ in range(100):
    if not os.fork(): break
time.sleep(20)
"""

async def main():
    found = {works.name: works.weaker_because for works in isolations()}
    said = {level: (await run_python(ATTACK, level=level)).stdout for level in found
            if level in ("landlock", "namespaces")}
    demand = await run_python("print(1)", at_least="namespaces")
    bomb = await run_python(BOMB)
    print(json.dumps({"found": found, "said": said, "status": demand.status, "message": demand.message,
                      "bomb": bomb.status}))

asyncio.run(main())
'''


@cache
def as_nobody(how: str) -> dict[str, Any]:
    """What an ordinary user finds here; skips where there is no way to be one."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = f"{ROOT}:{sysconfig.get_path('purelib')}"

    def run(python: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, *arguments], env=environment, capture_output=True, text=True, user=NOBODY, group=NOBODY,
            extra_groups=[], cwd="/", timeout=60,
        )  # fmt: skip

    for python in (sys.executable, "/usr/bin/python3"):
        try:
            fits = run(python, "-c", "import sys, judge.sandbox; assert sys.version_info >= (3, 11)")
        except OSError:
            continue
        if fits.returncode == 0:
            done = run(python, "-c", PROGRAM, how)
            assert done.returncode == 0, done.stderr
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    pytest.skip("another user can run no Python with our libraries here: they lie in root's home")


def test_an_ordinary_user_is_shut_in_too() -> None:
    seen = as_nobody("free")
    assert set(seen["said"].values()) <= {f"{NOBODY}\n"}
    assert seen["bomb"] in ("process_limit", "runtime_error")
    assert "landlock" in seen["found"] or not landlock.version()


def test_without_namespaces_the_next_level_is_found_and_says_why() -> None:
    if not landlock.version():
        pytest.skip("there is no Landlock here")
    seen = as_nobody("contained")
    assert list(seen["found"]) == ["landlock", "process"]
    assert seen["found"]["landlock"].startswith("namespaces: the sandbox could not be set up: this user may make no")
    assert seen["said"] == {"landlock": f"{NOBODY}\n"}
    assert seen["bomb"] == "process_limit"
    assert seen["status"] == "sandbox_error"
    start = "isolation namespaces or stronger was demanded and cannot be had here (namespaces: "
    assert seen["message"].startswith(start) and seen["message"].endswith("what works is landlock, process")
