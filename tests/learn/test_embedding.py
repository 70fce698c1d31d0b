"""Texts as vectors: alike texts are near, by letters here or by an endpoint."""

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydantic import ValidationError

from judge.errors import DataError, ModelError
from judge.learn.embedding import Embedder, Embedding, lsa
from judge.learn.methods.coding_rate import select

if TYPE_CHECKING:
    from tests.tools.conftest import Asked, JsonService

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


VECTORS = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [1.0]}


@pytest.fixture
def endpoint(json_service: "JsonService") -> "JsonService":
    """An embeddings endpoint that knows a few texts."""

    def answer(asked: "Asked") -> object:
        (text,) = asked.body["input"]
        return {"data": [{"embedding": VECTORS.get(text, [])}]}

    json_service.answer = answer
    json_service.url += "/v1"
    return json_service


def test_an_endpoint_is_asked_once_for_each_text(endpoint: "JsonService") -> None:
    embedder = Embedder(endpoint.url, "tiny")
    assert asyncio.run(embedder.vectors(["a", "b", "a"])).tolist() == [[1, 0], [0, 1], [1, 0]]
    assert asyncio.run(embedder.vectors(["b"])).tolist() == [[0, 1]]
    asked = sorted((one.body["model"], *one.body["input"]) for one in endpoint.asked)
    assert asked == [("tiny", "a"), ("tiny", "b")]


def test_what_an_endpoint_may_do_wrong(endpoint: "JsonService") -> None:
    with pytest.raises(ModelError, match="answered no vector"):
        asyncio.run(Embedder(endpoint.url, "tiny").vectors(["unknown"]))
    with pytest.raises(DataError, match="'tiny' gives vectors of different lengths"):
        asyncio.run(Embedder(endpoint.url, "tiny").vectors(["a", "c"]))
    with pytest.raises(ValidationError, match="give both, or none"):
        Embedding(embeddings=endpoint.url)
