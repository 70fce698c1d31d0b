"""Calls of the operating system that Python does not offer, and its files.

What a supervisor is made of imports neither `json`, `re`, `signal`, `typing` nor `contextlib`: they would double what
it costs to start.
"""

import ctypes
import os

SIGKILL, SIGXFSZ, SIGXCPU = 9, 25, 24
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP = 1, 4, 8, 22  # <linux/prctl.h>
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_LIBRARY = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library and return its result; raise OSError when it fails."""
    result = int(getattr(_LIBRARY, name)(*arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number; whole numbers are passed as long ones."""
    given = (ctypes.c_long(value) if isinstance(value, int) else value for value in arguments)
    return call("syscall", ctypes.c_long(number), *given)


def prctl(option: int, value: int, further: int = 0) -> None:
    """Set an attribute of this process."""
    call("prctl", option, *map(ctypes.c_ulong, (value, further, 0, 0)))


def read(path: str) -> bytes:
    """Return the bytes of a file; none when it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    data = b""
    try:
        while piece := os.read(file, 65536):
            data += piece
    except OSError:  # whoever it tells of has ended
        return b""
    finally:
        os.close(file)
    return data


def write(path: str, data: bytes) -> None:
    """Make a file with that content."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
    finally:
        os.close(file)


def kill(pid: int) -> None:
    """End a process that may be gone already, or no business of ours."""
    try:
        os.kill(pid, SIGKILL)
    except OSError:
        return
