"""Real processes that are stopped and killed. The file is also the program that is run."""

import asyncio
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from judge.run.grade import grade
from judge.run.interrupt import stop_on_interrupt
from judge.run.options import GradeOptions
from judge.types import Failure, Fingerprint, Reward, Sample, Usage

ROWS, CONCURRENCY = 1_200, 16


class CountingScorer:
    """Appends the id of every sample that it begins to a file, and takes a few milliseconds.

    As long as there is a file called `flaky`, the endpoint fails every third row.
    """

    fingerprint = Fingerprint(judge="counting", recipe="counting", version="0")

    def __init__(self, folder: Path) -> None:
        self._calls = os.open(folder / "calls", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._flaky = (folder / "flaky").exists()

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        os.write(self._calls, f"{sample.id}\n".encode())
        await asyncio.sleep(random.uniform(0.001, 0.02))
        if self._flaky and int(sample.id[1:]) % 3 == 0:
            failure = Failure(kind="provider", message="out of order", retryable=True)
            return (Reward(status="failed", failure=failure, sample=sample.id),)
        rationale = "x" * random.choice((10, 1_000, 20_000))
        return (Reward(status="ok", value=float(sample.responses[0].text), rationale=rationale, sample=sample.id),)

    def foresee(self, sample: Sample) -> Usage:
        return Usage()


async def main(folder: Path) -> None:
    scorer = CountingScorer(folder)
    with stop_on_interrupt() as stop:
        summary = await grade(scorer, folder / "data.csv", folder / "out.jsonl",
                              GradeOptions(concurrency=CONCURRENCY), stop=stop)  # fmt: skip
    print(summary.to_json())


def begin(folder: Path, room: int | None = None) -> subprocess.Popen[str]:
    """Start the program; no file of its can grow beyond `room` bytes, as on a full disk."""
    command = [sys.executable, __file__, str(folder), *([str(room)] if room else [])]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def calls(folder: Path) -> int:
    path = folder / "calls"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait_for_calls(process: subprocess.Popen[str], folder: Path, more: int) -> None:
    target = calls(folder) + more
    while calls(folder) < target and process.poll() is None:
        time.sleep(0.002)


def write_rows(folder: Path) -> None:
    lines = (f"r{i},Q,{i % 2}\n" for i in range(ROWS))
    (folder / "data.csv").write_text("id,prompt,response\n" + "".join(lines))


def check_out(folder: Path) -> None:
    records = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [record["index"] for record in records] == list(range(ROWS))
    assert [record["id"] for record in records] == [f"r{i}" for i in range(ROWS)]
    assert all(record["value"] == record["index"] % 2 for record in records)


def test_killed_again_and_again_every_row_is_there_once_and_little_is_done_twice(tmp_path: Path) -> None:
    write_rows(tmp_path)
    kills = 4
    for _ in range(kills):
        process = begin(tmp_path)
        wait_for_calls(process, tmp_path, random.randint(1, ROWS // 6))
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert not (tmp_path / "out.jsonl").exists()
    last = begin(tmp_path)
    summary = json.loads(last.communicate()[0])
    assert last.returncode == 0 and (summary["stopped"], summary["rows"]) == ("finished", ROWS)
    check_out(tmp_path)
    assert ROWS <= calls(tmp_path) <= ROWS + kills * CONCURRENCY


def test_killed_while_failed_rows_are_judged_again_every_row_is_there_once_with_its_last_record(tmp_path: Path) -> None:
    write_rows(tmp_path)
    (tmp_path / "flaky").touch()
    first = json.loads(begin(tmp_path).communicate()[0])
    assert (first["stopped"], first["statuses"]) == ("finished", {"ok": ROWS * 2 // 3, "failed": ROWS // 3})
    (tmp_path / "flaky").unlink()
    process = begin(tmp_path)
    wait_for_calls(process, tmp_path, random.randint(1, ROWS // 8))
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    last = json.loads(begin(tmp_path).communicate()[0])
    assert (last["stopped"], last["statuses"]) == ("finished", {"ok": ROWS})
    check_out(tmp_path)
    assert ROWS * 4 // 3 <= calls(tmp_path) <= ROWS * 4 // 3 + CONCURRENCY


def test_ctrl_c_ends_cleanly_and_the_next_start_goes_on(tmp_path: Path) -> None:
    write_rows(tmp_path)
    process = begin(tmp_path)
    wait_for_calls(process, tmp_path, 100)
    process.send_signal(signal.SIGINT)
    summary = json.loads(process.communicate()[0])
    assert process.returncode == 0 and summary["stopped"] == "interrupted"
    assert summary["rows"] == len((tmp_path / "out.jsonl").read_text().splitlines()) == calls(tmp_path) < ROWS
    last = begin(tmp_path)
    done = json.loads(last.communicate()[0])
    assert (done["stopped"], done["resumed"]) == ("finished", summary["rows"])
    check_out(tmp_path)
    assert calls(tmp_path) == ROWS


def test_a_full_disk_ends_the_run_in_one_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    write_rows(tmp_path)
    process = begin(tmp_path, room=300_000)
    said = process.communicate()[1]
    assert process.returncode == 1 and not (tmp_path / "out.jsonl").exists()
    assert "JudgeError: cannot write" in said and "make room and start the same run again" in said
    begun, kept = calls(tmp_path), (tmp_path / "out.jsonl.run" / "journal.jsonl").read_bytes()
    assert kept.endswith(b"}\n") and 250_000 < len(kept) <= 300_000
    last = begin(tmp_path)
    done = json.loads(last.communicate()[0])
    assert (done["stopped"], done["resumed"]) == ("finished", kept.count(b"\n") - 1)
    check_out(tmp_path)
    assert calls(tmp_path) <= ROWS + 2 * CONCURRENCY and begun < ROWS


if __name__ == "__main__":
    if len(sys.argv) > 2:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    asyncio.run(main(Path(sys.argv[1])))
