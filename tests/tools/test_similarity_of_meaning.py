"""Embeddings against a server on loopback that speaks OpenAI's protocol."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from judge import Judge, Sample, library
from judge.checks import Desk, Kit
from judge.errors import SearchError, SettingsError, ToolError
from judge.recipe import Recipe
from judge.types import Evidence

if TYPE_CHECKING:
    from tests.tools.conftest import Asked, JsonService

pytest.importorskip("httpx", reason="services need the extra `search`")

similarity: Any = library.module("tools", "similarity")
VECTORS = {
    "cat": [3, 4],
    "kitten": [4, 3],
    "dog": [0.0, 1.0],
    "not": [-3.0, -4.0],
    "long": [1.0, 2.0, 3.0],
    "null": [0, 0],
}


def endpoint(asked: "Asked") -> Any:
    """Answer as an OpenAI-compatible server does."""
    data = [
        {"object": "embedding", "index": index, "embedding": VECTORS[text]}
        for index, text in enumerate(asked.body["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": asked.body["model"], "usage": usage}


def verify(response: str, *references: str, **options: Any) -> Evidence:
    sample = Sample(responses=response, references=references)
    found = similarity.verify(sample, context=Desk(Kit()), metric="embeddings", model="small", **options)
    evidence: Evidence = asyncio.run(found)
    return evidence


def test_the_nearest_reference_by_cosine(json_service: "JsonService", monkeypatch: pytest.MonkeyPatch) -> None:
    json_service.answer = endpoint
    monkeypatch.setenv("EMBEDDINGS_KEY", "s3cret")
    options = {"endpoint": f"{json_service.url}/v1/", "api_key_env": "EMBEDDINGS_KEY"}
    found = verify("cat", "dog", "kitten", at_least=0.9, **options)
    assert found.score == pytest.approx(24 / 25) and found.stance == "supports" and not found.hard
    assert (found.detail, found.provenance) == ({"metric": "embeddings", "reference": 1}, "small")
    asked = json_service.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/v1/embeddings", {"model": "small", "input": ["cat"]})
    assert asked.headers["authorization"] == "Bearer s3cret"
    assert verify("cat", "dog", at_least=0.9, **options).stance == "refutes"  # 4/5
    assert verify("cat", "not", **options).score == 0.0  # -1
    asks = len(json_service.asked)
    assert verify(" \n", "cat", **options).score == 0.0 and len(json_service.asked) == asks


def test_a_text_is_embedded_once_in_a_judge(json_service: "JsonService") -> None:
    json_service.answer = endpoint
    options = {"metric": "embeddings", "endpoint": json_service.url, "model": "small"}
    use = {"tool": "similarity", "weight": 1.0, "options": options}
    judge = Judge(Recipe.model_validate({"name": "near", "about": "test", "tools": [use]}))
    samples = [Sample(prompt="Q", responses=text, references="cat") for text in ("cat", "kitten", "dog", "kitten")]
    values = [reward.value for reward in judge.score_batch(samples)]
    assert values == [pytest.approx(value) for value in (1.0, 24 / 25, 4 / 5, 24 / 25)]
    assert sorted(asked.body["input"][0] for asked in json_service.asked) == ["cat", "dog", "kitten"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((400, {"error": {"message": "maximum context length is 512 tokens"}}), "maximum context length"),
        ({"data": []}, "answered no vector"),
        ({"data": [{"embedding": "AACAPw=="}]}, "answered no vector"),
        ({"data": [{"embedding": ["1"]}]}, "answered no vector"),
        ({"data": [{"embedding": [float("nan")]}]}, "answered no vector"),
        ({"data": [{"embedding": [1e300]}]}, "answered no vector"),
        ([], "answered no vector"),
    ],
)
def test_an_endpoint_that_fails_is_not_the_answers_fault(json_service: "JsonService", answer: Any, says: str) -> None:
    json_service.answer = lambda asked: answer
    with pytest.raises(SearchError, match=says):
        verify("cat", "dog", endpoint=json_service.url)
    options = {"metric": "embeddings", "endpoint": json_service.url, "model": "small"}
    use = {"tool": "similarity", "weight": 1.0, "options": options}
    reward = Judge(Recipe.model_validate({"name": "near", "about": "test", "tools": [use]})).score("Q", "cat", "dog")
    assert reward.value is None and [item.stance for item in reward.evidence] == ["error"]


def test_what_cannot_be_compared_is_said(json_service: "JsonService") -> None:
    json_service.answer = endpoint
    with pytest.raises(ToolError, match="vectors of 2 and 3 numbers"):
        verify("cat", "long", endpoint=json_service.url)
    with pytest.raises(ToolError, match="vector of zeros"):
        verify("cat", "null", endpoint=json_service.url)
    with pytest.raises(ToolError, match="100001 characters"):
        verify("x" * 100_001, "cat", endpoint=json_service.url)
    with pytest.raises(ToolError, match="no embeddings endpoint is set up; give the tool the options endpoint"):
        verify("cat", "dog")
    with pytest.raises(SettingsError, match="NO_SUCH_KEY is not set"):
        verify("cat", "dog", endpoint=json_service.url, api_key_env="NO_SUCH_KEY")
