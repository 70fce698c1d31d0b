"""Ask a search service over HTTP. What went wrong is told apart: too many, no key, out of reach, not understood."""

import asyncio
import json
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from judge.errors import SearchError, SettingsError
from judge.search.cleaning import clean
from judge.search.options import SearchOptions
from judge.search.providers import SERVICES, Fields

if TYPE_CHECKING:
    import ssl

    import httpx

_MOST_BYTES = 8 * 2**20
_AGAIN_S = 1.0
_KINDS = {401: "auth", 403: "auth", 402: "rate_limited", 429: "rate_limited", 432: "rate_limited", 433: "rate_limited"}
"""What a status means; Tavily says 432 and 433 where a plan is used up."""
_HINTS = {
    "auth": "look at its key and its rights; SearXNG answers so when JSON is not among the formats of its settings",
    "rate_limited": "ask less often (per_minute), or get a larger plan",
    "provider": "try later",
    "bad_request": "look at the options",
}


async def ask(query: str, options: SearchOptions) -> list[Fields]:
    """Return the results of a service as it gives them, in order.

    Raises:
        SearchError: the service could not be reached, refused, or answered something else.
        SettingsError: the address or the key is missing, or httpx is not installed.
    """
    service = SERVICES[options.provider]
    base, key = base_url(options), _key(service.key_env, options)
    request = service.request(query, options, key)
    request["url"] = base.rstrip("/") + request["url"]
    try:
        answer = await _send(request, options)
    except SearchError as error:
        if error.kind not in ("connection", "provider"):
            raise
        await asyncio.sleep(_AGAIN_S)
        answer = await _send(request, options)
    return list(service.read(answer))


def base_url(options: SearchOptions) -> str:
    """Return the address of the service; raise SettingsError where it has none."""
    if base := options.base_url or SERVICES[options.provider].base_url:
        return base
    raise SettingsError(f"{options.provider} needs an address; give the option base_url, as in http://127.0.0.1:8080")


def _key(usual: str, options: SearchOptions) -> str:
    name = options.key_env or usual
    key = os.environ.get(name, "") if name else ""
    if name and not key:
        raise SettingsError(
            f"{options.provider} needs a key; set {name}, or name another variable by the option key_env"
        )
    return key


async def _send(request: dict[str, Any], options: SearchOptions) -> dict[str, Any]:
    where, web = options.provider, client(options.timeout_s)
    import httpx

    try:
        async with asyncio.timeout(options.timeout_s), web, web.stream(**request) as answer:
            body = await _body(answer, where)
            status = answer.status_code
    except TimeoutError as error:
        raise SearchError(f"{where} did not answer within {options.timeout_s:g} s; try later", "timeout",
                          retryable=True) from error  # fmt: skip
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = f"{type(error).__name__}: {error}"
        raise SearchError(
            f"{where} could not be reached ({why}); look at base_url and the network", retryable=True
        ) from error
    if status != 200:
        kind = _KINDS.get(status, "provider" if status >= 500 else "bad_request")
        said = clean(body[:300].decode("utf-8", "replace"))[:200]
        message = f"{where} answered {status} ({said!r}); {_HINTS[kind]}"
        raise SearchError(message, kind, retryable=kind in ("rate_limited", "provider"))
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SearchError(f"{where} answered no JSON; look at base_url", "provider") from error
    if not isinstance(found, dict):
        raise SearchError(f"{where} answered JSON that is no object; look at base_url", "provider")
    return found


async def _body(answer: "httpx.Response", where: str) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes(65_536):
        size += len(part)
        if size > _MOST_BYTES:
            raise SearchError(f"{where} answered more than {_MOST_BYTES} bytes; ask for fewer results", "provider")
        parts.append(part)
    return b"".join(parts)


def client(timeout_s: float) -> "httpx.AsyncClient":
    """Return a client that follows no redirect and takes no proxy from the environment. One per request is cheap.

    Raises:
        SettingsError: httpx is not installed.
    """
    try:
        import httpx
    except ImportError as error:
        raise SettingsError("searching needs httpx; pip install 'agentic-judge[search]'") from error
    return httpx.AsyncClient(verify=_trusted(), timeout=timeout_s, follow_redirects=False, trust_env=False)


@lru_cache(maxsize=1)
def _trusted() -> "ssl.SSLContext":
    """The certificates that are trusted: reading them takes longer than a request."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)
