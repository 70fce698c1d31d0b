"""Read rows from JSON Lines, CSV and Parquet, one at a time, however large the file.

| suffix | read as |
|---|---|
| .jsonl .ndjson .json | one JSON object per line; a file that is one JSON list is read too, up to 256 MiB |
| .csv .tsv | a header, then one row per record; every value is text |
| .parquet .pq | columns as JSON values: dates as ISO text, decimals as text |

All but Parquet may be compressed (.gz). Numbers that are not finite become null, since JSON has none. A row that cannot
be read comes as a DataError in its place, and the rows after it are read. What the columns mean is not known here.
"""

import csv
import gzip
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from judge.errors import DataError
from judge.run.parquet import parquet_count, parquet_rows

Row = dict[str, Any]
"""Column names to JSON values."""
Numbered = tuple[int, Row | DataError]
"""A row's place in the file, counted from 0, with the row or the reason why it cannot be read."""

LOOK, LOOK_BYTES = 1_000, 8 * 2**20
"""Rows that `example` looks at, and bytes of JSON after which it looks no further."""
LIST_LIMIT = 256 * 2**20
"""Bytes of the largest JSON list that is read whole."""

_LINES, _TABLES, _PARQUET = (".jsonl", ".ndjson", ".json"), (".csv", ".tsv"), (".parquet", ".pq")
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 20


def _none(index: int) -> bool:
    return False


def rows(path: Path, skip: Callable[[int], bool] = _none) -> Iterator[Numbered]:
    """Return the rows of a file with their numbers, counted from 0; memory does not grow with the file.

    Args:
        path: the file.
        skip: tells by its number whether a row is left out; such a row is hardly looked at.

    Raises:
        DataError: there is no such file, it is empty, or its suffix is unknown.
    """
    kind = _kind(path)
    if kind == ".parquet":
        return parquet_rows(path, skip)
    if kind == ".json":
        return _listed(path, skip) if _is_list(path) else _lines(path, skip)
    return _table(path, skip, "\t" if kind == ".tsv" else ",")


def example(path: Path) -> Row:
    """Return one row that shows every column of the first 1,000 rows, with the first value that is not null.

    Of texts it is the longest, since a column of answers may begin with "0" as a column of classes does.

    Raises:
        DataError: not one of these rows can be read.
    """
    merged: Row = {}
    first: DataError | None = None
    size = 0
    for _, row in islice(rows(path), LOOK):
        if isinstance(row, DataError):
            first = first or row
            continue
        for name, value in row.items():
            known = merged.get(name)
            if known is None or (isinstance(known, str) and isinstance(value, str) and len(value) > len(known)):
                merged[name] = value
        size += len(json.dumps(row))
        if size > LOOK_BYTES:
            break
    if not merged:
        raise first or DataError(f"{str(path)!r} has no rows; give a file with at least one")
    return merged


def count(path: Path) -> int:
    """Return the number of rows without parsing them: exact unless there are blank lines, which it takes for rows.

    Raises:
        DataError: as `rows` does.
    """
    kind = _kind(path)
    if kind == ".parquet":
        return parquet_count(path)
    if kind == ".json" and _is_list(path):
        return sum(1 for _ in _listed(path, _none))
    newlines, quoted, last = 0, False, b"\n"
    try:
        with _open(path) as file:
            while chunk := file.read(_CHUNK):
                last = chunk[-1:]
                if kind == ".json":
                    newlines += chunk.count(b"\n")
                    continue
                for piece in chunk.split(b'"'):  # a quoted newline ends no record
                    newlines += 0 if quoted else piece.count(b"\n")
                    quoted = not quoted
                quoted = not quoted
    except (EOFError, OSError, zlib.error):
        pass  # a damaged file is counted as far as it can be read
    return max(newlines + (last != b"\n") - (kind != ".json"), 0)


