"""Find out, once per process and by running an attack, how well this machine can shut a program in."""

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from judge.errors import SettingsError
from judge.sandbox import bubblewrap, gvisor
from judge.sandbox.launch import launch
from judge.sandbox.values import Isolation, Order, Run

_ATTACK = Path(__file__).with_name("inside") / "attack.py"


@dataclass(frozen=True, slots=True)
class Level:
    """A way to shut a program in. Each claims to stop all that the attack tries, but for what is `open`."""

    name: str
    open: frozenset[str]
    """Names of attacks that may succeed."""
    does_not_cover: str
    start: Callable[[str, Order], Awaitable[Run]] = launch
    """Runs an order on the level of that name."""
    tool: str = ""
    """The program that makes it, if any; then it is used only where it is asked for."""


LEVELS: list[Level] = [
    Level(
        "process",
        frozenset({"files", "writing", "modes", "network", "sockets", "processes", "signals"}),
        "the files of the machine: a program reads and writes what its user may, uses the network where system calls "
        "are not filtered, leaves state behind in /tmp and /dev/shm and sees the other processes, /proc and their "
        "arguments, memory and secrets; disk and processes are counted a few times a second, not reserved",
    ),
    Level(
        "landlock",
        frozenset({"signals"}),
        "what files exist outside and how large and old they are (never what is in them), and the times of its user's "
        "own, which it can set; disk, memory and processes of "
        "a run are counted a few times a second, not reserved; the kernel, whose system calls are filtered but not "
        "all refused, and its memory for pipes and sockets; benign programs that need /proc, /dev/shm or sockets do "
        "not work, such as the pools and locks of multiprocessing",
    ),
    Level(
        "bubblewrap",
        frozenset(),
        "defects of the kernel, whose system calls are filtered but not all refused, and its memory for pipes and "
        "sockets; disk, memory and processes of a run are counted a few times a second, not reserved",
        bubblewrap.start,
        "bwrap",
    ),
    Level(
        "namespaces",
        frozenset(),
        "defects of the kernel, whose system calls are filtered but not all refused, and its memory for pipes and "
        "sockets; the machine's time is shared",
    ),
    Level(
        "gvisor",
        frozenset(),
        "defects of gVisor; disk and memory of a run are counted a few times a second, not reserved, and its processes "
        "not at all; the machine's time is shared",
        gvisor.start,
        "runsc",
    ),
]
"""The weakest first. Who brings another level puts it where it belongs."""

_OPEN = {"signals": "signals to other processes of this user, its own supervisor and the judge excepted"}
_one_at_a_time = Lock()


def isolation() -> Isolation:
    """Return the strongest isolation that works here and that an attack from inside did not break.

    Those that another program makes are left out: they are used where they are asked for.

    The first call in a process tries it out, which takes about 0.2 s. `none` means that no program can be run at all.
    """
    problems: list[str] = []
    for level in reversed(LEVELS):
        if level.tool:
            continue
        found = tried(level.name)
        if isinstance(found, Isolation):
            return replace(found, weaker_because="; ".join(problems))
        problems.append(f"{level.name}: {found}")
    return Isolation("none", does_not_cover="everything: no program is run", weaker_because="; ".join(problems))


def isolations() -> tuple[Isolation, ...]:
    """Return every isolation that works here, the strongest first, with why each stronger one does not.

    Those that another program makes come last, since they are used only where they are asked for.
    """
    there = [level for level in reversed(LEVELS) if not level.tool]
    there += [level for level in reversed(LEVELS) if level.tool and shutil.which(level.tool)]
    tries = [(level.name, tried(level.name)) for level in there]
    failed = [(name, found) for name, found in tries if isinstance(found, str)]
    order = [level.name for level in LEVELS]
    return tuple(
        replace(
            found,
            weaker_because="; ".join(
                f"{other}: {why}" for other, why in failed if order.index(other) > order.index(name)
            ),
        )
        for name, found in tries
        if isinstance(found, Isolation)
    )


def choose(level: str = "", at_least: str = "") -> Level | str:
    """Return the level to run on: that one, or the strongest that is not weaker than `at_least`; or why there is none.

    Raises SettingsError for a name that is no level's.
    """
    names = [known.name for known in LEVELS]
    for name in (level, at_least):
        if name and name not in names:
            raise SettingsError(f"{name!r} is no level of isolation; there are {', '.join(names)}")
    if level:
        found = tried(level)
        return _level(level) if isinstance(found, Isolation) else _missing(level, f"{level}: {found}")
    best = isolation()
    if best.name == "none":
        return f"no isolation works here: {best.weaker_because}"
    if at_least and names.index(best.name) < names.index(at_least):
        for known in LEVELS[names.index(at_least) :]:
            if known.tool and isinstance(tried(known.name), Isolation):
                return known
        return _missing(f"{at_least} or stronger", best.weaker_because)
    return _level(best.name)


def _missing(wanted: str, why: str) -> str:
    works = ", ".join(found.name for found in isolations()) or "none"
    return f"isolation {wanted} was demanded and cannot be had here ({why}); what works is {works}"


def _level(name: str) -> Level:
    return next(level for level in LEVELS if level.name == name)


def tried(name: str) -> Isolation | str:
    """Return the isolation of that level, or why it does not work here; tried out once per process."""
    with _one_at_a_time:
        return _tried(_level(name))


def holds_warm(name: str) -> bool:
    """Return whether the attack breaks no run of that level that is a fork, either; tried out once per process."""
    with _one_at_a_time:
        return isinstance(_tried(_level(name), warm=True), Isolation)


@cache
def _tried(level: Level, warm: bool = False) -> Isolation | str:
    with ThreadPoolExecutor(1) as thread:  # the caller may be inside an event loop
        return thread.submit(asyncio.run, _try(level, warm)).result()


async def _try(level: Level, warm: bool) -> Isolation | str:
    if level.name != "process" and sys.platform != "linux":
        return "it is made of parts of Linux"
    with ExitStack() as things, tempfile.TemporaryDirectory() as folder:
        host = _host(folder, things)
        attack = (sys.executable, "-I", "-B", "program.py")
        files = {"program.py": _ATTACK.read_bytes()}
        run = await level.start(level.name, Order(attack, files, json.dumps(host).encode(), warm=warm))
        changed = os.stat(host["secret"]).st_mode & 0o777 != 0o644
    if run.status != "ok":
        return f"{run.message} {run.stderr[-500:]}".strip()
    reached = {*json.loads(run.stdout), *(["modes"] if changed else [])}
    if broken := sorted(reached - level.open):
        return f"a program inside reached the host's {', '.join(broken)}"
    further = "".join(f"; {_OPEN[what]}" for what in sorted(reached & _OPEN.keys()) if level.name != "process")
    return Isolation(level.name, level.does_not_cover + further)


def _host(folder: str, things: ExitStack) -> dict[str, Any]:
    """Prepare what the attack looks for, and return where it is."""
    secret = Path(folder, "secret")
    secret.write_text("secret", encoding="utf-8")
    secret.chmod(0o644)
    os.chmod(folder, 0o777)  # only isolation keeps a program from it, not the owner's modes
    server = things.enter_context(socket.create_server(("127.0.0.1", 0)))
    unix = things.enter_context(socket.socket(socket.AF_UNIX))
    unix.bind(f"{folder}/socket")
    unix.listen()
    return {
        "secret": str(secret),
        "target": f"{folder}/target",
        "port": server.getsockname()[1],
        "socket": f"{folder}/socket",
        "pid": os.getppid() or os.getpid(),
    }
