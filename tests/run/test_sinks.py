import json
from pathlib import Path

import pyarrow.parquet
import pytest

from judge.errors import DataError, JudgeError
from judge.run.identity import Identity
from judge.run.journal import Journal
from judge.run.record import Record
from judge.run.sinks import check_out, write_failures, write_out
from judge.types import Failure, Reward, Usage

OK = Reward(status="ok", value=0.75, rationale="right", usage=Usage(calls=2, prompt_tokens=30, seconds=0.5, usd=0.01))
LOW = Reward(status="ok", value=0.0, usage=Usage(calls=1, completion_tokens=7))
LATE = Reward(status="failed", failure=Failure(kind="timeout", message="too slow"))
UNSURE = Reward(status="abstained", failure=Failure(kind="undecided", message="2 of 4"))


def records() -> list[Record]:
    return [
        Record.of(0, "a", [OK]),
        Record.of(1, "b", [OK, LOW]),
        Record.of(2, "c", [UNSURE, LATE, OK]),
        Record.of(3, "d", [UNSURE]),
        Record.failed(4, "4", "invalid", "line 5 is not JSON"),
    ]


def test_a_record_tells_the_row_in_short() -> None:
    one, two, three, four, five = records()
    assert (one.status, one.value, one.values, one.rationale, one.usage) == ("ok", 0.75, (0.75,), "right", OK.usage)
    assert (two.status, two.value, two.values, two.rationale) == ("ok", None, (0.75, 0.0), "")
    assert two.usage == Usage(calls=3, prompt_tokens=30, completion_tokens=7, seconds=0.5, usd=0.01)
    assert (three.status, three.failure, three.values) == ("failed", LATE.failure, (None, None, 0.75))
    assert (four.status, four.failure, four.value) == ("abstained", UNSURE.failure, None)
    assert five.failure and (five.status, five.failure.kind, five.values, five.rewards) == ("failed", "invalid", (), ())


def test_json_lines(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    write_out(out, (record.line() for record in records()))
    assert [Record.model_validate_json(line) for line in out.read_text().splitlines()] == records()
    first = json.loads(out.read_text().splitlines()[0])
    assert list(first) == ["index", "id", "status", "value", "values", "failure", "rationale", "usage", "rewards"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_parquet_has_flat_columns_and_the_whole_record(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    write_out(out, (record.line() for record in records()))
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert [Record.model_validate_json(row.pop("record")) for row in rows] == records()
    assert rows[0] == {
        "index": 0, "id": "a", "status": "ok", "value": 0.75, "values": [0.75], "failure_kind": None,
        "failure_message": None, "rationale": "right", "usd": 0.01, "calls": 2, "prompt_tokens": 30,
        "completion_tokens": 0, "seconds": 0.5,
    }  # fmt: skip
    assert rows[2]["values"] == [None, None, 0.75]
    assert (rows[4]["failure_kind"], rows[4]["failure_message"], rows[4]["value"]) == (
        "invalid", "line 5 is not JSON", None)  # fmt: skip


def test_parquet_row_groups_are_small_enough_to_stream(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    write_out(out, (Record.of(i, str(i), [LOW]).line() for i in range(4_500)))
    meta = pyarrow.parquet.ParquetFile(out).metadata
    assert [meta.row_group(i).num_rows for i in range(meta.num_row_groups)] == [2000, 2000, 500]
    write_out(out, [])
    assert pyarrow.parquet.read_table(out).num_rows == 0


def test_failed_rows_are_written_with_what_they_were(tmp_path: Path) -> None:
    data = tmp_path / "d.jsonl"
    data.write_text('{"q": 0}\n{"q": 1}\n{"q": 2}\n{"q": 3}\nbroken\n{"q": 5}\n')
    journal = Journal(tmp_path / "j", Identity.of(data, "j", "f"))
    list(journal.resume())
    journal.append(records())
    write_failures(tmp_path / "f.jsonl", journal, data)
    journal.close()
    lines = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text().splitlines()]
    assert [(line["index"], line["id"], line["status"], line["failure"]["kind"], line["row"]) for line in lines] == [
        (2, "c", "failed", "timeout", {"q": 2}),
        (3, "d", "abstained", "undecided", {"q": 3}),
        (4, "4", "failed", "invalid", None),
    ]


def test_outputs_that_could_not_be_written_are_refused_before_anything_is_spent(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"use \.jsonl or \.parquet"):
        check_out(tmp_path / "out.txt")
    (tmp_path / "dir.jsonl").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        check_out(tmp_path / "dir.jsonl")


def test_an_output_is_whole_or_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before\n")

    def broken() -> list[bytes]:
        raise OSError(28, "No space left on device")

    with pytest.raises(JudgeError, match="No space left on device; what was judged is kept"):
        write_out(out, (line for _ in range(1) for line in broken()))
    assert out.read_text() == "before\n" and [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
