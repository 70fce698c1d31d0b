"""What a judgment costs beside the model: CPU of the judge against the bare client, in one run.

Contenders take turns, each in a fresh process, so that a busy machine is unfair to none, and medians count. Ratios of
CPU seconds inside one run are the figures to compare; wall seconds, and milliseconds from other machines, are not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import CONTENDERS, WARM_UP
from benchmarks.endpoint import endpoint
from benchmarks.rows import rows
from judge import Judge, Response, Sample
from judge.models.base import Capabilities, Completion, Reply, Request

LATENCY_MS = 50
RATIOS: list[tuple[str, str, float | None]] = [
    ("judge", "client", 1.2),
    ("judge, cache", "client", None),
    ("judge, k = 8", "judge", 2.0),
    ("grade", "client", None),
]
"""What is compared with what, and the target: the ratio that it may be at most, or None."""


def main() -> None:
    """Measure, print a table, and write the figures where they were asked for."""
    parser = argparse.ArgumentParser(description="CPU per row: the judge against the bare openai client.")
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = measure(given.rows, given.repetitions)
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


def measure(count: int, repetitions: int) -> dict[str, Any]:
    """Return medians of CPU and throughput by contender, and of the ratios inside the repetitions."""
    cpu: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    rate: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder, endpoint(latency_ms=LATENCY_MS) as url:
        bodies = note_bodies(Path(folder) / "bodies.jsonl", count)
        for _ in range(repetitions):
            for name in CONTENDERS:
                took = run(name, url, bodies, count)
                cpu[name].append(1_000 * took["cpu"] / count)
                rate[name].append(count / took["wall"])
    return {
        "rows": count,
        "latency_ms": LATENCY_MS,
        "cpu_ms_per_row": {name: median(several) for name, several in cpu.items()},
        "rows_per_second": {name: median(several) for name, several in rate.items()},
        "ratios": {f"{a} / {b}": median(x / y for x, y in zip(cpu[a], cpu[b], strict=True)) for a, b, _ in RATIOS},
    }


def note_bodies(path: Path, count: int) -> Path:
    """Write what the judge sends for every row, so that the bare client can send the same."""
    notebook = _Notebook()
    samples = [
        Sample(prompt=row.prompt, responses=(Response(text=row.response),))
        for row in rows(WARM_UP, "warm") + rows(count)
    ]
    Judge("direct", notebook, concurrency=1).score_batch(samples)
    path.write_text("\n".join(map(json.dumps, notebook.bodies)) + "\n")
    return path


def run(name: str, url: str, bodies: Path, count: int) -> dict[str, float]:
    """Run one contender in a fresh process and return its CPU and wall seconds.

    Raises:
        SystemExit: it scored a row wrongly, so that its cost means nothing.
    """
    command = [sys.executable, "-m", "benchmarks.contenders", name, url, str(bodies), f"--rows={count}"]
    took: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if took["wrong"]:
        raise SystemExit(f"{name!r} scored {took['wrong']} of {count} rows wrongly, so its cost means nothing")
    return took


def table(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [f"{'':16}{'CPU ms/row':>12}{'rows/s':>9}"]
    for name, cpu in figures["cpu_ms_per_row"].items():
        lines.append(f"{name:16}{cpu:12.2f}{figures['rows_per_second'][name]:9.0f}")
    lines.append("")
    for (above, below, most), ratio in zip(RATIOS, figures["ratios"].values(), strict=True):
        target = "" if most is None else f"   target {most:.1f}: {'met' if ratio <= most else 'MISSED'}"
        lines.append(f"{above + ' / ' + below:24}{ratio:6.2f}{target}")
    return "\n".join(lines)


class _Notebook:
    """A model that notes what it is asked."""

    name = "notebook"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    async def complete(self, request: Request) -> Reply:
        self.bodies.append(request.body)
        return Reply((Completion('{"critique": "noted", "score": 1}'),))

    async def close(self) -> None:
        """Nothing is open."""


if __name__ == "__main__":
    main()
