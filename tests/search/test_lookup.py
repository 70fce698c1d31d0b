import asyncio
import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from judge.errors import SearchError, SettingsError
from judge.search import duckduckgo
from judge.search.adding import add
from judge.search.lookup import Found, is_below, search
from judge.search.options import options
from judge.search.places import cache_path
from judge.search.store import Store, open_store

if TYPE_CHECKING:
    from tests.search.conftest import Service

pytest.importorskip("httpx", reason="searching needs the extra `search`")

SEARXNG = {
    "query": "q",
    "results": [
        {
            "title": "Mount <b>Everest</b>",
            "url": "https://example.org/everest",
            "content": "8,849&nbsp;m \u200bhigh",
            "engine": "mojeek",
            "score": 1.5,
            "publishedDate": "2024-01-02T00:00:00",
        },
        {"title": "Again", "url": "https://example.org/everest", "content": "twice"},
        {"title": "No address", "url": "javascript:alert(1)", "content": "x"},
        "no object",
        {"title": "K2", "url": "https://en.example.com/k2", "content": "8,611 m"},
    ],
    "unresponsive_engines": [["google", "CAPTCHA"]],
}
TAVILY = {
    "query": "q",
    "answer": "a model's answer, which is no evidence",
    "results": [
        {"title": "T", "url": "https://t.example.org/", "content": "short", "score": 0.9, "raw_content": "much longer"}
    ],
}
BRAVE = {
    "type": "search",
    "web": {
        "results": [
            {
                "title": "B",
                "url": "https://b.example.org/",
                "description": "<strong>one</strong>",
                "extra_snippets": ["two"],
                "page_age": "2023-05-05T00:00:00",
            }
        ]
    },
}
SERPER = {
    "answerBox": {"title": "Box", "answer": "8,849 m", "snippet": "high", "link": "https://s.example.org/box"},
    "organic": [
        {"title": "S", "link": "https://s.example.org/", "snippet": "one", "date": "Jan 2, 2024", "position": 1}
    ],
}


def run(query: str, **given: Any) -> Found:
    return asyncio.run(search(query, options(given)))


def kind(query: str, **given: Any) -> str:
    with pytest.raises(SearchError) as caught:
        run(query, **given)
    return caught.value.kind


def told(service: "Service") -> dict[str, Any]:
    return {"provider": "searxng", "base_url": service.url}


# ------------------------------------------------------------------ formats


def test_searxng(service: "Service") -> None:
    service.says(SEARXNG)
    found = run("how high is Everest?", **told(service), region="en", engines="mojeek")
    assert service.asked[0][1] == "/search?q=how+high+is+Everest%3F&format=json&engines=mojeek&language=en"
    first, second = found.results
    assert (first.title, first.url, first.snippet) == ("Mount Everest", "https://example.org/everest", "8,849 m high")
    assert (first.engine, first.score, first.date, first.rank) == ("searxng:mojeek", 1.5, "2024-01-02T00:00:00", 1)
    assert (second.title, second.rank) == ("K2", 2) and second.retrieved_at.endswith("Z")


def test_tavily(service: "Service") -> None:
    service.says(TAVILY)
    found = run("q", provider="tavily", base_url=service.url, results=3, deny=["spam.example"])
    method, path, headers, body = service.asked[0]
    assert (method, path, headers["authorization"]) == ("POST", "/search", "Bearer key of TAVILY_API_KEY")
    assert json.loads(body) == {"query": "q", "max_results": 20, "exclude_domains": ["spam.example"]}
    assert [(one.title, one.text, one.score) for one in found.results] == [("T", "much longer", 0.9)]


def test_brave(service: "Service") -> None:
    service.says(BRAVE)
    found = run("q", provider="brave", base_url=service.url, results=3)
    method, path, headers, _ = service.asked[0]
    assert (method, path) == ("GET", "/res/v1/web/search?q=q&count=3&extra_snippets=true")
    assert headers["x-subscription-token"] == "key of BRAVE_API_KEY"
    assert [(one.text, one.date) for one in found.results] == [("one\ntwo", "2023-05-05T00:00:00")]
    service.says({"type": "search", "query": {}})
    assert run("nothing", provider="brave", base_url=service.url, per_minute=6_000).results == ()


