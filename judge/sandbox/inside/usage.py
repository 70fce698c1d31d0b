"""What a program and all that it started use at the moment: processor, memory, threads, and places on the disk."""

import ctypes
import os
import resource
import stat

from judge.sandbox.inside import kernel

_PAGE = resource.getpagesize()
_TICKS = os.sysconf("SC_CLK_TCK")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_LONG_PATH = 2000
"""Directories below such a path are opened from there, since no path may be longer than 4096 bytes."""


class Usage:
    """The processor seconds, threads and resident bytes of some processes that have not ended."""

    def __init__(self, pids: list[int]) -> None:
        self.cpu_s = self.threads = self.resident = 0.0
        for pid in pids:
            fields = kernel.read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            if fields:
                self.cpu_s += sum(map(int, fields[11:15])) / _TICKS  # its own and those of the children it waited for
                if fields[0] != b"Z":
                    self.threads += int(fields[17])
                    self.resident += int(fields[21]) * _PAGE


def memory(pids: list[int], user: int | None) -> int:
    """Return the bytes of the processes, shared pages divided among those who share them.

    Where that is not told, all pages of a process count. `user` is whose processes they are, if not our own user's.
    """
    total = 0
    for pid in pids:
        found = kernel.read(f"/proc/{pid}/smaps_rollup")
        if not found and user is not None:
            found = _read_as(user, f"/proc/{pid}/smaps_rollup")
        _, told, rest = found.partition(b"\nPss:")
        total += int(rest.split(None, 1)[0]) << 10 if told else int(Usage([pid]).resident)
    return total


def _read_as(user: int, path: str) -> bytes:
    """Read as somebody else: root in a container may lack the right to look at other users' processes."""
    library = ctypes.CDLL(None)
    library.setfsgid(user), library.setfsuid(user)
    try:
        return kernel.read(path)
    finally:
        library.setfsuid(os.geteuid()), library.setfsgid(os.getegid())


def disk(top: str, most: int, most_entries: int) -> tuple[int, int]:
    """Return the bytes and entries of a directory tree that changes meanwhile; stop counting when one is too much.

    Any depth will do. A directory that can be filled but not listed, or one too many to hold, counts as too much.
    """
    used = entries = 0
    bases = [os.open(top, _FOLDER)]
    pending = [(bases[0], ".")]
    try:
        while pending and used <= most and entries <= most_entries:
            base, path = pending.pop()
            for name, about in _listed(base, path):
                entries += 1
                used += about.st_blocks * 512 // (1 if stat.S_ISDIR(about.st_mode) else about.st_nlink or 1)
                if stat.S_ISDIR(about.st_mode):
                    below, here = f"{path}/{name}", base
                    if len(below) > _LONG_PATH:
                        bases.append(os.open(below, _FOLDER, dir_fd=base))
                        below, here = ".", bases[-1]
                    pending.append((here, below))
    except FileNotFoundError:
        pass  # it went while we looked; the next look sees the rest
    except OSError:
        return used, most_entries + 1
    finally:
        for folder in bases:
            os.close(folder)
    return used, entries


def _listed(base: int, path: str) -> list[tuple[str, os.stat_result]]:
    try:
        folder = os.open(path, _FOLDER, dir_fd=base)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError:
        if os.stat(path, dir_fd=base).st_mode & stat.S_IWUSR:
            raise
        return []
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found.append((entry.name, entry.stat(follow_symlinks=False)))
            except OSError:
                continue
    os.close(folder)
    return found


def descriptors(pids: list[int]) -> int:
    """Return how many files, pipes and sockets the processes hold open together."""
    total = 0
    for pid in pids:
        try:
            total += len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:  # it has ended, or does not tell
            continue
    return total


def unlinked(pids: list[int], device: int | None = None) -> int:
    """Return the bytes of files that are open and have no name any more, on a device if one is named."""
    sizes = {}
    for pid in pids:
        try:
            opened = os.listdir(f"/proc/{pid}/fd")
        except OSError:
            continue
        for number in opened:
            try:
                about = os.stat(f"/proc/{pid}/fd/{number}")
            except OSError:
                continue
            if stat.S_ISREG(about.st_mode) and not about.st_nlink and device in (None, about.st_dev):
                sizes[about.st_dev, about.st_ino] = about.st_blocks * 512
    return sum(sizes.values())
