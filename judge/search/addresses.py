"""Which addresses may be fetched: public ones only, whatever they are written like. Anything unclear is refused."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from judge.errors import SearchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
"""Schemes that are fetched, each from its own port only."""
_LONGEST_URL = 2_000
_REFUSED = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
"""Private, loopback, link-local, shared, reserved, multicast, documentation, one cloud's platform address, and every
range of IPv6 that carries an IPv4 address inside: mapped, compatible, translated (NAT64), 6to4, Teredo."""
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?")
"""What resolvers may take for an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart and found in order. Where its host leads is not known yet."""

    url: str
    """As it is fetched: without a fragment."""
    scheme: str
    host: str
    """Lower case, ASCII, without brackets."""
    port: int
    path: str
    """With the query."""


def target(url: str, any_port: bool = False) -> Target:
    """Take an address apart.

    Raises:
        SearchError: it is no plain http or https address of the usual port.
    """
    shown = f"{url[:100]!r}"
    if len(url) > _LONGEST_URL or not url.isprintable() or any(sign in url for sign in ' \\"<>^`{|}'):
        raise _refused(shown, "it is too long, or has characters that belong to no address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(shown, "it cannot be taken apart") from error
    if parts.scheme not in PORTS:
        raise _refused(shown, "only http and https are fetched")
    if "@" in parts.netloc:
        raise _refused(shown, "it carries a user name")
    host = _host(parts, shown)
    usual = PORTS[parts.scheme]
    if port not in (None, usual) and not any_port:
        raise _refused(shown, f"{parts.scheme} is fetched from port {usual} only")
    path = _ascii((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    shown_host = f"[{host}]" if ":" in host else host
    whole = f"{parts.scheme}://{shown_host}{f':{port}' if port not in (None, usual) else ''}{path}"
    return Target(whole, parts.scheme, host, port or usual, path)


def check(host: str, addresses: Sequence[str]) -> list[Address]:
    """Return what a host leads to; every single one must be public.

    Raises:
        SearchError: one is not, or there is none.
    """
    found = []
    for text in addresses:
        try:
            address = ipaddress.ip_address(text)
        except ValueError as error:
            raise _refused(repr(host), f"it leads to {text[:60]!r}, which is no address") from error
        if not is_public(address):
            raise _refused(repr(host), f"it leads to {address}, which is not public")
        found.append(address)
    if not found:
        raise _refused(repr(host), "it leads nowhere")
    return found


def is_public(address: Address) -> bool:
    """Return whether anybody on the internet could reach the address."""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return False
    inside = any(address in network for network in _REFUSED if network.version == address.version)
    return not inside and address.is_global and not address.is_multicast


def _host(parts: SplitResult, shown: str) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode().lower()  # before any look at it: ① and 。 are 1 and .
    except UnicodeError as error:
        raise _refused(shown, "its host is no name") from error
    if ":" in host:
        try:
            if "%" in host:
                raise ValueError("a zone")
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise _refused(shown, "its host is no address") from error
    if _NUMERIC.fullmatch(host):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise _refused(shown, "its host is a number that is no plain IPv4 address") from error
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise _refused(shown, "its host is no name")
    return host


def _ascii(path: str) -> str:
    return "".join(sign if sign.isascii() else quote(sign) for sign in path)


def _refused(what: str, why: str) -> SearchError:
    return SearchError(f"{what} is not fetched: {why}", "bad_request")
