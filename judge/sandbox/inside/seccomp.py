"""Refuse system calls that a program does not need, by a filter that the kernel runs (classic BPF, <linux/seccomp.h>).

What is refused fails with an error number, as on a kernel without it. Only a call of a foreign architecture ends the
program. The numbers of x86_64 and aarch64 are known; elsewhere nothing is set up and OSError is raised.
"""

import ctypes
import os
import struct

EPERM, ENOSYS, ENOTSUP = 1, 38, 95
_LOAD, _AND, _JUMP, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06  # <linux/bpf_common.h>
_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_NR, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data, arguments of 8 bytes each
_X32 = 0x40000000
_MODE_FILTER = 2
_ALL = 0xFFFFFFFF
_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # <linux/audit.h>

_NUMBERS = """
acct 163 89, add_key 248 217, adjtimex 159 171, bind 49 200, bpf 321 280, chmod 90 -, chown 92 -, chroot 161 51,
clock_adjtime 305 266, clock_settime 227 112, clone 56 220, clone3 435 435, connect 42 203, create_module 174 -,
delete_module 176 106, fanotify_init 300 262, fanotify_mark 301 263, fchmod 91 52, fchmodat 268 53, fchmodat2 452 452,
fchown 93 55, fchownat 260 54, fcntl 72 25, file_setattr 469 469, finit_module 313 273, fremovexattr 199 16,
fsconfig 431 431, fsetxattr 190 7, fsmount 432 432, fsopen 430 430, fspick 433 433, get_kernel_syms 177 -,
init_module 175 105, io_uring_enter 426 426, io_uring_register 427 427, io_uring_setup 425 425, ioctl 16 29,
ioperm 173 -, iopl 172 -, ioprio_set 251 30, kcmp 312 272, kexec_file_load 320 294, kexec_load 246 104, keyctl 250 219,
kill 62 129, lchown 94 -, listmount 458 458, lookup_dcookie 212 18, lremovexattr 198 15, lsetxattr 189 6,
memfd_create 319 279, memfd_secret 447 447, migrate_pages 256 238, modify_ldt 154 -, mount 165 40,
mount_setattr 442 442, move_mount 429 429, move_pages 279 239, mq_open 240 180, msgget 68 186,
name_to_handle_at 303 264, nfsservctl 180 42, open 2 -, open_by_handle_at 304 265, open_tree 428 428,
open_tree_attr 467 467, openat 257 56, openat2 437 437, perf_event_open 298 241, personality 135 92,
pidfd_getfd 438 438, pidfd_open 434 434, pidfd_send_signal 424 424, pivot_root 155 41, prctl 157 167,
prlimit64 302 261, process_madvise 440 440, process_mrelease 448 448, process_vm_readv 310 270,
process_vm_writev 311 271, ptrace 101 117, query_module 178 -, quotactl 179 60, quotactl_fd 443 443, reboot 169 142,
removexattr 197 14, removexattrat 466 466, request_key 249 218, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240,
sched_setaffinity 203 122, sched_setattr 314 274, sched_setparam 142 118, sched_setscheduler 144 119, semget 64 190,
setdomainname 171 162, sethostname 170 161, setns 308 268, setpriority 141 140, settimeofday 164 170, setxattr 188 5,
setxattrat 463 463, shmget 29 194, socket 41 198, socketpair 53 199, statmount 457 457, swapoff 168 225, swapon 167 224,
sysfs 139 -, syslog 103 116, tgkill 234 131, tkill 200 130, truncate 76 45, umount2 166 39, unshare 272 97,
uselib 134 -, userfaultfd 323 282, ustat 136 -, vhangup 153 58, vmsplice 278 75
"""

_NEVER = """
acct add_key adjtimex bpf chroot clock_adjtime clock_settime create_module delete_module fanotify_init fanotify_mark
file_setattr finit_module fsconfig fsmount fsopen fspick get_kernel_syms init_module io_uring_enter io_uring_register
io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl listmount lookup_dcookie memfd_create memfd_secret
migrate_pages modify_ldt mount mount_setattr move_mount move_pages mq_open msgget name_to_handle_at nfsservctl
open_by_handle_at open_tree open_tree_attr perf_event_open pidfd_getfd pidfd_open pidfd_send_signal pivot_root
process_madvise process_mrelease process_vm_readv process_vm_writev ptrace query_module quotactl quotactl_fd reboot
request_key semget setdomainname sethostname setns settimeofday shmget statmount swapoff swapon sysfs syslog umount2
unshare uselib userfaultfd ustat vhangup vmsplice
"""
"""Other processes, mounts, clocks, modules, keys, and memory that is not counted: of System V, behind descriptors."""

_NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW flag of clone
_QUERY = 0xFFFFFFFF
_SIGNAL_BY_DESCRIPTOR = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_UNWANTED_IOCTLS = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
_STREAMS = (1, 5)  # SOCK_STREAM and SOCK_SEQPACKET: those of a pair can reach nobody else
_LOCAL_FAMILIES = (1, 2, 10)  # Unix, IPv4, IPv6
_CREATE_TRUNCATED, _ACCESS_OR_TRUNCATED = 0x200, 0x203  # O_TRUNC while reading, among O_ACCMODE | O_TRUNC

Instruction = tuple[int, int, int, int]
Rule = tuple[str, int, int, tuple[int, ...], bool, int]
"""Call, argument, mask, values, whether these are refused (or all others), error number."""


