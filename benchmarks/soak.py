"""Whether many tool calls, a few of them hostile, leave anything behind: memory, processes, files, or a lost result.

Calls come in batches; between two of them nothing runs, and what is there is counted. Memory is that of the caller and
of the processes it keeps (zygotes with their supervisors, workers), shared pages divided among those who share them.
Processes that lose their parent come to us, so that none can hide.
"""

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.soak_calls import HOSTILE, ORDINARY
from judge import workers
from judge.sandbox.inside import family, usage
from judge.sandbox.zygotes import NURSERY

SHARE = 0.02
"""Hostile calls among all."""
BATCHES = 20
SETTLED = 5
"""Batches after which memory is to stay as it is: caches are full then."""
MOST_MIB = {"caller": 8.0, "kept": 64.0}
"""How much more there may be in the last batches than in the first settled ones."""


@dataclass
class Count:
    """What is there between two batches."""

    calls: int
    seconds: float
    caller: float
    """MiB of this process."""
    kept: float
    """MiB of the processes that wait for the next call."""
    processes: int
    zombies: int
    descriptors: int
    scratch: int
    """Directories of runs that were not removed."""


def main() -> None:
    """Make the calls, print what was counted, and exit with 1 when anything is left, lost or growing."""
    parser = argparse.ArgumentParser(description="Many mixed tool calls, a few of them hostile: what do they leave?")
    parser.add_argument("--calls", type=int, default=20_000)
    parser.add_argument("--at-once", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    family.adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)  # programs have users of their own
        tempfile.tempdir = folder
        figures = asyncio.run(soak(given.calls, given.at_once, random.Random(given.seed)))
    faults = judge(figures)
    print("\n".join([*figures["wrong"][:10], *faults]) or "nothing lost, nothing left, nothing grows")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(bool(faults))


async def soak(calls: int, at_once: int, draw: random.Random) -> dict[str, Any]:
    """Make the calls; return the counts, the calls by kind, those whose result was wrong or lost, and what is left."""
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    counts: list[Count] = []
    started, made = time.perf_counter(), 0
    before = _count(0, 0.0)
    print(f"{'calls':>7}{'s':>7}{'caller':>9}{'kept':>8}{'processes':>11}{'zombies':>9}{'files':>7}{'scratch':>9}")
    for batch in range(BATCHES):
        size = (batch + 1) * calls // BATCHES - made
        chosen = [draw.choice(HOSTILE if draw.random() < SHARE else ORDINARY) for _ in range(size)]
        kinds.update(kind.__name__ for kind in chosen)
        wrong += await _batch(chosen, at_once, draw)
        made += size
        counts.append(_count(made, time.perf_counter() - started))
        print(_line(counts[-1]), flush=True)
    await workers.close()
    await asyncio.to_thread(NURSERY.close)
    left = await _left(before)
    return {"kinds": kinds, "wrong": wrong, "counts": [asdict(one) for one in counts], "left": left}


async def _batch(
    chosen: list[Callable[[random.Random], Awaitable[str]]], at_once: int, draw: random.Random
) -> list[str]:
    slots = asyncio.Semaphore(at_once)

    async def one(kind: Callable[[random.Random], Awaitable[str]], seed: int) -> str:
        async with slots:
            try:
                problem = await kind(random.Random(seed))
            except Exception as error:
                problem = f"{type(error).__name__}: {error}"
            return f"{kind.__name__}: {problem}" if problem else ""

    results = await asyncio.gather(*(one(kind, draw.randrange(1 << 30)) for kind in chosen))
    return [result for result in results if result]


def _count(calls: int, seconds: float) -> Count:
    gc.collect()
    for _ in range(10):
        below = family.descendants(os.getpid())
        states = [_state(pid) for pid in below]
        if "Z" not in states:
            break
        time.sleep(0.1)  # one may be about to be collected
    return Count(
        calls,
        seconds,
        usage.memory([os.getpid()], None) / (1 << 20),
        usage.memory(below, None) / (1 << 20),
        len(below),
        states.count("Z"),
        len(os.listdir("/proc/self/fd")),
        len(os.listdir(tempfile.gettempdir())),
    )


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


async def _left(before: Count) -> dict[str, int]:
    """Return what is there that was not before, after a moment for what is just ending."""
    for _ in range(50):
        now = _count(0, 0.0)
        left = {
            name: getattr(now, name) - getattr(before, name)
            for name in ("processes", "zombies", "scratch", "descriptors")
        }
        if not any(more > 0 for more in left.values()):
            break
        await asyncio.sleep(0.1)
    return {name: more for name, more in left.items() if more > 0}


def judge(figures: dict[str, Any]) -> list[str]:
    """Return what is amiss, a sentence each."""
    faults = [f"{more} {name} left in the end" for name, more in figures["left"].items()]
    if figures["wrong"]:
        faults.append(f"{len(figures['wrong'])} results lost or wrong")
    counts = figures["counts"]
    if zombies := max(one["zombies"] for one in counts):
        faults.append(f"{zombies} zombies between batches")
    for name, most in MOST_MIB.items():
        early, late = (max(one[name] for one in some) for some in (counts[SETTLED:][:3], counts[-3:]))
        if late - early > most:
            faults.append(f"memory of the {name} grew from {early:.0f} to {late:.0f} MiB")
    return faults


def _line(one: Count) -> str:
    return (
        f"{one.calls:>7}{one.seconds:>7.0f}{one.caller:>9.1f}{one.kept:>8.1f}{one.processes:>11}{one.zombies:>9}"
        f"{one.descriptors:>7}{one.scratch:>9}"
    )


if __name__ == "__main__":
    main()
