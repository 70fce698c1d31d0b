"""What a program inside tries on the host, on every level that works here and claims to stop it."""

import asyncio
import json
import os
import socket
import uuid
from pathlib import Path

import pytest

from judge.sandbox import DEFAULT_LIMITS, Limits, Run, isolations, run_python
from judge.sandbox.inside import landlock

LEVELS = [found.name for found in isolations() if found.name not in ("process", "gvisor")]

pytestmark = [
    pytest.mark.skipif(not LEVELS, reason="neither namespaces nor Landlock work here"),
    pytest.mark.parametrize("level", LEVELS or ["landlock"]),
    pytest.mark.usefixtures("temperature"),
]


def run(level: str, program: str, host: object = "", limits: Limits = DEFAULT_LIMITS) -> Run:
    return asyncio.run(run_python(program, stdin=json.dumps(host), level=level, limits=limits))


TRIED = """
import json, os
host = json.loads(input())
def attempt(name, action):
    try: got = action()
    except OSError: return
    print(name, got)
"""


@pytest.fixture
def reachable(tmp_path: Path) -> Path:
    """A directory that everybody may enter, so that modes are not what keeps a program out."""
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(folder.stat().st_mode | 0o055)  # it may be the machine's own directory for temporary files
    tmp_path.chmod(0o777)
    return tmp_path


def test_files_of_the_host_are_out_of_reach(level: str, reachable: Path) -> None:
    secret = reachable / "secret"
    secret.write_text("canary")
    secret.chmod(0o666)
    program = (
        TRIED
        + """
s = host["secret"]
for path in (s, "/etc/passwd", "/etc/hostname", "/sys/kernel", "/proc/1/environ", f"/proc/{os.getppid()}/environ"):
    attempt(path, lambda: os.listdir(path) if os.path.isdir(path) else open(path).read())
for path in (s, s + "2", "/usr/x", "/x", "/dev/x", "/dev/shm/../x", "/proc/sys/kernel/hostname", "/var/tmp/x"):
    attempt(path, lambda: open(path, "a").close())
attempt("unlink", lambda: os.unlink(s))
attempt("rename", lambda: os.rename(s, s + "3"))
attempt("link", lambda: os.link(s, "here"))
attempt("mkdir", lambda: os.mkdir(s + "4"))
attempt("symlink", lambda: os.symlink("x", s + "5"))
attempt("truncate", lambda: os.truncate(s, 0))
attempt("shorten", lambda: os.open(s, os.O_RDONLY | os.O_TRUNC))
attempt("device", lambda: os.mknod("dev", 0o20666, os.makedev(1, 1)))
try: os.chmod(s, 0)
except OSError: pass
"""
    )
    done = run(level, program, {"secret": str(secret)})
    assert (done.status, done.stdout) == ("ok", ""), done.stderr
    assert secret.read_text() == "canary" and secret.stat().st_mode & 0o777 == 0o666
    assert os.listdir(reachable) == ["secret"]


def test_nobody_on_the_host_is_spoken_to(level: str) -> None:
    name, path = f"judge-{uuid.uuid4().hex}", f"/tmp/judge-test-{uuid.uuid4().hex}"
    program = (
        TRIED
        + """
import socket
tcp, udp = ("127.0.0.1", host["tcp"]), ("127.0.0.1", host["udp"])
attempt("tcp", lambda: socket.create_connection(tcp, timeout=1).send(b"x"))
attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect(chr(0) + host["name"]))
attempt("path", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", host["path"]))
def pair(kind):
    one, other = socket.socketpair(socket.AF_UNIX, kind)
    return one.sendto(b"x", host["path"])
attempt("pair", lambda: pair(socket.SOCK_DGRAM))
attempt("stream pair", lambda: pair(socket.SOCK_STREAM))
try: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", udp)
except OSError: pass
"""
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as unix,
    ):
        udp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0{name}")
        abstract.listen()
        unix.bind(path)
        os.chmod(path, 0o777)
        host = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1], "name": name, "path": path}
        done = run(level, program, host)
        os.unlink(path)
        for server in (udp, unix):
            server.settimeout(0.1)
            with pytest.raises(TimeoutError):
                server.recv(1)
    assert (done.status, done.stdout) == ("ok", ""), done.stderr


