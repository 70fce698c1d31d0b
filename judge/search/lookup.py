"""One search: from the cache where it is known, one request for equal queries, no faster than a service likes."""

import asyncio
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from judge.errors import SearchError
from judge.search import ask, corpus, duckduckgo
from judge.search.cleaning import clean
from judge.search.options import SearchOptions
from judge.search.places import cache_path, corpus_path
from judge.search.providers import SERVICES, Fields, plain
from judge.search.result import Result, now
from judge.search.store import Store, open_store
from judge.types import digest

LONGEST_QUERY = 400
"""Characters of a query; services refuse longer ones."""
_FOR_FILTERS = 20
"""Results asked for where domains are filtered."""
_COOL_S, _LONGEST_COOL_S = 30.0, 900.0
_flights: "dict[tuple[int, str, str], _Flight]" = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    query: str
    """As it was asked: cleaned, blanks shortened."""
    provider: str
    results: tuple[Result, ...]
    left_out: int = 0
    """Results of domains that are not wanted."""


@dataclass(eq=False, slots=True)
class _Flight:
    call: "asyncio.Task[tuple[Result, ...]]"
    waiting: int = 0


async def search(query: str, options: SearchOptions) -> Found:
    """Search, and return at most `options.results` results, best first. Nothing found is an empty result.

    Raises:
        SearchError: the search could not be made: its kind says why. That is never the same as nothing found.
        SettingsError: there is no such corpus, key, address or library.
    """
    asked = as_asked(query)
    if not asked:
        raise SearchError(f"the query {query[:80]!r} is empty; say what to look for", "bad_request")
    if options.provider == "corpus":
        count = _FOR_FILTERS if options.allow or options.deny else options.results
        found = await asyncio.to_thread(corpus.find, corpus_path(options.corpus), asked, count)
    else:
        found = await _remembered(asked, options)
    kept = [one for one in found if _wanted(one.url, options)]
    ranked = [one.model_copy(update={"rank": rank}) for rank, one in enumerate(kept[: options.results], 1)]
    return Found(asked, options.provider, tuple(ranked), len(found) - len(kept))


def as_asked(query: str) -> str:
    """Return a query as it is sent: cleaned, blanks shortened, cut after LONGEST_QUERY characters."""
    return " ".join(clean(unicodedata.normalize("NFKC", query)).split())[:LONGEST_QUERY].rstrip()


def key(query: str, options: SearchOptions) -> tuple[str, dict[str, Any]]:
    """Return what a search is kept under, and what that is a hash of. Upper and lower case count alike."""
    asked = {
        "provider": options.provider,
        "query": query.casefold(),
        "results": _FOR_FILTERS if options.allow or options.deny else options.results,
        "base_url": options.base_url.rstrip("/"),
        "engines": options.engines,
        "region": options.region,
    }
    if options.provider == "tavily":  # which filters by itself
        asked |= {"allow": sorted(options.allow), "deny": sorted(options.deny)}
    return digest(asked), asked


async def _remembered(query: str, options: SearchOptions) -> tuple[Result, ...]:
    store = open_store(cache_path(options.cache))
    mark, asked = key(query, options)
    if options.mode != "refresh":
        aged = options.mode == "live" and options.max_age_days is not None
        since = time.time() - 86_400 * (options.max_age_days or 0) if aged else 0.0
        if (kept := store.results(mark, since)) is not None:
            return kept
    if options.mode == "replay":
        message = f"the query {query!r} to {options.provider} is not in {store.path!r}; run once with mode live"
        raise SearchError(message, "tool")
    return await _once(query, options, store, mark, asked)


async def _once(
    query: str, options: SearchOptions, store: Store, mark: str, asked: dict[str, Any]
) -> tuple[Result, ...]:
    """Let equal searches under way share one request; it goes on while anybody waits for it."""
    place = (id(asyncio.get_running_loop()), store.path, mark)
    flight = _flights.get(place)
    if flight is None or flight.call.done():
        flight = _flights[place] = _Flight(asyncio.create_task(_fetch(query, options, store, mark, asked)))
    flight.waiting += 1
    try:
        return await asyncio.shield(flight.call)
    finally:
        flight.waiting -= 1
        if not flight.waiting or flight.call.done():
            if _flights.get(place) is flight:
                del _flights[place]
            if not flight.call.done():
                flight.call.cancel()


async def _fetch(
    query: str, options: SearchOptions, store: Store, mark: str, asked: dict[str, Any]
) -> tuple[Result, ...]:
    if options.allow or options.deny:
        options = options.model_copy(update={"results": _FOR_FILTERS})
    await _turn(store, options)
    try:
        found = await (duckduckgo.ask if options.provider == "duckduckgo" else ask.ask)(query, options)
    except SearchError as error:
        if error.kind == "rate_limited":
            store.refused(_service(options), _COOL_S, _LONGEST_COOL_S)
        raise
    store.answered(_service(options))
    results = _results(found, options.provider)
    store.keep_results(mark, asked, results)
    return results


async def _turn(store: Store, options: SearchOptions) -> None:
    """Wait until this machine may ask the service again."""
    usual = duckduckgo.PER_MINUTE if options.provider == "duckduckgo" else SERVICES[options.provider].per_minute
    rate = options.per_minute or usual
    wait = store.book(_service(options), 60 / rate if rate else 0.0, options.wait_s)
    if wait is None:
        message = f"{options.provider} must not be asked within {options.wait_s:g} s; ask later, or give wait_s more"
        raise SearchError(message, "rate_limited", retryable=True)
    if wait > 0:
        await asyncio.sleep(wait)


def _service(options: SearchOptions) -> str:
    return f"{options.provider} {options.base_url.rstrip('/')}".rstrip()


def _results(found: Sequence[Fields], provider: str) -> tuple[Result, ...]:
    """Return what has a web address as results, cleaned, each address once."""
    moment, seen = now(), set()
    results: list[Result] = []
    for fields in found:
        url = fields.get("url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")) or url in seen:
            continue
        seen.add(url)
        score = fields.get("score")
        texts = {name: plain(fields.get(name)) for name in ("title", "snippet", "content", "date")}
        results.append(
            Result(
                **texts,
                url=clean(url),
                score=float(score) if isinstance(score, int | float) and abs(score) < 1e9 else None,
                engine=plain(fields.get("engine")) or provider,
                rank=len(results) + 1,
                retrieved_at=moment,
            )
        )
    return tuple(results)


def _wanted(url: str, options: SearchOptions) -> bool:
    """Return whether an address may be used. What has no domain, as in a corpus, always may."""
    if not url.startswith(("http://", "https://")):
        return True
    return is_below(url, options.allow or None) and not (options.deny and is_below(url, options.deny))


def is_below(url: str, domains: Sequence[str] | None) -> bool:
    """Return whether the host of an address is one of the domains or below one; None takes every host."""
    if domains is None:
        return True
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    names = [domain.strip().lower().lstrip("*").strip(".") for domain in domains]
    return any(host == name or host.endswith(f".{name}") for name in names if name)
