"""What was searched and fetched before, and whose turn it is: one SQLite file that any number of processes share.

The turns are kept here because limits of a service hold for a whole machine, not for one process. On a network file
system SQLite's locks may not hold: keep the file on a local disk.
"""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from judge.errors import SearchError, SettingsError
from judge.search.result import Result

_log = logging.getLogger(__name__)

_MARK = 0x4A535243
"""SQLite's application id of a search cache: JSRC in ASCII."""
_PATIENCE_S = 10.0
_LONGEST_TURN_S = 3_600.0
"""A turn further away than this was booked by a clock that was wrong."""
_TABLES = """
CREATE TABLE IF NOT EXISTS searches (key TEXT PRIMARY KEY, asked TEXT NOT NULL, results TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS addresses (url TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (url TEXT PRIMARY KEY, page TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS turns (service TEXT PRIMARY KEY, free_at REAL NOT NULL, cool_until REAL NOT NULL, strikes INTEGER NOT NULL);
"""  # noqa: E501
_open: "dict[tuple[int, str], Store]" = {}


def open_store(path: str) -> "Store":
    """Return this process's store for a path.

    Raises:
        SettingsError: the file cannot be opened, or is something else.
    """
    key = (os.getpid(), path)
    if key not in _open or not os.path.exists(path):
        _open[key] = Store(path)
    return _open[key]


class Store:
    """Results by key, pages by address, and the turns of services."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._file = _connect(path)
        except OSError as error:
            message = f"the search cache {path!r} cannot be made: {error.strerror}; choose a writable place"
            raise SettingsError(message) from error
        except sqlite3.OperationalError as error:
            message = f"the search cache {path!r} cannot be opened: {error}; choose a writable place"
            raise SettingsError(message) from error
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{path!r} is not a search cache: {error}; choose another path for cache") from error

    def results(self, key: str, newer_than: float = 0.0) -> tuple[Result, ...] | None:
        """Return what was found under a key since a time in epoch seconds; None when nothing is kept."""
        row = self._one("SELECT results FROM searches WHERE key = ? AND at >= ?", key, newer_than)
        return tuple(map(Result.model_validate, json.loads(row[0]))) if row else None

    def keep_results(self, key: str, asked: dict[str, Any], results: tuple[Result, ...]) -> None:
        """Keep what was found, and which addresses it names."""
        packed = json.dumps([one.model_dump(mode="json") for one in results])
        with self._lock, self._warned(), closing(self._file.cursor()) as cursor:
            cursor.execute("INSERT OR REPLACE INTO searches VALUES (?, ?, ?, ?)",
                           (key, json.dumps(asked, sort_keys=True), packed, time.time()))  # fmt: skip
            cursor.executemany("INSERT OR IGNORE INTO addresses VALUES (?)", [(one.url,) for one in results])

    def has_found(self, url: str) -> bool:
        """Return whether a search that is kept here has returned the address."""
        return self._one("SELECT 1 FROM addresses WHERE url = ?", url) is not None

    def page(self, url: str, newer_than: float = 0.0) -> dict[str, Any] | None:
        """Return the page kept for an address since a time in epoch seconds."""
        row = self._one("SELECT page FROM pages WHERE url = ? AND at >= ?", url, newer_than)
        return dict(json.loads(row[0])) if row else None

    def keep_page(self, url: str, page: dict[str, Any]) -> None:
        """Keep a page."""
        with self._lock, self._warned():
            self._file.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", (url, json.dumps(page), time.time()))

    def book(self, service: str, every_s: float, longest_s: float) -> float | None:
        """Book the next turn and return the seconds until it comes; None, and no turn, when that is too long."""
        with self._lock, self._told():
            now = time.time()
            self._file.execute("BEGIN IMMEDIATE")
            free_at, cool_until, strikes = self._turn(service, now)
            at = max(now, free_at, cool_until)
            taken = at - now <= longest_s
            if taken:
                row = (service, at + every_s, cool_until, strikes)
                self._file.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)", row)
            self._file.execute("COMMIT")
            return at - now if taken else None

    def refused(self, service: str, first_s: float, longest_s: float) -> float:
        """Note that a service said 'too many': all wait, twice as long each time in a row. Return the seconds."""
        with self._lock, self._told():
            now = time.time()
            self._file.execute("BEGIN IMMEDIATE")
            free_at, _, strikes = self._turn(service, now)
            pause: float = min(longest_s, first_s * 2 ** min(strikes, 30))
            row = (service, free_at, now + pause, strikes + 1)
            self._file.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)", row)
            self._file.execute("COMMIT")
            return pause

    def answered(self, service: str) -> None:
        """Note that a service answers again."""
        with self._lock, self._told():
            self._file.execute(
                "UPDATE turns SET strikes = 0, cool_until = 0 WHERE service = ? AND strikes > 0", (service,)
            )

    def close(self) -> None:
        """Close the file."""
        _open.pop((os.getpid(), self.path), None)
        self._file.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise a SearchError for what SQLite raises, and leave no transaction open."""
        try:
            yield
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                self._file.execute("ROLLBACK")
            raise SearchError(
                f"the search cache {self.path!r} cannot be used: {error}; choose another", "tool"
            ) from error

    @contextmanager
    def _warned(self) -> Iterator[None]:
        """Let go what cannot be written: what was found is not lost for that."""
        try:
            yield
        except sqlite3.Error as error:
            _log.warning("the search cache %s cannot be written: %s; the run goes on without it", self.path, error)

    def _one(self, question: str, *values: object) -> tuple[Any, ...] | None:
        with self._lock, self._told():
            row: tuple[Any, ...] | None = self._file.execute(question, values).fetchone()
        return row

    def _turn(self, service: str, now: float) -> tuple[float, float, int]:
        row = self._file.execute(
            "SELECT free_at, cool_until, strikes FROM turns WHERE service = ?", (service,)
        ).fetchone()
        free_at, cool_until, strikes = row or (0.0, 0.0, 0)
        latest = now + _LONGEST_TURN_S
        return (free_at if free_at < latest else 0.0), (cool_until if cool_until < latest else 0.0), strikes


def _connect(path: str) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        empty = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not empty and file.execute("PRAGMA application_id").fetchone()[0] != _MARK:
            raise sqlite3.DatabaseError("it is another program's database")
        deadline = time.monotonic() + _PATIENCE_S
        while True:  # SQLite does not wait by itself when two processes ask for this at once
            try:
                file.execute("PRAGMA journal_mode = WAL")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        file.execute("PRAGMA synchronous = NORMAL")
        for statement in filter(str.strip, _TABLES.split(";\n")):
            file.execute(statement)
        file.execute(f"PRAGMA application_id = {_MARK}")
    except sqlite3.Error:
        file.close()
        raise
    return file
