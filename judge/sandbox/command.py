"""Run a command that nobody has read."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeVar
from weakref import WeakKeyDictionary

from judge.errors import DataError, SettingsError
from judge.sandbox import probe
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Order, Run
from judge.sandbox.warm import works
from judge.sandbox.where import Where, where

T = TypeVar("T")
_answered: set[tuple[object, ...]] = set()
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def run(
    command: Sequence[str],
    *,
    files: Mapping[str, str | bytes] = MappingProxyType({}),
    stdin: str | bytes = "",
    limits: Limits = DEFAULT_LIMITS,
    fetch: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    visible: Sequence[str] = (),
    level: str = "",
    at_least: str = "",
    warm: bool = False,
) -> Run:
    """Run a command in an empty directory, in the best isolation there is.

    `files` (by relative path) lie in its working directory, which is gone afterwards; those named by `fetch` are handed
    back as they were left. Its environment holds `environment` and nothing of ours, and of the machine it sees the
    system's programs, this Python and the paths `visible`. At most one program for each core runs at a time; the others
    queue, and their clocks do not run. Every process that it started has ended when this returns.

    `level` demands exactly that level, `at_least` that one or a stronger one; what cannot be had is a `sandbox_error`.

    `warm` is for this Python running a file `program.py`: it may be a fork of one that has started already.

    Raises:
        DataError: a file name leads out of the directory.
        SettingsError: there is no such level, or no command.
    """
    if not command:
        raise SettingsError("there is no command; name a program, such as ['python3', 'program.py']")
    order = Order(
        command=tuple(command),
        files={_inside(name): _bytes(content) for name, content in files.items()},
        stdin=_bytes(stdin),
        limits=limits,
        fetch=tuple(map(_inside, fetch)),
        environment=environment,
        visible=tuple(visible),
        warm=warm,
    )
    slots = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(os.cpu_count() or 1))
    async with slots:
        said = Where(level, at_least) if level or at_least else where()
        chosen = await _settled(probe.choose, said.level, said.at_least)
        if isinstance(chosen, str):
            return Run("sandbox_error", None, "", "", 0.0, "none", chosen)
        if works(chosen.name, order) and not await _settled(probe.holds_warm, chosen.name):
            order = replace(order, warm=False)
        return await chosen.start(chosen.name, order)


async def _settled(question: Callable[..., T], *words: str) -> T:
    """Return the answer to a question about this machine: the first time it is tried out, which takes a while."""
    key = (os.getpid(), question.__name__, *words)
    if key in _answered:
        return question(*words)
    answer = await asyncio.to_thread(question, *words)
    _answered.add(key)
    return answer


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.name or "\0" in name:
        raise DataError(f"{name!r} is no name for a file in the sandbox; use a relative path without '..'")
    return name


def _bytes(content: str | bytes) -> bytes:
    """Return content as it is; lone surrogates become what UTF-8 would make of them."""
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
