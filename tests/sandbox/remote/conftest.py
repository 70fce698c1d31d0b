"""A real `judge sandbox serve` on a free port of loopback, and a small server that answers what a test tells it to."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

TOKEN = "a-token-for-tests-only"


class Serving:
    """The command, started; its address is known when it listens."""

    def __init__(self, *words: str, token: str = TOKEN) -> None:
        pytest.importorskip("fastapi")
        pytest.importorskip("uvicorn")
        self.token = token
        self.process = subprocess.Popen(
            [sys.executable, "-m", "judge", "sandbox", "serve", "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={**os.environ, "JUDGE_SANDBOX_TOKEN": token},
        )
        assert self.process.stdout is not None
        self.said = ""
        while not (found := re.search(r"listening: (http\S+)", self.said)):
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        self.url = found[1]

    def post(self, token: str | None = None, **request: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        return httpx.post(self.url, json=request, headers=headers, timeout=60, trust_env=False)

    def run(self, code: str, language: str = "python", **request: Any) -> Any:
        response = self.post(code=code, language=language, **request)
        assert response.status_code == 200, response.text
        return response.json()

    def stop(self) -> str:
        """End it and return all that it said."""
        self.process.terminate()
        assert self.process.stdout is not None
        self.said += self.process.stdout.read()
        assert self.process.wait(20) is not None
        self.process.stdout.close()
        return self.said


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    server = Serving("--body-mb", "2", "--longest-s", "60", "--largest-mb", "2048")
    yield server
    server.stop()


@pytest.fixture
def start() -> Iterator[type[Serving]]:
    """Start further servers, with words of their own; what is left of them is ended."""
    started: list[Serving] = []

    class Started(Serving):
        def __init__(self, *words: str, **how: Any) -> None:
            super().__init__(*words, **how)
            started.append(self)

    yield Started
    for server in started:
        if server.process.poll() is None:
            server.stop()


class Foreign(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, the last one for ever: a status and JSON, text, or "hang up"."""

    daemon_threads = True

    def __init__(self, *answers: tuple[int, Any] | str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A hung-up connection is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Foreign

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.asked.append({**body, "path": self.path})
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
            answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.at_once, self.server.most_at_once)
        time.sleep(0.02)
        with self.server.lock:
            self.server.at_once -= 1
        if isinstance(answer, str):
            self.close_connection = True
            self.connection.close()
            return
        status, content = answer
        text = content if isinstance(content, str) else json.dumps(content)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *parts: object) -> None:
        """Quiet."""


@pytest.fixture
def foreign() -> Iterator[Any]:
    """Start servers of another make: `foreign(answer, ...)`."""
    servers: list[tuple[Foreign, threading.Thread]] = []

    def begin(*answers: Any) -> Foreign:
        server = Foreign(*answers)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        servers.append((server, thread))
        return server

    yield begin
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def survivors() -> Any:
    """Return the processes with a mark in their command line: `some` waits until there are any, else until none is."""

    def find(mark: str, *, some: bool) -> list[str]:
        found: list[str] = []
        for _ in range(200):
            found = [str(path) for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _text(path)]
            if bool(found) == some:
                break
            time.sleep(0.05)
        return found

    return find


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
