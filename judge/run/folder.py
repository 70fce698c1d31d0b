"""RunFolder: OUT.run, where a run keeps its journal, its state and its lock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from judge.errors import DataError
from judge.run.identity import Identity
from judge.run.outcome import RunSummary
from judge.types import Value

_ADVICE = "choose another --out or pass --overwrite"


class RunState(Value):
    """What `run.json` says: whether every row that was asked for is done, of which run, with which figures."""

    finished: bool
    identity: Identity
    summary: RunSummary
    written: int = 0
    """Bytes of the journal that the output holds; a journal that is longer was not written out any more."""


class RunFolder:
    """The folder beside an output."""

    def __init__(self, out: Path) -> None:
        """Name the folder; nothing is made."""
        self.out = out
        self.path = out.with_name(out.name + ".run")
        self.journal = self.path / "journal.jsonl"
        self.failures = self.path / "failures.jsonl"
        self._state = self.path / "run.json"

    def check(self, failures: Path | None = None) -> None:
        """Refuse to begin a run where there are files that no sitting of it can have left.

        Raises:
            DataError: the output or the file of failed rows is there, and neither state nor journal is.
        """
        if self._state.exists() or self.journal.exists():
            return
        for path in (self.out, failures):
            if path and path.exists():
                raise DataError(f"{str(path)!r} exists and is not this run's; name another file or pass --overwrite")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder, and keep other runs out of it as long as this one goes on.

        Raises:
            DataError: another run is at work there, or the folder cannot be made.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise DataError(f"cannot write beside {str(self.out)!r}: {error.strerror}; choose another --out") from None
        try:
            self._take(lock)
            yield
        finally:
            os.close(lock)

    def prepare(self, identity: Identity, *, overwrite: bool) -> RunState | None:
        """Return what an earlier sitting of the same run left; None for a fresh start.

        Raises:
            DataError: what is there is another run's.
        """
        if overwrite:
            for path in (self.out, self.journal, self.failures, self._state):
                path.unlink(missing_ok=True)
        state = self._read()
        if state and (differs := identity.differences(state.identity)):
            raise DataError(f"{str(self.out)!r} is another run's: {differs}; {_ADVICE}")
        return state if self.out.exists() else None

    def save(self, state: RunState) -> None:
        """Write `run.json`."""
        part = self._state.with_suffix(".part")
        part.write_text(state.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(part, self._state)

    def _take(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataError(f"another run is writing {str(self.out)!r}; wait for it or choose another --out") from None

    def _read(self) -> RunState | None:
        try:
            return RunState.model_validate_json(self._state.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
