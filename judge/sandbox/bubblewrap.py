"""The level `bubblewrap`: bwrap, which many trust, builds the namespaces; our filter of system calls goes with it.

As root a program keeps root's user id, but no right of root's, in a tree where nothing of the host can be written.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from judge.sandbox.inside import seccomp
from judge.sandbox.launch import launch
from judge.sandbox.values import Order, Run

_OPEN_FILES = 'status=$1 filter=$2; shift 2; exec "$@" 8>"$status" 9<"$filter"'


async def start(level: str, order: Order) -> Run:
    """Run an order in bubblewrap. That it is not installed is a `sandbox_error`, as is all that keeps it from starting."""
    if (tool := shutil.which("bwrap")) is None:
        message = "bwrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
        return Run("sandbox_error", None, "", "", 0.0, level, message)
    with _folder() as folder:
        run = await launch(level, order, lambda job: _command(tool, folder, job))
        if run.status == "sandbox_error" or _began(folder):
            return run
        return replace(run, status="sandbox_error", message=f"bwrap did not start it: {run.stderr.strip()[-500:]}")


@contextmanager
def _folder() -> Iterator[Path]:
    """Lend a folder with the filter, where bwrap writes what it did."""
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        folder = Path(name)
        rules = seccomp.rules(network=True, shielded=[], own_files=False, truncation=False)
        (folder / "filter").write_bytes(seccomp.assemble(rules, seccomp.machine()))
        yield folder


def _began(folder: Path) -> bool:
    """Return whether bwrap got as far as a process inside, which it writes down before that process runs anything."""
    status = folder / "status"
    return status.exists() and b'"child-pid"' in status.read_bytes()


def _command(tool: str, folder: Path, job: dict[str, Any]) -> list[str]:
    words = ["--unshare-all", "--unshare-user", "--die-with-parent", "--cap-drop", "ALL", "--hostname", "sandbox"]
    words += ["--json-status-fd", "8", "--seccomp", "9", "--clearenv"]
    if "--disable-userns" in _help(tool):  # from 0.8; the filter refuses to make any, too
        words.append("--disable-userns")
    for name, value in job["environment"].items():
        words += ["--setenv", name, value]
    for path, source in job["visible"]:
        words += ["--ro-bind-try", source, path]
    words += ["--proc", "/proc", "--dev", "/dev", "--bind", job["scratch"], "/tmp", "--chdir", "/tmp"]
    shell = ["/bin/sh", "-c", _OPEN_FILES, "sh", str(folder / "status"), str(folder / "filter")]
    return [*shell, tool, *words, "--remount-ro", "/", "--", *job["argv"]]


@cache
def _help(tool: str) -> str:
    return subprocess.run([tool, "--help"], capture_output=True, text=True, timeout=10, check=False).stdout
