"""Journal: the file that a run writes row by row, so that no kill can lose a graded row.

The first line names the run. Every other line is `{"index": 7, "record": {...}}`, in the order in which rows ended,
appended by one write as soon as they end. Whatever stops the process, the file holds whole lines and at most one torn.
A row whose failure may pass is judged again by the next sitting; then its last line counts.
"""

import json
import os
import threading
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, NonNegativeInt, ValidationError

from judge.errors import DataError, JudgeError
from judge.run.identity import Identity
from judge.run.record import Record
from judge.types import FailureKind, Status, Usage

_SCORED, _UNSCORED, _AGAIN = 1, 2, 3
"""What became of a row: it has its numbers, it has none for good, or it is to be judged again; 0 for no line."""


class _Failed(BaseModel):
    kind: FailureKind
    retryable: bool = False


class _Reward(BaseModel):
    lo: float
    hi: float
    failure: _Failed | None = None


class Glance(BaseModel):
    """The little of a record that the figures of a run need; the rest of a line is read over."""

    status: Status
    failure: _Failed | None
    values: tuple[float | None, ...]
    usage: Usage
    rewards: tuple[_Reward, ...]

    @property
    def retryable(self) -> bool:
        """Whether the row may get its numbers another time."""
        return any(reward.failure is not None and reward.failure.retryable for reward in self.rewards)


class _Line(BaseModel):
    index: NonNegativeInt
    record: Glance


class Journal:
    """An open journal. Memory: 9 bytes per row of the data."""

    def __init__(self, path: Path, identity: Identity) -> None:
        """Open or begin the journal of a run, and cut a torn last line off.

        Raises:
            DataError: the file is another run's, or no journal.
        """
        self.path = path
        self.identity = identity
        self._at = array("Q")  # where row i's line begins
        self._marks = array("B")
        self._end = self._resumed = 0
        self._dirty = False
        self._closing = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def resume(self) -> Iterator[Glance]:
        """Read what earlier sittings left, as a glance per line; to be exhausted before anything is appended."""
        with self.path.open("rb") as file:
            header = file.readline()
            if header.endswith(b"\n"):
                self._same_run(header)
                self._end = len(header)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    if (read := self._line(line)) is not None:
                        yield read
                    self._end += len(line)
        os.ftruncate(self._file, self._end)
        self._resumed = self._end

    @property
    def size(self) -> int:
        """Bytes of the journal, which only grows."""
        return self._end

    def __contains__(self, index: int) -> bool:
        """Whether the row is done for good."""
        return self._mark(index) in (_SCORED, _UNSCORED)

    def append(self, records: Sequence[Record]) -> None:
        """Write records that ended together, by one write.

        Raises:
            JudgeError: the disk is full or broken; whole lines are kept, a part of one is cut off.
        """
        lines = [b'{"index":%d,"record":%s}\n' % (record.index, record.line()) for record in records]
        head = b"" if self._end else self._header()
        start = self._end + len(head)
        self._write(head + b"".join(lines))
        for record, line in zip(records, lines, strict=True):
            self._note(record.index, start, record)
            start += len(line)

    def done(self) -> Iterator[int]:
        """Yield the rows that have a record, in input order."""
        return (index for index, mark in enumerate(self._marks) if mark)

    def unscored(self, index: int) -> bool:
        """Whether the row has a record without a number."""
        return self._mark(index) in (_UNSCORED, _AGAIN)

    def left(self) -> Iterator[Glance]:
        """Yield the rows that earlier sittings left to be judged again and this one has not come to."""
        with self.path.open("rb") as file:
            for index, mark in enumerate(self._marks):
                if mark == _AGAIN and self._at[index] < self._resumed:
                    yield Glance.model_validate_json(self._read(file, index))

    def records(self) -> Iterator[bytes]:
        """Yield the JSON of every record, in input order."""
        with self.path.open("rb") as file:
            for index in self.done():
                yield self._read(file, index)

    def record(self, index: int) -> Record:
        """Return the record of a row that is done."""
        with self.path.open("rb") as file:
            return Record.model_validate_json(self._read(file, index))

    def sync(self) -> None:
        """Make the disk keep what was written; from any thread. A kill loses nothing without it, a power cut may."""
        with self._closing:
            if self._dirty and self._file >= 0:
                self._dirty = False
                os.fsync(self._file)

    def close(self) -> None:
        """Sync and close, and leave no empty file behind; closing twice is fine."""
        self.sync()
        with self._closing:
            if self._file >= 0:
                if not os.fstat(self._file).st_size:
                    self.path.unlink(missing_ok=True)
                os.close(self._file)
                self._file = -1

    def _header(self) -> bytes:
        return json.dumps({"journal": 1, "run": self.identity.model_dump()}).encode() + b"\n"

    def _same_run(self, header: bytes) -> None:
        try:
            there = Identity.model_validate(json.loads(header)["run"])
        except (ValueError, KeyError, TypeError):
            raise DataError(f"{str(self.path)!r} is no journal; choose another --out or pass --overwrite") from None
        if differs := self.identity.differences(there):
            raise DataError(
                f"{str(self.path.parent)!r} holds another run: {differs}; choose another --out or pass --overwrite"
            )

    def _line(self, line: bytes) -> Glance | None:
        """Note a line of an earlier sitting; one that cannot be read is as if it were not there."""
        try:
            read = _Line.model_validate_json(line)
        except ValidationError:
            return None
        if read.index in self:
            return None
        self._note(read.index, self._end, read.record)
        return read.record

    def _note(self, index: int, at: int, row: Glance | Record) -> None:
        if (short := index + 1 - len(self._at)) > 0:
            self._at.frombytes(bytes(8 * short))
            self._marks.frombytes(bytes(short))
        self._at[index] = at
        self._marks[index] = _SCORED if row.status == "ok" else _AGAIN if row.retryable else _UNSCORED

    def _mark(self, index: int) -> int:
        return self._marks[index] if index < len(self._marks) else 0

    def _read(self, file: Any, index: int) -> bytes:
        file.seek(self._at[index])
        line: bytes = file.readline()
        return line[len(b'{"index":%d,"record":' % index) : -len(b"}\n")]

    def _write(self, content: bytes) -> None:
        written = 0
        self._dirty = True
        try:
            while written < len(content):
                written += os.write(self._file, content[written:] if written else content)
        except OSError as error:
            self._end += content.rfind(b"\n", 0, written) + 1
            os.ftruncate(self._file, self._end)
            raise JudgeError(
                f"cannot write {str(self.path)!r}: {error.strerror}; what was judged before is kept: "
                f"make room and start the same run again"
            ) from None
        self._end += len(content)
