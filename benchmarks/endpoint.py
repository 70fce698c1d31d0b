"""A small chat-completions server with known answers and planned faults, in a process of its own.

    with endpoint(latency_ms=50, hung=0.01) as url:
        ...
        print(stats(url))

It takes a row's id and true quality from markers in the prompt (see `benchmarks.rows`) and scores every row truly.
Which request meets which fault is a hash of the seed, the row and how often the row was asked: neither time nor order
counts.
"""

import argparse
import asyncio
import contextlib
import hashlib
import importlib.util
import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any

from benchmarks.rows import HIGHEST, LOWEST, marks, score

FAULTS = ("rate_limited", "broken", "malformed", "hung")
MALFORMED = ("truncated", "prose", "empty", "off_scale")
CRITIQUE = (
    "The response takes up the request and keeps to it from the first line to the last. Its second step rests on a "
    "premise that is nowhere given, and the last paragraph says again what the first has said. The figures that it "
    "names agree with the request, and its conclusion follows from the third step. A reader would miss a word on the "
    "limits of the method, yet nothing would have to be taken back."
)
"""About a hundred tokens."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_REASONS = {200: "OK", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}
_TEXT_REPLY = {"properties": {"critique": {"type": "string"}, "score": {"type": "integer"}}}


@dataclass(frozen=True)
class Plan:
    """How the server behaves; the faults are shares of all requests."""

    latency_ms: float = 50.0
    rate_limited: float = 0.0
    """429 with Retry-After."""
    broken: float = 0.0
    """500."""
    malformed: float = 0.0
    """200 with a reply that is cut off, without a verdict, empty or off the scale."""
    hung: float = 0.0
    """Never answered."""
    retry_after_s: float = 1.0
    seed: int = 0

    def fate(self, row: str, asked: int) -> tuple[str, str]:
        """Return what becomes of a request, `ok` or one of FAULTS, and how it would be malformed."""
        drawn = hashlib.sha256(f"{self.seed} {row} {asked}".encode()).digest()
        point = int.from_bytes(drawn[:8], "big") / 2**64
        kind = MALFORMED[drawn[8] % len(MALFORMED)]
        for fault in FAULTS:
            point -= getattr(self, fault)
            if point < 0:
                return fault, kind
        return "ok", kind


@contextlib.contextmanager
def endpoint(**plan: float) -> Iterator[str]:
    """Start a server with the fields of Plan, and give the base URL for a client; the server ends with the block."""
    options = [f"--{name.replace('_', '-')}={value}" for name, value in asdict(Plan(**plan)).items()]  # type: ignore[arg-type]
    command = [sys.executable, "-m", "benchmarks.endpoint", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.terminate()


def stats(url: str) -> dict[str, Any]:
    """Return what the server counted: `requests` by fate, `rows` by id, and the `most_in_flight` at once."""
    with urllib.request.urlopen(url.removesuffix("/v1") + "/stats") as answer:
        found: dict[str, Any] = json.load(answer)
    return found


class _Desk:
    """Where all connections bring their requests."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.requests: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.in_flight = self.most_in_flight = 0

    def stats(self) -> dict[str, Any]:
        return {"requests": self.requests, "rows": self.rows, "most_in_flight": self.most_in_flight}

    def arrive(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def leave(self) -> None:
        self.in_flight -= 1

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Return status and content for a request; None for none."""
        request = _loads(body)
        text = "\n".join(str(message["content"]) for message in request["messages"])
        row, quality = marks(text)
        self.rows[row] += 1
        fate, kind = self.plan.fate(row, self.rows[row])
        self.requests[f"malformed: {kind}" if fate == "malformed" else fate] += 1
        if fate == "hung":
            return None
        if fate == "rate_limited":
            return 429, {"error": {"message": "too many requests", "type": "rate_limit_error"}}
        if fate == "broken":
            return 500, {"error": {"message": "something broke", "type": "server_error"}}
        return 200, _completion(request, text, quality, kind if fate == "malformed" else "")


def _completion(request: dict[str, Any], prompt: str, quality: float, malformed: str) -> dict[str, Any]:
    format = request.get("response_format") or {}
    schema = format["json_schema"]["schema"] if format.get("type") == "json_schema" else _TEXT_REPLY
    reply = _dumps(_fill(schema, 11.0 if malformed == "off_scale" else quality)).decode()
    reply = {"truncated": reply[: len(reply) // 2], "prose": CRITIQUE, "empty": ""}.get(malformed, reply)
    choice = {
        "message": {"role": "assistant", "content": reply},
        "finish_reason": "length" if malformed == "truncated" else "stop",
        "logprobs": None,
    }
    count = request.get("n") or 1
    read, written = len(prompt) // 4, count * (len(reply) // 4)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": request.get("model", ""),
        "choices": [{"index": number, **choice} for number in range(count)],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


def _fill(schema: dict[str, Any], quality: float) -> Any:
    """Return a value for a JSON schema: the quality for every number, the critique for every text."""
    if "properties" in schema:
        return {name: _fill(part, quality) for name, part in schema["properties"].items()}
    if schema.get("type") in ("integer", "number"):
        return score(quality, schema.get("minimum", LOWEST), schema.get("maximum", HIGHEST))
    return schema["enum"][0] if "enum" in schema else CRITIQUE


class _Connection(asyncio.Protocol):
    """One client's connection: one request after the other."""

    def __init__(self, desk: _Desk) -> None:
        self._desk = desk
        self._buffer = b""
        self._busy = False
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._done()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, complete, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if complete and len(body) >= size:
            self._buffer = body[size:]
            self._take(head.split(b" ", 2)[1], body[:size])

    def _take(self, path: bytes, body: bytes) -> None:
        if path == b"/stats":
            self._send(200, self._desk.stats())
        elif not path.endswith(b"/chat/completions"):
            self._send(404, {"error": {"message": f"there is no {path.decode()}"}})
        else:
            self._busy = True
            self._desk.arrive()
            if answer := self._desk.answer(body):
                asyncio.get_running_loop().call_later(self._desk.plan.latency_ms / 1_000, self._send, *answer)

    def _done(self) -> None:
        if self._busy:
            self._busy = False
            self._desk.leave()

    def _send(self, status: int, content: dict[str, Any]) -> None:
        self._done()
        if self._transport is None:
            return
        body = _dumps(content)
        head = f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        if status == 429:
            head += f"\r\nretry-after: {self._desk.plan.retry_after_s:g}"
        self._transport.write(f"{head}\r\n\r\n".encode() + body)


def _codec() -> tuple[Callable[[Any], bytes], Callable[[bytes], Any]]:
    """Return how to write and read JSON: the faster way leaves more of the machine to the client."""
    try:
        import orjson
    except ImportError:
        return lambda value: json.dumps(value).encode(), json.loads
    return orjson.dumps, orjson.loads


_dumps, _loads = _codec()


async def _serve(plan: Plan) -> None:
    loop, desk, end = asyncio.get_running_loop(), _Desk(plan), asyncio.Event()
    server = await loop.create_server(lambda: _Connection(desk), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.add_reader(sys.stdin, end.set)  # it ends with whoever started the server
    await end.wait()


def main() -> None:
    """Print the port and serve until something comes on standard input, or its end."""
    parser = argparse.ArgumentParser(description="A chat-completions server with known answers and planned faults.")
    for field in fields(Plan):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    plan = Plan(**vars(parser.parse_args()))
    if importlib.util.find_spec("uvloop"):
        import uvloop

        uvloop.run(_serve(plan))
    else:
        asyncio.run(_serve(plan))


if __name__ == "__main__":
    main()
