"""Turn a forked process into the program."""

from __future__ import annotations

import os
import resource
import sys

from judge.sandbox.inside import identity, kernel, landlock, namespaces, seccomp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Born(BaseException):
    """This process is the program now: leave all our frames, and let the interpreter run the file."""


def execute(job: dict[str, Any]) -> None:
    """Become the program in a fresh interpreter, or whatever the command names."""
    os.execve(job["argv"][0], job["argv"], job["environment"])


def start(job: dict[str, Any], become: Callable[[dict[str, Any]], None] = execute) -> int:
    """Start the job's program and return its process id once it runs; raise OSError when it does not.

    `become` turns the confined process into the program. It raises `Born` where the interpreter is to go on with it.
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
        os.waitpid(pid, 0)
        raise OSError(said.decode())
    return pid


def confine(job: dict[str, Any]) -> None:
    """Leave this process with no more than a program may have: own session, no rights, its files, its limits.

    All that shuts a program in on the level `job["isolation"]` is done here, but for the namespaces, which are entered
    before. Raises OSError when part of it cannot be done.
    """
    supervisor = os.getppid()
    os.setsid()
    linux, level = sys.platform == "linux", job["isolation"]
    if level == "wrapped":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, kernel.SIGKILL)
        _prepare(job)
        return
    own_user = False
    if linux:
        if job.get("leave_users"):
            namespaces.leave_users()
        _go_first()
        own_user = _change_user(job)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # so that its use of memory can be told
        kernel.prctl(kernel.PR_SET_PDEATHSIG, kernel.SIGKILL)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    _write_files(job)
    if linux and level != "process":
        _restrict_files(job)
    _limit(job, alone=own_user or level == "namespaces")
    if linux:
        _filter(job, supervisor, own_user)


def _prepare(job: dict[str, Any]) -> None:
    """Leave files and command ready for the program that is executed next and shuts ours in."""
    user = job["user"]
    job["argv"] = [word.replace("{user}", str(user)) for word in job["argv"][: job["ours"]]] + job["argv"][
        job["ours"] :
    ]
    _write_files(job)
    if not os.path.exists(job["command"]):
        raise FileNotFoundError(f"there is no {job['command']!r}")
    if user is not None:
        os.chown(".", user, user)
        for folder, folders, files in os.walk("."):
            for name in folders + files:
                os.chown(os.path.join(folder, name), user, user)


def _go_first() -> None:
    """When the machine runs out of memory, end the program and none of its judges."""
    try:
        kernel.write("/proc/self/oom_score_adj", b"1000")
    except OSError:  # where /proc is read-only
        return


def _change_user(job: dict[str, Any]) -> bool:
    if job["isolation"] == "namespaces":  # where all that is shown can be reached, and the directory is everybody's
        return identity.become(job["user"], "", [], may_read_all=False)
    landlocked, proven, reads = job["isolation"] == "landlock", job.get("proven", False), job.get("reads")
    user, home = job["user"], job["scratch"]
    return identity.become(user, home, needed(job), may_read_all=landlocked, proven=proven, reads=reads)


def needed(job: dict[str, Any]) -> list[str]:
    """Return the paths that a program must reach, whoever it is."""
    return [os.path.dirname(job["scratch"]), *(path for path, _ in job["visible"])]


def _write_files(job: dict[str, Any]) -> None:
    os.chdir(job["scratch"])
    for name, content in job["files"].items():
        if folder := os.path.dirname(name):
            os.makedirs(folder, exist_ok=True)
        kernel.write(name, content)


def _restrict_files(job: dict[str, Any]) -> None:
    namespaces = job["isolation"] == "namespaces"
    if namespaces and not landlock.version():
        return
    readable = ["/"] if namespaces else [path for path, _ in job["visible"]]
    writable = [job["scratch"], *(["/dev/shm"] if namespaces else [])]
    landlock.restrict(readable, writable, network=namespaces)


def prepare(job: dict[str, Any]) -> None:
    """Work out now, in what will be the supervisor, what `confine` would work out again in each of its programs."""
    kind = (job["isolation"], job["change_modes"], *job["shielded"])
    if kind not in _filters:
        both = [_refused(job, os.getpid(), own_user) for own_user in (False, True)]
        _filters[kind] = [seccomp.assemble(found, os.uname().machine) for found in both]
    job["filters"] = _filters[kind]


_filters: dict[tuple[object, ...], list[bytes]] = {}
"""What was assembled before: that takes longer than all else that shuts a program in."""


def _refused(job: dict[str, Any], supervisor: int, own_user: bool) -> list[seccomp.Rule]:
    level = job["isolation"]
    own_files = level == "landlock" and not own_user and not job["change_modes"]
    return seccomp.rules(
        network=level == "namespaces",
        shielded=[supervisor, *([] if level == "namespaces" else job["shielded"])],
        own_files=own_files,
        truncation=level == "landlock" and landlock.version() < landlock.TRUNCATION,
    )


def _filter(job: dict[str, Any], supervisor: int, own_user: bool) -> None:
    """Refuse system calls. The level `process` does without where the machine does not know how."""
    try:
        if "filters" in job:
            seccomp.load(job["filters"][own_user])
        else:
            seccomp.install(_refused(job, supervisor, own_user))
    except OSError:
        if job["isolation"] != "process":
            raise


def _limit(job: dict[str, Any], *, alone: bool) -> None:
    limits = {
        resource.RLIMIT_CORE: 1,  # not even a program that takes dumps is started, as it would be for 0
        resource.RLIMIT_CPU: int(10 * (job["wall_s"] + 1)),  # for one that gets away from its supervisor
        resource.RLIMIT_FSIZE: job["file_mb"] << 20,
        resource.RLIMIT_NOFILE: 256,
    }
    if sys.platform == "linux":
        limits |= {resource.RLIMIT_RTPRIO: 0, resource.RLIMIT_NICE: 0}
        if job["address_space"]:
            limits[resource.RLIMIT_AS] = job["memory_mb"] << 20
    if alone:  # otherwise it would count all processes of this user
        limits[resource.RLIMIT_NPROC] = job["processes"]
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
