"""The level `bubblewrap`: bwrap, which many trust, builds the namespaces; our filter of system calls goes with it.

For root a program gets a user id of its own. It needs `prlimit` and `setpriv` from util-linux, which
set its limits and that id, and `env` from coreutils.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from judge.sandbox.inside import identity, seccomp
from judge.sandbox.values import Order, Run
from judge.sandbox.wrapped import start_wrapped

_OPEN_FILES = 'status=$1 filter=$2; shift 2; exec "$@" 8>"$status" 9<"$filter"'


async def start(level: str, order: Order) -> Run:
    """Run an order in bubblewrap; what keeps it from starting is a `sandbox_error`."""
    return await start_wrapped(level, order, "bwrap", "bubblewrap", _folder, _command, _began)


@contextmanager
def _folder() -> Iterator[Path]:
    """Lend a folder with the filter, where bwrap writes what it did."""
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        folder = Path(name)
        rules = seccomp.rules(network=True, shielded=[1], own_files=False, truncation=False)
        (folder / "filter").write_bytes(seccomp.assemble(rules, os.uname().machine))
        yield folder


def _began(folder: Path) -> bool:
    """Return whether bwrap got as far as a process inside, which it writes down before that process runs anything."""
    status = folder / "status"
    return status.exists() and b'"child-pid"' in status.read_bytes()


def _command(tool: str, folder: Path, job: dict[str, Any]) -> list[str]:
    own_user = identity.spare() is not None
    words = _walls(tool, own_user)
    for name, value in job["environment"].items():
        words += ["--setenv", name, value]
    above = {str(folder) for path, _ in job["visible"] for folder in PurePosixPath(path).parents}
    for folder_above in sorted(above - {"/"}):  # else bwrap makes them for itself alone
        words += ["--dir", folder_above]
    for path, source in job["visible"]:
        words += ["--ro-bind-try", source, path]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm"):
        words += ["--bind", job["scratch"], place]
    shell = ["/bin/sh", "-c", _OPEN_FILES, "sh", str(folder / "status"), str(folder / "filter")]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--", *_limits(job)]
    words += (
        ["setpriv", "--reuid", "{user}", "--regid", "{user}", "--clear-groups", "--inh-caps=-all"] if own_user else []
    )
    words += ["env", "--chdir=/tmp"]
    job["ours"] = len(shell) + 1 + len(words)
    return [*shell, tool, *words, *job["argv"]]


def _walls(tool: str, own_user: bool) -> list[str]:
    words = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--die-with-parent", "--hostname", "sandbox", "--clearenv", "--json-status-fd", "8", "--seccomp", "9"]
    words += ["--cap-drop", "ALL"]
    if own_user:  # which is taken inside, where all that is shown can be reached
        return [*words, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    words.append("--unshare-user")
    return [*words, "--disable-userns"] if "--disable-userns" in _help(tool) else words  # the filter does it, too


def _limits(job: dict[str, Any]) -> list[str]:
    """Return the command that sets limits, in there, where they count nobody else's processes."""
    most = {"core": 0, "nofile": 256, "nproc": job["processes"], "fsize": job["file_mb"] << 20}
    if job["address_space"]:
        most["as"] = job["memory_mb"] << 20
    return ["prlimit", *(f"--{name}={value}" for name, value in most.items()), "--"]


@cache
def _help(tool: str) -> str:
    return subprocess.run([tool, "--help"], capture_output=True, text=True, timeout=10, check=False).stdout
