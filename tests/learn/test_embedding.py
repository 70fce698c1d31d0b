"""Texts as vectors: alike texts are near, by letters here or by an endpoint."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from pydantic import ValidationError

from judge.errors import DataError, ModelError
from judge.learn.embedding import Embedder, Embedding, lsa
from judge.learn.methods.coding_rate import select

TEXTS = [
    "The answer is polite and friendly in tone.",
    "The tone of the answer is friendly and polite.",
    "Every number in the calculation is right.",
    "答案的语气友好。",
]


def test_alike_texts_are_near() -> None:
    rows = lsa(TEXTS)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near = rows @ rows.T
    assert near[0, 1] > 0.6 > 0.4 > max(near[0, 2], near[1, 2]) > near[0, 3]
    assert 1 not in select(rows, 3).rows  # the second says what the first says


def test_many_texts_get_a_hundred_dimensions_and_always_the_same() -> None:
    texts = [f"The answer names the {a} and the {b}." for a in "abcdefghijkl" for b in "mnopqrstuvwx"]
    rows = lsa(texts)
    assert rows.shape == (144, 100)
    assert lsa(texts) == pytest.approx(rows, abs=1e-9)


def test_texts_without_letters_have_no_direction() -> None:
    assert not lsa(["", " "]).any()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server = self.server
        assert isinstance(server, Vectors)
        (text,) = body["input"]
        server.asked.append((body["model"], text))
        content = json.dumps({"data": [{"embedding": server.vectors.get(text, [])}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *parts: object) -> None:
        """Quiet."""


class Vectors(ThreadingHTTPServer):
    """An embeddings endpoint that knows a few texts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.vectors = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [1.0]}
        self.asked: list[tuple[str, str]] = []


@pytest.fixture
def endpoint() -> Iterator[Vectors]:
    server = Vectors()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_endpoint_is_asked_once_for_each_text(endpoint: Vectors) -> None:
    embedder = Embedder(endpoint.url, "tiny")
    assert asyncio.run(embedder.vectors(["a", "b", "a"])).tolist() == [[1, 0], [0, 1], [1, 0]]
    assert asyncio.run(embedder.vectors(["b"])).tolist() == [[0, 1]]
    assert sorted(endpoint.asked) == [("tiny", "a"), ("tiny", "b")]


def test_what_an_endpoint_may_do_wrong(endpoint: Vectors) -> None:
    with pytest.raises(ModelError, match="answered no vector"):
        asyncio.run(Embedder(endpoint.url, "tiny").vectors(["unknown"]))
    with pytest.raises(DataError, match="'tiny' gives vectors of different lengths"):
        asyncio.run(Embedder(endpoint.url, "tiny").vectors(["a", "c"]))
    with pytest.raises(ValidationError, match="give both, or none"):
        Embedding(embeddings=endpoint.url)
