"""Whether a run keeps every row and invents no number when the endpoint misbehaves."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.endpoint import endpoint, stats
from benchmarks.rows import Row, rows, write
from judge import Judge, loop
from judge.models.spec import ModelSpec
from judge.run.grade import grade

CALM = {"rate_limited": 0.02, "broken": 0.01, "malformed": 0.01, "hung": 0.01}
STORM = {"rate_limited": 0.2, "broken": 0.2, "malformed": 0.2, "hung": 0.2, "retry_after_s": 0.1}
TIMEOUT_S = 2.0
"""For one call, so that hung ones end soon."""


def main() -> None:
    """Run both, print what became of the rows, and exit with 1 when one is lost or wrong."""
    parser = argparse.ArgumentParser(description="Lost and wrong rows under 429, 500, malformed and hung replies.")
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--storm-rows", type=int, default=100)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    figures = {
        "some faults": measure(rows(given.rows), CALM),
        "a storm of faults": measure(rows(given.storm_rows), STORM),
    }
    for name, one in figures.items():
        print(f"{name}: {one['rows']} rows in {one['seconds']:.1f} s, {sum(one['requests'].values())} requests")
        print(f"  the endpoint's side  {_listed(one['requests'])}")
        print(f"  scored {one['scored']}, lost {one['lost']}, twice {one['twice']}, wrong {one['wrong']}")
        print(f"  unscored             {_listed(one['unscored'])}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    sys.exit(any(one["lost"] or one["twice"] or one["wrong"] for one in figures.values()))


def measure(some: list[Row], faults: dict[str, float]) -> dict[str, Any]:
    """Grade rows at a server with these faults, and compare the output with the truth."""
    with tempfile.TemporaryDirectory() as folder, endpoint(**faults) as url:
        data, out = write(some, Path(folder) / "data.jsonl"), Path(folder) / "out.jsonl"
        start = time.perf_counter()
        asyncio.run(_grade(url, data, out))
        seconds = time.perf_counter() - start
        records = [json.loads(line) for line in out.read_text().splitlines()]
        return {"seconds": seconds, "requests": stats(url)["requests"], **_compare(some, records)}


async def _grade(url: str, data: Path, out: Path) -> None:
    model = ModelSpec.parse(f"openai:bench@{url}", call_timeout_s=TIMEOUT_S)
    async with loop.adopted():  # as the command does
        await grade(Judge("direct", model), data, out)


def _compare(some: list[Row], records: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what became of the rows."""
    times = Counter(record["id"] for record in records)
    truth = {row.id: row.reward for row in some}
    scored = [record for record in records if record["value"] is not None]
    return {
        "rows": len(some),
        "scored": len(scored),
        "lost": sum(id not in times for id in truth),
        "twice": sum(count > 1 for count in times.values()),
        "wrong": sum(record["value"] != truth[record["id"]] for record in scored),
        "unscored": Counter(record["failure"]["kind"] for record in records if record["value"] is None),
    }


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


if __name__ == "__main__":
    main()
