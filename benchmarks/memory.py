"""Whether a run's memory grows with its data: numbers checked against references, ten times as many the second time."""

import argparse
import asyncio
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from judge import Judge, loop
from judge.run.grade import grade

SIZES = (10_000, 100_000)
MOST = 1.3
"""The peak of the largest run may be this many times the peak of the smallest."""


def main() -> None:
    """Measure, print a table, and exit with 1 when memory grows or a row is lost or wrong."""
    parser = argparse.ArgumentParser(description="Peak memory of graded runs of growing size.")
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(asyncio.run(_one(given.one))))
        return
    figures = [measure(count) for count in given.rows]
    growth = figures[-1]["peak_mib"] / figures[0]["peak_mib"]
    print(f"{'rows':>8}{'peak MiB':>10}{'rows/s':>8}{'CPU ms/row':>12}{'lost':>6}{'twice':>6}{'wrong':>6}")
    for one in figures:
        print(
            f"{one['rows']:>8}{one['peak_mib']:>10.0f}{one['rows'] / one['seconds']:>8.0f}"
            f"{1_000 * one['cpu'] / one['rows']:>12.2f}{one['lost']:>6}{one['twice']:>6}{one['wrong']:>6}"
        )
    print(f"peak of the largest / peak of the smallest {growth:.2f}   target {MOST}: {_met(growth <= MOST)}")
    if given.json:
        given.json.write_text(json.dumps({"runs": figures, "growth": growth}, indent=2) + "\n")
    sys.exit(growth > MOST or any(one["lost"] or one["twice"] or one["wrong"] for one in figures))


def measure(count: int) -> dict[str, Any]:
    """Grade `count` rows in a fresh process; return its figures with what is amiss in the output."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.jsonl"
        with data.open("w") as file:
            file.writelines(json.dumps(row) + "\n" for row in map(_row, range(count)))
        command = [sys.executable, "-m", "benchmarks.memory", "--one", str(data)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        return {"rows": count, **json.loads(done.stdout), **_check(_out(data), count)}


def _row(number: int) -> dict[str, str]:
    """A sum with an answer, wrong in every third row: about 300 characters."""
    draw = random.Random(number)
    first, second = draw.randrange(1_000), draw.randrange(1_000)
    answer = first + second + _is_wrong(number)
    working = f"We add {first} and {second} digit by digit and carry where a sum passes nine. " * 3
    return {
        "id": str(number),
        "prompt": f"What is {first} + {second}?",
        "response": f"{working}\nThe answer is {answer}.",
        "reference": str(first + second),
    }


def _is_wrong(number: int) -> bool:
    return number % 3 == 0


async def _one(data: Path) -> dict[str, float]:
    """Grade one data set in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    async with loop.adopted():  # as the command does
        await grade(Judge("verify"), data, _out(data))
    seconds, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"peak_mib": peak, "seconds": seconds, "cpu": cpu}


def _out(data: Path) -> Path:
    return data.with_name("out.jsonl")


def _check(out: Path, count: int) -> dict[str, int]:
    """Count the rows that the output lacks, has more than once, or values wrongly."""
    times = bytearray(count)
    wrong = 0
    with out.open() as file:
        for record in map(json.loads, file):
            times[record["index"]] += 1
            wrong += record["value"] != (0.0 if _is_wrong(record["index"]) else 1.0)
    return {"lost": times.count(0), "twice": count - times.count(0) - times.count(1), "wrong": wrong}


def _met(target: bool) -> str:
    return "met" if target else "MISSED"


if __name__ == "__main__":
    main()
