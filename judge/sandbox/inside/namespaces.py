"""Leave the host: own processes, own network, own mounts, and a root with nothing in it but what Python needs.

Works for root, and for everybody where the kernel lets users make namespaces (`mount_setattr` asks for Linux 5.12).
Root gives every run a user id of its own; others keep theirs, and have no power over what is not shown to them.
"""

from __future__ import annotations

import ctypes
import os
import struct

from judge.sandbox.inside import identity, kernel
from judge.sandbox.inside.landlock import DEVICES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# <linux/sched.h>, <linux/mount.h>
_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 0x1000, 0x4000, 0x40000
_DETACH = 2
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE = 442, -100, 0x8000
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4


def enter(job: dict[str, Any]) -> None:
    """Return in a new process, number 1 in there. The old one waits for it and ends. Raise OSError when refused."""
    uid, gid = os.geteuid(), os.getegid()
    flags = _NEWNS | _NEWPID | _NEWNET | _NEWIPC | _NEWUTS
    if uid == 0:
        job.setdefault("user", identity.spare())  # by the number of a process that the whole machine knows
        _unshare(flags)
    else:
        _unshare(flags | _NEWUSER)
        kernel.write("/proc/self/setgroups", b"deny")
        kernel.write("/proc/self/uid_map", f"{uid} {uid} 1".encode())
        kernel.write("/proc/self/gid_map", f"{gid} {gid} 1".encode())
    if inside := os.fork():
        os.waitpid(inside, 0)
        os._exit(0)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, kernel.SIGKILL)
    kernel.call("sethostname", b"sandbox", ctypes.c_size_t(7))
    _start_loopback()
    _build_root(job)


def _start_loopback() -> None:
    """Let programs in here talk to each other over 127.0.0.1, which is theirs alone."""
    talk = kernel.call("socket", 2, 2, 0)  # AF_INET, SOCK_DGRAM
    kernel.call("ioctl", talk, ctypes.c_ulong(0x8914), struct.pack("16sH14x", b"lo", 0x41))  # SIOCSIFFLAGS: up, running
    os.close(talk)


def _unshare(flags: int) -> None:
    try:
        kernel.call("unshare", flags)
    except OSError as error:  # whose own words, such as "No space left on device", lead astray
        raise OSError(f"this user may make no namespaces here ({error})") from error


def _build_root(job: dict[str, Any]) -> None:
    _mount("none", "/", "", _REC | _PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _NOSUID | _NODEV, "mode=755,size=1m")  # any directory would do
    os.mkdir("/tmp/old")
    kernel.call("pivot_root", b"/tmp", b"/tmp/old")
    os.chdir("/")
    _make_writable(f"nr_inodes=16384,size={job['file_mb']}m")
    for path, source in job["visible"]:
        _show(path, source, _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV)
    for device in DEVICES:
        _show(device, device, _ATTR_NOSUID)
    os.symlink("/proc/self/fd", "/dev/fd")
    os.symlink("/proc/self/fd/0", "/dev/stdin")
    os.symlink("/proc/self/fd/1", "/dev/stdout")
    os.symlink("/proc/self/fd/2", "/dev/stderr")
    os.mkdir("/proc")
    _mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    kernel.call("umount2", b"/old", _DETACH)
    os.rmdir("/old")
    _set_attributes("/", _ATTR_RDONLY, 0)


def _make_writable(size: str) -> None:
    """Make /tmp and /dev/shm, which have one size together."""
    os.mkdir("/both")
    _mount("tmpfs", "/both", "tmpfs", _NOSUID | _NODEV, size)
    for name, path in (("tmp", "/tmp"), ("shm", "/dev/shm")):
        os.mkdir(f"/both/{name}")
        os.chmod(f"/both/{name}", 0o1777)
        os.makedirs(path)
        _mount(f"/both/{name}", path, "", _BIND)
    kernel.call("umount2", b"/both", _DETACH)
    os.rmdir("/both")


def _show(path: str, source: str, attributes: int) -> None:
    """Make a file or directory of the old root visible at `path`, without links on the way; skip what is not there."""
    source = f"/old{source}"
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    elif os.path.exists(source):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        kernel.write(path, b"")
    else:
        return
    _mount(source, path, "", _BIND | _REC)
    _set_attributes(path, attributes, _AT_RECURSIVE)


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    places = map(os.fsencode, (source, target, kind))
    kernel.call("mount", *places, ctypes.c_ulong(flags), data.encode() or None)


def _set_attributes(path: str, attributes: int, how: int) -> None:
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)  # to set, to clear, propagation, user namespace
    kernel.call("syscall", *map(ctypes.c_long, (_MOUNT_SETATTR, _AT_FDCWD)), os.fsencode(path), how, wanted, 32)
