"""Send one body to an HTTP endpoint, through the openai client. The only file that imports it."""

import asyncio
import email.utils
import json
import math
import os
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from judge.models.base import CallError
from judge.models.spec import ModelSpec
from judge.types import FailureKind, Usage

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

HOSTED_URL = "https://api.openai.com/v1"
"""Where requests go when no address is set."""
_FILTERED = re.compile("content.?filter|content.?policy|moderation|flagged", re.I)
"""How endpoints say that a filter, not the server, refused a request."""
_KEEP_ALIVE_S = 4.0
"""Below the five seconds after which uvicorn, and so vLLM, closes an idle connection."""


def endpoint_url(spec: ModelSpec) -> str:
    """Return the URL that requests go to, without a slash at its end."""
    return (spec.base_url or os.environ.get("OPENAI_BASE_URL") or HOSTED_URL).rstrip("/")


class Endpoint:
    """One address. The client is created by the first call and belongs to the event loop in which that call runs."""

    def __init__(self, spec: ModelSpec) -> None:
        """Keep the configuration; nothing is opened yet."""
        self.spec = spec
        self.name = f"{spec.kind}:{spec.name}"
        self.url = endpoint_url(spec)
        self.source = f"{self.name} at {self.url}"
        """Who answers, for error messages."""
        self._client: AsyncOpenAI | None = None

    async def send(self, path: str, body: dict[str, Any]) -> tuple[object, float]:
        """Return the answer to one body, as decoded JSON, and the wall seconds. The time limit counts from here.

        Args:
            path: from the endpoint's URL on, such as `/chat/completions`, or a whole URL.
            body: the fields; `extra_body` of the configuration is laid over them.

        Raises:
            CallError: the call failed; its `kind` says how, and `usage` what was spent.
        """
        client = self._client or self._open()
        start = time.monotonic()
        try:
            async with asyncio.timeout(self.spec.call_timeout_s):
                answer = await _post(client, path, body | self.spec.extra_body)
        except Exception as error:
            failure = self._failure(error, Usage(calls=1, seconds=time.monotonic() - start))
            if failure is None:
                raise
            raise failure from error
        return answer, time.monotonic() - start

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _open(self) -> "AsyncOpenAI":
        import httpx2
        from openai import AsyncOpenAI, DefaultAioHttpClient

        limits = httpx2.Limits(max_connections=self.spec.in_flight, keepalive_expiry=_KEEP_ALIVE_S)
        transport = DefaultAioHttpClient(limits=limits, timeout=None)
        self._client = AsyncOpenAI(api_key=self._key(), base_url=self.url, max_retries=0, http_client=transport)
        return self._client

    def _key(self) -> str:
        key = os.environ.get(self.spec.api_key_env, "").strip()
        if not key and self.url == HOSTED_URL:
            message = (
                f"model {self.name!r} needs a key: set {self.spec.api_key_env}, or give base_url for a local server"
            )
            raise CallError(message, "auth")
        return key or "none"

    def _failure(self, error: Exception, usage: Usage) -> CallError | None:
        """Return what an error of the client means; None when it is a defect and no failed call."""
        from aiohttp import ClientError
        from openai import APIStatusError, OpenAIError

        if isinstance(error, APIStatusError):
            return self._refusal(error, usage)
        if isinstance(error, TimeoutError):
            message = f"{self.source} gave no answer within {self.spec.call_timeout_s:g} s; raise call_timeout_s"
            return CallError(message, "timeout", retryable=True, usage=usage)
        if isinstance(error, OpenAIError | ClientError | OSError):
            reason = str(error.__cause__ or error) or type(error.__cause__ or error).__name__
            message = f"{self.source} cannot be reached or cut the line ({reason}); check base_url and the server"
            return CallError(message, "connection", retryable=True, usage=usage)
        if isinstance(error, ValueError):
            message = f"{self.source} answered with what is no JSON ({error}); check base_url and the server's log"
            return CallError(message, "provider", retryable=True, usage=usage)
        return None

    def _refusal(self, error: "APIStatusError", usage: Usage) -> CallError:
        """Return what an HTTP status of 4xx or 5xx means."""
        status, answer = error.status_code, _words(error.body)
        if key := os.environ.get(self.spec.api_key_env):
            answer = answer.replace(key, "***")
        kind, retryable, advice = _meaning(status, answer)
        return CallError(
            f"{self.source} answered {status}: {answer[:300]!r}; {advice}",
            kind,
            retryable=retryable,
            status=status,
            answer=answer,
            retry_after=_retry_after(error.response.headers),
            usage=usage,
        )


async def _post(client: "AsyncOpenAI", path: str, body: dict[str, Any]) -> object:
    """Send a body and return the answer as plain data: the client's response model costs a third of a call's CPU."""
    try:
        return await client.post(path, cast_to=object, body=body)
    except UnicodeEncodeError:  # half a surrogate pair in some text: no server could read it
        readable = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return await client.post(path, cast_to=object, body=json.loads(readable))


def _words(body: object) -> str:
    """Return what an error body says; servers put it in several places."""
    if isinstance(body, dict):
        code = body.get("code")
        said = str(body.get("message") or body.get("detail") or body)
        return f"{said} [{code}]" if isinstance(code, str) else said
    return str(body or "nothing")


def _meaning(status: int, answer: str) -> tuple[FailureKind, bool, str]:
    """Return kind, whether another try may help, and advice."""
    if _FILTERED.search(answer):
        return "refused", False, "the endpoint's content filter refused the request"
    if status in (401, 403):
        return "auth", False, "check the key and its rights"
    if status == 429:
        broke = "insufficient_quota" in answer
        return "rate_limited", not broke, "add credit" if broke else "lower in_flight or set requests_per_minute"
    if status == 408:
        return "timeout", True, "try again"
    if status >= 500 or status in (409, 425):
        return "provider", True, "try again later"
    return "bad_request", False, "change the request or the model's settings"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that a response asks for: a number or a date."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(headers["retry-after-ms"]) / 1000 if "retry-after-ms" in headers else float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
