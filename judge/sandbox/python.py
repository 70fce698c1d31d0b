"""Run a Python program that nobody has read."""

import asyncio
import os
from collections.abc import Mapping
from types import MappingProxyType
from weakref import WeakKeyDictionary

from judge.sandbox.launch import launch
from judge.sandbox.probe import isolation
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run

_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def run_python(
    program: str,
    *,
    stdin: str = "",
    files: Mapping[str, str] = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
) -> Run:
    """Run a program in a fresh interpreter (this one's version and libraries), in the best isolation there is.

    `files` (text by relative path) lie in its working directory, which is gone afterwards; its environment holds
    nothing of ours. At most one program for each core runs at a time; the others queue, and their clocks do not run.
    Every process that the program started has ended when this returns.

    Raises DataError for a file name that leads out of the directory. All else is a status of the run.
    """
    slots = _slots.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(os.cpu_count() or 1))
    async with slots:
        level = await asyncio.to_thread(isolation)
        if level.name == "none":
            return Run("sandbox_error", None, "", "", 0.0, "none", f"no isolation works here: {level.weaker_because}")
        return await launch(level.name, program, stdin, files, limits)
