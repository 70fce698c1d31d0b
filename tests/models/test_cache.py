import asyncio
import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import ModelError, SettingsError
from judge.models.base import Completion, Reply, Request, TokenLogprob
from judge.models.cache import Cached, ReplyCache
from judge.models.scripted import ScriptedModel
from judge.types import Usage

if TYPE_CHECKING:
    from tests.models.conftest import Endpoint

Ask = Callable[..., Request]
FREE = Usage(cached=1, usd=0.0)


def complete(inner: ScriptedModel, path: Path, *requests: Request, name: str = "tiny") -> list[Reply]:
    async def run() -> list[Reply]:
        model = Cached(inner, ReplyCache(str(path)), {"model": name}, FREE)
        try:
            return [await model.complete(request) for request in requests]
        finally:
            await model.close()

    return asyncio.run(run())


def test_what_was_paid_for_is_free_the_next_time(ask: Ask, tmp_path: Path) -> None:
    inner = ScriptedModel(["one", "two"])
    path = tmp_path / "replies.sqlite"
    first, again = complete(inner, path, ask("a"), ask("a", labels={"sample": 3}))
    [later] = complete(inner, path, ask("a"))
    assert [reply.completions[0].text for reply in (first, again, later)] == ["one", "one", "one"]
    assert [reply.usage for reply in (first, again, later)] == [Usage(calls=1), FREE, FREE]
    assert len(inner.requests) == 1


def test_another_request_or_model_is_another_reply(ask: Ask, tmp_path: Path) -> None:
    inner = ScriptedModel([str(number) for number in range(9)])
    path = tmp_path / "replies.sqlite"
    requests = [ask("a"), ask("a", seed=1), ask("a", max_tokens=8), ask("a", n=2), ask("b")]
    complete(inner, path, *requests)
    complete(inner, path, ask("a"), name="other")
    assert len(inner.requests) == 6


def test_a_failure_is_not_kept(ask: Ask, tmp_path: Path) -> None:
    inner = ScriptedModel([ModelError("down"), "fine"])
    with pytest.raises(ModelError):
        complete(inner, tmp_path / "c", ask())
    assert complete(inner, tmp_path / "c", ask())[0].completions[0].text == "fine"


def test_a_cut_off_or_empty_reply_was_paid_for_too(ask: Ask, tmp_path: Path) -> None:
    inner = ScriptedModel([Completion("", "length", "hm")])
    complete(inner, tmp_path / "c", ask())
    assert complete(inner, tmp_path / "c", ask())[0].completions == (Completion("", "length", "hm"),)


def test_a_reply_with_samples_missing_is_asked_for_again(ask: Ask, tmp_path: Path) -> None:
    replies = [Reply((Completion("a"),)), Reply((Completion("a"), Completion("b")))]

    async def fewer(request: Request) -> Reply:
        return replies.pop(0)

    inner = ScriptedModel([])
    inner.complete = fewer  # type: ignore[method-assign]
    lengths = [len(reply.completions) for reply in complete(inner, tmp_path / "c", *[ask(n=2)] * 3)]
    assert lengths == [1, 2, 2]


TEXTS = st.text(st.characters(exclude_categories=()))  # half surrogate pairs too: a model may write them
LOGPROBS = st.tuples(TEXTS, st.lists(st.tuples(TEXTS, st.floats(-50, 0)), max_size=3).map(tuple))
SAMPLES = st.builds(
    Completion,
    TEXTS,
    st.sampled_from(["stop", "length"]),
    TEXTS,
    st.lists(LOGPROBS.map(lambda token: TokenLogprob(*token)), max_size=3).map(tuple),
)


@given(st.lists(SAMPLES, min_size=1, max_size=3))
def test_a_reply_comes_back_as_it_was(samples: list[Completion]) -> None:
    cache = ReplyCache(":memory:")
    cache.put("key", Reply(tuple(samples), Usage(calls=1), "tiny-1"))
    assert cache.get("key") == Reply(tuple(samples), Usage(), "tiny-1")
    cache.close()


