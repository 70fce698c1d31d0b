"""Ways to have rows scored by one endpoint; `benchmarks.cost` runs each in a process of its own.

Only the scoring is measured: imports, the opening of connections and the first rows come before the clock starts.
What a contender needs is imported by it alone.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.rows import HIGHEST, LOWEST, Row, rows, write

CONCURRENCY = 64
WARM_UP = 64
"""Rows before the clock starts; none of them is measured."""
EIGHT = {"critic.samples": 8, "critic.temperature": 1.0}

Values = list[float | None]
"""The rewards in the order of the rows."""


@dataclass
class Clock:
    """CPU and wall seconds of what goes on inside `with clock`, all threads of this process together."""

    cpu: float = 0.0
    wall: float = 0.0

    def __enter__(self) -> None:
        self.cpu, self.wall = -time.process_time(), -time.perf_counter()

    def __exit__(self, *error: object) -> None:
        self.cpu, self.wall = self.cpu + time.process_time(), self.wall + time.perf_counter()


@dataclass
class Job:
    """What a contender is given."""

    url: str
    bodies: Path
    """What the judge sends for the warm-up and the rows, one JSON object per line."""
    warm: list[Row]
    rows: list[Row]
    folder: Path
    """Scratch."""
    clock: Clock = field(default_factory=Clock)


async def client(job: Job) -> Values:
    """The `openai` client as it comes, sending what the judge sends."""
    import openai

    llm = openai.AsyncOpenAI(base_url=job.url, api_key="none")
    slots = asyncio.Semaphore(CONCURRENCY)

    async def ask(body: dict[str, Any]) -> str:
        async with slots:
            reply = await llm.chat.completions.create(model="bench", **body)
        return reply.choices[0].message.content or ""

    bodies = [json.loads(line) for line in job.bodies.read_text().splitlines()]
    await asyncio.gather(*map(ask, bodies[: len(job.warm)]))
    with job.clock:
        replies = await asyncio.gather(*map(ask, bodies[len(job.warm) :]))
    return [(json.loads(reply)["score"] - LOWEST) / (HIGHEST - LOWEST) for reply in replies]


async def judge(job: Job, settings: dict[str, Any] | None = None, cache: bool = False) -> Values:
    """`Judge("direct")` on a batch of samples."""
    from judge import Judge, Response, Sample

    def samples(rows: list[Row]) -> list[Sample]:
        return [Sample(id=row.id, prompt=row.prompt, responses=(Response(text=row.response),)) for row in rows]

    file = str(job.folder / "replies.sqlite") if cache else ""
    one = Judge("direct", f"openai:bench@{job.url}", settings=settings, concurrency=CONCURRENCY, cache=file)
    warm, measured = samples(job.warm), samples(job.rows)
    await one.ascore_batch(warm)
    with job.clock:
        rewards = await one.ascore_batch(measured)
    return [reward.value for reward in rewards]


async def grade(job: Job) -> Values:
    """A whole run of `Judge("direct")`: a data set in, journal and output out."""
    from judge import Judge, loop
    from judge.run.grade import grade

    one = Judge("direct", f"openai:bench@{job.url}", concurrency=CONCURRENCY)
    warm, data = write(job.warm, job.folder / "warm.jsonl"), write(job.rows, job.folder / "data.jsonl")
    out = job.folder / "out.jsonl"
    async with loop.adopted():  # as the command does
        await grade(one, warm, job.folder / "warm.out.jsonl")
        with job.clock:
            await grade(one, data, out)
    return [json.loads(line)["value"] for line in out.read_text().splitlines()]


CONTENDERS: dict[str, Callable[[Job], Coroutine[Any, Any, Values]]] = {
    "client": client,
    "judge": judge,
    "judge, cache": partial(judge, cache=True),
    "judge, k = 8": partial(judge, settings=EIGHT),
    "grade": grade,
}


def main() -> None:
    """Run one contender and print what it took, as JSON."""
    parser = argparse.ArgumentParser(description="Run one contender and print what it took, as JSON.")
    parser.add_argument("name", choices=list(CONTENDERS))
    parser.add_argument("url")
    parser.add_argument("bodies", type=Path)
    parser.add_argument("--rows", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        job = Job(given.url, given.bodies, rows(WARM_UP, "warm"), rows(given.rows), Path(folder))
        values = asyncio.run(CONTENDERS[given.name](job))
    wrong = sum(value != row.reward for value, row in zip(values, job.rows, strict=True))
    print(json.dumps({**asdict(job.clock), "wrong": wrong}))


if __name__ == "__main__":
    main()