def rules(*, network: bool, shielded: list[int], own_files: bool, truncation: bool) -> list[Rule]:
    """Return what is refused beside what is refused always.

    `network`: sockets of the usual families are allowed; without it only pairs are. `shielded`: processes that cannot
    be signalled or slowed. `own_files`: files outside may belong to the program's user, so that only their paths keep
    them from it. `truncation`: reading a file must not shorten it.
    """
    found: list[Rule] = [
        ("clone", 0, _NEW_NAMESPACES, (0,), False, EPERM),
        ("personality", 0, _ALL, (_QUERY,), False, EPERM),
        ("prctl", 0, _ALL, (4,), True, EPERM),  # PR_SET_DUMPABLE would hide what a process uses
        ("fcntl", 1, _ALL, _SIGNAL_BY_DESCRIPTOR, True, EPERM),
        ("ioctl", 1, _ALL, _UNWANTED_IOCTLS, True, EPERM),
        *_always("clone3", ENOSYS),  # its flags lie in memory; C libraries fall back to clone
    ]
    if network:
        found.append(("socket", 0, _ALL, _LOCAL_FAMILIES, False, EPERM))
    else:
        found += _always("socket connect bind")
        found.append(("socketpair", 1, 0xF, _STREAMS, False, EPERM))
    if own_files:
        found += _always("chmod fchmod fchmodat fchmodat2", 0)  # done, they say: the programs that ask do not care
        found += _always("chown fchown fchownat lchown")
        found += _always("setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr", ENOTSUP)
    if truncation:
        found += [*_always("truncate"), *_always("openat2", ENOSYS)]
        for name, argument in (("open", 1), ("openat", 2)):
            found.append((name, argument, _ACCESS_OR_TRUNCATED, (_CREATE_TRUNCATED,), True, EPERM))
    return found + _shield(shielded)


def install(found: list[Rule]) -> None:
    """Refuse calls to this process and all that come from it, for ever. `no_new_privs` is set before."""
    load(assemble(found, os.uname().machine))


def load(program: bytes) -> None:
    """Do the same with a filter that was assembled before."""
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(code)))
    from_kernel = ctypes.CDLL(None, use_errno=True).prctl
    if from_kernel(22, ctypes.c_ulong(_MODE_FILTER), head, ctypes.c_ulong(0), ctypes.c_ulong(0)):
        raise OSError(ctypes.get_errno(), "system calls cannot be filtered here")


def assemble(found: list[Rule], machine: str) -> bytes:
    """Return the filter as the kernel takes it; raise OSError for a machine whose numbers are not known."""
    if machine not in _ARCHES or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise OSError(ENOSYS, f"no table of system calls for {machine!r}; known are {', '.join(_ARCHES)}")
    column = list(_ARCHES).index(machine) + 1
    table = {words[0]: words[column] for words in map(str.split, _NUMBERS.replace("\n", " ").split(","))}
    code = [(_LOAD, 0, 0, _ARCH), (_EQUAL, 1, 0, _ARCHES[machine]), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NR)]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    by_number: dict[int, list[Rule]] = {}
    for rule in [*_always(_NEVER), *found]:
        if table[rule[0]] != "-":
            by_number.setdefault(int(table[rule[0]]), []).append(rule)
    code += _tree(sorted(by_number.items()))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _tree(calls: list[tuple[int, list[Rule]]]) -> list[Instruction]:
    """Halve the numbers until one is left: for a chain the kernel takes longer, which looks at every call's way."""
    if len(calls) == 1:
        number, found = calls[0]
        block = [instruction for rule in found for instruction in _instructions(rule)]
        return [(_EQUAL, 1, 0, number), (_RETURN, 0, 0, _ALLOW), *block, (_RETURN, 0, 0, _ALLOW)]
    middle = len(calls) // 2
    low, high = _tree(calls[:middle]), _tree(calls[middle:])
    # a jump on a condition reaches 255 instructions, one without reaches any
    return [(_AT_LEAST, 0, 1, calls[middle][0]), (_JUMP, 0, 0, len(low)), *low, *high]


def _instructions(rule: Rule) -> list[Instruction]:
    _, argument, mask, values, refused, error = rule
    refuse = (_RETURN, 0, 0, _ERRNO | error)
    if argument < 0:
        return [refuse]
    # low halves of the arguments (both machines are little-endian): flags and numbers of the kernel are no longer
    check = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), (_AND, 0, 0, mask)]
    check += [(_EQUAL, len(values) - place, 0, value & _ALL) for place, value in enumerate(values)]
    return check + ([(_JUMP, 0, 0, 1), refuse] if refused else [refuse])  # a value jumps to it, or over it


def _always(names: str, error: int = EPERM) -> list[Rule]:
    return [(name, -1, 0, (), True, error) for name in names.split()]


def _shield(pids: list[int]) -> list[Rule]:
    """Keep processes of the same user from harm. Signals to everybody and to their groups are refused too."""
    groups = {-os.getpgid(pid) for pid in pids} - {0}  # a group outside the namespace has no number in it
    one, other = tuple(pids), (*pids, -1, *groups)
    found: list[Rule] = [("setpriority", 1, _ALL, one, True, EPERM), ("ioprio_set", 1, _ALL, one, True, EPERM)]
    for name in ("tkill", "prlimit64", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler"):
        found.append((name, 0, _ALL, one, True, EPERM))
    for name in ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
        found.append((name, 0, _ALL, other, True, EPERM))
    return found
