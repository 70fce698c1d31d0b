"""Find out, once per process and by running an attack, how well this machine can shut a program in."""

import asyncio
import json
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

from judge.sandbox.launch import launch
from judge.sandbox.values import Isolation, Limits

_ATTACK = Path(__file__).with_name("inside") / "attack.py"
_LEVELS: dict[Literal["namespaces", "process"], str] = {
    "namespaces": "defects of the kernel, since no system call is filtered; the machine's time and memory are shared",
    "process": "the files, the network and the other processes of this user: a program reaches what the user reaches",
}
"""What each level leaves open, the strongest level first."""


_one_at_a_time = Lock()


def isolation() -> Isolation:
    """Return the strongest isolation that works here and that an attack from inside did not break.

    The first call in a process tries it out, which takes about 0.2 s. `none` means that no program can be run at all.
    """
    with _one_at_a_time:
        return _isolation()


@cache
def _isolation() -> Isolation:
    with ThreadPoolExecutor(1) as thread:  # the caller may be inside an event loop
        return thread.submit(asyncio.run, _find()).result()


async def _find() -> Isolation:
    problems: list[str] = []
    for name, open_still in _LEVELS.items():
        problem = await _try(name)
        if not problem:
            return Isolation(name, does_not_cover=open_still, weaker_because="; ".join(problems))
        problems.append(f"{name}: {problem}")
    return Isolation("none", does_not_cover="everything: no program is run", weaker_because="; ".join(problems))


async def _try(name: str) -> str:
    """Return why an isolation cannot be used, "" when it can."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.NamedTemporaryFile(dir=folder) as secret,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        host = {"secret": secret.name, "target": f"{folder}/target", "port": server.getsockname()[1]}
        run = await launch(name, _ATTACK.read_text(encoding="utf-8"), json.dumps(host), {}, Limits())
    if run.status != "ok":
        return f"{run.message} {run.stderr[-500:]}".strip()
    reached = ", ".join(json.loads(run.stdout))
    return f"a program inside reached the host's {reached}" if reached and name != "process" else ""
