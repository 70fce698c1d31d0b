"""Turn a forked process into the program."""

import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from judge.sandbox.inside import kernel, namespaces


class Born(BaseException):
    """This process is the program now: leave all our frames, and let the interpreter run the file."""


def execute(job: dict[str, Any]) -> None:
    """Become the program in a fresh interpreter."""
    os.execve(job["argv"][0], job["argv"], job["environment"])


def start(job: dict[str, Any], become: Callable[[dict[str, Any]], None] = execute) -> int:
    """Start the job's program and return its process id once it runs; raise OSError when it does not.

    `become` turns a confined process into the program, and raises `Born` where it is to return to the interpreter.
    """
    problem, tell = os.pipe()
    if not (pid := os.fork()):
        try:
            confine(job)
            become(job)
        except Born:
            raise
        except BaseException as error:
            os.write(tell, f"{type(error).__name__}: {error}"[:1000].encode())
        os._exit(127)
    os.close(tell)  # the other copy closes when the program begins
    said = os.read(problem, 1000)
    os.close(problem)
    if said:
        raise OSError(said.decode())
    return pid


def confine(job: dict[str, Any]) -> None:
    """Leave this process with no more than a program may have: own session, no rights, its files, its limits."""
    os.setsid()
    if job.get("leave_users"):
        namespaces.leave_users()
    if user := job.get("user"):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    os.chdir(job["scratch"])
    for name, text in {**job["files"], "program.py": job["program"]}.items():
        if folder := os.path.dirname(name):
            os.makedirs(folder, exist_ok=True)
        kernel.write(name, text)
    _limit(job)


def _limit(job: dict[str, Any]) -> None:
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: 10 * int(job["wall_s"] + 1),  # for one that gets away from its supervisor
        resource.RLIMIT_FSIZE: job["file_mb"] << 20,
        resource.RLIMIT_NOFILE: 256,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = job["memory_mb"] << 20
    if job["isolation"] == "namespaces":  # elsewhere it would count all processes of this user
        limits[resource.RLIMIT_NPROC] = job["processes"]
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
