"""What a judgment costs beside the model: CPU of the judge against the bare client, in one run.

Contenders take turns, each in a fresh process, and the median counts, so that a busy machine is unfair to none. Ratios
of CPU seconds inside one run are the figures to compare; wall seconds and figures from other machines are not.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.contenders import CONTENDERS, WARM_UP
from benchmarks.endpoint import endpoint
from benchmarks.rows import rows
from judge import Judge, Sample
from judge.models.base import Capabilities, Completion, Reply, Request

LATENCY_MS = 50
TARGETS = {("judge", "client"): 1.2, ("judge, cache", "client"): None, ("grade", "client"): None,
           ("judge, k = 8", "judge"): 2.0}  # fmt: skip
"""The most that the first may cost as a multiple of the second; None is for the record."""


class _Notebook:
    """A model that notes what it is asked."""

    name = "notebook"
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.bodies: list[str] = []

    async def complete(self, request: Request) -> Reply:
        self.bodies.append(json.dumps(request.body))
        return Reply((Completion('{"critique": "noted", "score": 1}'),))

    async def close(self) -> None:
        pass


def main() -> None:
    """Measure, print a table, and write the figures where they were asked for."""
    parser = argparse.ArgumentParser(description="Client CPU per row: the judge against the bare openai client.")
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder, endpoint(latency_ms=LATENCY_MS) as url:
        note_bodies(Path(folder) / "bodies.jsonl", given.rows)
        for _ in range(given.repetitions):
            for name in CONTENDERS:
                measured[name].append(_run(name, url, Path(folder), given.rows))
    figures = summarise(measured, given.rows)
    print(table(figures))
    if given.json:
        given.json.write_text(json.dumps({"rows": given.rows, "latency_ms": LATENCY_MS, **figures}, indent=2) + "\n")


def note_bodies(path: Path, count: int) -> None:
    """Write what the judge would send, so that the bare client can send the same."""
    notebook = _Notebook()
    samples = [Sample(prompt=row.prompt, responses=row.response) for row in rows(WARM_UP, "warm") + rows(count)]
    Judge("direct", notebook, concurrency=1).score_batch(samples)
    path.write_text("\n".join(notebook.bodies) + "\n")


def _run(name: str, url: str, shared: Path, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bodies.jsonl").symlink_to(shared / "bodies.jsonl")
        command = [sys.executable, "-m", "benchmarks.contenders", name, url, folder, "--rows", str(count)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    took: dict[str, float] = json.loads(done.stdout)
    if took["wrong"]:
        raise SystemExit(f"{name!r} scored {took['wrong']} of {count} rows wrongly; its cost means nothing")
    return took


def summarise(measured: dict[str, list[dict[str, float]]], count: int) -> dict[str, object]:
    """Return CPU in ms per row by contender, every repetition, and the median ratios inside the repetitions."""
    cpu = {name: [1_000 * took["cpu"] / count for took in several] for name, several in measured.items()}
    rate = {name: [count / took["wall"] for took in several] for name, several in measured.items()}
    ratios = {
        f"{above} / {below}": statistics.median(a / b for a, b in zip(cpu[above], cpu[below], strict=True))
        for above, below in TARGETS
    }
    return {"cpu_ms_per_row": cpu, "rows_per_second": rate, "ratios": ratios}


def table(figures: dict[str, object]) -> str:
    raise NotImplementedError


if __name__ == "__main__":
    main()
