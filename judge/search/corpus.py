"""A corpus: passages of a user's files in one SQLite file, found by BM25. Any number of processes may read it.

It is opened for reading only; `judge.search.adding` writes it. How well a passage fits is FTS5's BM25 with the title
counted double; it knows no synonyms and no meaning.
"""

import atexit
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from judge.errors import SearchError, SettingsError
from judge.search.result import Result
from judge.search.terms import match, terms

MARK = 0x4A434F52
"""SQLite's application id of a corpus: JCOR in ASCII."""
_LOOKED_AT = 1_000
"""Passages that a query looks at, about: its words are taken from the rarest on until so many have one of them."""
_LEAST_TERMS = 3
_DEADLINE_S = 5.0
_STEPS = 10_000
"""SQLite's steps between two looks at the clock."""


_Key = tuple[int, str, int]
"""Process, path, and number of the file."""
_idle: dict[_Key, list[sqlite3.Connection]] = {}
_lock = threading.Lock()

_FIND = """
WITH best AS (SELECT rowid AS id, rank AS badness FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?)
SELECT c.title, c.source, c.position, c.text, c.date, -badness, f.added_at
FROM best JOIN chunks c ON c.id = best.id JOIN files f ON f.id = c.file ORDER BY badness, c.id
"""
"""The best are found before any text is read; all else would cost several times as much."""


@dataclass(frozen=True, slots=True)
class Info:
    """What a corpus holds."""

    path: str
    files: int
    passages: int
    bytes: int
    """Size of the corpus on disk."""
    newest: str
    """When a file was last taken in; "" for an empty corpus."""


def find(path: str, query: str, count: int) -> tuple[Result, ...]:
    """Return the passages that fit best, best first.

    Raises:
        SettingsError: there is no corpus at `path`.
        SearchError: it cannot be read, or the query took longer than five seconds.
    """
    with _reader(path) as file:
        asked = _rarest(file, terms(query))
        if not asked:
            return ()
        deadline = time.monotonic() + _DEADLINE_S
        file.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        rows = file.execute(_FIND, (match(asked), count)).fetchall()
    return tuple(_result(rank, *row) for rank, row in enumerate(rows, 1))


def info(path: str) -> Info:
    """Return what the corpus holds; raise SettingsError when there is none."""
    with _reader(path) as file:
        files, newest = file.execute("SELECT count(*), coalesce(max(added_at), '') FROM files").fetchone()
        passages = file.execute("SELECT count(*) FROM chunks").fetchone()[0]
    return Info(path, files, passages, Path(path).stat().st_size, newest)


def _result(
    rank: int, title: str, source: str, position: int, text: str, date: str, score: float, added: str
) -> Result:
    place = f"{source}#{position}" if position else source
    return Result(title=title, url=place, snippet=text, date=date, score=round(score, 4), engine="corpus", rank=rank,
                  retrieved_at=added)  # fmt: skip


def _rarest(file: sqlite3.Connection, asked: list[str]) -> list[str]:
    """Return the words worth looking for: `the` stands in every passage, takes long and tells nothing."""
    marks = ",".join("?" * len(asked))
    known = dict(file.execute(f"SELECT word, passages FROM words WHERE word IN ({marks})", asked).fetchall())
    taken: list[str] = []
    total = 0
    for word in sorted(asked, key=lambda word: known.get(word, 0)):
        total += known.get(word, 0)
        if total > _LOOKED_AT and len(taken) >= _LEAST_TERMS:
            break
        taken.append(word)
    return taken


@contextmanager
def _reader(path: str) -> Iterator[sqlite3.Connection]:
    """Lend a connection to the file as it is now; raise SearchError for what goes wrong with it."""
    try:
        key = (os.getpid(), path, Path(path).stat().st_ino)
    except OSError as error:
        raise SettingsError(f"there is no corpus at {path!r}; make one with: judge corpus add FOLDER") from error
    with _lock:
        stale = [other for other in _idle if other[:2] == key[:2] and other != key]
        gone = [file for other in stale for file in _idle.pop(other)]
        file = _idle[key].pop() if _idle.get(key) else None
    for other_file in gone:
        other_file.close()
    file = file or _connect(path)
    try:
        yield file
    except sqlite3.Error as error:
        file.close()
        if "interrupted" in str(error):
            message = f"the corpus {path!r} took longer than {_DEADLINE_S:g} s; ask for rarer words"
            raise SearchError(message, "timeout", retryable=True) from error
        raise SearchError(f"the corpus {path!r} cannot be read: {error}; make it again", "tool") from error
    with _lock:
        _idle.setdefault(key, []).append(file)


@atexit.register
def _close() -> None:
    for file in [file for key, files in _idle.items() if key[0] == os.getpid() for file in files]:
        file.close()


def _forget() -> None:
    """In a forked child the lock may be held; the parent's connections are never used there."""
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget)


def _connect(path: str) -> sqlite3.Connection:
    """Open read-only. Where the folder cannot be written a corpus at rest is read as a file that never changes."""
    address = f"file:{quote(str(Path(path).absolute()))}?mode=ro"
    for how in (address, f"{address}&immutable=1"):
        with suppress(sqlite3.OperationalError):
            file = sqlite3.connect(how, uri=True, timeout=10.0, check_same_thread=False)
            if _is_corpus(file, path):
                return file
    raise SettingsError(f"the corpus {path!r} cannot be opened; look at its permissions")


def _is_corpus(file: sqlite3.Connection, path: str) -> bool:
    try:
        found = file.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.OperationalError:
        file.close()
        raise
    except sqlite3.DatabaseError:
        found = None
    if found != MARK:
        file.close()
        raise SettingsError(f"{path!r} is no corpus; choose another path")
    return True
