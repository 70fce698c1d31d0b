"""Leave a program the files that it is given, and no others (Landlock, <linux/landlock.h>, Linux 5.13 and later).

Every user may do it. Not governed are: asking whether a file exists and what it is like (stat), owners and modes,
anything but TCP on the network, and before Linux 6.12 signals. No rule is made for /proc, which hides other processes.
"""

import os
import struct

from judge.sandbox.inside import kernel

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # the same numbers on every machine
_QUERY_VERSION, _BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _IOCTL_DEV = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_MAKE_DEVICES = 1 << 6 | 1 << 11
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Rights that the kernel can take away, by the version of its interface that began with them."""
_TCP, _ABSTRACT_SOCKETS_AND_SIGNALS = 3, 3  # since versions 4 and 6

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
TRUNCATION, SIGNALS = 3, 6
"""Versions that begin to govern the shortening of files, and signals to processes outside."""


def version() -> int:
    """Return the version of the kernel's interface, 0 where there is none."""
    try:
        return kernel.syscall(_CREATE, None, 0, _QUERY_VERSION)
    except (OSError, AttributeError):
        return 0


def restrict(readable: list[str], writable: list[str], *, network: bool) -> None:
    """Take away all files but these from this process and all that come from it. `no_new_privs` is set before.

    `readable` may be executed too. What is not there is skipped. Without `network`, TCP goes as well.
    """
    known = version()
    rights = max(mask for begun, mask in _RIGHTS.items() if begun <= known)
    fields = [rights, 0 if network else _TCP, _ABSTRACT_SOCKETS_AND_SIGNALS]
    size = 3 if known >= SIGNALS else 2 if known >= 4 else 1
    attributes = struct.pack(f"{size}Q", *fields[:size])
    ruleset = kernel.syscall(_CREATE, attributes, len(attributes), 0)
    for path in readable:
        _allow(ruleset, path, _READ & rights)
    for path in DEVICES:
        _allow(ruleset, path, (_OF_FILES & ~_EXECUTE) & rights)
    for path in writable:
        _allow(ruleset, path, rights & ~_MAKE_DEVICES)
    kernel.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= _OF_FILES
    kernel.syscall(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", rights, place), 0)
    os.close(place)
