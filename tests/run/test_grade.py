import asyncio
import json
import tracemalloc
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError, SettingsError
from judge.run.budget import Budget
from judge.run.counts import Counts
from judge.run.grade import grade
from judge.run.options import GradeOptions
from judge.run.outcome import RunSummary
from judge.types import Failure, Fingerprint, Reward, Sample, Usage


class LengthScorer:
    """Gives a tenth of the response's length, at most 1; special responses go wrong in their ways."""

    def __init__(self, judge: str = "j", wait: Callable[[Sample], Awaitable[Any]] | None = None) -> None:
        self.fingerprint = Fingerprint(judge=judge, recipe="length", version="0")
        self.calls: Counter[str] = Counter()
        self.running = self.most = 0
        self._wait = wait

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        self.calls[sample.id] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self._wait:
                await self._wait(sample)
            return tuple(self._score(response.text) for response in sample.responses)
        finally:
            self.running -= 1

    def _score(self, text: str) -> Reward:
        cost = Usage(calls=1, prompt_tokens=10, usd=0.01)
        if text == "slow":
            return Reward(status="failed", failure=Failure(kind="timeout", message="too slow"), usage=cost)
        if text == "crash":
            raise ZeroDivisionError("a defect")
        if text == "odd crash":
            raise BaseException("no Exception at all")
        if text == "cancelled inside":
            raise asyncio.CancelledError
        if text == "no key":
            raise SettingsError("OPENAI_API_KEY is not set; set it")
        return Reward(status="ok", value=min(len(text) / 10, 1.0), rationale="by length", usage=cost)

    def foresee(self, sample: Sample) -> Usage:
        return Usage(calls=len(sample.responses))


def write(path: Path, responses: list[Any]) -> Path:
    rows = ({"id": f"r{i}", "prompt": "Q", "response": response} for i, response in enumerate(responses))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(scorer: LengthScorer, data: Path, out: Path, **options: Any) -> RunSummary:
    return asyncio.run(grade(scorer, data, out, GradeOptions(**options)))


def read(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text().splitlines()]


async def shuffle(sample: Sample) -> None:
    """Let later rows end before earlier ones."""
    await asyncio.sleep(0.01 * (int(sample.id[1:]) % 3 == 0))


def test_rewards_in_input_order_with_figures(tmp_path: Path) -> None:
    data, out = write(tmp_path / "d.jsonl", ["a" * (i % 11) for i in range(22)]), tmp_path / "new" / "out.jsonl"
    scorer = LengthScorer(wait=shuffle)
    summary = run(scorer, data, out, concurrency=5)
    records = read(out)
    assert [record["index"] for record in records] == list(range(22))
    assert [record["value"] for record in records] == [(i % 11) / 10 for i in range(22)]
    assert records[3]["id"] == "r3" and records[3]["rewards"][0]["rationale"] == "by length"
    assert scorer.most == 5 and max(scorer.calls.values()) == 1
    assert (summary.stopped, summary.rows, summary.judged, summary.resumed) == ("finished", 22, 22, 0)
    assert summary.mean == pytest.approx(0.5) and summary.std == pytest.approx(0.1**0.5)  # var of 0..1 by tenths
    assert (summary.least, summary.most, summary.scored) == (0.0, 1.0, 22)
    assert summary.histogram == (2, 2, 2, 2, 2, 2, 2, 2, 2, 4)
    assert (summary.usage.calls, summary.usage.tokens) == (22, 220) and summary.usage.usd == pytest.approx(0.22)
    assert (summary.statuses, summary.failures, summary.failures_out, summary.next) == ({"ok": 22}, {}, "", "")
    left = {path.name for path in (tmp_path / "new" / "out.jsonl.run").iterdir()}
    assert left == {"run.json", "lock"}


def test_one_bad_row_touches_no_other(tmp_path: Path) -> None:
    data = write(
        tmp_path / "d.jsonl", ["fine", "slow", "crash", None, "odd crash", "cancelled inside", ["fine", "slow"]]
    )
    with data.open("a") as file:
        file.write("not JSON\n" + json.dumps({"id": "last", "prompt": "Q", "response": "fine"}))
    summary = run(LengthScorer(), data, tmp_path / "out.jsonl")
    kinds = [(r["status"], r["failure"] and r["failure"]["kind"]) for r in read(tmp_path / "out.jsonl")]
    assert kinds == [
        ("ok", None), ("failed", "timeout"), ("failed", "internal"), ("failed", "invalid"), ("failed", "internal"),
        ("failed", "internal"), ("failed", "timeout"), ("failed", "invalid"), ("ok", None),
    ]  # fmt: skip
    records = read(tmp_path / "out.jsonl")
    assert records[2]["failure"]["message"] == "ZeroDivisionError: a defect"
    assert (records[6]["value"], records[6]["values"]) == (None, [0.4, None])
    assert summary.failures == {"internal": 3, "timeout": 2, "invalid": 2} and summary.unscored == 7
    assert summary.mean == pytest.approx(0.4) and summary.scored == 3  # what has no number is not in the mean
    failed = read(Path(summary.failures_out))
    assert [line["index"] for line in failed] == [1, 2, 3, 4, 5, 6, 7]
    assert failed[0]["row"] == {"id": "r1", "prompt": "Q", "response": "slow"}

    again = run(LengthScorer(), Path(summary.failures_out), tmp_path / "again.jsonl")
    assert again.failures == summary.failures
    assert [record["id"] for record in read(tmp_path / "again.jsonl")] == ["r1", "r2", "r3", "r4", "r5", "r6", "7"]


