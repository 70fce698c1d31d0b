"""Shut one program in, watch it, and end everything that it started.

This is a script of its own: a fresh interpreter runs it with the standard library alone, so that nothing of the caller
is in its memory. Standard input begins with the job: eight hexadecimal digits of length and that many bytes of JSON.
What follows there is the program's own input. The argument is the number of a socket to the caller: out go the line
`started` and, at the end, one line of JSON with status, exit code, seconds and message. When the caller shuts its side,
the run is over.
"""

import ctypes
import json
import os
import resource
import select
import signal
import sys
import time
from contextlib import suppress
from typing import Any, NoReturn

_POLL_S = 0.05
_PATIENCE = 2  # how many times its limit a program may wait for a core besides
_USERS = 0x70000000  # root gives every run a user id of its own, above those that systems hand out

# <linux/prctl.h>, <linux/sched.h>, <linux/mount.h>
_PDEATHSIG, _CHILD_SUBREAPER, _NO_NEW_PRIVS = 1, 36, 38
_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 0x1000, 0x4000, 0x40000
_DETACH = 2
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE = 442, -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4


def main() -> None:
    """Run the job that standard input describes and report it."""
    control = int(sys.argv[1])
    os.set_inheritable(control, False)
    job = json.loads(_read(int(_read(8), 16)))
    try:
        if job["isolation"] == "namespaces":
            _enter_namespaces(job)
        else:
            _adopt_orphans()
        report = _supervise(job, control)
    except OSError as error:
        report = {"status": "sandbox_error", "message": f"the sandbox could not be set up: {error}"}
    with suppress(OSError):
        os.write(control, json.dumps(report).encode() + b"\n")


# -- watching ---------------------------------------------------------------------------------------------------------


def _supervise(job: dict[str, Any], control: int) -> dict[str, Any]:
    wake = _wake_on_child()
    program = _start(job)
    started = time.monotonic()
    os.write(control, b"started\n")
    verdict: dict[str, Any] | None = None
    while verdict is None:
        left = started + job["wall_s"] - time.monotonic()
        if left <= 0:
            left += min(_waited(program), _PATIENCE * job["wall_s"])
        ready, _, _ = select.select([wake, control], [], [], max(0.0, min(left, _POLL_S)))
        if wake in ready:
            os.read(wake, 512)
        if (code := _reap(program)) is not None:
            verdict = {"status": "runtime_error" if code else "ok", "exit_code": code}
        elif control in ready:
            verdict = {"status": "stopped"}
        elif left <= 0:
            verdict = {"status": "timeout"}
        else:
            verdict = _excess(job)
    verdict["wall_s"] = time.monotonic() - started
    _end_all()
    return verdict


def _excess(job: dict[str, Any]) -> dict[str, Any] | None:
    """Return the verdict on a family of processes that has grown too large; one process has its own limits."""
    family = descendants(os.getpid())
    if len(family) > job["processes"]:
        return {"status": "runtime_error", "message": f"it ran more than {job['processes']} processes"}
    if len(family) > 1 and sum(map(_memory, family)) > job["memory_mb"] << 20:
        return {"status": "memory_limit"}
    return None


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes below `pid`, nearest first; none where the kernel does not list them."""
    family = [pid]
    for member in family:  # grows while we walk it
        with suppress(OSError):
            for thread in os.listdir(f"/proc/{member}/task"):
                family += map(int, _text(f"/proc/{member}/task/{thread}/children").split())
    return family[1:]


def _waited(pid: int) -> float:
    """Return the seconds in which a process could have run but no core was free: a busy machine is not its fault."""
    with suppress(OSError):
        return int(_text(f"/proc/{pid}/schedstat").split()[1]) / 1e9
    return 0.0


def _memory(pid: int) -> int:
    """Return the bytes of a process, shared pages divided among those who share them."""
    with suppress(OSError):
        for line in _text(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def _reap(program: int) -> int | None:
    """Collect whoever has ended; return the program's exit code when it is among them."""
    code = None
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == program:
                code = os.waitstatus_to_exitcode(ended[1])
    return code


def _end_all() -> None:
    """Kill until nobody is left. Orphans come to us: we are their init or their sub-reaper."""
    with suppress(ChildProcessError):
        while True:
            for pid in [-1] if os.getpid() == 1 else descendants(os.getpid()):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.001)


def _wake_on_child() -> int:
    """Return a descriptor that becomes readable when a child ends."""
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return readable


# -- the program ------------------------------------------------------------------------------------------------------


