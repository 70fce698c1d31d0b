"""The filter of system calls, run here by a small model of the kernel's machine, for both machines that it knows."""

import os
import platform
import re
import struct
from pathlib import Path

import pytest

from judge.sandbox.inside import seccomp

ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    "x86_64": {"read": 0, "open": 2, "ioctl": 16, "socket": 41, "socketpair": 53, "clone": 56, "kill": 62, "fcntl": 72,
               "chmod": 90, "ptrace": 101, "personality": 135, "prctl": 157, "mount": 165, "openat": 257,
               "unshare": 272, "clone3": 435},
    "aarch64": {"read": 63, "ioctl": 29, "socket": 198, "socketpair": 199, "clone": 220, "kill": 129, "fcntl": 25,
                "ptrace": 117, "personality": 92, "prctl": 167, "mount": 40, "openat": 56, "unshare": 97,
                "clone3": 435},
}  # fmt: skip
ALLOWED, KILLED = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x50000 | 1, 0x50000 | 38


def verdict(program: bytes, machine: str, number: int, *arguments: int, arch: int | None = None) -> int:
    """What the kernel would do; instructions as in <linux/bpf_common.h>."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    given = [value & 0xFFFFFFFFFFFFFFFF for value in padded]
    data = struct.pack("<IIQ6Q", number, arch or ARCH[machine], 0, *given)
    code = list(struct.iter_unpack("HBBI", program))
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x54:
                accumulator &= value
            case 0x05:
                at += value
            case 0x15:
                at += if_true if accumulator == value else if_false
            case 0x35:
                at += if_true if accumulator >= value else if_false
            case 0x06:
                return int(value)


def ask(machine: str, call: str, *arguments: int, **options: bool) -> int:
    chosen = {"network": False, "own_files": False, "truncation": False, **options}
    found = seccomp.rules(shielded=[], **chosen)
    return verdict(seccomp.assemble(found, machine), machine, NUMBERS[machine][call], *arguments)


@pytest.mark.parametrize("machine", ARCH)
@pytest.mark.parametrize(
    ("call", "arguments", "wanted"),
    [
        ("read", (0, 0, 10), ALLOWED),
        ("ptrace", (16, 1), EPERM),
        ("mount", (), EPERM),
        ("unshare", (0x10000000,), EPERM),
        ("clone3", (), ENOSYS),
        ("clone", (0x01200011,), ALLOWED),  # what fork asks for
        ("clone", (0x003D0F00,), ALLOWED),  # what a thread asks for
        ("clone", (0x10000011,), EPERM),  # CLONE_NEWUSER
        ("clone", (0x02000011,), EPERM),  # CLONE_NEWCGROUP
        ("personality", (0xFFFFFFFF,), ALLOWED),
        ("personality", (0x0040000,), EPERM),
        ("prctl", (4, 0), EPERM),  # PR_SET_DUMPABLE
        ("prctl", (15,), ALLOWED),  # PR_SET_NAME
        ("fcntl", (3, 8, 1), EPERM),  # F_SETOWN
        ("fcntl", (3, 3), ALLOWED),  # F_GETFL
        ("ioctl", (0, 0x5412), EPERM),  # TIOCSTI
        ("ioctl", (0, 0x5401), ALLOWED),  # TCGETS
        ("socket", (1, 1), EPERM),
        ("socketpair", (1, 1), ALLOWED),
        ("socketpair", (1, 1 | 0x80000), ALLOWED),  # SOCK_CLOEXEC
        ("socketpair", (1, 2), EPERM),  # datagrams can be sent to others
    ],
)
def test_what_is_refused(machine: str, call: str, arguments: tuple[int, ...], wanted: int) -> None:
    assert ask(machine, call, *arguments) == wanted


@pytest.mark.parametrize("machine", ARCH)
def test_with_a_network_of_its_own_a_program_has_the_usual_sockets(machine: str) -> None:
    families = {family: ask(machine, "socket", family, network=True) for family in (1, 2, 10, 16, 17, 38, 40)}
    assert families == {1: ALLOWED, 2: ALLOWED, 10: ALLOWED, 16: EPERM, 17: EPERM, 38: EPERM, 40: EPERM}


def test_modes_are_left_alone_where_files_are_the_users_own() -> None:
    assert ask("x86_64", "chmod", 0, 0o777, own_files=True) == 0x50000  # done, it says
    assert ask("x86_64", "chmod", 0, 0o777) == ALLOWED


@pytest.mark.parametrize(("call", "flags"), [("open", (0,)), ("openat", (0, 0))])
def test_reading_does_not_shorten_where_landlock_would_let_it(call: str, flags: tuple[int, ...]) -> None:
    assert ask("x86_64", call, *flags, 0x200, truncation=True) == EPERM  # O_RDONLY | O_TRUNC
    assert ask("x86_64", call, *flags, 0x241, truncation=True) == ALLOWED  # O_WRONLY | O_CREAT | O_TRUNC


def test_a_shielded_process_and_everybody_are_not_signalled() -> None:
    me = os.getpid()
    found = seccomp.rules(network=False, shielded=[me], own_files=False, truncation=False)
    program = seccomp.assemble(found, "x86_64")
    targets = {pid: verdict(program, "x86_64", 62, pid, 9) for pid in (me, -1, -os.getpgid(me), me + 1, 0)}
    assert targets == {me: EPERM, -1: EPERM, -os.getpgid(me): EPERM, me + 1: ALLOWED, 0: ALLOWED}


def test_calls_of_other_machines_end_the_program() -> None:
    program = seccomp.assemble([], "x86_64")
    assert verdict(program, "x86_64", 0, arch=0x40000003) == KILLED  # i386
    assert verdict(program, "x86_64", 0x40000000 | 39) == KILLED  # x32
    assert verdict(seccomp.assemble([], "aarch64"), "aarch64", 0, arch=ARCH["x86_64"]) == KILLED


def test_on_an_unknown_machine_nothing_is_pretended() -> None:
    with pytest.raises(OSError, match="no table of system calls for 'riscv64'; known are x86_64, aarch64"):
        seccomp.assemble([], "riscv64")


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", ARCH)
def test_the_numbers_are_those_of_the_kernels_headers(machine: str) -> None:
    if not HEADERS[machine].is_file():
        pytest.skip("the kernel's headers are not installed")
    if machine == "x86_64" and platform.machine() != "x86_64":
        pytest.skip("the headers are those of another machine")
    header = {}
    for line in HEADERS[machine].read_text().splitlines():
        if found := re.match(r"#define __NR(?:3264)?_(\w+)\s+(\d+)$", line):
            header[found[1]] = found[2]
    assert header["read"] == str(NUMBERS[machine]["read"])
    column = list(ARCH).index(machine)
    for entry in seccomp._NUMBERS.replace("\n", " ").split(","):
        name, *numbers = entry.split()
        if numbers[column] != "-" and name in header:
            assert header[name] == numbers[column], name