def test_a_finished_run_does_nothing_and_another_one_is_refused(tmp_path: Path) -> None:
    data, out = write(tmp_path / "d.jsonl", ["a", "bb"]), tmp_path / "out.jsonl"
    first = run(LengthScorer(), data, out)
    written = out.stat().st_mtime_ns
    scorer = LengthScorer()
    again = run(scorer, data, out)
    assert (again.stopped, again.judged, again.resumed, again.rows) == ("complete", 0, 2, 2)
    assert (again.mean, again.usage) == (first.mean, first.usage)
    assert not scorer.calls and out.stat().st_mtime_ns == written
    with pytest.raises(DataError, match=r"the judge's settings \(j there, k here\); choose another --out or pass --ov"):
        run(LengthScorer("k"), data, out)
    with pytest.raises(DataError, match="the map of the columns"):
        run(LengthScorer(), data, out, fields={"prompt": "id"})
    assert run(LengthScorer("k"), data, out, overwrite=True).judged == 2
    (tmp_path / "mine.jsonl").write_text("precious\n")
    with pytest.raises(DataError, match="exists and is not this run's"):
        run(LengthScorer(), data, tmp_path / "mine.jsonl")
    assert (tmp_path / "mine.jsonl").read_text() == "precious\n" and not (tmp_path / "mine.jsonl.run").exists()


def test_a_limit_and_then_a_larger_one(tmp_path: Path) -> None:
    data, out, scorer = write(tmp_path / "d.jsonl", ["a"] * 10), tmp_path / "out.parquet", LengthScorer()
    first = run(scorer, data, out, limit=4)
    assert (first.stopped, first.rows, first.next) == ("limit", 4, "raise the limit and start the run again to go on")
    assert (run(scorer, data, out, limit=4).stopped, run(scorer, data, out, limit=2).stopped) == ("complete",) * 2
    second = run(scorer, data, out, limit=7)
    assert (second.stopped, second.rows, second.judged, second.resumed) == ("limit", 7, 3, 4)
    last = run(scorer, data, out)
    assert (last.stopped, last.rows, last.judged) == ("finished", 10, 3)
    assert len(scorer.calls) == 10 and max(scorer.calls.values()) == 1
    assert not (tmp_path / "out.parquet.run" / "journal.jsonl").exists()


def test_a_budget_counts_all_sittings_and_rows_in_flight_are_finished(tmp_path: Path) -> None:
    data, out, scorer = write(tmp_path / "d.jsonl", ["a"] * 30), tmp_path / "out.jsonl", LengthScorer(wait=shuffle)
    first = run(scorer, data, out, budget=Budget(tokens=100), concurrency=4)
    assert first.stopped == "budget" and "the budget of 100 tokens is used up" in first.note
    assert 10 <= first.rows <= 13 and len(read(out)) == first.rows == sum(scorer.calls.values())
    stuck = run(scorer, data, out, budget=Budget(tokens=100))
    assert (stuck.stopped, stuck.judged) == ("budget", 0)
    last = run(scorer, data, out, budget=Budget(tokens=1000))
    assert (last.stopped, last.rows, last.usage.tokens) == ("finished", 30, 300)
    assert max(scorer.calls.values()) == 1


def test_a_budget_in_dollars_needs_prices(tmp_path: Path) -> None:
    data = write(tmp_path / "d.jsonl", ["a"])
    with pytest.raises(SettingsError, match="needs prices"):
        run(LengthScorer(), data, tmp_path / "out.jsonl", budget=Budget(usd=1))


