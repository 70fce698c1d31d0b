import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge import library
from judge.errors import DataError
from judge.run import readers
from judge.run.fields import FieldMap


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def read(path: Path) -> list[Any]:
    """Rows, with the text of the error in place of those that cannot be read."""
    found = list(readers.rows(path))
    assert [index for index, _ in found] == list(range(len(found)))
    return [str(row) if isinstance(row, DataError) else row for _, row in found]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson", "a.jsonl.gz"])
def test_json_lines_with_mark_blank_lines_windows_ends_and_no_last_newline(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": "\xc3\xa9"}\r\n{"a": null}')
    assert read(path) == [{"a": 1}, {"a": "é"}, {"a": None}]


def test_a_bad_line_names_file_line_and_reason_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [b'{"a": 1}', b'{"a": ', b"[1]", b'{"a": "\xff"}', b"", b"[" * 100_000, b'{"a": 2}']
    found = read(write(tmp_path / "a.jsonl", b"\n".join(lines)))
    assert found[0] == {"a": 1} and found[-1] == {"a": 2}
    assert "a.jsonl line 2 is not JSON: Expecting value at column 6" in found[1]
    assert "a.jsonl line 3 is not a JSON object: '[1]'" in found[2]
    assert "a.jsonl line 4 is not UTF-8" in found[3] and "byte 8" in found[3]
    assert "a.jsonl line 6" in found[4]
    assert len(found) == 6


def test_values_that_json_cannot_carry_on_are_made_harmless(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rb'{"nan": NaN, "inf": -Infinity, "half": "cut \ud83d", "pair": "\ud83d\ude00"}')
    assert read(path) == [{"nan": None, "inf": None, "half": "cut ?", "pair": "😀"}]


def test_a_line_of_50_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w") as file:
        file.write('{"a": "' + "x" * 50_000_000 + '"}\n{"a": "y"}\n')
    assert [len(row["a"]) for row in read(path)] == [50_000_000, 1]


def test_one_json_list_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", b'\n [ {"a": 1},\n  2,\n {"a": 3} ]\n')
    assert read(path) == [{"a": 1}, f"{path} item 1 is not a JSON object", {"a": 3}]
    assert readers.count(path) == 3
    with pytest.raises(DataError, match="begins as a JSON list and is none"):
        read(write(tmp_path / "b.json", b'[{"a": 1},'))


def test_tables(tmp_path: Path) -> None:
    text = 'q,"a, b"\n"two\nlines","said ""yes"""\n\n1,\n1,2,3\n"open"x,2\n4,5'
    found = read(write(tmp_path / "a.csv", b"\xef\xbb\xbf" + text.encode()))
    assert found[:2] == [{"q": "two\nlines", "a, b": 'said "yes"'}, {"q": "1", "a, b": ""}]
    assert "a.csv line 6 has 3 fields and the header 2" in found[2]
    assert "a.csv line 7 is not CSV" in found[3]
    assert found[4] == {"q": "4", "a, b": "5"}
    assert read(write(tmp_path / "a.tsv.gz", b"q\ta\n1\t2,3\n")) == [{"q": "1", "a": "2,3"}]


def test_tables_with_wide_cells_bad_bytes_and_double_names(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.csv", b"q,a\n" + b"x" * 300_000 + b",1\n\xff,2\n3,4\n"))
    assert len(found[0]["q"]) == 300_000
    assert "line 3 is not UTF-8" in found[1]
    assert found[2] == {"q": "3", "a": "4"}
    with pytest.raises(DataError, match="two columns called 'q'"):
        read(write(tmp_path / "b.csv", b"q,q\n1,2\n"))


def test_parquet_values_become_json(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    moment = datetime(2026, 11, 21, 4, 0, 0, 123456, tzinfo=UTC)
    columns = {
        "text": ["a", None],
        "nested": [{"truth": "18", "tags": ["x", "y"]}, None],
        "real": [float("nan"), 1.5],
        "day": [date(2026, 11, 21), None],
        "moment": pyarrow.array([moment, None], pyarrow.timestamp("us", "UTC")),
        "nano": pyarrow.array([1_000_000_123, None], pyarrow.timestamp("ns")),
        "exact": [Decimal("18.00"), None],
        "map": pyarrow.array([[("k", 1)], None], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    first, second = read(path)
    assert first == {
        "text": "a",
        "nested": {"truth": "18", "tags": ["x", "y"]},
        "real": None,
        "day": "2026-11-21",
        "moment": "2026-11-21T04:00:00.123456+00:00",
        "nano": "1970-01-01T00:00:01",
        "exact": "18.00",
        "map": [["k", 1]],
    }
    assert second == {**dict.fromkeys(columns), "real": 1.5}
    json.dumps(first, allow_nan=False)


def test_parquet_bytes_are_left_out_and_the_other_columns_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"q": ["a"], "image": [{"bytes": b"\x89PNG"}]}), path)
    assert read(path) == [{"q": "a", "image": {"bytes": None}}]
    assert readers.example(path)["q"] == "a"


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.jsonl", b"", "is empty"),
    ("a.txt", b"x", "no suffix that tells its format"),
    ("a.parquet.gz", b"x", "no suffix that tells its format"),
    ("a.parquet", b"not parquet at all", "is no Parquet file"),
    ("a.jsonl", b"\n \n", "has no rows"),
    ("a.csv", b"only,a,header\n", "has no rows"),
    ("a.jsonl", b"hello\n{}}\n", "line 1 is not JSON"),
])  # fmt: skip
def test_files_without_rows_are_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        readers.example(path)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file 'nowhere\.jsonl'"):
        readers.rows(Path("nowhere.jsonl"))
    (tmp_path / "shards.jsonl").mkdir()
    with pytest.raises(DataError, match=r"shards\.jsonl' is a folder; name a file in it"):
        readers.rows(tmp_path / "shards.jsonl")


