"""Replies that were paid for once, kept in an SQLite file. Several processes may share it."""

import json
import logging
import sqlite3
import time
from dataclasses import replace
from typing import Any

from judge.errors import SettingsError
from judge.models.base import Completion, Layer, Model, Reply, Request, TokenLogprob
from judge.types import ToolCall, Usage, digest

_log = logging.getLogger(__name__)

_MARK = 0x4A554447
"""SQLite's application id of a reply cache: JUDG in ASCII."""
_PATIENCE_S = 10.0
"""How long to wait for another process that writes."""


class ReplyCache:
    """Replies by key in a file. What `put` was given survives the end of the process, however it ends."""

    def __init__(self, path: str) -> None:
        """Open the file, or start one.

        Raises:
            SettingsError: the file cannot be opened, or is something else than a reply cache.
        """
        self.path = path
        try:
            self._file: sqlite3.Connection | None = _open(path)
        except sqlite3.OperationalError as error:
            raise SettingsError(
                f"the reply cache {path!r} cannot be opened: {error}; choose a writable place"
            ) from error
        except sqlite3.DatabaseError as error:
            raise SettingsError(f"{path!r} is not a reply cache: {error}; choose another path for cache") from error

    def get(self, key: str) -> Reply | None:
        """Return the reply under `key`; a row that cannot be read counts as missing."""
        if self._file is None:
            return None
        try:
            row = self._file.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
            return _unpack(row[0]) if row else None
        except sqlite3.Error as error:
            self._give_up(error)
        except (ValueError, TypeError, KeyError):
            _log.warning("the reply cache %s holds a row that cannot be read: %s", self.path, key)
        return None

    def put(self, key: str, reply: Reply) -> None:
        """Write a reply. The cache switches itself off, with one warning, when the file cannot be written any more."""
        if self._file is None:
            return
        try:
            self._file.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", (key, _pack(reply)))
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _give_up(self, error: sqlite3.Error) -> None:
        _log.warning("the reply cache %s is off from now on: %s; the run goes on without it", self.path, error)
        self.close()


class Cached(Layer):
    """Answers from a ReplyCache what was answered before, and keeps what is new before it hands it on."""

    def __init__(self, inner: Model, cache: ReplyCache, identity: dict[str, Any], free: Usage) -> None:
        """Wrap a model; `identity` is what tells its replies from other models', `free` the usage of a stored reply."""
        super().__init__(inner)
        self._cache = cache
        self._identity = digest(identity)
        self._free = free

    async def complete(self, request: Request) -> Reply:
        """Answer one request, from the file where it has been answered before."""
        key = digest(self._identity + request.hash)
        stored = self._cache.get(key)
        if stored is not None and len(stored.completions) == request.n:
            return replace(stored, usage=self._free)
        reply = await self.inner.complete(request)
        if len(reply.completions) == request.n:  # the missing samples may be had another time
            self._cache.put(key, reply)
        return reply

    async def close(self) -> None:
        """Close the file and the model inside."""
        self._cache.close()
        await self.inner.close()


def _open(path: str) -> sqlite3.Connection:
    """Open and check the file. A write costs no wait for the disk: only a power cut can lose the newest replies."""
    file = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        empty = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        mark = file.execute("PRAGMA application_id").fetchone()[0]
        if mark != _MARK and not empty:
            raise sqlite3.DatabaseError("it is another program's database")
        _share(file)
        file.execute("PRAGMA synchronous = NORMAL")
        if empty:
            file.execute(f"PRAGMA application_id = {_MARK}")
            file.execute("CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, reply TEXT NOT NULL)")
    except sqlite3.Error:
        file.close()
        raise
    return file


def _share(file: sqlite3.Connection) -> None:
    """Let several processes use the file. SQLite does not wait by itself when two of them ask for this at once."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            file.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _pack(reply: Reply) -> str:
    """Write samples and model as JSON, in ASCII: SQLite refuses half of a surrogate pair."""
    samples = [
        {
            "text": sample.text,
            "finish": sample.finish,
            "reasoning": sample.reasoning,
            "logprobs": [[token.token, token.top] for token in sample.logprobs],
            "tool_calls": [call.model_dump() for call in sample.tool_calls],
        }
        for sample in reply.completions
    ]
    return json.dumps({"samples": samples, "model": reply.model}, separators=(",", ":"))


def _unpack(text: str) -> Reply:
    stored = json.loads(text)
    return Reply(tuple(map(_sample, stored["samples"])), model=stored["model"])


def _sample(stored: dict[str, Any]) -> Completion:
    logprobs = tuple(
        TokenLogprob(token, tuple((other, float(logprob)) for other, logprob in top))
        for token, top in stored["logprobs"]
    )
    calls = tuple(ToolCall.model_validate(call) for call in stored.get("tool_calls", ()))
    return Completion(stored["text"], stored["finish"], stored["reasoning"], logprobs, calls)
