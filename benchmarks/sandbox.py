"""What it costs to run a program shut in, against a fresh interpreter that only has limits.

Contenders take turns in short rounds, two programs at a time, so that a busy machine is unfair to none; medians over
the rounds count. Ratios inside one run are the figures to compare, rates from other machines are not. CPU is that of
the caller and of every process that was started, the kernel's own threads left out.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from judge.sandbox import DEFAULT_LIMITS, isolations
from judge.sandbox.inside.family import descendants
from judge.sandbox.launch import launch
from judge.sandbox.values import Order
from judge.sandbox.warm import COMMAND

AT_ONCE = 2
MODULES = "json, re, math, random, collections, itertools, functools, heapq, bisect, string, datetime, typing"
PROGRAMS = {"empty": "", "12 modules": f"import {MODULES}\n"}
WARM = ("namespaces", "landlock")
ANCHOR = "python -I with limits"
LEAST = {"empty": 2.5, "12 modules": 5.0}
"""How many times the rate of the anchor a warm run is to reach."""
MOST_CPU_MS = 50
"""How much CPU a cold run may cost."""
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")

Contender = Callable[[str], Awaitable[None]]


def main() -> None:
    """Measure, print a table, and write the figures where they were asked for."""
    parser = argparse.ArgumentParser(description="Rate and CPU of sandboxed programs against a fresh interpreter.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--runs", type=int, default=30, help="programs by each contender in a round")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = {name: asyncio.run(measure(program, given.rounds, given.runs)) for name, program in PROGRAMS.items()}
    for name, some in figures.items():
        print(table(name, some))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


async def measure(program: str, rounds: int, runs: int) -> dict[str, dict[str, float]]:
    """Return medians over the rounds by contender: runs per second, its ratio to the anchor's, and CPU ms per run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        file.write_text(program)
        several: dict[str, list[dict[str, float]]] = {}
        some = {ANCHOR: partial(_fresh, file)} | {
            f"{level}, {'warm' if is_warm else 'cold'}": partial(_shut_in, level, program, is_warm)
            for level in levels()
            for is_warm in (False, True)
            if not is_warm or level in WARM
        }
        for contender in some.values():
            await contender()
        for _ in range(rounds):
            figures = {name: await _round(contender, runs) for name, contender in some.items()}
            for name, one in figures.items():
                ratio = one["rate"] / figures[ANCHOR]["rate"]
                several.setdefault(name, []).append({**one, "ratio": ratio})
    return {name: {key: median(one[key] for one in ones) for key in ones[0]} for name, ones in several.items()}


def levels() -> list[str]:
    """Return our own isolations that work here, the strongest first."""
    return [found.name for found in isolations() if found.name in ("namespaces", "landlock", "process")]


async def _round(contender: Callable[[], Awaitable[None]], runs: int) -> dict[str, float]:
    slots = asyncio.Semaphore(AT_ONCE)
    latencies: list[float] = []

    async def one() -> None:
        async with slots:
            began = time.perf_counter()
            await contender()
            latencies.append(time.perf_counter() - began)

    wall, cpu = time.perf_counter(), _cpu()
    await asyncio.gather(*(one() for _ in range(runs)))
    wall = time.perf_counter() - wall
    return {"rate": runs / wall, "cpu_ms": 1_000 * (_cpu() - cpu) / runs, "wall_ms": 1_000 * median(latencies)}


def _cpu() -> float:
    """Return the CPU seconds of this process, of all its children that have ended, and of those that run."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = 0
    for pid in descendants(os.getpid()):
        try:
            running += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
        except OSError:  # it has just ended, and counts among those that have
            continue
    return time.process_time() + ended.ru_utime + ended.ru_stime + running * _TICK_S


async def _fresh(file: Path) -> None:
    command = [sys.executable, "-I", "-B", str(file)]
    run = partial(subprocess.run, command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    await asyncio.to_thread(run, preexec_fn=_limit, start_new_session=True)


def _limit() -> None:
    for limit, value in ((resource.RLIMIT_AS, DEFAULT_LIMITS.memory_mb << 20), (resource.RLIMIT_CPU, 10)):
        resource.setrlimit(limit, (value, value))


async def _shut_in(level: str, program: str, is_warm: bool) -> None:
    run = await launch(level, Order(COMMAND, {"program.py": program.encode()}, warm=is_warm))
    if run.status != "ok":
        raise SystemExit(f"a program that does nothing wrong ended with {run.status}: {run.message}")


def table(name: str, figures: dict[str, dict[str, Any]]) -> str:
    """Return the figures for people."""
    lines = [f"{name:24}{'runs/s':>8}{'ratio':>8}{'CPU ms':>9}{'wall ms':>9}"]
    for contender, one in figures.items():
        lines.append(
            f"{contender:24}{one['rate']:8.0f}{one['ratio']:8.2f}{one['cpu_ms']:9.1f}{one['wall_ms']:9.1f}"
            + _target(name, contender, one)
        )
    return "\n".join([*lines, ""])


def _target(name: str, contender: str, one: dict[str, float]) -> str:
    if contender.endswith("warm"):
        return f"   target {LEAST[name]:.1f} x: {'met' if one['ratio'] >= LEAST[name] else 'MISSED'}"
    if contender.endswith("cold") and name == "empty":  # what a program imports is its own affair
        return f"   target {MOST_CPU_MS} ms of CPU: {'met' if one['cpu_ms'] <= MOST_CPU_MS else 'MISSED'}"
    return ""


if __name__ == "__main__":
    main()