KILLED = """
import asyncio, os, signal, sys
from judge.models.base import Request
from judge.models.open import open_model
from judge.models.spec import ModelSpec

async def run():
    model = open_model(ModelSpec.parse("openai:tiny", base_url=sys.argv[1], cache=sys.argv[2]))
    for text in "abc":
        await model.complete(Request(messages=({"role": "user", "content": text},)))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(run())
"""


def test_replies_survive_the_death_of_the_process(endpoint: "Endpoint", ask: Ask, tmp_path: Path) -> None:
    from judge.models.open import open_model

    path = str(tmp_path / "replies.sqlite")
    done = subprocess.run([sys.executable, "-c", KILLED, endpoint.url, path], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(endpoint.bodies) == 3

    async def run() -> list[Usage]:
        model = open_model(endpoint.spec(cache=path))
        try:
            return [(await model.complete(ask(text))).usage for text in "abc"]
        finally:
            await model.close()

    assert asyncio.run(run()) == [Usage(cached=1)] * 3
    assert len(endpoint.bodies) == 3


SHARED = """
import sys
from judge.models.base import Completion, Reply
from judge.models.cache import ReplyCache

cache = ReplyCache(sys.argv[1])
for number in range(200):
    cache.put(f"{sys.argv[2]} {number}", Reply((Completion(f"{number}"),)))
    assert cache.get(f"{sys.argv[2]} {number}").completions[0].text == f"{number}"
cache.close()
"""


def test_processes_may_share_the_file_from_its_beginning(tmp_path: Path) -> None:
    path = str(tmp_path / "replies.sqlite")
    command = [sys.executable, "-W", "error", "-c", SHARED, path]
    writers = [subprocess.Popen([*command, str(number)], stderr=subprocess.PIPE) for number in range(4)]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == [b""] * 4
    cache = ReplyCache(path)
    assert all(cache.get(f"{writer} {number}") for writer in range(4) for number in range(200))
    cache.close()


def test_a_file_that_is_no_cache(tmp_path: Path) -> None:
    text, database = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("These are notes, and they are longer than the header of a database would be." * 20)
    with sqlite3.connect(database) as other:
        other.execute("CREATE TABLE users (name TEXT)")
    other.close()
    for path in (text, database):
        before = path.read_bytes()
        with pytest.raises(SettingsError, match=path.name):
            ReplyCache(str(path))
        assert path.read_bytes() == before


@pytest.mark.parametrize("path", ["no folder/replies.sqlite", "."])
def test_a_file_that_cannot_be_opened(tmp_path: Path, path: str) -> None:
    with pytest.raises(SettingsError, match="cannot be opened"):
        ReplyCache(str(tmp_path / path))


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        '{"samples": [], "model": ""}',
        '{"samples": [{}], "model": ""}',
        '{"samples": 3, "model": ""}',
        "\x00",
    ],
)
def test_a_damaged_row_is_a_miss_and_is_mended(ask: Ask, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "replies.sqlite"
    complete(ScriptedModel(["old"]), path, ask())
    with sqlite3.connect(path) as file:
        file.execute("UPDATE replies SET reply = ?", (damage,))
    file.close()
    inner = ScriptedModel(["new"])
    replies = complete(inner, path, ask(), ask())
    assert [reply.completions[0].text for reply in replies] == ["new", "new"]
    assert len(inner.requests) == 1


def test_a_cache_that_can_no_longer_be_written_switches_off_once(
    ask: Ask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "replies.sqlite"
    ReplyCache(str(path)).close()
    inner = ScriptedModel(["fine"], cycle=True)

    async def run() -> None:
        model = Cached(inner, ReplyCache(str(path)), {}, FREE)
        with sqlite3.connect(path) as file:
            file.execute("CREATE TRIGGER full BEFORE INSERT ON replies BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        file.close()
        for text in "aab":
            assert (await model.complete(ask(text))).completions[0].text == "fine"
        await model.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert len(inner.requests) == 3
    assert [record.message for record in caplog.records if "disk is full" in record.message] == [
        f"the reply cache {path} is off from now on: disk is full; the run goes on without it"
    ]