def _kind(path: Path) -> str:
    suffix = (path.with_suffix("") if path.suffix == ".gz" else path).suffix.lower()
    if suffix not in (*_LINES, *_TABLES, *_PARQUET) or (suffix in _PARQUET and path.suffix == ".gz"):
        known = ".jsonl, .json, .csv, .tsv (each also .gz) or .parquet"
        raise DataError(f"{str(path)!r} has no suffix that tells its format; use {known}")
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; name a file in it")
    if not path.is_file():
        raise DataError(f"there is no file {str(path)!r}; check the path")
    if not os.access(path, os.R_OK):
        raise DataError(f"{str(path)!r} may not be read; change its permissions")
    if path.stat().st_size == 0:
        raise DataError(f"{str(path)!r} is empty; give a file with at least one row")
    return ".json" if suffix in _LINES else ".parquet" if suffix in _PARQUET else suffix


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb"))


def _lines(path: Path, skip: Callable[[int], bool]) -> Iterator[Numbered]:
    index, number = 0, 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                line = (line.removeprefix(_BOM) if number == 1 else line).strip()
                if not line:
                    continue
                if not skip(index):
                    yield index, _object(line, f"{path} line {number}")
                index += 1
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield index, DataError(f"{path} is damaged after line {number} ({error}); fetch or compress it again")


def _object(line: bytes, place: str) -> Row | DataError:
    try:
        value = _json(line)
    except UnicodeDecodeError as error:
        return DataError(f"{place} is not UTF-8: {error.reason} at byte {error.start + 1}; convert the file to UTF-8")
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" starting at")
        return DataError(f"{place} is not JSON: {reason} at column {error.colno}; write one JSON object per line")
    except (ValueError, RecursionError) as error:
        return DataError(f"{place} is not readable JSON: {error}; write one JSON object per line")
    return value if isinstance(value, dict) else DataError(f"{place} is not a JSON object: {line[:40].decode()!r}")


def _json(text: bytes) -> Any:
    value = json.loads(text.decode(), parse_constant=lambda name: None)
    if b"\\ud" in text or b"\\uD" in text:  # half of a surrogate pair is no text, and nothing could write it again
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


def _is_list(path: Path) -> bool:
    """Whether the file begins with `[` and is one JSON list; a line that is a list is a bad line, not a bad file."""
    try:
        with _open(path) as file:
            start = file.read(_CHUNK).removeprefix(_BOM).lstrip()
    except (EOFError, OSError, zlib.error):
        return False
    return start[:1] == b"[" and start[1:].lstrip()[:1] in (b"{", b"]")


def _listed(path: Path, skip: Callable[[int], bool]) -> Iterator[Numbered]:
    with _open(path) as file:
        text = file.read(LIST_LIMIT + 1)
    if len(text) > LIST_LIMIT:
        raise DataError(f"{str(path)!r} is one JSON list of over 256 MiB; write one object per line (jq -c '.[]')")
    try:
        values = _json(text.removeprefix(_BOM))
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{str(path)!r} begins as a JSON list and is none: {error}; write one object per line"
        ) from None
    for index, value in enumerate(values):
        if not skip(index):
            yield index, value if isinstance(value, dict) else DataError(f"{path} item {index} is not a JSON object")


def _table(path: Path, skip: Callable[[int], bool], delimiter: str) -> Iterator[Numbered]:
    csv.field_size_limit(sys.maxsize)  # process-wide, but the default of 128 KiB helps nobody
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        records = (record for record in _records(reader, path) if record)
        header = next(records, [])
        if isinstance(header, DataError):
            raise header
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise DataError(f"{path} has two columns called {twice[0]!r}; rename one")
        for index, record in enumerate(records):
            if not skip(index):
                yield index, _record(record, header, f"{path} line {reader.line_num}")


def _records(reader: Any, path: Path) -> Iterator[list[str] | DataError]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield DataError(f"{path} line {reader.line_num} is not CSV: {error}; quote the field")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            yield DataError(f"{path} is damaged after line {reader.line_num} ({error}); fetch or compress it again")
            return


def _record(record: list[str] | DataError, header: list[str], place: str) -> Row | DataError:
    if isinstance(record, DataError):
        return record
    if len(record) != len(header):
        return DataError(f"{place} has {len(record)} fields and the header {len(header)}; quote fields with commas")
    try:
        "".join(record).encode()
    except UnicodeEncodeError:
        return DataError(f"{place} is not UTF-8; convert the file to UTF-8")
    return dict(zip(header, record, strict=True))
