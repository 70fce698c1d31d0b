"""A chat-completions server on loopback that answers as a test tells it to."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from judge.models.base import Request
from judge.models.spec import ModelSpec


@dataclass
class Answer:
    """What the server does with one request."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut: bool = False
    """Close the line in the middle of the body."""


class Endpoint:
    """The server. `answer` decides on every request; by default it says `fine` as often as it is asked to."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], Answer] = lambda body: self.say(*["fine"] * body.get("n", 1))
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.times: list[float] = []
        self.connections = self.aborted = self.in_flight = self.most_in_flight = 0
        self.url = ""
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @staticmethod
    def say(*texts: str, finish: str = "stop", delay_s: float = 0.0, **message: Any) -> Answer:
        """Return a completion with these texts; 10 prompt tokens, and 5 for each text."""
        choices = [
            {"index": number, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
            for number, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 10, "completion_tokens": 5 * len(texts)}
        return Answer({"model": "tiny-1", "choices": choices, "usage": usage}, delay_s=delay_s)

    @staticmethod
    def refuse(status: int, message: str = "no", code: str | None = None, **headers: str) -> Answer:
        """Return an error as OpenAI writes it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer({"error": {"message": message, "type": "error", "code": code}}, status, named)

    def play(self, *answers: Answer) -> None:
        """Answer with these in turn; the last one stays."""
        left = list(answers)
        self.answer = lambda body: left.pop(0) if len(left) > 1 else left[0]

    def spec(self, **settings: Any) -> ModelSpec:
        """Return the specification of a model at this server."""
        return ModelSpec.parse("openai:tiny", base_url=self.url, **settings)

    async def reach(self, requests: int = 0, aborted: int = 0) -> None:
        """Wait until so many requests have come and so many were given up by the client."""
        for _ in range(1000):
            if len(self.bodies) >= requests and self.aborted >= aborted:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"after 10 s there are {len(self.bodies)} requests, {self.aborted} of them given up")

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._ready.set()
        async with server:
            await self._over.wait()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False when the line is to be closed."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        body = json.loads(await reader.readexactly(length))
        self.bodies.append(body)
        self.paths.append(head.split()[1])
        self.times.append(time.monotonic())
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        answer = self.answer(body)
        try:
            if answer.delay_s and await self._gone(reader, answer.delay_s):
                return False
        finally:
            self.in_flight -= 1
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {"content-type": "application/json", "content-length": str(len(content)), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + (content[: len(content) // 2] if answer.cut else content))
        await writer.drain()
        return not answer.cut

    async def _gone(self, reader: asyncio.StreamReader, delay_s: float) -> bool:
        """Wait, and tell whether the client went away meanwhile."""
        try:
            await asyncio.wait_for(reader.read(1), delay_s)
        except TimeoutError:
            return False
        self.aborted += 1
        return True


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    server.start()
    yield server
    server.stop()


def ask(text: str = "How good is it?", **settings: Any) -> Request:
    """Return a request with one user message."""
    return Request(messages=({"role": "user", "content": text},), **settings)


@pytest.fixture(name="ask")
def _ask() -> Callable[..., Request]:
    return ask


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test knows the developer's key and endpoint, or what another test learned of a server at the same port."""
    monkeypatch.setattr("judge.models.probes._here", {})
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
