"""A search service on loopback, and places of their own for corpus and cache."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


class Service(ThreadingHTTPServer):
    """Answers every request with what it was given, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answer: Callable[[str], tuple[int, dict[str, str], bytes]] = lambda path: (200, {}, b"{}")
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        """Method, path, headers and body of every request."""

    def says(self, body: Any, status: int = 200, delay_s: float = 0.0, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        def answer(path: str) -> tuple[int, dict[str, str], bytes]:
            time.sleep(delay_s)
            return status, {name.replace("_", "-"): value for name, value in headers.items()}, content

        self.answer = answer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        status, headers, content = self.server.answer(self.path)
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *parts: object) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDGE_SEARCH_CACHE", str(tmp_path / "places" / "search.sqlite"))
    monkeypatch.setenv("JUDGE_CORPUS", str(tmp_path / "places" / "corpus.sqlite"))
    for name in ("TAVILY_API_KEY", "BRAVE_API_KEY", "SERPER_API_KEY"):
        monkeypatch.setenv(name, f"key of {name}")
