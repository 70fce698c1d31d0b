"""Run programs on servers that speak SandboxFusion's protocol: `judge sandbox serve`, or the original.

A server that is gone, busy or broken is our failure and never the program's: its runs are `sandbox_error`. How well a
foreign server shuts programs in is not known here; ours say it.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from judge.errors import SettingsError, ToolError
from judge.sandbox.remote.protocol import QUEUE_HEADER, Answer, RunRequest, refusal

if TYPE_CHECKING:
    import httpx

TOKEN_ENV = "JUDGE_SANDBOX_TOKEN"
"""The environment variable that holds the token for the servers."""

_TRIES = 8
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 16.0
_IN_FLIGHT = 16
"""Requests to one server at a time from one event loop; ours queues what is too much, SandboxFusion runs it all."""
_CONNECT_S, _QUEUE_S, _ANSWER_S = 10.0, 240.0, 60.0
_LARGEST_ANSWER = 256 << 20
_MAY_PASS = {429, 502, 503, 504}
_LOCAL = ("all://127.0.0.1", "all://localhost", "all://[::1]")


def addresses(server: str | Sequence[str]) -> tuple[str, ...]:
    """Return where to send programs to. Raises SettingsError for what is no address."""
    given = (server,) if isinstance(server, str) else tuple(server)
    for url in given:
        if not _is_address(url):
            raise SettingsError(f"the server {url!r} is no address; write for example http://127.0.0.1:8080")
    if not given:
        raise SettingsError("the list of servers is empty; give at least one, such as http://127.0.0.1:8080")
    return tuple(f"{url.rstrip('/').removesuffix('/run_code')}/run_code" for url in given)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


async def ask(server: str | Sequence[str], request: RunRequest) -> Answer:
    """Return a server's answer; of several servers each is asked in turn, and the next when one fails.

    What may pass (no connection, 429, 502, 503, 504) is tried again up to seven times, after waits that double up to
    16 s. What does not pass is an answer `SandboxError` that says why.
    """
    urls = addresses(server)
    try:
        import httpx
    except ImportError as error:
        raise SettingsError("sending programs needs one more package: pip install 'agentic-judge[remote]'") from error

    traffic = _traffic.setdefault(asyncio.get_running_loop(), _Traffic())
    try:
        async with traffic.client() as client:
            return await _try(client, urls, request, traffic)
    except httpx.HTTPError as error:
        where = ", ".join(dict.fromkeys(map(_host, urls)))
        return refusal(f"{where} {_problem(error)}, {_TRIES} times")
    except ToolError as error:
        return refusal(str(error))


async def _try(client: "httpx.AsyncClient", urls: tuple[str, ...], request: RunRequest, traffic: "_Traffic") -> Answer:
    import httpx
    from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

    async def once() -> Answer:
        url = urls[next(traffic.turn) % len(urls)]
        async with traffic.gate(url):
            return await _post(client, url, request)

    again = AsyncRetrying(
        stop=stop_after_attempt(_TRIES),
        retry=retry_if_exception_type(httpx.HTTPError),
        wait=wait_random_exponential(_FIRST_WAIT_S, max=_LONGEST_WAIT_S),
        reraise=True,
    )
    answer: Answer = await again(once)
    return answer


async def _post(client: "httpx.AsyncClient", url: str, request: RunRequest) -> Answer:
    """Ask once. Raises httpx.HTTPError for what another try may mend, ToolError for the rest."""
    import httpx

    seconds = request.compile_timeout + 2 * request.run_timeout + _QUEUE_S + _ANSWER_S
    timeout = httpx.Timeout(seconds, connect=_CONNECT_S, pool=None)
    body = request.model_dump_json(by_alias=True).encode()
    headers = {"content-type": "application/json", "accept": "application/json", QUEUE_HEADER: f"{_QUEUE_S:g}"}
    if (token := os.environ.get(TOKEN_ENV)) and not urlsplit(url).username:
        headers["authorization"] = f"Bearer {token}"
    async with client.stream("POST", url, content=body, headers=headers, timeout=timeout) as response:
        if response.status_code in _MAY_PASS:
            response.raise_for_status()
        content = b""
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > _LARGEST_ANSWER:
                raise ToolError(f"{_host(url)} sent more than {_LARGEST_ANSWER >> 20} MB; fetch fewer files")
    if response.status_code in (401, 403):
        raise ToolError(f"{_host(url)} refused the token; set {TOKEN_ENV} to the one that it was started with")
    if response.status_code != 200:
        said = content[:300].decode("utf-8", "replace")
        raise ToolError(f"{_host(url)} answered {response.status_code}: {said}")
    try:
        return Answer.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "JSON"
        raise ToolError(f"{_host(url)} does not speak SandboxFusion's protocol: {where}: {first['msg']}") from error


def _problem(error: "httpx.HTTPError") -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):  # whose own words show the whole address, password and all
        return f"answered {error.response.status_code}"
    return f"did not answer: {type(error).__name__} {error}".rstrip()


def _host(url: str) -> str:
    """Return the address without what may be a password."""
    return urlsplit(url).netloc.rpartition("@")[2]


class _Traffic:
    """What one event loop has going on with servers. Connections are kept while there is any."""

    def __init__(self) -> None:
        self.turn = itertools.count()
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._client: httpx.AsyncClient | None = None
        self._users = 0

    def gate(self, url: str) -> asyncio.Semaphore:
        """Return what bounds the requests to one server."""
        return self._gates.setdefault(url, asyncio.Semaphore(_IN_FLIGHT))

    @asynccontextmanager
    async def client(self) -> "AsyncIterator[httpx.AsyncClient]":
        """Lend the client; the last one to give it back closes it, so that nothing outlives the loop."""
        import httpx

        client = self._client = self._client or httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            mounts=dict.fromkeys(_LOCAL),  # past any proxy
        )
        self._users += 1
        try:
            yield client
        finally:
            self._users -= 1
            if not self._users:
                self._client = None
                await client.aclose()


_traffic: WeakKeyDictionary[asyncio.AbstractEventLoop, _Traffic] = WeakKeyDictionary()
