"""Read a page of the public web, only where a recipe lists this tool.

Only addresses that a search of ours has returned are fetched, unless the recipe says otherwise: so a text that is
judged, or a page that was read, can neither choose what is read next nor send anything out in an address. Private
networks are never reached. The text is cleaned, fenced and dated; it is of strangers, and never an order.
"""

import time
from typing import Any, Literal, get_args

from judge import workers
from judge.errors import SearchError, SettingsError
from judge.search.cleaning import clean
from judge.search.fetch import Fetched, Fetcher
from judge.search.places import cache_path
from judge.search.result import now
from judge.search.store import open_store
from judge.text import fence
from judge.types import Evidence

Mode = Literal["live", "refresh", "replay"]

_READ_S = 10.0
_HTML = ("text/html", "application/xhtml+xml")


async def act(  # noqa: D417
    url: str,
    *,
    only_found: bool = True,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    chars: int = 8_000,
    max_bytes: int = 2 * 2**20,
    timeout_s: float = 20.0,
    cache: str = "",
    mode: Mode = "live",
    max_age_days: float | None = None,
) -> Evidence:
    """Read the page at an address that a search has returned.

    The recipe's options: `only_found` (only addresses that stand in the search cache), `allow` and `deny` (domains),
    `chars` (longest text shown), `max_bytes` (after decompression), `timeout_s`, and `cache`, `mode` and `max_age_days`
    as for web_search.

    Args:
        url: the address, as the search gave it.

    Raises:
        SearchError: the address is refused, or the page cannot be had.
        SettingsError: an option is wrong, or a library is missing.
    """
    if mode not in get_args(Mode):
        raise SettingsError(f"mode={mode!r} is unknown; choose one of: {', '.join(get_args(Mode))}")
    store = open_store(cache_path(cache))
    if only_found and not store.has_found(url):
        raise SearchError(f"{url[:100]!r} is not fetched: no search has returned it; search first", "bad_request")
    fetcher = Fetcher(allow=allow, deny=deny, max_bytes=max_bytes, timeout_s=timeout_s)
    fetcher.check(url)
    since = time.time() - 86_400 * max_age_days if mode == "live" and max_age_days else 0.0
    page = None if mode == "refresh" else store.page(url, since)
    if page is None:
        if mode == "replay":
            raise SearchError(f"{url[:100]!r} is not in {store.path!r}; run once with mode live", "tool")
        page = await _read(await fetcher.fetch(url))
        store.keep_page(url, page)
    return _evidence(url, page, chars)


async def _read(fetched: Fetched) -> dict[str, Any]:
    """Return the text a reader would see, with title and date. Hostile HTML is read where it can be killed."""
    if fetched.type in _HTML:
        seen: Any = await workers.call("judge.search.pages:read_page", fetched.text, timeout_s=_READ_S)
    else:
        seen = {"title": "", "text": clean(fetched.text), "date": ""}
    return {**seen, "url": fetched.url, "cut": fetched.cut, "retrieved_at": now()}


def _evidence(url: str, page: dict[str, Any], chars: int) -> Evidence:
    text = page["text"]
    shown = text if len(text) <= chars else text[:chars].rstrip() + " ..."
    dated = f" ({page['date']})" if page["date"] else ""
    return Evidence(
        tool="fetch_page",
        stance="neutral",
        summary=f"the page at {page['url']!r}:\n" + fence("page", f"{page['title']}{dated}\n{shown}"),
        detail={**{name: page[name] for name in ("title", "date", "url", "retrieved_at")}, "text": shown,
                "cut": bool(page["cut"]) or len(text) > chars},
        provenance=f"{page['url']}, retrieved {page['retrieved_at']}",
    )  # fmt: skip
