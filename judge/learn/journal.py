"""What a learning run has finished, in a file of JSON lines: a run that was killed goes on without asking again."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.errors import DataError
from judge.types import NOTHING, Usage


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other runs from the journal at `path`, whose folder is made.

    Raises:
        DataError: another run is at work with it, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise DataError(f"cannot write {str(path)!r}: {error.strerror}; choose another place") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError(f"another run is at work with {str(path)!r}; wait for it, or choose another one") from None
        yield


class Journal:
    """Finished pieces of work by key. What `put` was given survives the end of the process, however it ends.

    The first line says whose work it is. A last line that was cut off counts as not written.
    """

    def __init__(self, path: Path, owner: dict[str, JsonValue], *, fresh: bool = False) -> None:
        """Open the file, or start one.

        Args:
            path: the file; its folder is made.
            owner: what the work depends on, such as method, options and model.
            fresh: forget what the file holds.

        Raises:
            DataError: the file is the work of another owner, or no journal.
        """
        self.path = path
        self.spent = NOTHING
        """What all sittings together have spent, when the last piece was kept."""
        self._found: dict[str, JsonValue] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = 0 if fresh or not path.is_file() else self._read(owner)
        with path.open("ab") as file:
            file.truncate(whole)
        if not whole:
            self._write({"owner": owner})

    def __len__(self) -> int:
        """Pieces kept."""
        return len(self._found)

    def __contains__(self, key: str) -> bool:
        """Whether the piece is finished."""
        return key in self._found

    def get(self, key: str) -> JsonValue:
        """Return what was kept under a key; None when there is nothing."""
        return self._found.get(key)

    def put(self, key: str, value: JsonValue, spent: Usage = NOTHING) -> None:
        """Keep a finished piece, with what was spent by now, earlier sittings included."""
        self._found[key] = value
        self._write({"key": key, "value": value, "spent": spent.model_dump(exclude_defaults=True)})

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self, owner: dict[str, JsonValue]) -> int:
        """Take in the lines that are whole; return the bytes that they fill."""
        raw = self.path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        try:
            head, *lines = [json.loads(line) for line in whole.splitlines()] or [{"owner": owner}]
            self._found = {line["key"]: line["value"] for line in lines}
            self.spent = Usage.model_validate(lines[-1]["spent"]) if lines else NOTHING
            found = head["owner"]
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{str(self.path)!r} is no journal of a learning run; choose another place") from error
        if changed := sorted(name for name in {*owner, *found} if owner.get(name) != found.get(name)):
            raise DataError(
                f"{str(self.path)!r} is the work of a run with another {', '.join(changed)}; "
                "start that run again, or overwrite it"
            )
        return len(whole)
