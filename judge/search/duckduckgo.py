"""DuckDuckGo and its kin through `ddgs`, which cannot tell "too many requests" from "no results": so we do.

An answer without results counts as empty only when a question whose answer is known still gets results; else the
service is throttling. It runs in a worker process, which is killed at the deadline.
"""

import asyncio
import time
from typing import Any

from judge import workers
from judge.errors import SearchError
from judge.search.options import SearchOptions
from judge.search.providers import Fields

PER_MINUTE = 20.0
"""Requests a minute when the recipe says nothing: one in three seconds."""
KNOWN = "Wikipedia"
"""A question that always has results."""
_SURE_S = 60.0
"""For so long after results came, an empty answer is believed without a second question."""
_last_results: dict[str, float] = {}


async def ask(query: str, options: SearchOptions) -> list[Fields]:
    """Return the results in ddgs's order.

    Raises:
        SearchError: it is throttled or out of reach, or ddgs is not installed.
    """
    found = await _run(query, options)
    if found:
        _last_results[options.engines] = time.monotonic()
    elif query != KNOWN and time.monotonic() - _last_results.get(options.engines, -_SURE_S) >= _SURE_S:
        await asyncio.sleep(60 / (options.per_minute or PER_MINUTE))
        if not await _run(KNOWN, options):
            raise SearchError(f"duckduckgo finds nothing even for {KNOWN!r}, so it is refusing; ask less often",
                              "rate_limited", retryable=True)  # fmt: skip
        _last_results[options.engines] = time.monotonic()
    return found


async def _run(query: str, options: SearchOptions) -> list[Fields]:
    how: dict[str, Any] = {
        "max_results": options.results,
        "backend": options.engines or "auto",
        "region": options.region or "us-en",
    }
    settings: dict[str, Any] = {"timeout": max(1, int(options.timeout_s)), "proxy": options.proxy or None}
    answer: Any = await workers.call(
        "judge.search.duckduckgo:run", query, how, settings, timeout_s=2 * options.timeout_s
    )
    if "error" in answer:
        raise SearchError(f"duckduckgo did not answer ({answer['error']}); try later", answer["kind"], retryable=True)
    return [
        {"title": one.get("title"), "url": one.get("href"), "snippet": one.get("body"), "engine": "ddgs"}
        for one in answer["results"]
        if isinstance(one, dict)
    ]


def run(query: str, how: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Ask ddgs, in a worker process. Return its results, or an error with its kind."""
    try:
        from ddgs import DDGS
        from ddgs.exceptions import DDGSException, TimeoutException
    except ImportError:
        raise SearchError("searching DuckDuckGo needs ddgs; pip install 'agentic-judge[search]'", "tool") from None
    try:
        return {"results": DDGS(**settings).text(query, **how)}
    except TimeoutException as error:
        return {"error": f"{error}"[:200], "kind": "timeout"}
    except DDGSException as error:
        if "No results" in str(error):
            return {"results": []}
        return {"error": f"{error}"[:200], "kind": "connection"}
