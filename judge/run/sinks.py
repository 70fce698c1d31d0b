"""Write what the journal holds: the output in input order, and the rows without a number with their original rows.

A file is written beside its place and then moved there, so that it is always whole.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from judge.errors import DataError, JudgeError
from judge.run.journal import Journal
from judge.run.readers import rows

GROUP = 2_000
"""Rows of a Parquet row group at most..."""
GROUP_BYTES = 64 * 2**20
"""...and bytes of JSON in one."""

_PARQUET, _LINES = (".parquet", ".pq"), (".jsonl", ".ndjson", ".json")


def check_out(out: Path) -> None:
    """Refuse an output that could not be written, before anything is spent.

    Raises:
        DataError: the suffix tells no format, or the path is a folder.
    """
    if out.suffix not in (*_PARQUET, *_LINES):
        raise DataError(f"--out {str(out)!r} has no suffix that tells its format; use .jsonl or .parquet")
    if out.is_dir():
        raise DataError(f"--out {str(out)!r} is a folder; name a file in it")


def write_out(out: Path, records: Iterable[bytes]) -> None:
    """Write one record per line or Parquet row; `records` are JSON.

    Raises:
        JudgeError: the disk is full or the folder cannot be written.
    """
    with _replacing(out) as file:
        if out.suffix in _PARQUET:
            _write_parquet(file, records)
        else:
            for record in records:
                file.write(record + b"\n")


def write_failures(out: Path, journal: Journal, data: Path) -> None:
    """Write the rows without a number: index, id, status, failure and the row as it was, to be judged again.

    Raises:
        JudgeError: the disk is full or the folder cannot be written.
    """
    with _replacing(out) as file:
        for index, row in rows(data, lambda index: not journal.unscored(index)):
            record = journal.record(index)
            line = record.model_dump(mode="json", include={"index", "id", "status", "failure"})
            line["row"] = None if isinstance(row, DataError) else row
            file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


@contextmanager
def _replacing(out: Path) -> Iterator[IO[bytes]]:
    part = out.with_name(f".{out.name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, out)
    except OSError as error:
        raise JudgeError(
            f"cannot write {str(out)!r}: {error.strerror or error}; what was judged is kept: "
            f"make room and start the same run again"
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _write_parquet(file: IO[bytes], records: Iterable[bytes]) -> None:
    import pyarrow
    import pyarrow.parquet

    text, whole, real = pyarrow.string(), pyarrow.int64(), pyarrow.float64()
    schema = pyarrow.schema([
        ("index", whole), ("id", text), ("status", text), ("value", real), ("values", pyarrow.list_(real)),
        ("failure_kind", text), ("failure_message", text), ("rationale", text), ("usd", real), ("calls", whole),
        ("prompt_tokens", whole), ("completion_tokens", whole), ("seconds", real), ("record", text),
    ])  # fmt: skip
    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(records):
            writer.write_table(pyarrow.Table.from_pylist([_columns(record) for record in group], schema))


def _groups(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for record in records:
        group.append(record)
        size += len(record)
        if len(group) == GROUP or size > GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _columns(record: bytes) -> dict[str, Any]:
    """Return the flat columns of a record; names that the schema does not have are left out by it."""
    whole = json.loads(record)
    failure = whole["failure"] or {}
    return {
        **whole,
        **whole["usage"],
        "failure_kind": failure.get("kind"),
        "failure_message": failure.get("message"),
        "record": record.decode(),
    }
