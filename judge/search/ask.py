"""Ask a search service over HTTP. What went wrong is told apart: too many, no key, out of reach, not understood."""

import asyncio
import json
import os
from typing import Any

from judge.errors import SearchError, SettingsError
from judge.search.options import SearchOptions
from judge.search.providers import SERVICES, Fields
from judge.search.service import send

_AGAIN_S = 1.0
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
        answer = await _send(request, options, key)
    except SearchError as error:
        if error.kind not in ("connection", "provider"):
            raise
        await asyncio.sleep(_AGAIN_S)
        answer = await _send(request, options, key)
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


async def _send(request: dict[str, Any], options: SearchOptions, key: str) -> dict[str, Any]:
    where = options.provider
    body = await send(where, request, timeout_s=options.timeout_s, keys=(key,), hints=_HINTS, proxy=options.proxy)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SearchError(f"{where} answered no JSON; look at base_url", "provider") from error
    if not isinstance(found, dict):
        raise SearchError(f"{where} answered JSON that is no object; look at base_url", "provider")
    return found