def test_other_processes_are_neither_seen_nor_signalled(level: str) -> None:
    if level == "landlock" and os.geteuid() != 0 and landlock.version() < landlock.SIGNALS:
        pytest.skip("this kernel does not keep signals of the same user from each other, and the level says so")
    program = (
        TRIED
        + """
import fcntl, resource
for pid in {host["pid"], os.getppid()} - {1}:
    attempt("signal", lambda: os.kill(pid, 0))
    attempt("limit", lambda: resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0)))
    attempt("memory", lambda: open(f"/proc/{pid}/mem"))
    attempt("arguments", lambda: open(f"/proc/{pid}/cmdline").read())
attempt("supervisor", lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0)))
attempt("owner of a descriptor", lambda: fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid()))
try: print(len(list(filter(str.isdigit, os.listdir("/proc")))))
except OSError: print(2)
"""
    )
    done = run(level, program, {"pid": os.getpid()})
    assert (done.status, done.stdout) == ("ok", "2\n"), done.stderr  # itself and its supervisor, or none at all


def test_a_program_has_no_rights_and_gets_none(level: str) -> None:
    program = """
import ctypes, os, resource
libc = ctypes.CDLL(None, use_errno=True)
print([name for name in ("unshare", "mount", "chroot", "swapon") if getattr(libc, name)(0x10000000, 0, 0, 0, 0) != -1])
print(os.getuid() == 0, os.geteuid() == 0)
for limit in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
    try: resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2); print("raised", limit)
    except (ValueError, OSError): pass
try: os.setuid(0); print("root")
except OSError: pass
"""
    assert run(level, program).stdout == "[]\nFalse False\n"


def test_nothing_is_left_for_the_next_run(level: str) -> None:
    program = """
import ctypes, os, tempfile
libc = ctypes.CDLL(None)
name = "left-by-judge-tests"
spots = [os.path.join(place, name) for place in {".", tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp", "/run"}]
print([spot for spot in spots if os.path.exists(spot)], libc.shmget(0x6A756467, 4096, 0) != -1)
libc.shmget(0x6A756467, 4096, 0o1600)
for spot in spots:
    try: open(spot, "w").close()
    except OSError: pass
"""
    assert [run(level, program).stdout for _ in range(2)] == ["[] False\n"] * 2


def test_the_disk_is_limited(level: str) -> None:
    program = """
import time
for number in range(60):
    with open(str(number), "wb") as file: file.write(b"x" * (10 << 20))
    time.sleep(0.02)
"""
    done = run(level, program, limits=Limits(file_mb=32))
    assert (done.status, done.message) == ("disk_limit", "its files were larger than 32 MB")


def test_files_without_a_name_count_too(level: str) -> None:
    program = """
import tempfile, time
held = []
for number in range(60):
    held.append(tempfile.TemporaryFile())
    held[-1].write(b"x" * (10 << 20)); held[-1].flush()
    time.sleep(0.02)
"""
    assert run(level, program, limits=Limits(file_mb=32)).status == "disk_limit"


def test_memory_counts_where_it_is_hidden(level: str) -> None:
    program = """
import ctypes, mmap, os, time
for _ in range(4):
    if not os.fork():
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        memory = mmap.mmap(-1, 60 << 20)
        for place in range(0, 60 << 20, 4096): memory[place] = 1
        time.sleep(20)
time.sleep(20)
"""
    assert run(level, program, limits=Limits(memory_mb=160)).status == "memory_limit"


def test_sockets_full_of_data_are_limited(level: str) -> None:
    program = """
import os, socket, time
for _ in range(20):
    if not os.fork(): break
pairs = [socket.socketpair() for _ in range(100)]
time.sleep(20)
"""
    done = run(level, program)
    assert (done.status, done.message) == ("process_limit", "it held more than 1024 files and sockets open")


def test_a_process_that_keeps_forking_away_is_caught(level: str) -> None:
    mark = uuid.uuid4().hex[:15]
    program = f"""
import ctypes, os, time
ctypes.CDLL(None).prctl(15, b"{mark}")
if not os.fork():
    os.setsid()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if os.fork(): os._exit(0)
"""
    assert run(level, program).status == "ok"
    assert [path for path in Path("/proc").glob("[0-9]*/comm") if _read(path).strip() == mark] == []


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_numbers_of_a_foreign_machine_end_the_program(level: str) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("the numbers of x32 are those of x86_64")
    done = run(level, "import ctypes; print(ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39)))")
    assert (done.status, done.signal, done.stdout) == ("runtime_error", 31, "")  # SIGSYS
