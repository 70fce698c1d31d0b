"""Read Parquet as JSON values. The only reader that knows pyarrow."""

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from judge.errors import DataError

if TYPE_CHECKING:
    import pyarrow

BATCH = 64
"""Rows turned into Python values at a time."""


def parquet_rows(path: Path, skip: Callable[[int], bool]) -> Iterator[tuple[int, dict[str, Any] | DataError]]:
    """Yield rows with their numbers; a damaged page ends the file with a DataError in the row's place."""
    import pyarrow
    import pyarrow.parquet

    file = _open(path)
    start = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH):
            wanted = [at for at in range(batch.num_rows) if not skip(start + at)]
            values = _whole_microseconds(batch).to_pylist() if wanted else []
            for at in wanted:
                yield start + at, _row(values[at], f"{path} row {start + at}")
            start += batch.num_rows
    except (pyarrow.ArrowException, OSError) as error:
        yield start, DataError(f"{path} is damaged after row {start} ({error}); fetch or write it again")


def parquet_count(path: Path) -> int:
    """Return the number of rows that the file's own footer names."""
    return int(_open(path).metadata.num_rows)


def _open(path: Path) -> Any:
    import pyarrow
    import pyarrow.parquet

    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{str(path)!r} is no Parquet file: {error}; check how it was written") from None


def _whole_microseconds(batch: "pyarrow.RecordBatch") -> "pyarrow.RecordBatch":
    """Return the batch without nanoseconds, which Python's datetime cannot hold."""
    import pyarrow

    for at, field in enumerate(batch.schema):
        if pyarrow.types.is_timestamp(field.type) and field.type.unit == "ns":
            whole = batch.column(at).cast(pyarrow.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(at, field.name, whole)
    return batch


def _row(values: dict[str, Any], place: str) -> dict[str, Any] | DataError:
    row = {}
    for name, value in values.items():
        try:
            row[name] = _plain(value)
        except TypeError as error:
            return DataError(f"{place}: column {name!r} holds {error}, which is no JSON; leave the column out")
    return row


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, bytes):  # an image, say: no field takes it, and the row's other columns are fine
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(type(value).__name__)
