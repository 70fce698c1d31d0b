"""Take a user's files into a corpus: only what is new or changed is read, what has vanished is taken out.

A file goes in whole or not at all, however the process ends. One process writes at a time; readers go on meanwhile.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from judge.errors import DataError, SettingsError
from judge.search.corpus import MARK
from judge.search.documents import FIELDS, KINDS, Document, passages, read
from judge.search.result import now
from judge.search.terms import indexed, words
from judge.types.value import readable

_FORMAT = 1
"""Changes whenever the same file would be cut or indexed in another way: then everything is read again."""
_SAMPLE = 5_000
"""Passages looked at to learn which words are common."""
_COMMON = 3
"""A word that stands in so many of them is noted."""
_PATIENCE_S = 10.0

_TABLES = """
CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, hash TEXT NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE chunks (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, source TEXT NOT NULL, title TEXT NOT NULL,
                     position INTEGER NOT NULL, date TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX chunks_of_file ON chunks (file);
CREATE TABLE words (word TEXT PRIMARY KEY, passages INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE passages USING fts5 (text, content='', tokenize='porter unicode61 remove_diacritics 2');
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far adding has come, after each file."""

    bytes: int
    of: int
    file: str


@dataclass(slots=True)
class Added:
    """What adding did."""

    added: int = 0
    """Files that are new."""
    changed: int = 0
    same: int = 0
    removed: int = 0
    """Files that were in the corpus and are gone from the folders given."""
    passages: int = 0
    """Passages written."""
    skipped: int = 0
    """Files of kinds that are not read."""


def add(
    path: str,
    places: Iterable[Path],
    fields: Mapping[str, str] | None = None,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Added:
    """Bring the corpus at `path` up to date with files and folders; it is made when there is none.

    Args:
        path: the corpus.
        places: files, and folders that are read with everything below them. Hidden ones and links to folders are not.
        fields: for rows: which column is the text, title, url or date, where it has another name.
        watch: is called after each file.

    Raises:
        SettingsError: the corpus cannot be written, or SQLite has no FTS5.
        DataError: a place is not there, a file is of no kind that is read, or its rows are not as `fields` says.
    """
    fields = dict(fields or {})
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise SettingsError(f"a row has no {unknown[0]!r}; fields are {', '.join(FIELDS)}")
    done = Added()
    given = [Path(place) for place in places]
    files = dict(_files(given, done))
    sizes = {file: file.stat().st_size for file in files}
    total, read_bytes = sum(sizes.values()), 0
    with _writer(path) as corpus:
        done.removed = _remove_vanished(corpus, given, files)
        for file, source in files.items():
            _take(corpus, file, source, fields, done)
            read_bytes += sizes[file]
            watch(Progress(read_bytes, total, source))
        if done.added or done.changed or done.removed:
            _learn_words(corpus)
    return done


def _files(places: list[Path], done: Added) -> Iterator[tuple[Path, str]]:
    """Yield each file as (whole path, path as shown), in order."""
    for place in places:
        if place.is_file():
            if place.suffix.lower() not in KINDS:
                raise DataError(f"{str(place)!r} is of no kind that is read; kinds are {', '.join(sorted(KINDS))}")
            yield place.resolve(), place.name
        elif place.is_dir():
            root = place.resolve()
            for folder, inner, names in os.walk(root):
                inner[:] = sorted(name for name in inner if not name.startswith("."))
                for name in sorted(names):
                    file = Path(folder, name)
                    if name.startswith(".") or file.suffix.lower() not in KINDS or not file.is_file():
                        done.skipped += 1
                    else:
                        yield file, f"{root.name}/{file.relative_to(root).as_posix()}"
        else:
            raise DataError(f"there is no file or folder {str(place)!r}; give places that exist")


@contextmanager
def _writer(path: str) -> Iterator[sqlite3.Connection]:
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        corpus = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(f"the corpus {path!r} cannot be opened: {error}; choose a writable place") from error
    try:
        if corpus.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            corpus.execute("PRAGMA journal_mode = WAL")
        corpus.execute("BEGIN IMMEDIATE")
        mark = corpus.execute("PRAGMA application_id").fetchone()[0]
        if corpus.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            for statement in _TABLES.split(";\n"):
                corpus.execute(statement)
            corpus.execute(f"PRAGMA application_id = {MARK}")
        elif mark != MARK:
            raise SettingsError(f"{path!r} is no corpus; choose another path")
        corpus.execute("COMMIT")
        yield corpus
        corpus.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise SettingsError(why_not(path, error)) from error
    finally:
        corpus.close()


def why_not(path: str, error: sqlite3.Error) -> str:
    """Return the sentence for a corpus that cannot be written."""
    if "no such module" in str(error):
        return (
            "this Python's SQLite was built without FTS5, which a corpus needs; use another build of Python, "
            "or another search provider"
        )
    if "locked" in str(error):
        return f"another process is writing the corpus {path!r}; wait for its end"
    return f"the corpus {path!r} cannot be written: {error}; choose a writable place"


def _remove_vanished(corpus: sqlite3.Connection, places: list[Path], files: Mapping[Path, str]) -> int:
    """Take out the files below the given folders that are not there any more."""
    roots = [place.resolve() for place in places if place.is_dir()]
    known = [(number, Path(path)) for number, path in corpus.execute("SELECT id, path FROM files").fetchall()]
    gone = [number for number, path in known if path not in files and any(path.is_relative_to(root) for root in roots)]
    for number in gone:
        corpus.execute("BEGIN IMMEDIATE")
        _remove(corpus, number)
        corpus.execute("COMMIT")
    return len(gone)


def _take(corpus: sqlite3.Connection, file: Path, source: str, fields: Mapping[str, str], done: Added) -> None:
    """Read a file into the corpus when it is new or changed."""
    mark = _hash(file, source, fields)
    known = corpus.execute("SELECT id, hash FROM files WHERE path = ?", (str(file),)).fetchone()
    if known and known[1] == mark:
        done.same += 1
        return
    corpus.execute("BEGIN IMMEDIATE")
    try:
        if known:
            _remove(corpus, known[0])
        number = corpus.execute(
            "INSERT INTO files (path, hash, added_at) VALUES (?, ?, ?)", (str(file), mark, now())
        ).lastrowid
        for document in read(file, source, fields):
            done.passages += _write(corpus, number or 0, document)
        corpus.execute("COMMIT")
    except BaseException:
        corpus.execute("ROLLBACK")
        raise
    done.changed += bool(known)
    done.added += not known


def _hash(file: Path, source: str, fields: Mapping[str, str]) -> str:
    """Return a hash of all that decides what is written for a file."""
    try:
        with file.open("rb") as content:
            mark = hashlib.file_digest(content, "sha256")
    except OSError as error:
        raise DataError(f"{source!r} cannot be read: {error.strerror}; look at its permissions") from error
    mark.update(json.dumps([_FORMAT, source, dict(sorted(fields.items()))]).encode())
    return mark.hexdigest()


def _write(corpus: sqlite3.Connection, file: int, document: Document) -> int:
    count = 0
    title, source, date = readable(document.title), readable(document.source), readable(document.date)
    for count, text in enumerate(passages(readable(document.text)), 1):
        row = (file, source, title, count - 1, date, text)
        number = corpus.execute(
            "INSERT INTO chunks (file, source, title, position, date, text) VALUES (?, ?, ?, ?, ?, ?)", row
        ).lastrowid
        corpus.execute("INSERT INTO passages (rowid, text) VALUES (?, ?)", (number, _indexed(title, text)))
    return count


def _remove(corpus: sqlite3.Connection, file: int) -> None:
    """Take out a file with its passages. The index keeps no texts, so it is told what it had been given."""
    for number, title, text in corpus.execute("SELECT id, title, text FROM chunks WHERE file = ?", (file,)).fetchall():
        row = (number, _indexed(title, text))
        corpus.execute("INSERT INTO passages (passages, rowid, text) VALUES ('delete', ?, ?)", row)
    corpus.execute("DELETE FROM chunks WHERE file = ?", (file,))
    corpus.execute("DELETE FROM files WHERE id = ?", (file,))


def _indexed(title: str, text: str) -> str:
    return indexed(f"{title}\n{title}\n{text}")


def _learn_words(corpus: sqlite3.Connection) -> None:
    """Note how many passages have each of the common words, from a sample spread evenly."""
    total = corpus.execute("SELECT count(*) FROM chunks").fetchone()[0]
    step = max(1, total // _SAMPLE)
    counts: dict[str, int] = {}
    rows = corpus.execute("SELECT title, text FROM chunks WHERE id % ? = 0", (step,))
    for title, text in rows:
        for word in words(f"{title} {text}"):
            counts[word] = counts.get(word, 0) + 1
    corpus.execute("BEGIN IMMEDIATE")
    corpus.execute("DELETE FROM words")
    common = [(word, count * step) for word, count in counts.items() if count >= _COMMON]
    corpus.executemany("INSERT INTO words VALUES (?, ?)", common)
    corpus.execute("COMMIT")
