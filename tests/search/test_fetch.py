import asyncio
import gzip
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import SearchError
from judge.search.addresses import check, target
from judge.search.fetch import Fetched, Fetcher

if TYPE_CHECKING:
    from tests.search.conftest import Service

pytest.importorskip("httpx", reason="fetching needs the extra `search`")

PUBLIC = "93.184.215.14"


def fetch(url: str, **how: Any) -> Fetched:
    return asyncio.run(Fetcher(**how).fetch(url))


def local(url: str, **how: Any) -> Fetched:
    return fetch(url, allow_private=True, **how)


def refused(url: str, **how: Any) -> str:
    with pytest.raises(SearchError) as caught:
        fetch(url, **how)
    return str(caught.value)


def leads_to(*addresses: str) -> Any:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/html,x",
        "//example.org/",
        "example.org",
        "http://example.org:22/",
        "https://example.org:80/",
        "http://example.org:443/",
        "http://example.org:99999/",
        "http://user@example.org/",
        "http://example.org@127.0.0.1/",
        "http://exa mple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nHost: x",
        "http://[::1",
        "http://",
        "http:///x",
        "http://-x.org/",
        "http://a..b/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://1/",
        "http://127.0.0.1.:99/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:127.0.0.1]:8080/",
        "http://ex\u0430mple.org\u2024@x/",
        "http://" + "a" * 64 + ".org/",
        "http://example.org/" + "a" * 2_000,
        "http://example.org/\u202e",
        "http://xn--a.%2e/",
    ],
)
def test_addresses_that_are_refused_before_anything_is_resolved(url: str) -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"{host} was resolved")

    assert "is not fetched" in refused(url, resolve=never)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "192.88.99.1",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:93.184.215.14",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:1::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "100::1",
        "no address",
        "",
        "127.0.0.1 ",
        "0177.0.0.1",
    ],
)
def test_hosts_that_lead_to_no_public_address_are_refused(address: str) -> None:
    assert "it leads to" in refused("http://innocent.example.org/", resolve=leads_to(address))
    assert "it leads to" in refused(
        "http://innocent.example.org/", resolve=leads_to(PUBLIC, address)
    )  # every one counts


def test_a_host_that_leads_nowhere_is_refused() -> None:
    assert "leads nowhere" in refused("http://innocent.example.org/", resolve=leads_to())

    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    assert "is not known" in refused("http://innocent.example.org/", resolve=unknown)


def test_the_real_resolver_is_checked_too() -> None:
    assert "127.0.0.1, which is not public" in refused("http://127.0.0.1/")
    assert "which is not public" in refused("http://localhost/")
    assert "::1, which is not public" in refused("https://[::1]/")
    assert "which is not public" in refused("http://\uff11\uff12\uff17.0\u30020.1/")  # full-width digits and dots


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "100.63.255.255", "172.32.0.1"])
def test_public_addresses_are_fine(address: str) -> None:
    assert [str(one) for one in check("example.org", [address])] == [address]


def test_what_is_asked_for_is_what_was_checked() -> None:
    place = target("HTTPS://Example.ORG:443/a%20b?q=1#part")
    assert (place.url, place.host, place.port) == ("https://example.org/a%20b?q=1", "example.org", 443)
    assert target("http://b\u00fccher.example/\u5317?q=\u00e9").url == "http://xn--bcher-kva.example/%E5%8C%97?q=%C3%A9"


@given(st.text(alphabet="htps:/@[]%.0123456789abx#?&\\ \n\u3002\u2460", max_size=40))
def test_any_text_is_an_address_in_order_or_refused(text: str) -> None:
    try:
        place = target(text)
    except SearchError:
        return
    assert place.url.startswith(("http://", "https://")) and place.url.isascii() and target(place.url) == place


# ------------------------------------------------------------------ servers


def test_a_page_is_fetched_from_the_checked_address_under_its_own_name(service: "Service") -> None:
    service.says("<p>caf\u00e9".encode("latin-1"), content_type="text/html; charset=latin-1")
    port = service.server_port
    page = local(f"http://name.example.org:{port}/a?b=c#d", resolve=leads_to("127.0.0.1"))
    assert (page.text, page.type, page.cut) == ("<p>caf\u00e9", "text/html", False)
    _, path, headers, _ = service.asked[0]
    assert (path, headers["host"]) == ("/a?b=c", f"name.example.org:{port}")
    assert "cookie" not in headers and "authorization" not in headers


