import asyncio
from pathlib import Path
from typing import Any

import pytest

from judge import library
from judge.errors import SearchError, SettingsError
from judge.search.result import Result
from judge.search.store import open_store
from judge.types import Evidence

fetch_page: Any = library.module("tools", "fetch_page")

FOUND = "https://example.org/everest"


@pytest.fixture
def cache(tmp_path: Path) -> str:
    path = str(tmp_path / "search.sqlite")
    found = Result(url=FOUND, engine="brave", rank=1, retrieved_at="2026-01-02T03:04:05Z")
    open_store(path).keep_results("key", {"query": "everest"}, (found,))
    return path


def act(url: str, **options: Any) -> Evidence:
    evidence: Evidence = asyncio.run(fetch_page.act(url, **options))
    return evidence


def keep(cache: str, url: str, text: str) -> None:
    page = {"title": "Everest", "text": text, "date": "2024", "url": url, "cut": False}
    open_store(cache).keep_page(url, {**page, "retrieved_at": "2026-01-02T03:04:05Z"})


def test_a_page_in_the_cache_is_shown_fenced(cache: str) -> None:
    keep(cache, FOUND, "8,849 m high. " * 100)
    page = act(FOUND, cache=cache, mode="replay", chars=50)
    assert (page.tool, page.stance, page.score) == ("fetch_page", "neutral", None)
    assert (
        page.summary.startswith(f"the page at {FOUND!r}:\n<page ") and "Everest (2024)\n8,849 m high." in page.summary
    )
    assert len(page.summary) < 250 and page.detail["cut"] is True
    assert page.provenance == f"{FOUND}, retrieved 2026-01-02T03:04:05Z"
    assert act(FOUND, cache=cache, mode="replay", chars=50) == page


def test_only_what_a_search_returned_is_fetched(cache: str) -> None:
    with pytest.raises(SearchError, match="no search has returned it"):
        act("https://attacker.example.org/?stolen=data", cache=cache)
    with pytest.raises(SearchError, match="no search has returned it"):
        act(FOUND + "?stolen=data", cache=cache)
    with pytest.raises(SearchError, match=r"is not in .*run once with mode live"):
        act(FOUND, cache=cache, mode="replay")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd"]
)
def test_private_places_are_refused_whatever_the_recipe_says(cache: str, url: str) -> None:
    with pytest.raises(SearchError, match="is not fetched"):
        act(url, cache=cache, only_found=False)


def test_domains_count_also_for_pages_in_the_cache(cache: str) -> None:
    keep(cache, FOUND, "text")
    with pytest.raises(SearchError, match="does not allow its domain"):
        act(FOUND, cache=cache, allow=["example.com"])
    with pytest.raises(SettingsError, match="mode='offline' is unknown"):
        act(FOUND, cache=cache, mode="offline")
