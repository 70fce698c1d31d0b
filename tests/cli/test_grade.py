"""`judge grade` as people use it: a real process, real files, a real endpoint."""

import csv
import json
import random
import resource
import signal
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow
import pyarrow.parquet
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Command, Endpoint

ANSWERS = [
    {"id": "a", "question": "What is 6 x 7?", "reference": "42", "response": "It is 42."},
    {"id": "b", "question": "What is 6 x 8?", "reference": "48", "response": "It is 42."},
    {"id": "c", "question": "What is 1/2 of 1?", "reference": "0.5", "response": "\\boxed{\\frac{1}{2}}"},
]
VALUES = [("a", 1.0), ("b", 0.0), ("c", 1.0)]


def lines(path: Path, rows: list[Any]) -> str:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path.name


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return [json.loads(row) for row in pyarrow.parquet.read_table(path).column("record").to_pylist()]
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_questions(folder: Path, count: int) -> str:
    return lines(folder / "q.jsonl", [{"prompt": f"Question {i}", "response": "A"} for i in range(count)])


# ------------------------------------------------------------------ files in, files out


@pytest.mark.parametrize("source", ["jsonl", "csv", "parquet"])
def test_a_file_of_answers_becomes_a_file_of_rewards(judge: "Command", source: str) -> None:
    data, out = judge.folder / f"d.{source}", "out.parquet" if source == "csv" else "out.jsonl"
    if source == "jsonl":
        lines(data, ANSWERS)
    elif source == "parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ANSWERS), data)
    else:
        with data.open("w") as file:
            table = csv.DictWriter(file, ANSWERS[0])
            table.writeheader()
            table.writerows(ANSWERS)
    done = judge("grade", data.name, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    assert [(record["id"], record["value"]) for record in read(judge.folder / out)] == VALUES
    summary = json.loads(done.stdout)
    assert (summary["stopped"], summary["rows"], summary["mean"]) == ("finished", 3, pytest.approx(2 / 3))
    assert "Finished" in done.stderr and "mean 0.6667" in done.stderr and "no model calls" in done.stderr


def test_a_mixed_file_whose_tests_and_constraints_come_late(judge: "Command") -> None:
    rows: list[Any] = [{"prompt": "What is 6 x 7?", "response": "42", "reference": "42"}] * 100
    rows.append({"prompt": "Add.", "response": "def add(a, b):\n    return a + b", "tests": "assert add(1, 2) == 3"})
    limit = {"id": "punctuation:no_comma", "args": {}}
    rows.append({"prompt": "No comma.", "response": "Here, it is.", "constraints": [limit]})
    assert judge("grade", lines(judge.folder / "d.jsonl", rows), "-o", "out.jsonl").returncode == 0
    assert [record["value"] for record in read(judge.folder / "out.jsonl")][99:] == [1.0, 1.0, 0.0]


def test_a_scripted_model_judges_by_a_recipe(judge: "Command") -> None:
    (judge.folder / "script.json").write_text(json.dumps(['{"critique": "Right.", "score": 10}']))
    data = lines(judge.folder / "d.jsonl", ANSWERS)
    done = judge("grade", data, "-o", "out.jsonl", "-r", "direct", "-m", "scripted:script.json")
    assert done.returncode == 0 and "3 calls" in done.stderr
    records = read(judge.folder / "out.jsonl")
    assert [record["value"] for record in records] == [1.0] * 3 and records[0]["rationale"] == "Right."


# ------------------------------------------------------------------ an endpoint


def test_killed_at_any_moment_no_reply_is_paid_for_twice_and_every_row_is_there_once(
    judge: "Command", endpoint: "Endpoint"
) -> None:
    rows, at_once = 120, 8
    endpoint.delay_s = 0.02
    words = ("grade", write_questions(judge.folder, rows), "-o", "out.jsonl", "-r", "direct", "-m", endpoint.model,
             "-c", at_once)  # fmt: skip
    process = judge.start(*words)
    endpoint.wait(random.randint(1, rows // 2))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (judge.folder / "out.jsonl").exists()
    done = judge(*words)
    assert done.returncode == 0, done.stderr
    asked = Counter(endpoint.asked)
    assert len(asked) == rows and asked.total() <= rows + at_once
    assert [(r["index"], r["value"]) for r in read(judge.folder / "out.jsonl")] == [(i, 2 / 3) for i in range(rows)]


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(judge: "Command", endpoint: "Endpoint") -> None:
    rows = 100
    endpoint.delay_s = 0.02
    words = ("grade", write_questions(judge.folder, rows), "-o", "out.jsonl", "-r", "direct", "-m", endpoint.model,
             "-c", 4)  # fmt: skip
    process = judge.start(*words)
    endpoint.wait(20)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130 and "Start the same run again to go on" in said and "Traceback" not in said
    judged = len(read(judge.folder / "out.jsonl"))
    assert 20 <= judged == len(endpoint.asked) < rows
    done = judge(*words)
    assert done.returncode == 0 and f"({rows - judged} now, {judged} before)" in done.stderr
    assert [record["index"] for record in read(judge.folder / "out.jsonl")] == list(range(rows))
    assert len(endpoint.asked) == rows


def test_a_second_ctrl_c_leaves_at_once(judge: "Command", endpoint: "Endpoint") -> None:
    endpoint.delay_s = 5.0
    data = write_questions(judge.folder, 5)
    process = judge.start("grade", data, "-o", "out.jsonl", "-r", "direct", "-m", endpoint.model)
    endpoint.wait(1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)  # rows in flight have 5 s from the first one on
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130 and said.count("\n") == 1 and "start the same run again to go on" in said


def test_a_dry_run_calls_nobody_and_a_budget_stops_the_run(judge: "Command", endpoint: "Endpoint") -> None:
    words = ("grade", write_questions(judge.folder, 40), "-o", "out.jsonl", "-r", "direct", "-m", endpoint.model,
             "-c", 4, "--model-set", "price.prompt=1250", "--model-set", "price.completion=0")  # fmt: skip
    done = judge(*words, "--dry-run", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["usage"]["calls"] == 40
    assert "Dry run" in done.stderr and not endpoint.asked and not (judge.folder / "out.jsonl.run").exists()
    poor = judge(*words, "--budget-usd", 1.25)  # a call takes 100 prompt tokens: $0.125
    assert poor.returncode == 3 and 10 <= len(endpoint.asked) <= 13
    assert "The budget of $1.25 is used up" in poor.stderr and "Raise the budget" in poor.stderr
    rich = judge(*words, "--budget-usd", 10, "--budget-tokens", 10_000)
    assert rich.returncode == 0 and len(endpoint.asked) == 40 and "$5.00" in rich.stderr


def test_an_endpoint_that_is_out_of_order_stops_the_run_and_the_next_start_mends_it(
    judge: "Command", endpoint: "Endpoint"
) -> None:
    rows = 100
    words = ("grade", write_questions(judge.folder, rows), "-o", "out.jsonl", "-r", "direct", "-m", endpoint.model,
             "-c", 4, "--model-set", "retries=0")  # fmt: skip
    endpoint.status = 503
    down = judge(*words)
    assert down.returncode == 4, down.stderr
    assert "answered 503" in down.stderr and "Start the same run again when it is mended" in down.stderr
    assert 50 <= len(endpoint.asked) < 60
    endpoint.status, endpoint.asked = 200, []
    assert judge(*words).returncode == 0
    assert len(endpoint.asked) == len(set(endpoint.asked)) == rows
    assert [(r["index"], r["status"]) for r in read(judge.folder / "out.jsonl")] == [(i, "ok") for i in range(rows)]


# ------------------------------------------------------------------ what cannot work: one sentence, exit code 2


def test_a_wrong_set_up_is_one_sentence(judge: "Command") -> None:
    data = lines(judge.folder / "d.jsonl", ANSWERS)
    grade = ("grade", data, "-o", "out.jsonl")
    lines(judge.folder / "bare.jsonl", [{"question": "What?"}])
    assert "no column is the response; columns are question" in judge.refused("grade", "bare.jsonl", "-o", "o.jsonl")
    assert "there is no file 'nowhere.csv'" in judge.refused("grade", "nowhere.csv", "-o", "o.jsonl")
    assert "no suffix that tells its format" in judge.refused("grade", data, "-o", "out.txt")
    assert "there is no 'nope' among the recipes; choose one of" in judge.refused(*grade, "-r", "nope")
    assert "kinds are openai, scoring, recorded, scripted" in judge.refused(*grade, "-r", "direct", "-m", "oracle:x")
    assert "recipe 'direct' needs a model" in judge.refused(*grade, "-r", "direct")
    assert "--map 'response' is not FIELD=COLUMN" in judge.refused(*grade, "--map", "response")
    model = ("-r", "direct", "-m", "openai:tiny")
    assert "there is no model setting 'tempo'" in judge.refused(*grade, *model, "--model-set", "tempo=1")
    assert "model setting retries is wrong" in judge.refused(*grade, *model, "--model-set", "retries=-1")
    assert "set OPENAI_API_KEY" in judge.refused(*grade, *model)


def test_an_endpoint_that_is_down_is_one_sentence_and_records_nothing(judge: "Command", endpoint: "Endpoint") -> None:
    model, data = endpoint.model, lines(judge.folder / "d.jsonl", ANSWERS)
    endpoint.status = 404
    said = judge.refused("grade", data, "-o", "out.jsonl", "-r", "direct", "-m", model)
    assert "answered 404" in said and said.endswith("nothing was recorded; start the same run again when it is mended")
    nobody = "openai:tiny@http://127.0.0.1:9/v1"
    said = judge.refused("grade", data, "-o", "out.jsonl", "-r", "direct", "-m", nobody, "--model-set", "retries=0")
    assert "http://127.0.0.1:9/v1 cannot be reached" in said and "nothing was recorded" in said
    assert not (judge.folder / "out.jsonl").exists()


def test_another_runs_output_is_left_alone(judge: "Command") -> None:
    data = lines(judge.folder / "d.jsonl", ANSWERS)
    assert judge("grade", data, "-o", "out.jsonl").returncode == 0
    before = (judge.folder / "out.jsonl").read_bytes()
    lines(judge.folder / "d.jsonl", ANSWERS[:2])
    said = judge.refused("grade", data, "-o", "out.jsonl")
    assert "is another run's: the size of the data" in said and "pass --overwrite" in said
    assert (judge.folder / "out.jsonl").read_bytes() == before
    assert judge("grade", data, "-o", "out.jsonl", "--overwrite").returncode == 0
    assert len(read(judge.folder / "out.jsonl")) == 2


def test_a_full_disk_is_one_sentence_and_what_was_judged_is_kept(judge: "Command") -> None:
    data = lines(judge.folder / "d.jsonl", ANSWERS * 100)
    room = 150_000
    said = judge.refused("grade", data, "-o", "out.jsonl",
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))  # fmt: skip
    assert "cannot write" in said and "make room and start the same run again" in said
    kept = (judge.folder / "out.jsonl.run" / "journal.jsonl").read_bytes().count(b"\n") - 1
    done = judge("grade", data, "-o", "out.jsonl", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["resumed"] == kept > 20
    assert len(read(judge.folder / "out.jsonl")) == 300


# ------------------------------------------------------------------ rows that cannot be judged: exit code 1


def test_a_row_that_cannot_be_judged_says_why_and_the_others_are(judge: "Command") -> None:
    rows: list[Any] = [
        ANSWERS[0],
        '{"id": "cut", "question": "Wha',
        {"id": "type", "question": "Q", "reference": "R", "response": {"score": 3}},
        {"id": "empty", "question": "Q", "reference": "R", "response": ""},
        {"id": "huge", "question": "Q", "reference": "R", "response": "x" * 10_000_000},
        {"id": "null", "question": "Q", "reference": "R", "response": None},
        ANSWERS[2],
    ]
    done = judge("grade", lines(judge.folder / "d.jsonl", rows), "-o", "out.jsonl", "--failures", "failed.jsonl")
    assert done.returncode == 1 and "4 rows (57.1%): 3 invalid, 1 too_long" in done.stderr
    assert "d.jsonl line 2 is not JSON" in done.stderr and "failed.jsonl" in done.stderr
    records = read(judge.folder / "out.jsonl")
    assert [record["value"] for record in records] == [1.0, None, None, 0.0, None, None, 1.0]
    said = [record["failure"]["message"] for record in records if record["failure"]]
    assert "line 2 is not JSON" in said[0] and "is an object without text; it has score" in said[1]
    assert "10,000,000 characters" in said[2] and "(column 'response') is null where text is due" in said[3]
    assert [line["index"] for line in read(judge.folder / "failed.jsonl")] == [1, 2, 4, 5]
    kept = judge("grade", "d.jsonl", "-o", "out.jsonl", "--failures", "failed.jsonl", "--allow-failures")
    assert kept.returncode == 0 and "Complete already" in kept.stderr
