"""Who a program is: for root a user id of its own with no rights; everybody else stays who they are."""

from __future__ import annotations

import ctypes
import os

from judge.sandbox.inside import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_USERS = 0x70000000
"""User ids from here on belong to nobody: above all that systems hand out, below the sign bit."""
SEVERAL = 63
_PROCESSES = 1 << 22
"""Process ids stay below this."""
_FEW = 4096
"""Where fewer user ids than these exist, as in a container, none is to spare."""
_VERSION_3 = 0x20080522  # <linux/capability.h>
_DAC_READ_SEARCH = 1 << 2


def spare() -> int | None:
    """Return a user id that no other process has; None for an ordinary user, and where ids are few."""
    if (ids := _range()) is None:
        return None
    low, count = ids
    return low + os.getpid() if low == _USERS else low + count - 1 - count // 4 - os.getpid() % (count // 4)


def several(claim: Callable[[int], bool]) -> tuple[int, int] | None:
    """Return the first of `SEVERAL` user ids that no other process has, and the step to the next; None as above.

    `claim` makes a small number ours as long as this process lives; it returns whether nobody else has it.
    """
    if (ids := _range()) is None:
        return None
    low, count = ids
    if low == _USERS:
        return low + os.getpid() + _PROCESSES, _PROCESSES
    blocks = range(1, count // 4 // SEVERAL)
    return next(((low + count - block * SEVERAL, 1) for block in blocks if claim(block)), None)


def _range() -> tuple[int, int] | None:
    """Return the first and the number of the ids to choose from."""
    if os.geteuid() != 0:
        return None
    ranges = [tuple(map(int, line.split())) for line in kernel.read("/proc/self/uid_map").splitlines()]
    if any(first <= _USERS and first + count >= _USERS + (SEVERAL + 1) * _PROCESSES for first, _, count in ranges):
        return _USERS, (SEVERAL + 1) * _PROCESSES
    first, _, count = max(ranges, key=lambda found: found[2], default=(0, 0, 0))
    return (first, count) if count >= _FEW else None


def become(
    user: int | None,
    home: str,
    needed: list[str],
    *,
    may_read_all: bool,
    proven: bool = False,
    reads: bool | None = None,
) -> bool:
    """Take another user's id, if one is given and the `needed` paths remain in reach; drop every other right.

    Where they do not, as with an interpreter in root's home, `may_read_all` keeps the right to read and search any
    directory, if there is one to keep; something else must restrict it. Otherwise root remains root, without rights.
    The directory `home`, if there is one, is the user's then. Returns whether the id was taken.
    `proven`: another of these ids was taken before. `reads`: whether such a user reaches the paths, where it was tried.
    """
    if os.geteuid() != 0:
        return False
    kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
    may_read_all = may_read_all and bool(_capabilities() & _DAC_READ_SEARCH)
    if user is not None and home:
        if (proven and may_read_all) or can_become(user, [] if may_read_all else needed):
            os.chown(home, user, user)
        else:
            user = None
    if user is not None:
        user = change(user)
    hold(_DAC_READ_SEARCH if user is not None and may_read_all else 0, effective=False)
    if user is not None and may_read_all:
        if all(map(_readable, needed)) if reads is None else reads:
            hold(0)
        else:
            hold(_DAC_READ_SEARCH)
            kernel.prctl(kernel.PR_CAP_AMBIENT, 2, 2)  # PR_CAP_AMBIENT_RAISE: kept by execve
    return user is not None


def change(user: int) -> int | None:
    """Take another user's id and group; return None when that is refused."""
    try:
        if os.getgroups():
            os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError:
        return None
    return user


def can_become(user: int, paths: list[str]) -> bool:
    """Return whether we can be that user and read the paths then, as a child finds out."""
    if not (child := os.fork()):
        try:
            os._exit(0 if change(user) and all(map(_readable, paths)) else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _readable(path: str) -> bool:
    try:
        os.stat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return os.access(path, os.R_OK, effective_ids=True)


def _capabilities() -> int:
    data = (ctypes.c_uint32 * 6)()
    kernel.call("capget", (ctypes.c_uint32 * 2)(_VERSION_3, 0), data)
    return int(data[1]) | int(data[4]) << 32  # the permitted ones


def hold(permitted: int, *, effective: bool = True) -> None:
    """Hold these capabilities and no others."""
    data = (ctypes.c_uint32 * 6)(permitted if effective else 0, permitted, permitted, 0, 0, 0)
    kernel.call("capset", (ctypes.c_uint32 * 2)(_VERSION_3, 0), data)
