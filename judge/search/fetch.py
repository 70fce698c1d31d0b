"""Fetch a page from the public web, and from nowhere else.

A host is resolved once, every address it has must be public, and the one that was checked is the one that is dialled.
Redirects are followed by hand and checked like the first address. Size (after decompression), type and time are
limited. No cookies, no proxy of the environment, no scripts. What cannot be checked is not fetched.
"""

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from judge.errors import SearchError
from judge.search.addresses import Target, check, target
from judge.search.lookup import is_below
from judge.search.service import client

if TYPE_CHECKING:
    import httpx

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Takes host and port, returns addresses."""

_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_TYPES = (
    *("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/csv"),
    *("application/json", "text/xml", "application/xml"),
)
_HEADERS = {
    "Accept": "text/html, text/plain;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Accept-Language": "en, *;q=0.5",
    "User-Agent": "agentic-judge",
}
_PIECE = 65_536
_KINDS = {401: "auth", 403: "auth", 429: "rate_limited"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave, as it gave it."""

    url: str
    """Where it was in the end."""
    type: str
    """Such as text/html."""
    text: str
    cut: bool = False
    """Whether it is longer than was taken."""


async def resolve(host: str, port: int) -> list[str]:
    """Return all addresses of a host, as the system resolves it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Fetcher:
    """Fetches pages within limits."""

    def __init__(
        self,
        *,
        allow: Sequence[str] = (),
        deny: Sequence[str] = (),
        max_bytes: int = 2 * 2**20,
        timeout_s: float = 20.0,
        resolve: Resolve = resolve,
        allow_private: bool = False,
    ) -> None:
        """Take the limits.

        Args:
            allow: domains that are fetched from, with all below them; none means every public one.
            deny: domains that are not.
            max_bytes: so much of a page is taken, after decompression; the rest is left.
            timeout_s: seconds for a page with all its redirects.
            resolve: how hosts are resolved.
            allow_private: for tests alone, which fetch from servers on loopback: private addresses and other ports.
        """
        self._allow, self._deny = tuple(allow), tuple(deny)
        self._max_bytes, self._timeout_s = max_bytes, timeout_s
        self._resolve, self._allow_private = resolve, allow_private

    async def fetch(self, url: str) -> Fetched:
        """Fetch one page.

        Raises:
            SearchError: the address is refused, the server cannot be reached or says no, or what it gives is no text.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                place = self._allowed(url)
                for _ in range(_REDIRECTS + 1):
                    answer = await self._get(place)
                    if isinstance(answer, Fetched):
                        return answer
                    place = self._allowed(answer)
        except TimeoutError as error:
            message = f"{url[:100]!r} was not fetched within {self._timeout_s:g} s; try later"
            raise SearchError(message, "timeout", retryable=True) from error
        raise SearchError(f"{url[:100]!r} is not fetched: it redirects more than {_REDIRECTS} times", "bad_request")

    def check(self, url: str) -> None:
        """Raise SearchError where the address itself is refused, whatever it leads to."""
        self._allowed(url)

    def _allowed(self, url: str) -> Target:
        place = target(url, any_port=self._allow_private)
        if (self._allow and not is_below(place.url, self._allow)) or is_below(place.url, self._deny):
            raise SearchError(f"{place.host!r} is not fetched: the recipe does not allow its domain", "bad_request")
        return place

    async def _get(self, place: Target) -> Fetched | str:
        """Return what is there, or the address that it redirects to."""
        web = client(self._timeout_s)
        import httpx

        try:
            found = await self._resolve(place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise SearchError(f"the host {place.host!r} is not known; look at the address", retryable=True) from error
        address = str(check(place.host, found)[0]) if not self._allow_private else found[0]
        dialled = f"[{address}]" if ":" in address else address
        request = web.build_request(
            "GET",
            f"{place.scheme}://{dialled}:{place.port}{place.path}",
            headers={**_HEADERS, "Host": place.url.split("/", 3)[2]},
            extensions={"sni_hostname": place.host},  # the certificate is that of the name, not of the address
        )
        try:
            async with web:
                return await self._read(place, await web.send(request, stream=True))
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            message = f"{place.url[:100]!r} could not be fetched: {type(error).__name__}: {error}"
            raise SearchError(message[:300], retryable=True) from error

    async def _read(self, place: Target, answer: "httpx.Response") -> Fetched | str:
        where = answer.headers.get("location")
        if answer.status_code in _MOVED and where:
            import httpx

            return str(httpx.URL(place.url).join(where))
        if answer.status_code != 200:
            kind = _KINDS.get(answer.status_code, "provider" if answer.status_code >= 500 else "bad_request")
            message = f"{place.url[:100]!r} answered {answer.status_code}"
            raise SearchError(message, kind, retryable=kind in ("provider", "rate_limited"))
        kind_of_text = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind_of_text not in _TYPES:
            raise SearchError(
                f"{place.url[:100]!r} is not read: it is {kind_of_text[:40] or 'of no type'!r}, no text", "refused"
            )
        body, cut = await self._body(place, answer)
        return Fetched(place.url, kind_of_text, _decode(body, answer.charset_encoding), cut)

    async def _body(self, place: Target, answer: "httpx.Response") -> tuple[bytes, bool]:
        """Return at most `max_bytes`, decompressed piece by piece: a small answer may unfold to gigabytes."""
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
            raise SearchError(f"{place.url[:100]!r} is not read: it is packed as {encoding[:40]!r}", "bad_request")
        unpack = (
            None
            if encoding in ("identity", "")
            else zlib.decompressobj(wbits=47 if "gzip" in encoding else zlib.MAX_WBITS)
        )
        body = bytearray()
        async for piece in answer.aiter_raw(_PIECE):
            room = self._max_bytes + 1 - len(body)
            body += unpack.decompress(piece, room) if unpack else piece[:room]
            if len(body) > self._max_bytes:
                return bytes(body[: self._max_bytes]), True
        return bytes(body), False


def _decode(body: bytes, charset: str | None) -> str:
    """Return the text; bytes that are no text in its encoding become marks."""
    try:
        return body.decode(charset or "utf-8-sig", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
