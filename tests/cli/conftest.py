"""What the tests of the command line share: the real command, and a small judge model on loopback."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


class Command:
    """Runs `judge` in a folder of its own, as a shell would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environ = dict(os.environ) | {"COLUMNS": "80", "NO_COLOR": "1"}
        self._environ |= {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}

    def __call__(self, *words: object, stdin: str = "", **how: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self._words(words), input=stdin, capture_output=True, encoding="utf-8", cwd=self.folder,
                              env=self._environ, timeout=60, **how)  # fmt: skip

    def start(self, *words: object) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(self._words(words), stdout=pipe, stderr=pipe, encoding="utf-8", cwd=self.folder,
                                env=self._environ)  # fmt: skip

    def refused(self, *words: object, **how: Any) -> str:
        """Return the one sentence with which the command refuses to work."""
        done = self(*words, **how)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert done.stderr.startswith("judge: ") and done.stderr.count("\n") == 1, done.stderr
        return done.stderr.strip()

    @staticmethod
    def _words(words: tuple[object, ...]) -> list[str]:
        return [sys.executable, "-m", "judge", *map(str, words)]


class Endpoint(ThreadingHTTPServer):
    """A chat-completions server that gives every response 7 of 10, or answers with `reply` or `status` when told to."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.model = f"openai:tiny@http://127.0.0.1:{self.server_port}/v1"
        self.delay_s = 0.0
        self.status = 200
        self.reply = '{"critique": "It says little.", "score": 7}'
        self.asked: list[str] = []
        """The text of every request that came, in order."""

    def wait(self, requests: int) -> None:
        """Return when so many requests have come."""
        for _ in range(3_000):
            if len(self.asked) >= requests:
                return
            time.sleep(0.005)
        raise AssertionError(f"after 15 s there are {len(self.asked)} requests")

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body["messages"][-1]["content"])
        time.sleep(self.server.delay_s)
        said = {"role": "assistant", "content": self.server.reply}
        answer = {
            "model": "tiny-1",
            "choices": [{"index": 0, "finish_reason": "stop", "message": said}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10},
        }
        content = json.dumps(answer if self.server.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.server.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *parts: object) -> None:
        """Quiet."""


@pytest.fixture
def judge(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