def test_an_answer_that_looks_like_a_class_does_not_hide_the_answers_after_it(tmp_path: Path) -> None:
    lines = b'{"query": "1 - 1", "output": "0", "label": "0"}\n{"query": "6 x 7", "output": "42", "label": "42"}\n'
    assert FieldMap.infer(readers.example(write(tmp_path / "a.jsonl", lines))).reference == "label"


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
def test_a_compressed_file_that_is_cut_off_ends_in_one_bad_row(tmp_path: Path, name: str) -> None:
    row = b'{"a": "%d"}\n' if "json" in name else b"%d\n"
    whole = gzip.compress(b"a\n" * ("csv" in name) + b"".join(row % i for i in range(20_000)))
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    found = read(tmp_path / name)
    assert len(found) > 1000 and found[0] == {"a": "0"}
    assert "is damaged after line" in found[-1]
    assert readers.count(tmp_path / name) <= len(found)


def parquet(path: Path, n: int) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"a": list(range(n))}), path)


def lines(path: Path, n: int) -> None:
    path.write_text("".join(f'{{"a": {i}}}\n' for i in range(n)))


def table(path: Path, n: int) -> None:
    path.write_text("a,b\n" + "".join(f'{i},"one\n""two"""\n' for i in range(n)))


@pytest.mark.parametrize(("name", "make"), [("a.parquet", parquet), ("a.jsonl", lines), ("a.csv", table)])
def test_rows_can_be_skipped_and_counted(tmp_path: Path, name: str, make: Callable[[Path, int], None]) -> None:
    path = tmp_path / name
    make(path, 200)
    assert readers.count(path) == 200
    kept = list(readers.rows(path, lambda index: index not in (3, 130)))
    assert [(index, int(row["a"])) for index, row in kept if isinstance(row, dict)] == [(3, 3), (130, 130)]


def test_the_example_shows_every_column_with_a_value_where_there_is_one(tmp_path: Path) -> None:
    lines = ['{"q": null, "a": 1}', "broken", '{"q": "x", "r": 2}', '{"q": "y", "a": 3}']
    path = write(tmp_path / "a.jsonl", "\n".join(lines).encode())
    assert readers.example(path) == {"q": "x", "a": 1, "r": 2}


def test_the_example_shows_columns_that_only_later_rows_have(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"prompt": "Q", "response": "A", "reference": "R"} for _ in range(999)]
    rows[500] = {"prompt": "Q", "response": "A", "tests": "assert True"}
    rows.append({"prompt": "Q", "response": "A", "constraints": [{"id": "a:b"}]})
    rows.append({"prompt": "Q", "response": "A", "too late": 1})
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)).encode())
    seen = readers.example(path)
    assert list(seen) == ["prompt", "response", "reference", "tests", "constraints"]
    made = FieldMap.infer(seen).sample(rows[500], 500)
    assert made.tests and made.tests.code == "assert True" and made.references == ()


def test_the_example_of_wide_rows_rests_on_the_first_megabytes(tmp_path: Path) -> None:
    rows = ({"q": "x" * 3_000_000, f"column {i}": i} for i in range(5))
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert list(readers.example(path)) == ["q", "column 0", "column 1", "column 2"]


def test_the_shipped_answers_are_a_mixed_file_and_every_row_is_understood() -> None:
    path = library.builtin() / "examples" / "answers.jsonl"
    fields = FieldMap.infer(readers.example(path))
    samples = [fields.sample(row, index) for index, row in readers.rows(path) if isinstance(row, dict)]
    kinds = Counter((bool(made.references), made.tests is not None, bool(made.constraints)) for made in samples)
    assert kinds == {(True, False, False): 200, (False, True, False): 60, (False, False, True): 60}


texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(texts, values, max_size=4), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_any_json_lines_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], ascii_only: bool, ended: bool
) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    text = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows) + "\n" * ended
    path.write_bytes(text.encode())
    assert read(path) == rows
    assert readers.count(path) == len(rows)
