"""A program and all that it started: who they are, what they use, and their end."""

import os
import signal
import sys
import time
from contextlib import suppress

from judge.sandbox.inside import kernel


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none gets away."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def descendants(pid: int) -> list[int]:
    """Return the ids of the processes below `pid`, nearest first; none where the kernel does not list them."""
    members = [pid]
    for member in members:  # grows while we walk it
        with suppress(OSError):
            for thread in os.listdir(f"/proc/{member}/task"):
                members += map(int, kernel.read(f"/proc/{member}/task/{thread}/children").split())
    return members[1:]


def memory(pid: int) -> int:
    """Return the bytes of a process, shared pages divided among those who share them."""
    with suppress(OSError):
        for line in kernel.read(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def waited(pid: int) -> float:
    """Return the seconds in which a process could have run but no core was free: a busy machine is not its fault."""
    with suppress(OSError):
        return int(kernel.read(f"/proc/{pid}/schedstat").split()[1]) / 1e9
    return 0.0


def reap(pid: int) -> int | None:
    """Collect whoever has ended; return the exit code of `pid` when it is among them, negative for a signal."""
    code = None
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == pid:
                code = os.waitstatus_to_exitcode(ended[1])
    return code


def end() -> None:
    """Kill until nobody is left. Orphans come to us: we are their adopted parent, or process 1."""
    with suppress(ChildProcessError):
        while True:
            for pid in [-1] if os.getpid() == 1 else descendants(os.getpid()):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
            time.sleep(0.001)
