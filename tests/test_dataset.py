"""Rows of labelled sets: from a folder or a file, and errors that say where."""

from pathlib import Path

import pytest

from judge.dataset import read_rows
from judge.errors import DataError


def test_a_folder_and_its_file_give_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": "ü"}\n\n{"id": "b"}\n', encoding="utf-8")
    assert read_rows(tmp_path, "rows.jsonl") == read_rows(tmp_path / "rows.jsonl", "") == [{"id": "ü"}, {"id": "b"}]


@pytest.mark.parametrize(("text", "says"), [("{}\n{", "line 2 .* no JSON:"), ("[1]", "no JSON object but list")])
def test_a_line_that_is_no_row_is_named(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "rows.jsonl").write_text(text)
    with pytest.raises(DataError, match=says):
        read_rows(tmp_path, "rows.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file 'rows.jsonl'"):
        read_rows(tmp_path, "rows.jsonl")