def test_a_host_is_resolved_once_so_that_it_cannot_change_its_mind(service: "Service") -> None:
    """The first answer is another machine's, the second would be the server's."""
    service.says(b"inside", content_type="text/plain")
    answers = iter([["127.0.0.2"], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    with pytest.raises(SearchError, match="could not be fetched"):
        local(f"http://rebind.example.org:{service.server_port}/", resolve=rebinding)
    assert next(answers) == ["127.0.0.1"] and not service.asked


def test_no_proxy_of_the_environment_is_used(service: "Service", monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    service.says(b"direct", content_type="text/plain")
    assert local(service.url).text == "direct"


def test_redirects_are_followed_within_bounds(service: "Service") -> None:
    def hop(path: str) -> tuple[int, dict[str, str], bytes]:
        number = int(path.strip("/") or 0)
        if number == 5:
            return 200, {"content-type": "text/plain"}, b"there"
        return 302, {"location": f"/{number + 1}"}, b""

    service.answer = hop
    page = local(service.url)
    assert (page.text, page.url) == ("there", f"{service.url}/5")
    service.says(b"", status=302, location="/again")
    with pytest.raises(SearchError, match="more than 5 times"):
        local(service.url)


@pytest.mark.parametrize(
    "where",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://[::ffff:10.0.0.1]/",
        "http://2852039166/",
        "//127.0.0.1/",
        "http://localhost/",
        "https://user@example.org/",
        "http://rebound.example.org/",
    ],
)
def test_redirects_are_checked_like_the_first_address(service: "Service", where: str) -> None:
    """The first hop is let through to a server on loopback; the second is checked as always."""
    service.says(b"", status=302, location=where)

    class FirstHopIsLocal(Fetcher):
        async def _get(self, place: Any) -> Any:
            self._allow_private = not service.asked
            return await super()._get(place)

        def _allowed(self, url: str) -> Any:
            self._allow_private = not service.asked
            return super()._allowed(url)

    fetcher = FirstHopIsLocal(resolve=leads_to("127.0.0.1"))
    with pytest.raises(SearchError, match="is not fetched"):
        asyncio.run(fetcher.fetch(service.url))
    assert len(service.asked) == 1


def test_domains_that_are_not_allowed_are_not_fetched_also_after_a_redirect(service: "Service") -> None:
    assert "does not allow its domain" in refused("https://example.org/", allow=["example.com"])
    assert "does not allow its domain" in refused("https://a.example.org/", deny=["example.org"])
    service.says(b"", status=301, location="http://evil.example.net/")
    with pytest.raises(SearchError, match=r"'evil.example.net' is not fetched: the recipe does not allow"):
        local(f"http://ok.example.org:{service.server_port}/", allow=["example.org"], resolve=leads_to("127.0.0.1"))


def test_a_small_answer_that_unfolds_to_gigabytes_is_cut(service: "Service") -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = b"".join(bomb.compress(b"\0" * 2**20) for _ in range(64)) + bomb.flush()
    assert len(packed) < 400_000
    service.says(packed, content_type="text/plain", content_encoding="gzip")
    page = local(service.url, max_bytes=100_000)
    assert (len(page.text), page.cut) == (100_000, True)


def test_packed_and_long_pages(service: "Service") -> None:
    service.says(gzip.compress(b"packed"), content_type="text/plain", content_encoding="gzip")
    assert local(service.url).text == "packed"
    service.says(zlib.compress(b"packed"), content_type="text/plain", content_encoding="deflate")
    assert local(service.url).text == "packed"
    service.says(b"x" * 5_000, content_type="text/plain")
    page = local(service.url, max_bytes=1_000)
    assert (len(page.text), page.cut) == (1_000, True)
    for encoding in ("br", "zstd", "gzip, gzip"):
        service.says(b"x", content_type="text/plain", content_encoding=encoding)
        with pytest.raises(SearchError, match="it is packed as"):
            local(service.url)
    service.says(b"no gzip at all", content_type="text/plain", content_encoding="gzip")
    with pytest.raises(SearchError, match="could not be fetched"):
        local(service.url)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/octet-stream", "", "text/html2"])
def test_only_text_is_read(service: "Service", kind: str) -> None:
    service.says(b"%PDF", content_type=kind)
    with pytest.raises(SearchError, match="no text"):
        local(service.url)


def test_refusals_and_slowness_are_named(service: "Service") -> None:
    for status, expected in [(404, "bad_request"), (403, "auth"), (429, "rate_limited"), (503, "provider")]:
        service.says(b"", status=status)
        with pytest.raises(SearchError, match=f"answered {status}") as caught:
            local(service.url)
        assert caught.value.kind == expected
    service.says(b"", delay_s=3.0, content_type="text/plain")
    with pytest.raises(SearchError) as slow:
        local(service.url, timeout_s=0.2)
    assert slow.value.kind == "timeout" and slow.value.retryable


def test_unknown_charsets_are_read_as_utf8(service: "Service") -> None:
    service.says("é".encode(), content_type="text/plain; charset=rot13")
    assert local(service.url).text == "é"
    service.says(b"\xff\xfeok", content_type="text/plain; charset=utf-8")
    assert local(service.url).text.endswith("ok")
