"""What is finished stays finished, however a run ends."""

from pathlib import Path

import pytest

from judge.errors import DataError
from judge.learn.journal import Journal
from judge.types import Usage


def test_what_was_put_is_there_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal.jsonl"
    first = Journal(path, {"method": "m", "seed": 0})
    first.put("a", {"criteria": ["é"]}, Usage(calls=3, prompt_tokens=5))
    first.put("b", None, Usage(calls=4))
    second = Journal(path, {"method": "m", "seed": 0})
    assert (second.get("a"), second.get("b"), len(second)) == ({"criteria": ["é"]}, None, 2)
    assert "b" in second and "c" not in second
    assert second.spent == Usage(calls=4)
    second.put("c", 1, Usage(calls=9))
    assert Journal(path, {"method": "m", "seed": 0}).spent.calls == 9


def test_a_line_that_was_cut_off_was_not_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first = Journal(path, {})
    first.put("a", 1)
    first.put("b", "é" * 40)
    path.write_bytes(path.read_bytes()[:-30])
    second = Journal(path, {})
    assert "a" in second and "b" not in second
    second.put("b", 2)
    assert [Journal(path, {}).get(key) for key in "ab"] == [1, 2]


def test_the_work_of_another_run_is_refused_unless_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, {"method": "m", "model": "x", "seed": 1}).put("a", 1)
    with pytest.raises(DataError, match="is the work of a run with another model, seed;"):
        Journal(path, {"method": "m", "model": "y", "seed": 2})
    fresh = Journal(path, {"method": "m", "model": "y", "seed": 2}, fresh=True)
    assert len(fresh) == 0
    assert len(Journal(path, {"method": "m", "model": "y", "seed": 2})) == 0


@pytest.mark.parametrize("text", ["hello\n", "[1]\n", '{"owner": {}}\n{"key": "a"}\n', '{"owner": {}}\n3\n'])
def test_another_file_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(text)
    with pytest.raises(DataError, match="is no journal of a learning run"):
        Journal(path, {})
    assert path.read_text() == text