def test_serper(service: "Service", monkeypatch: pytest.MonkeyPatch) -> None:
    service.says(SERPER)
    monkeypatch.setenv("MY_KEY", "mine")
    found = run("q", provider="serper", base_url=service.url, key_env="MY_KEY", region="us")
    assert service.asked[0][2]["x-api-key"] == "mine"
    assert json.loads(service.asked[0][3]) == {"q": "q", "num": 5, "gl": "us"}
    assert [one.snippet for one in found.results] == ["8,849 m\nhigh", "one"]


# ------------------------------------------------------------------ failures are not "nothing found"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, "rate_limited"),
        (432, "rate_limited"),
        (401, "auth"),
        (403, "auth"),
        (500, "provider"),
        (404, "bad_request"),
        (302, "bad_request"),
    ],
)
def test_a_refusal_is_named(service: "Service", monkeypatch: pytest.MonkeyPatch, status: int, expected: str) -> None:
    monkeypatch.setattr("judge.search.ask._AGAIN_S", 0.0)
    service.says({"error": "no"}, status=status, location="http://127.0.0.1:1/")
    assert kind("q", **told(service)) == expected
    assert len(service.asked) == (2 if expected == "provider" else 1)  # only what may pass is asked again


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"results": 3}', b"", b"[" * 100_000, b'"' + b"x" * 9 * 2**20 + b'"']
)
def test_an_answer_that_is_none_is_named(service: "Service", monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setattr("judge.search.ask._AGAIN_S", 0.0)
    service.says(body)
    assert kind("q", **told(service)) == "provider"


def test_engines_that_were_silent_are_not_an_empty_web(service: "Service") -> None:
    service.says({"results": [], "unresponsive_engines": [["google", "too many requests"]]})
    assert kind("q", **told(service)) == "rate_limited"


def test_nothing_found_is_an_answer_and_is_kept(service: "Service") -> None:
    service.says({"results": []})
    assert run("q", **told(service)).results == run("q", **told(service)).results == ()
    assert len(service.asked) == 1


def test_slow_and_unreachable_services(service: "Service", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("judge.search.ask._AGAIN_S", 0.0)
    service.says(SEARXNG, delay_s=2.0)
    assert kind("q", **told(service), timeout_s=0.1) == "timeout"
    assert kind("q", provider="searxng", base_url="http://127.0.0.1:1") == "connection"


def test_what_is_not_set_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRAVE_API_KEY")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"provider": "brave"}, "brave needs a key; set BRAVE_API_KEY"),
        ({"provider": "searxng"}, "searxng needs an address"),
        ({"provider": "corpus"}, "there is no corpus at"),
        ({"provider": "altavista"}, "the search option 'provider' is wrong"),
        ({"result": 3}, "the search option 'result' is wrong"),
        ({"results": 0}, "the search option 'results' is wrong"),
    ]
    for given, expected in cases:
        with pytest.raises(SettingsError, match=expected):
            run("q", **given)
    assert kind(" \u200b ") == "bad_request"


def test_a_refusal_makes_everybody_wait_longer_each_time(service: "Service") -> None:
    service.says({}, status=429)
    assert kind("q", **told(service)) == "rate_limited"
    assert kind("q", **told(service), wait_s=5) == "rate_limited"
    assert len(service.asked) == 1  # the second did not even ask
    store = open_store(cache_path())
    assert [store.refused("other", 1.0, 3.0) for _ in range(4)] == [1.0, 2.0, 3.0, 3.0]
    store.answered("other")
    assert store.refused("other", 1.0, 3.0) == 1.0


# ------------------------------------------------------------------ cache, replay, one request


def test_a_replay_is_the_same_to_the_byte_and_asks_nobody(service: "Service", tmp_path: Path) -> None:
    service.says(SEARXNG)
    cache = str(tmp_path / "recorded.sqlite")
    first = run("How  high is\nEverest?", **told(service), cache=cache)
    service.says({}, status=500)
    again = run("how high is everest?", **told(service), cache=cache, mode="replay")
    packed = [[one.to_json() for one in found.results] for found in (first, again)]
    assert packed[0] == packed[1] and len(service.asked) == 1
    with pytest.raises(SearchError, match=r"'K2' to searxng is not in .*run once with mode live"):
        run("K2", **told(service), cache=cache, mode="replay")


def test_old_answers_are_asked_for_again_when_told_to(service: "Service") -> None:
    service.says(SEARXNG)
    rounds: list[dict[str, Any]] = [{}, {}, {"mode": "refresh"}, {"max_age_days": 1}, {"max_age_days": 1e-9}]
    for given in rounds:
        run("q", **told(service), **given)
    assert len(service.asked) == 3


def test_a_proxy_is_used_where_the_recipe_names_one(service: "Service", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    service.says(SEARXNG)
    run("q", provider="searxng", base_url="http://searxng.example.org", proxy=service.url)
    assert service.asked[0][1].startswith("http://searxng.example.org/search?q=q")


def test_equal_searches_at_once_are_one_request(service: "Service") -> None:
    service.says(SEARXNG, delay_s=0.2)

    async def several() -> list[Found]:
        return await asyncio.gather(*(search(q, options(told(service))) for q in ("same", "Same ", "other", "same")))

    found = asyncio.run(several())
    assert len(service.asked) == 2 and all(one.results == found[0].results for one in found)


def test_one_that_gives_up_does_not_take_the_request_from_the_others(service: "Service") -> None:
    service.says(SEARXNG, delay_s=0.3)

    async def two() -> Found:
        first = asyncio.create_task(search("q", options(told(service))))
        second = asyncio.create_task(search("q", options(told(service))))
        await asyncio.sleep(0.1)
        first.cancel()
        return await second

    assert len(asyncio.run(two()).results) == 2 and len(service.asked) == 1


def test_another_file_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no database, but long enough to be taken for one " * 20)
    with pytest.raises(SettingsError, match="is not a search cache"):
        Store(str(tmp_path / "x"))
    with pytest.raises(SettingsError, match=r"cannot be (made|opened)"):
        Store(str(tmp_path / "x" / "y"))


def test_a_cache_that_breaks_loses_no_result_and_raises_for_what_it_must_know(
    service: "Service", tmp_path: Path
) -> None:
    service.says(SEARXNG)
    path = str(tmp_path / "broken.sqlite")
    store = open_store(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE addresses")
    assert len(run("q", **told(service), cache=path).results) == 2
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE turns")
    with pytest.raises(SearchError, match="cannot be used"):
        store.book("s", 1.0, 1.0)
    assert store.results("none") is None


# ------------------------------------------------------------------ domains


def test_domains_are_kept_or_left_out_and_ranked_anew(service: "Service") -> None:
    service.says(SEARXNG)
    only = run("q", **told(service), allow=["example.com"])
    assert [(one.title, one.rank) for one in only.results] == [("K2", 1)] and only.left_out == 1
    without = run("q", **told(service), deny=["*.example.com"])
    assert [one.title for one in without.results] == ["Mount Everest"]
    assert len(service.asked) == 1  # the same answer, seen through another filter


@pytest.mark.parametrize(
    ("url", "below"),
    [
        ("https://example.org/x", True),
        ("https://a.EXAMPLE.org./", True),
        ("https://notexample.org/", False),
        ("https://example.org.evil.net/", False),
        ("https://evil.net/example.org", False),
        ("https://example.org@evil.net/", False),
        ("https://[::1", False),
    ],
)
def test_a_domain_is_the_host_and_nothing_else(url: str, below: bool) -> None:
    assert is_below(url, ["example.org"]) is below


# ------------------------------------------------------------------ turns


def test_turns_are_one_after_the_other_across_processes(tmp_path: Path) -> None:
    path = str(tmp_path / "turns.sqlite")
    code = "import sys; from judge.search.store import Store; print(Store(sys.argv[1]).book('s', 100.0, 1e6))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    waits = sorted(float(one.communicate()[0]) for one in running)
    assert [round(wait, -2) for wait in waits] == [0, 100, 200]
    assert Store(path).book("s", 100.0, 60.0) is None and Store(path).book("other", 100.0, 60.0) == 0


def test_a_rate_spaces_the_requests(service: "Service") -> None:
    service.says(SEARXNG)
    start = time.monotonic()
    for query in "abc":
        run(query, **told(service), per_minute=600)
    assert time.monotonic() - start >= 0.19


def test_turns_booked_by_a_wrong_clock_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(str(tmp_path / "turns.sqlite"))
    store.book("s", 1e9, 0.0)
    assert store.book("s", 1.0, 0.0) == 0


# ------------------------------------------------------------------ the corpus and ddgs


def test_the_corpus_needs_no_cache_and_no_network(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Everest is 8849 m high.")
    add(str(tmp_path / "c.sqlite"), [tmp_path / "a.txt"])
    found = run("everest", corpus=str(tmp_path / "c.sqlite"), mode="replay", allow=["example.org"])
    assert found.results == run("everest", corpus=str(tmp_path / "c.sqlite")).results
    assert [one.url for one in found.results] == ["a.txt"] and not (tmp_path / "places").exists()


STAND_IN = """
import pathlib

here = pathlib.Path(__file__).parent


class DDGS:
    def __init__(self, timeout, proxy):
        pass

    def text(self, query, *, max_results, backend, region):
        with (here / "asked").open("a") as file:
            file.write(query + "\\n")
        if (here / "mood").read_text() == "throttled" or query == "nothing about this":
            raise exceptions.DDGSException("No results found.")
        return [{"title": query, "href": "https://example.org/" + backend, "body": "text"}]


from ddgs import exceptions
"""


@pytest.fixture
def ddgs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that behaves as ddgs does: nothing found and throttled look the same."""
    package = tmp_path / "ddgs"
    package.mkdir()
    (package / "__init__.py").write_text(STAND_IN)
    (package / "exceptions.py").write_text(
        "class DDGSException(Exception): pass\nclass TimeoutException(DDGSException): pass\n"
    )
    (package / "mood").write_text("well")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(duckduckgo, "_last_results", {})
    return package


def test_ddgs_gives_results_and_an_empty_answer_is_checked(ddgs: Path) -> None:
    quick = {"provider": "duckduckgo", "per_minute": 60_000.0}
    assert [one.url for one in run("x", **quick, engines="mojeek").results] == ["https://example.org/mojeek"]
    assert run("nothing about this", **quick).results == ()
    assert (ddgs / "asked").read_text().split("\n")[:3] == ["x", "nothing about this", "Wikipedia"]


def test_ddgs_that_is_throttled_is_not_an_empty_web(ddgs: Path) -> None:
    (ddgs / "mood").write_text("throttled")
    quick = {"provider": "duckduckgo", "per_minute": 60_000.0}
    assert kind("x", **quick) == "rate_limited"
    assert kind("y", **quick, wait_s=1) == "rate_limited"
    assert "y" not in (ddgs / "asked").read_text().split()  # everybody waits first


def test_the_real_ddgs_out_of_reach_is_an_error() -> None:
    pytest.importorskip("ddgs", reason="DuckDuckGo needs the extra `search`")
    how = {"timeout_s": 5, "proxy": "http://127.0.0.1:1"}
    assert kind("x", provider="duckduckgo", **how) in (
        "connection",
        "timeout",
        "rate_limited",
    )