def _start(job: dict[str, Any]) -> int:
    """Start the program and return its id once it runs."""
    problem, tell = os.pipe()
    if not (pid := os.fork()):
        try:
            _become(job)
        except BaseException as error:
            os.write(tell, f"{type(error).__name__}: {error}"[:1000].encode())
        os._exit(127)
    os.close(tell)  # the other copy closes when the program is executed
    if said := os.read(problem, 1000):
        raise OSError(said.decode())
    return pid


def _become(job: dict[str, Any]) -> NoReturn:
    os.setsid()
    if user := job.get("user"):
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _prctl(_NO_NEW_PRIVS, 1)
    os.chdir(job["scratch"])
    for name, text in {**job["files"], "program.py": job["program"]}.items():
        if folder := os.path.dirname(name):
            os.makedirs(folder, exist_ok=True)
        _write(name, text)
    _limit(job)
    os.execve(job["python"], [job["python"], "-I", "-B", "program.py"], job["environment"])


def _limit(job: dict[str, Any]) -> None:
    seconds = int(job["wall_s"]) + 1
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: job["file_mb"] << 20,
        resource.RLIMIT_NOFILE: 256,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = job["memory_mb"] << 20
    if job["isolation"] == "namespaces":  # elsewhere it would count all processes of this user
        limits[resource.RLIMIT_NPROC] = job["processes"]
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


# -- shutting in ------------------------------------------------------------------------------------------------------


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        _prctl(_CHILD_SUBREAPER, 1)


def _enter_namespaces(job: dict[str, Any]) -> None:
    """Go on as process 1 of a system with nothing in it but what Python needs."""
    uid, gid = os.geteuid(), os.getegid()
    flags = _NEWNS | _NEWPID | _NEWNET | _NEWIPC
    if uid == 0:
        _system("unshare", flags)
        job["user"] = _USERS + os.getpid()
    else:
        _system("unshare", flags | _NEWUSER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    if inside := os.fork():
        os.waitpid(inside, 0)
        os._exit(0)
    _prctl(_PDEATHSIG, signal.SIGKILL)
    _build_root(job)


def _build_root(job: dict[str, Any]) -> None:
    """Make a new root: the paths that Python needs, read-only; a private /tmp; a /proc of our own processes."""
    base = "/tmp"
    _mount("none", "/", "", _REC | _PRIVATE)
    _mount("tmpfs", base, "tmpfs", _NOSUID | _NODEV, "mode=755,size=1m")
    os.mkdir(f"{base}/old")
    _system("pivot_root", base.encode(), f"{base}/old".encode())
    os.chdir("/")
    os.mkdir("/tmp")
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, f"mode=1777,nr_inodes=16384,size={job['file_mb']}m")
    for path, source in job["visible"]:
        _show(path, source, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)
    for name in ("null", "zero", "full", "random", "urandom"):
        _show(f"/dev/{name}", f"/dev/{name}", _ATTR_NOSUID)
    os.symlink("/proc/self/fd", "/dev/fd")
    os.symlink("/proc/self/fd/0", "/dev/stdin")
    os.symlink("/proc/self/fd/1", "/dev/stdout")
    os.symlink("/tmp", "/dev/shm")
    os.mkdir("/proc")
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _system("umount2", b"/old", _DETACH)
    os.rmdir("/old")
    _set_attributes("/", _ATTR_RDONLY, 0)


def _show(path: str, source: str, attributes: int) -> None:
    """Make a file or directory of the old root visible at `path`, without links on the way; skip what is not there."""
    source = f"/old{source}"
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    elif os.path.exists(source):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write(path, "")
    else:
        return
    _mount(source, path, "", _BIND | _REC)
    _set_attributes(path, attributes, _AT_RECURSIVE)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    _system("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode() or None)


def _set_attributes(path: str, attributes: int, how: int) -> None:
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)  # set, clear, propagation, user namespace
    _system("syscall", _MOUNT_SETATTR, _AT_FDCWD, path.encode(), how, ctypes.byref(wanted), ctypes.sizeof(wanted))


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        _system("prctl", option, value, 0, 0, 0)


def _system(name: str, *arguments: Any) -> None:
    """Call a function of the C library; raise OSError when it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)


def _read(size: int) -> bytes:
    """Read exactly `size` bytes from standard input, and not one more."""
    data = b""
    while len(data) < size:
        piece = os.read(0, size - len(data))
        if not piece:
            raise EOFError("the caller went away before it had sent the job")
        data += piece
    return data


if __name__ == "__main__":
    main()
