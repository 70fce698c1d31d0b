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


class Ended:
    """What those used that have ended since this was made, and were collected by it."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.memory = 0
        """Most bytes of one process."""
        self._codes: dict[int, int] = {}

    def reap(self, pid: int) -> int | None:
        """Collect whoever has ended; return the exit code of `pid` when it is among them, negative for a signal."""
        self.are_all()
        return self._codes.get(pid)

    def are_all(self) -> bool:
        """Collect whoever has ended; return whether nobody is left."""
        unit = 1 if sys.platform == "darwin" else 1024
        try:
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                pid, status, used = ended
                self._codes[pid] = os.waitstatus_to_exitcode(status)
                self.cpu_s += used.ru_utime + used.ru_stime
                self.memory = max(self.memory, used.ru_maxrss * unit)
        except ChildProcessError:
            return True
        return False


def end(ended: Ended, user: int | None = None) -> None:
    """Kill until nobody is left. Orphans come to us: we are their adopted parent, or process 1.

    A program may fork faster than its children can be listed; the kernel itself can end all that process 1 began, and
    all of a `user` that is nobody else's.
    """
    while not ended.are_all():
        if os.getpid() == 1:
            kernel.kill(-1)
        elif user is not None:
            _end_all_of(user)
        for pid in descendants(os.getpid()):
            kernel.kill(pid)
        if ended.are_all():
            return
        time.sleep(0.0005)


def _end_all_of(user: int) -> None:
    if not (child := os.fork()):
        if identity.change(user) == user:
            kernel.kill(-1)  # everybody whom this child may signal, but itself
        os._exit(0)
    os.waitpid(child, 0)