def test_a_wrong_set_up_ends_the_run_and_keeps_what_was_judged(tmp_path: Path) -> None:
    data, out = write(tmp_path / "d.jsonl", ["a", "b", "no key", "d"]), tmp_path / "out.jsonl"
    scorer = LengthScorer()
    with pytest.raises(SettingsError, match="OPENAI_API_KEY is not set"):
        run(scorer, data, out, concurrency=1)
    assert scorer.calls.keys() == {"r0", "r1", "r2"} and not out.exists()
    assert run(LengthScorer(), data, out, limit=2).resumed == 2


def test_a_stop_gives_rows_in_flight_a_moment_and_writes_what_there_is(tmp_path: Path) -> None:
    data, out = write(tmp_path / "d.jsonl", ["a"] * 50), tmp_path / "out.jsonl"

    async def sitting() -> tuple[RunSummary, LengthScorer]:
        stop, never = asyncio.Event(), asyncio.Event()

        async def wait(sample: Sample) -> None:
            if sample.id == "r5":
                await never.wait()
            await asyncio.sleep(0.02)
            if sample.id == "r6":
                stop.set()

        scorer = LengthScorer(wait=wait)
        return await grade(scorer, data, out, GradeOptions(concurrency=3, grace_s=0.2), stop=stop), scorer

    summary, scorer = asyncio.run(sitting())
    indices = [record["index"] for record in read(out)]
    assert summary.stopped == "interrupted" and summary.next == "start the same run again to go on"
    assert 5 not in indices and 6 in indices and len(indices) == len(scorer.calls) - 1 == summary.rows
    rest = LengthScorer()
    done = run(rest, data, out)
    assert done.stopped == "finished" and [record["index"] for record in read(out)] == list(range(50))
    assert rest.calls.keys() == {f"r{i}" for i in range(50) if i not in indices}


def test_only_one_run_at_a_time_writes_an_output(tmp_path: Path) -> None:
    data, out = write(tmp_path / "d.jsonl", ["a"] * 3), tmp_path / "out.jsonl"

    async def both() -> None:
        begun = asyncio.Event()

        async def wait(sample: Sample) -> None:
            begun.set()
            await asyncio.sleep(0.05)

        first = asyncio.create_task(grade(LengthScorer(wait=wait), data, out))
        await begun.wait()
        with pytest.raises(DataError, match="another run is writing"):
            await grade(LengthScorer(), data, out)
        assert (await first).rows == 3

    asyncio.run(both())


def test_no_path_may_cost_anybody_a_file(tmp_path: Path) -> None:
    data = write(tmp_path / "d.jsonl", ["a", "slow"])
    out = tmp_path / "out.jsonl"
    with pytest.raises(DataError, match="must be different files"):
        run(LengthScorer(), data, tmp_path / "x" / ".." / "d.jsonl", overwrite=True)
    with pytest.raises(DataError, match="must be different files"):
        run(LengthScorer(), data, out, failures=out)
    (tmp_path / "mine.jsonl").write_text("precious\n")
    with pytest.raises(DataError, match=r"mine\.jsonl' exists and is not this run's"):
        run(LengthScorer(), data, out, failures=tmp_path / "mine.jsonl")
    failed = Path(run(LengthScorer(), data, out).failures_out)
    with pytest.raises(DataError, match="must be different files"):
        run(LengthScorer(), failed, out, overwrite=True)
    assert len(read(failed)) == 1 and len(read(out)) == 2


def test_failed_rows_go_where_they_are_wanted(tmp_path: Path) -> None:
    data, out, place = write(tmp_path / "d.jsonl", ["a", "slow"]), tmp_path / "out.jsonl", tmp_path / "new" / "f.jsonl"
    summary = run(LengthScorer(), data, out, failures=place)
    assert summary.failures_out == str(place) and len(read(place)) == 1
    assert str(place) in summary.next
    write(data, ["a", "fast"])
    assert run(LengthScorer(), data, out, failures=place, overwrite=True).failures_out == ""
    assert read(place) == []


def test_who_watches_sees_every_row(tmp_path: Path) -> None:
    data = write(tmp_path / "d.jsonl", ["a"] * 8 + ["slow"])
    seen: list[tuple[int, int]] = []

    def watch(counts: Counts) -> None:
        seen.append((counts.rows, counts.failures["timeout"]))

    asyncio.run(grade(LengthScorer(), data, tmp_path / "out.jsonl", GradeOptions(concurrency=2), watch=watch))
    assert seen[-1] == (9, 1) and seen == sorted(seen) and len(seen) >= 4


def test_memory_does_not_grow_with_the_data(tmp_path: Path) -> None:
    data = write(tmp_path / "d.jsonl", ["word " * 4_000] * 1_000)
    assert data.stat().st_size > 20_000_000
    tracemalloc.start()
    summary = run(LengthScorer(), data, tmp_path / "out.jsonl", concurrency=8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert summary.rows == 1_000 and peak < 4_000_000
