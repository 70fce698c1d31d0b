"""Call a service that the user has set up: its address comes from a recipe, never from a model or a judged text.

So the address may be private. Redirects are not followed, no proxy of the environment is taken, size and time are
limited, and neither messages nor logs hold a key. What comes back is data of strangers.
"""

import asyncio
import json
import logging
import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pydantic import JsonValue

from judge.errors import SearchError, SettingsError, ToolError
from judge.search.cleaning import clean

if TYPE_CHECKING:
    import ssl

    import httpx

_MOST_BYTES = 8 * 2**20
_AGAIN_S = 1.0
_KINDS = {401: "auth", 403: "auth", 402: "rate_limited", 429: "rate_limited", 432: "rate_limited", 433: "rate_limited"}
"""What a status means; Tavily says 432 and 433 where a plan is used up."""
_HINTS = {
    "auth": "look at its key and its rights",
    "rate_limited": "ask less often, or get a larger plan",
    "provider": "try later",
    "bad_request": "look at the options",
}
_secrets: ContextVar[tuple[str, ...]] = ContextVar("_secrets", default=())
"""What the running call must not show."""


def address(option: str, given: str, example: str) -> str:
    """Return the address that an option of a recipe gives, without a slash at its end.

    Raises:
        ToolError: it is no http or https address.
    """
    try:
        parts = urlsplit(given)
        right = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        right = False
    if not right:
        raise ToolError(f"the option {option} is {given[:100]!r}, no address; write one such as {example}")
    return given.rstrip("/")


def host(url: str) -> str:
    """Return what may be shown of an address: its scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def key(variable: str) -> str:
    """Return the key that an environment variable holds; "" where no variable is named.

    Raises:
        SettingsError: the variable is not set.
    """
    found = os.environ.get(variable, "").strip() if variable else ""
    if variable and not found:
        raise SettingsError(f"the service needs a key, but {variable} is not set; set it, or leave the option out")
    return found


async def call(where: str, request: dict[str, Any], *, timeout_s: float = 20.0, keys: Sequence[str] = ()) -> JsonValue:
    """Return the JSON that a service answers. What may pass is tried once more after a second.

    Args:
        where: the service in words, for messages.
        request: arguments of `httpx.request`.
        timeout_s: seconds for one try, above 0.
        keys: texts that no message may show.

    Raises:
        SearchError: the service could not be reached, refused, or answered something else than JSON.
        SettingsError: httpx is not installed.
    """
    body = await fetched(where, request, timeout_s=timeout_s, keys=keys)
    try:
        answer: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SearchError(f"{where} answered no JSON; look at its address", "provider") from error
    return answer


async def fetched(where: str, request: dict[str, Any], *, timeout_s: float = 20.0, keys: Sequence[str] = ()) -> bytes:
    """Return the body that a service answers; otherwise as `call`."""
    try:
        return await send(where, request, timeout_s=timeout_s, keys=keys)
    except SearchError as error:
        if error.kind not in ("connection", "provider"):
            raise
    await asyncio.sleep(_AGAIN_S)
    return await send(where, request, timeout_s=timeout_s, keys=keys)


async def send(
    where: str,
    request: dict[str, Any],
    *,
    timeout_s: float,
    keys: Sequence[str] = (),
    hints: Mapping[str, str] = _HINTS,
    proxy: str = "",
) -> bytes:
    """Send one request and return the body of an answer of status 200; otherwise as `call`, without a second try."""
    web, hidden = client(timeout_s, proxy), _hidden(request, keys)
    import httpx

    token = _secrets.set(hidden)
    try:
        async with asyncio.timeout(timeout_s), web, web.stream(**request) as answer:
            body, status = await _body(answer, where), answer.status_code
    except TimeoutError as error:
        message = f"{where} did not answer within {timeout_s:g} s; try later"
        raise SearchError(message, "timeout", retryable=True) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = _veiled(f"{type(error).__name__}: {error}"[:300], hidden)
        message = f"{where} could not be reached ({why}); look at its address and the network"
        raise SearchError(message, retryable=True) from None  # the cause may show what is hidden
    finally:
        _secrets.reset(token)
    if status != 200:
        kind = _KINDS.get(status, "provider" if status >= 500 else "bad_request")
        said = _veiled(clean(body[:1_000].decode("utf-8", "replace")), hidden)[:200]
        hint = "it redirects, which is not followed: look at its address" if 300 <= status < 400 else hints[kind]
        message = f"{where} answered {status} ({said!r}); {hint}"
        raise SearchError(message, kind, retryable=kind in ("rate_limited", "provider"))
    return body


async def _body(answer: "httpx.Response", where: str) -> bytes:
    parts, size = [], 0
    async for part in answer.aiter_bytes(65_536):
        size += len(part)
        if size > _MOST_BYTES:
            raise SearchError(f"{where} answered more than {_MOST_BYTES} bytes; ask for less", "provider")
        parts.append(part)
    return b"".join(parts)


def client(timeout_s: float, proxy: str = "") -> "httpx.AsyncClient":
    """Return a client that follows no redirect and takes no proxy from the environment. One per request is cheap.

    Raises:
        SettingsError: httpx is not installed, or the proxy is none.
    """
    try:
        import httpx
    except ImportError as error:
        raise SettingsError("searches and services need httpx; pip install 'agentic-judge[search]'") from error
    logging.getLogger("httpx").addFilter(_untold)
    try:
        return httpx.AsyncClient(
            verify=_trusted(), timeout=timeout_s, follow_redirects=False, trust_env=False, proxy=proxy or None
        )
    except ValueError as error:
        raise SettingsError(f"proxy={proxy!r} is no proxy: {error}; write http://127.0.0.1:3128") from error


@lru_cache(maxsize=1)
def _trusted() -> "ssl.SSLContext":
    """The certificates that are trusted: reading them takes longer than a request."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _hidden(request: Mapping[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    """Return the secrets of a request as they may be written, the longest first."""
    try:
        password = urlsplit(request["url"]).password or ""
    except ValueError:
        password = ""
    spelled = {form for secret in (*keys, password) if secret for form in (secret, quote(secret, safe=""))}
    return tuple(sorted(spelled, key=len, reverse=True))


def _veiled(text: str, hidden: Sequence[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, "[key]")
    return text


def _untold(record: logging.LogRecord) -> bool:
    """Keep httpx from logging the address of a request that holds a key."""
    hidden = _secrets.get()
    return not hidden or not any(secret in record.getMessage() for secret in hidden)
