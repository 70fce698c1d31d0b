"""The search services that are asked by HTTP: what each is sent, and how its answer is read into one kind of result."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from judge.errors import SearchError
from judge.search.cleaning import clean
from judge.search.options import SearchOptions

Fields = dict[str, Any]
"""The fields of a Result that a service fills."""
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")


@dataclass(frozen=True, slots=True)
class Service:
    """One service."""

    base_url: str
    key_env: str
    """The usual variable of its key; "" for one that needs none."""
    request: Callable[[str, SearchOptions, str], dict[str, Any]]
    """Takes query, options and key; returns arguments of `httpx.request` with a path for `url`."""
    read: Callable[[Mapping[str, Any]], Iterator[Fields]]
    per_minute: float | None = None


def plain(text: object) -> str:
    """Return a service's text without markup and entities, cleaned; "" for what is no text."""
    return clean(html.unescape(_MARKUP.sub("", text))) if isinstance(text, str) else ""


def _searxng(query: str, options: SearchOptions, key: str) -> dict[str, Any]:
    params = {"q": query, "format": "json", "engines": options.engines, "language": options.region}
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"method": "GET", "url": "/search", "params": _set(params), "headers": headers}


def _read_searxng(answer: Mapping[str, Any]) -> Iterator[Fields]:
    found = _list(answer, "results", "searxng")
    silent = answer.get("unresponsive_engines")
    if not found and silent:
        raise SearchError(f"searxng found nothing, but these engines did not answer: {silent!r:.200}; ask later",
                          "rate_limited", retryable=True)  # fmt: skip
    for one in found:
        yield {
            "title": one.get("title"),
            "url": one.get("url"),
            "snippet": one.get("content"),
            "date": one.get("publishedDate"),
            "score": one.get("score"),
            "engine": f"searxng:{one.get('engine', '')}",
        }


def _tavily(query: str, options: SearchOptions, key: str) -> dict[str, Any]:
    body = {
        "query": query,
        "max_results": options.results,
        "include_domains": list(options.allow),
        "exclude_domains": list(options.deny),
    }
    return {"method": "POST", "url": "/search", "json": _set(body), "headers": {"Authorization": f"Bearer {key}"}}


def _read_tavily(answer: Mapping[str, Any]) -> Iterator[Fields]:
    for one in _list(answer, "results", "tavily"):  # its `answer` is a model's, so it is no evidence
        yield {
            "title": one.get("title"),
            "url": one.get("url"),
            "snippet": one.get("content"),
            "content": one.get("raw_content"),
            "date": one.get("published_date"),
            "score": one.get("score"),
            "engine": "tavily",
        }


def _brave(query: str, options: SearchOptions, key: str) -> dict[str, Any]:
    params = {"q": query, "count": options.results, "country": options.region, "extra_snippets": "true"}
    headers = {"X-Subscription-Token": key, "Accept": "application/json"}
    return {"method": "GET", "url": "/res/v1/web/search", "params": _set(params), "headers": headers}


def _read_brave(answer: Mapping[str, Any]) -> Iterator[Fields]:
    if answer.get("type") != "search" and "web" not in answer:
        raise _unexpected("brave", answer)
    web = answer.get("web") or {"results": []}  # left out where nothing was found
    for one in _list(web, "results", "brave"):
        more = one.get("extra_snippets")
        snippets = [one.get("description"), *(more if isinstance(more, list) else [])]
        yield {
            "title": one.get("title"),
            "url": one.get("url"),
            "snippet": one.get("description"),
            "content": "\n".join(text for text in snippets if isinstance(text, str)) if more else "",
            "date": one.get("page_age") or one.get("age"),
            "engine": "brave",
        }


def _serper(query: str, options: SearchOptions, key: str) -> dict[str, Any]:
    body = {"q": query, "num": options.results, "gl": options.region}
    return {"method": "POST", "url": "/search", "json": _set(body), "headers": {"X-API-KEY": key}}


def _read_serper(answer: Mapping[str, Any]) -> Iterator[Fields]:
    box = answer.get("answerBox")
    if isinstance(box, dict) and box.get("link"):
        text = "\n".join(part for part in (box.get("answer"), box.get("snippet")) if isinstance(part, str))
        yield {"title": box.get("title"), "url": box["link"], "snippet": text, "engine": "serper:answer box"}
    for one in _list(answer, "organic", "serper"):
        yield {
            "title": one.get("title"),
            "url": one.get("link"),
            "snippet": one.get("snippet"),
            "date": one.get("date"),
            "engine": "serper",
        }


SERVICES = {
    "searxng": Service("", "", _searxng, _read_searxng),
    "tavily": Service("https://api.tavily.com", "TAVILY_API_KEY", _tavily, _read_tavily),
    "brave": Service("https://api.search.brave.com", "BRAVE_API_KEY", _brave, _read_brave, per_minute=60),
    "serper": Service("https://google.serper.dev", "SERPER_API_KEY", _serper, _read_serper),
}


def _set(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value not in ("", None, [])}


def _list(answer: Mapping[str, Any], name: str, service: str) -> list[Mapping[str, Any]]:
    found = answer.get(name)
    if not isinstance(found, list):
        raise _unexpected(service, answer)
    return [one for one in found if isinstance(one, dict)]


def _unexpected(service: str, answer: Mapping[str, Any]) -> SearchError:
    return SearchError(f"{service} answered something that is no list of results: {dict(answer)!r:.200}", "provider")
