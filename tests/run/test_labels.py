"""Labelled rows in the forms that people have them in."""

import json
from pathlib import Path

import pytest

from judge.calibration.examples import Label, Pair
from judge.errors import DataError
from judge.run.labels import read_labels, read_pairs, read_rewards, read_sources


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def reward(value: float | None, lo: float = 0, hi: float = 1) -> dict[str, object]:
    return {
        "status": "ok" if value is not None else "failed",
        "value": value,
        "lo": lo,
        "hi": hi,
        "parts": {"a": value},
    }


def test_a_table_is_read_as_numbers(tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("id,value,label\nx,0.7,1\ny,,0\nz,0.25,0.5\n")
    assert read_labels(table) == ([Label(0.7, 1, "x"), Label(0.25, 0.5, "z")], 1)


def test_true_and_false_are_labels(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "l.jsonl", {"value": 0, "label": True, "topic": 3}, {"value": 1, "label": False, "topic": 4}
    )
    assert read_labels(path, group="topic")[0] == [Label(0, 1, "3"), Label(1, 0, "4")]


def test_values_of_rewards_are_shares_of_their_range(tmp_path: Path) -> None:
    rewards = read_rewards(
        lines(tmp_path / "r.jsonl", {"id": "q", "status": "failed", "rewards": [reward(3, 1, 5), reward(None)]})
    )
    labels = [{"id": "q", "label": 1}, {"id": "q", "label": 0, "response": 1}, {"id": "other", "label": 0}]
    # (3 - 1) / (5 - 1)
    assert read_labels(lines(tmp_path / "l.jsonl", *labels), rewards) == ([Label(0.5, 1, "q")], 2)
    record = {"id": "q", "value": 3, "rewards": [reward(3, 1, 5)], "label": 1}  # a line of the output with a label
    assert read_labels(lines(tmp_path / "both.jsonl", record)) == ([Label(0.5, 1, "q")], 0)
    with pytest.raises(DataError, match="has the id 'q' a second time"):
        read_rewards(lines(tmp_path / "twice.jsonl", {"id": "q", "rewards": []}, {"id": "q", "rewards": []}))


def test_pairs_name_criteria_embeddings_or_responses(tmp_path: Path) -> None:
    rewards = read_rewards(
        lines(tmp_path / "r.jsonl", {"id": "q", "rewards": [reward(0.2), reward(0.9), reward(None)]})
    )
    rows = [
        {"chosen": {"a": 1, "b": None}, "rejected": {"a": 0, "b": 0}, "user": "ann", "category": "code"},
        {"chosen": [0.5, 1], "rejected": [0, 2]},
        {"id": "q", "chosen": 1, "rejected": 0},
        {"id": "q", "chosen": 1, "rejected": 2},  # its part has no value, which the fit leaves out
        {"id": "q", "chosen": 1, "rejected": 7},
    ]
    found, left_out = read_pairs(lines(tmp_path / "p.jsonl", *rows), rewards)
    assert found == [
        Pair({"a": 1, "b": None}, {"a": 0, "b": 0}, "ann", "code"),
        Pair({"0": 0.5, "1": 1}, {"0": 0, "1": 2}),
        Pair({"a": 0.9}, {"a": 0.2}, group="q"),
        Pair({"a": 0.9}, {"a": None}, group="q"),
    ]
    assert left_out == 1


def test_sources_have_one_rating(tmp_path: Path) -> None:
    row = {"value": 0.5, "source": "m", "elo": 1000}
    assert read_sources(lines(tmp_path / "s.jsonl", row, {**row, "value": None})) == ({"m": [0.5]}, {"m": 1000}, 1)
    with pytest.raises(DataError, match="rates 'm' with 1100 and an earlier row with 1000"):
        read_sources(lines(tmp_path / "t.jsonl", row, {**row, "elo": 1100}))


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    path.write_text('{"value": 1, "label": 1}\nnot json\n')
    with pytest.raises(DataError, match="line 2 is not JSON"):
        read_labels(path)


@pytest.mark.parametrize("given", [0.7, -1, "first", "nan", [0]])
def test_the_number_of_a_response_is_a_whole_one(tmp_path: Path, given: object) -> None:
    row = {"id": "q", "label": 1, "response": given, "rewards": [reward(0.5), reward(0.25)]}
    file = lines(tmp_path / "labels.jsonl", row)
    with pytest.raises(DataError, match="count responses from 0"):
        read_labels(file)
