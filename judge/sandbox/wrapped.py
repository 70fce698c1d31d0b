"""Run an order by another program that shuts it in. Which program, and how it is told, is known to its own level."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from judge.sandbox.launch import launch
from judge.sandbox.values import Order, Run

Folder = Callable[[], AbstractContextManager[Path]]
Command = Callable[[str, Path, dict[str, Any]], list[str]]
"""Takes the program's path, the folder and the job, and returns the command that shuts the job in."""


async def start_wrapped(
    level: str,
    order: Order,
    program: str,
    package: str,
    folder: Folder,
    command: Command,
    began: Callable[[Path], bool],
) -> Run:
    """Run an order by `program`; what keeps it from starting is a `sandbox_error`.

    Args:
        level: the level's name.
        order: what is to be run.
        program: the program that shuts it in.
        package: what to install where it is missing.
        folder: lends a folder for what the program reads and writes.
        command: how the program is called.
        began: whether, by what it wrote into the folder, it got as far as a process inside.
    """
    if (tool := shutil.which(program)) is None:
        message = f"{program} is not installed; on Debian and Ubuntu: apt-get install {package}"
        return Run("sandbox_error", None, "", "", 0.0, level, message)
    with folder() as lent:
        run = await launch(level, order, lambda job: command(tool, lent, job))
        if run.status == "sandbox_error" or began(lent):
            return run
        return replace(run, status="sandbox_error", message=f"{program} did not start it: {run.stderr.strip()[-500:]}")
