"""A program and all that it started: who they are, and their end."""

import os
import sys
import time

from judge.sandbox.inside import identity, kernel


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets away."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes below `pid`, nearest first; none where the kernel does not list them."""
    if pid == 1 == os.getpid():  # process 1 of a namespace: all others are below
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    members = [pid]
    for member in members:  # grows while we walk it
        members += _children(member)
    return members[1:]


def _children(pid: int) -> list[int]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    lists = (kernel.read(f"/proc/{pid}/task/{thread}/children") for thread in threads)
    return [int(child) for children in lists for child in children.split()]


def waited(pid: int) -> float:
    """Return the seconds in which a process could have run but no core was free: a busy machine is not its fault."""
    numbers = kernel.read(f"/proc/{pid}/schedstat").split()
    return int(numbers[1]) / 1e9 if len(numbers) > 1 else 0.0


def reap(pid: int) -> int | None:
    """Collect whoever has ended; return the exit code of `pid` when it is among them, negative for a signal."""
    code = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == pid:
                code = os.waitstatus_to_exitcode(ended[1])
    except ChildProcessError:
        return code
    return code


def end(user: int | None = None) -> None:
    """Kill until nobody is left. Orphans come to us: we are their adopted parent, or process 1.

    A program may fork faster than its children can be listed; the kernel itself can end all that process 1 began, and
    all of a `user` that is nobody else's.
    """
    while True:
        if os.getpid() == 1:
            kernel.kill(-1)
        elif user is not None:
            _end_all_of(user)
        for pid in descendants(os.getpid()):
            kernel.kill(pid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.0005)


def _end_all_of(user: int) -> None:
    if not (child := os.fork()):
        if identity.change(user) == user:
            kernel.kill(-1)  # everybody whom this child may signal, but itself
        os._exit(0)
    os.waitpid(child, 0)
