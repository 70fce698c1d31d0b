"""Endpoints that are down when a run begins, go down while it goes on, or fail some rows; and starting again."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import ModelError
from judge.run.budget import Budget
from judge.run.grade import grade
from judge.run.options import GradeOptions
from judge.run.outcome import RunSummary
from judge.types import Failure, FailureKind, Fingerprint, Reward, Sample, Usage

Fails = Callable[[Sample, int], FailureKind | None]
PASSING = ("connection", "provider", "rate_limited", "timeout")


class Scorer:
    """Gives every response 1 at a cent a call, unless `fails(sample, calls before)` names a failure for the row."""

    def __init__(self, fails: Fails = lambda sample, before: None, judge: str = "j") -> None:
        self.fingerprint = Fingerprint(judge=judge, recipe="r", version="0")
        self.calls: Counter[str] = Counter()
        self.running = self.most = 0
        self._fails = fails

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        kind = self._fails(sample, self.calls.total())
        self.calls[sample.id] += 1
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.001)
        self.running -= 1
        return tuple(self._reward(kind if response.text != "fine" else None) for response in sample.responses)

    def _reward(self, kind: FailureKind | None) -> Reward:
        cost = Usage(calls=1, usd=0.01)
        if kind is None:
            return Reward(status="ok", value=1.0, usage=cost)
        failure = Failure(kind=kind, message=f"it said {kind}; look there", retryable=kind in PASSING)
        return Reward(status="failed", failure=failure, usage=cost)

    def foresee(self, sample: Sample) -> Usage:
        return Usage(calls=1, usd=0.01)


def write(folder: Path, rows: int, response: Any = "A") -> Path:
    lines = (json.dumps({"id": f"r{i}", "prompt": "Q", "response": response}) for i in range(rows))
    (folder / "d.jsonl").write_text("\n".join(lines))
    return folder / "d.jsonl"


def run(scorer: Scorer, data: Path, **options: Any) -> RunSummary:
    return asyncio.run(grade(scorer, data, data.with_name("out.jsonl"), GradeOptions(**options)))


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def always(kind: FailureKind) -> Fails:
    return lambda sample, before: kind


def only(kind: FailureKind, *ids: str) -> Fails:
    return lambda sample, before: kind if sample.id in ids else None


# ------------------------------------------------------------------ the first row


@pytest.mark.parametrize("kind", ["connection", "auth"])
def test_an_endpoint_that_is_down_costs_one_row_and_leaves_no_trace(tmp_path: Path, kind: FailureKind) -> None:
    data, down = write(tmp_path, 20), Scorer(always(kind))
    with pytest.raises(ModelError) as caught:
        run(down, data)
    assert str(caught.value) == (
        f"it said {kind}; look there; nothing was recorded; start the same run again when it is mended"
    )
    assert caught.value.kind == kind and down.calls == {"r0": 1}
    assert {path.name for path in tmp_path.glob("**/*")} == {"d.jsonl", "out.jsonl.run", "lock"}
    assert run(Scorer(judge="another"), data).rows == 20  # nothing binds the output to the judge that could not work


def test_a_request_that_the_endpoint_refuses_must_be_refused_three_times_to_stop_the_run(tmp_path: Path) -> None:
    data, wrong = write(tmp_path, 20), Scorer(always("bad_request"))
    with pytest.raises(ModelError, match="it said bad_request; look there; nothing was recorded"):
        run(wrong, data)
    assert wrong.calls.keys() == {"r0", "r1", "r2"}
    summary = run(Scorer(only("bad_request", "r0", "r1")), data)
    assert (summary.rows, summary.failures, summary.retryable) == (20, {"bad_request": 2}, 0)
    assert [record["failure"] is None for record in read(tmp_path)] == [False, False] + [True] * 18


def test_a_file_of_which_every_row_is_refused_is_not_recorded(tmp_path: Path) -> None:
    data = write(tmp_path, 2)
    with pytest.raises(ModelError, match="nothing was recorded"):
        run(Scorer(always("bad_request")), data)


def test_a_last_row_that_is_refused_does_not_keep_a_run_from_its_end(tmp_path: Path) -> None:
    data, scorer = write(tmp_path, 5), Scorer(only("bad_request", "r4"))
    assert run(scorer, data, limit=4).stopped == "limit"
    summary = run(scorer, data)
    assert (summary.stopped, summary.failures) == ("finished", {"bad_request": 1})


def test_the_first_row_goes_alone_and_rows_that_are_no_samples_do_not_count(tmp_path: Path) -> None:
    data = write(tmp_path, 12)
    data.write_text("broken\nbroken\n" + data.read_text())
    alone: list[int] = []
    scorer = Scorer(lambda sample, before: alone.append(scorer.running) if sample.id in ("r0", "r1") else None)
    summary = run(scorer, data, concurrency=4)
    assert alone == [0, 0] and scorer.most == 4 and summary.failures == {"invalid": 2}
    assert summary.note == f"the first failure: {read(tmp_path)[0]['failure']['message']}"
    assert "d.jsonl line 1 is not JSON" in summary.note


def test_an_endpoint_that_is_down_at_a_later_start_takes_nothing_away(tmp_path: Path) -> None:
    data = write(tmp_path, 20)
    run(Scorer(), data, limit=5)
    before = (tmp_path / "out.jsonl").read_bytes()
    with pytest.raises(ModelError, match="nothing was recorded"):
        run(Scorer(always("connection")), data)
    assert (tmp_path / "out.jsonl").read_bytes() == before
    assert run(Scorer(), data).resumed == 5


# ------------------------------------------------------------------ an endpoint that goes down


def test_a_run_whose_endpoint_goes_down_stops_and_the_next_start_judges_what_failed(tmp_path: Path) -> None:
    data = write(tmp_path, 400)
    dying = Scorer(lambda sample, before: "provider" if before >= 100 else None)
    first = run(dying, data, concurrency=8)
    assert (first.stopped, first.note) == ("outage", "it said provider; look there")
    assert first.next == "start the same run again when it is mended"
    assert first.statuses["ok"] == 100 and 50 <= first.retryable <= 57 and first.rows == dying.calls.total()
    assert [record["index"] for record in read(tmp_path)] == list(range(first.rows))

    healthy = Scorer()
    done = run(healthy, data, concurrency=8)
    assert (done.stopped, done.statuses, done.retryable) == ("finished", {"ok": 400}, 0)
    assert (done.resumed, done.judged) == (100, 300) and healthy.calls.total() == 300
    assert [(r["index"], r["value"]) for r in read(tmp_path)] == [(i, 1.0) for i in range(400)]
    assert done.usage.calls == 300 + first.rows  # what failed was paid for as well
    assert not (tmp_path / "out.jsonl.run" / "journal.jsonl").exists()


@pytest.mark.parametrize("fails", [
    lambda sample, before: "provider" if before % 50 else None,
    lambda sample, before: "refused" if before else None,
    lambda sample, before: "unparseable" if before else None,
])  # fmt: skip
def test_failures_that_are_no_outage_stop_no_run(tmp_path: Path, fails: Fails) -> None:
    summary = run(Scorer(fails), write(tmp_path, 160), concurrency=1)
    assert (summary.stopped, summary.rows) == ("finished", 160)


def test_as_many_failures_as_there_are_rows_in_flight_are_no_outage_yet(tmp_path: Path) -> None:
    summary = run(Scorer(lambda sample, before: "timeout" if before else None), write(tmp_path, 600), concurrency=200)
    assert summary.stopped == "outage" and 200 <= summary.retryable < 400


def test_rows_that_hang_in_an_outage_get_the_grace_and_no_more(tmp_path: Path) -> None:
    class Hanging(Scorer):
        async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
            if sample.id == "r3":
                await asyncio.Event().wait()
            return await super().ascore_sample(sample)

    data = write(tmp_path, 200)
    dying = Hanging(lambda sample, before: "connection" if before else None)
    summary = run(dying, data, concurrency=8, grace_s=0.05)
    assert summary.stopped == "outage" and "r3" not in {record["id"] for record in read(tmp_path)}
    assert run(Scorer(), data).statuses == {"ok": 200}


# ------------------------------------------------------------------ rows whose failure may pass


def test_a_finished_run_judges_rows_again_whose_failure_may_pass_and_no_others(tmp_path: Path) -> None:
    data = write(tmp_path, 10)
    passing, lasting = ("r2", "r5", "r7"), ("r4", "r6")
    both: Fails = lambda s, _: "rate_limited" if s.id in passing else "refused" if s.id in lasting else None  # noqa: E731
    first = run(Scorer(both), data)
    assert (first.stopped, first.retryable, first.unscored) == ("finished", 3, 5)
    assert first.next == "start the same run again to judge the 3 rows whose failure may pass"

    partly = Scorer(only("timeout", "r5"))
    second = run(partly, data)
    assert partly.calls == dict.fromkeys(passing, 1)
    assert (second.judged, second.resumed, second.rows) == (3, 7, 10)
    assert (second.failures, second.retryable) == ({"refused": 2, "timeout": 1}, 1)
    assert second.next.endswith("judge the 1 row whose failure may pass")
    assert (second.usage.calls, second.scored) == (13, 7)

    last = Scorer()
    third = run(last, data)
    assert last.calls == {"r5": 1} and third.usage.calls == 14 and third.failures == {"refused": 2}
    assert third.next == f"give {third.failures_out} as the data of a new run to judge these rows again"
    assert [record["index"] for record in read(tmp_path)] == list(range(10))
    assert [line["id"] for line in map(json.loads, Path(third.failures_out).read_text().splitlines())] == [*lasting]
    nobody = Scorer()
    assert run(nobody, data).stopped == "complete" and not nobody.calls


def test_a_row_of_several_responses_is_judged_again_when_one_of_them_may_pass(tmp_path: Path) -> None:
    data = write(tmp_path, 3, ["fine", "A"])
    first = run(Scorer(only("provider", "r1")), data)
    assert (first.scored, first.retryable, read(tmp_path)[1]["values"]) == (5, 1, [1.0, None])
    second = run(Scorer(), data)
    assert (second.scored, second.retryable, read(tmp_path)[1]["values"]) == (6, 0, [1.0, 1.0])


def test_rows_that_a_sitting_does_not_come_to_stay_as_they_were(tmp_path: Path) -> None:
    data = write(tmp_path, 10)
    first = run(Scorer(only("timeout", "r3", "r8")), data, limit=9)
    assert (first.rows, first.retryable) == (9, 2)
    part = Scorer()
    second = run(part, data, limit=5)
    assert part.calls == {"r3": 1} and (second.rows, second.judged, second.retryable) == (9, 1, 1)
    assert [record["status"] for record in read(tmp_path)] == ["ok"] * 8 + ["failed"]
    poor = Scorer()
    third = run(poor, data, budget=Budget(usd=0.05))
    assert (third.stopped, third.rows, third.retryable) == ("budget", 9, 1) and not poor.calls
    assert run(Scorer(), data).statuses == {"ok": 10}


def test_an_output_that_a_kill_left_behind_its_journal_is_written_by_the_next_sitting(tmp_path: Path) -> None:
    data = write(tmp_path, 5)
    run(Scorer(only("timeout", "r1")), data, limit=3)
    written = {path: path.read_bytes() for path in (tmp_path / "out.jsonl", tmp_path / "out.jsonl.run" / "run.json")}
    run(Scorer(), data, limit=3)
    for path, content in written.items():  # as if that sitting had been killed after its last row
        path.write_bytes(content)
    nobody = Scorer()
    third = run(nobody, data, limit=3)
    assert third.statuses == {"ok": 3} and not nobody.calls
    assert [record["value"] for record in read(tmp_path)] == [1.0] * 3
    assert run(nobody, data, limit=3).stopped == "complete"
