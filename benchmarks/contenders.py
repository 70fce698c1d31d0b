"""Ways to have rows scored by one endpoint, each run in a process of its own by `benchmarks.cost`.

Only the grading is measured: imports, the opening of connections and the first rows come before the clock starts.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, rows, write

CONCURRENCY = 64
WARM_UP = 64
"""Rows before the clock starts; they are none of the rows that are measured."""
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
    folder: Path
    """Holds `bodies.jsonl`, what a judge sends for `warm` and `rows`; scratch otherwise."""
    count: int
    clock: Clock = field(default_factory=Clock)

    @property
    def warm(self) -> list[Row]:
        return rows(WARM_UP, "warm")

    @property
    def rows(self) -> list[Row]:
        return rows(self.count)


async def client(job: Job) -> Values:
    """The `openai` client as it comes, sending what the judge sends."""
    import openai

    llm = openai.AsyncOpenAI(base_url=job.url, api_key="none")
    slots = asyncio.Semaphore(CONCURRENCY)

    async def ask(body: dict[str, Any]) -> str:
        async with slots:
            reply = await llm.chat.completions.create(model="bench", **body)
        return reply.choices[0].message.content or ""

    bodies = [json.loads(line) for line in (job.folder / "bodies.jsonl").open()]
    await asyncio.gather(*map(ask, bodies[:WARM_UP]))
    with job.clock:
        replies = await asyncio.gather(*map(ask, bodies[WARM_UP:]))
    return [(json.loads(reply)["score"] - 1) / 9 for reply in replies]


async def judge(job: Job, settings: dict[str, Any] | None = None, cache: bool = False) -> Values:
    """`Judge("direct")` on a batch of samples."""
    from judge import Judge, Sample

    one = Judge("direct", f"openai:bench@{job.url}", settings=settings, concurrency=CONCURRENCY,
                cache=str(job.folder / "replies.sqlite") if cache else "")  # fmt: skip
    warm, samples = (
        [Sample(id=row.id, prompt=row.prompt, responses=row.response) for row in some] for some in (job.warm, job.rows)
    )
    await one.ascore_batch(warm)
    with job.clock:
        rewards = await one.ascore_batch(samples)
    return [reward.value for reward in rewards]


async def grade(job: Job) -> Values:
    """A whole run of `Judge("direct")`: data set in, journal and output out."""
    from judge import Judge
    from judge.run.grade import grade
    from judge.run.options import GradeOptions

    one = Judge("direct", f"openai:bench@{job.url}", concurrency=CONCURRENCY)
    warm, data = (write(some, job.folder / f"{some[0].id}.jsonl") for some in (job.warm, job.rows))
    options = GradeOptions(concurrency=CONCURRENCY)
    await grade(one, warm, job.folder / "warm.out.jsonl", options)
    with job.clock:
        await grade(one, data, job.folder / "out.jsonl", options)
    return [json.loads(line)["value"] for line in (job.folder / "out.jsonl").open()]


CONTENDERS: dict[str, Callable[[Job], Any]] = {
    "client": client,
    "judge": judge,
    "judge, cache": partial(judge, cache=True),
    "judge, k = 8": partial(judge, settings=EIGHT),
    "grade": grade,
}


def main() -> None:
    """Run one contender and print what it took as JSON."""
    parser = argparse.ArgumentParser(description="Run one contender and print what it took as JSON.")
    parser.add_argument("name", choices=list(CONTENDERS))
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000)
    given = parser.parse_args()
    job = Job(given.url, given.folder, given.rows)
    values = asyncio.run(CONTENDERS[given.name](job))
    wrong = sum(value != row.reward for value, row in zip(values, job.rows, strict=True))
    print(json.dumps({**asdict(job.clock), "wrong": wrong}))


if __name__ == "__main__":
    main()
