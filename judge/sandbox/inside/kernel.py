"""Calls of the operating system that Python does not offer, and its files."""

import ctypes
import os
from functools import cache
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38  # <linux/prctl.h>

_CAPABILITY_VERSION_3 = 0x20080522  # <linux/capability.h>


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> None:
    """Call a function of the C library; raise OSError when it fails."""
    if getattr(_library(), name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process."""
    call("prctl", option, *map(ctypes.c_ulong, (value, 0, 0, 0)))


def drop_capabilities() -> None:
    """Give up every power over the namespaces of this process, as a user does who starts a program."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())


def read(path: str) -> str:
    """Return the text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path: str, text: str) -> None:
    """Write the text of a file as it is; lone surrogates become what UTF-8 would make of them."""
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)
