"""Look at a running program again and again, and say when it uses more than it may."""

from __future__ import annotations

import os
import sys
import time

from judge.sandbox.inside import family, usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_POLL_S = 0.02
_DISK_S = 0.1
"""Seconds between two looks, as long as a look takes far less."""
_SHARE, _DISK_SHARE = 10, 4
"""We wait so many times longer than we look."""
_ENTRIES = 16384
"""Files and directories that a program may have."""
_DESCRIPTORS = 1024
"""Files and sockets that all processes together may hold open: each can keep a fifth of a mebibyte in the kernel."""
_SURE_S, _SURE_LOOKS = 0.01, 3
"""A process that is about to execute another program shares its parent's memory for a moment, which lasts where the
machine is busy: so often we look again, so far apart."""

Verdict = list[tuple[str, object]]


class Watch:
    """What a program has used so far. The first look is due after `pause` seconds."""

    def __init__(self, job: dict[str, Any], running: int) -> None:
        self.pause = _POLL_S
        self.memory = 0
        self.ended = family.Ended()
        self._job, self._running = job, running
        self._user = job["user"]
        self._cpu_s = 0.0
        self._disk_full = False
        self._next_disk = time.monotonic() + _POLL_S

    def excess(self) -> Verdict:
        """Return a verdict when too much is used, else nothing."""
        if sys.platform != "linux":
            return []
        begun = time.monotonic()
        members = family.descendants(os.getpid())
        now = usage.Usage(members)
        self._cpu_s = max(self._cpu_s, now.cpu_s + self.ended.cpu_s)
        limits = self._job
        verdict: Verdict = []
        if now.threads > limits["processes"]:
            verdict = [("status", "process_limit")]
        elif limits["cpu_s"] is not None and self._cpu_s > limits["cpu_s"]:
            verdict = [("status", "timeout"), ("message", f"it used more than {limits['cpu_s']:g} s of processor time")]
        elif self._over_memory(members, now.resident):
            verdict = [("status", "memory_limit")]
        elif begun >= self._next_disk:
            verdict = self._files(members)
        self.pause = max(_POLL_S, _SHARE * (time.monotonic() - begun))
        return verdict

    def last(self) -> None:
        """Look once more, before all is ended."""
        if sys.platform == "linux":
            members = family.descendants(os.getpid())
            self._cpu_s = max(self._cpu_s, usage.Usage(members).cpu_s + self.ended.cpu_s)
            if self._job["isolation"] == "namespaces":
                left = os.statvfs(self._job["scratch"])
                self._disk_full = not left.f_bavail or not left.f_favail

    def totals(self) -> Verdict:
        """Return what was used in all, when all has ended."""
        self.memory = max(self.memory, self.ended.memory)
        cpu_s = max(self._cpu_s, self.ended.cpu_s)
        return [("cpu_s", cpu_s), ("memory", self.memory), ("disk_full", int(self._disk_full))]

    def _over_memory(self, members: list[int], resident: float) -> bool:
        most = self._job["memory_mb"] << 20
        used = self._memory(members, resident)
        for _ in range(_SURE_LOOKS):
            if used <= most:
                break
            time.sleep(_SURE_S)
            members = family.descendants(os.getpid())
            used = self._memory(members, usage.Usage(members).resident)
        self.memory = max(self.memory, used)
        return bool(used > most)

    def _memory(self, members: list[int], resident: float) -> int:
        """Pages of a single process are its own; files of a sized tmpfs are memory too."""
        used = int(resident) if len(members) < 2 else usage.memory(members, self._user)
        if self._job["isolation"] == "namespaces":
            files = os.statvfs(self._job["scratch"])
            used += (files.f_blocks - files.f_bfree) * files.f_bsize
        return used

    def _files(self, members: list[int]) -> Verdict:
        """Count what is open, and what lies in the scratch directory, unless that has a size of its own."""
        begun = time.monotonic()
        own_kernel = self._job.get("own_kernel", False)  # which keeps files and memory in descriptors of its own
        if not own_kernel and usage.descriptors(members) > _DESCRIPTORS:
            return [
                ("status", "process_limit"),
                ("message", f"it held more than {_DESCRIPTORS} files and sockets open"),
            ]
        if self._job["isolation"] == "namespaces":
            self._next_disk = begun + _DISK_S
            return []
        most = self._job["file_mb"] << 20
        used, entries = usage.disk(self._job["scratch"], most, _ENTRIES)
        too_many = entries > _ENTRIES
        if used <= most and not too_many:
            used += usage.unlinked(members, os.stat(self._job["scratch"]).st_dev if own_kernel else None)
        self._next_disk = time.monotonic() + max(_DISK_S, _DISK_SHARE * (time.monotonic() - begun))
        if too_many:
            return [("status", "disk_limit"), ("message", f"it made more than {_ENTRIES} files and directories")]
        return [("status", "disk_limit")] if used > most else []
