"""What the doctor finds out about an endpoint, against a server on loopback."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from judge.doctor import Finding, examine
from judge.models.spec import ModelSpec
from tests.models.conftest import Answer, Endpoint


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr("judge.models.probes._here", {})
    server = Endpoint()
    server.start()
    yield server
    server.stop()


def found(spec: ModelSpec) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(spec) if finding.area == "endpoint"}


def test_an_endpoint_that_says_how_probable_a_given_text_is(endpoint: Endpoint) -> None:
    def answer(body: dict[str, Any]) -> Answer:
        said = endpoint.say(*["fine text"] * body.get("n", 1))
        if "prompt_logprobs" in body:
            tokens = ["head", *re.findall(r"\s*\S+", body["messages"][-1]["content"])]
            listed = [{str(at): {"logprob": -1.0, "decoded_token": token}} for at, token in enumerate(tokens)]
            said.body |= {"prompt_logprobs": [None, *listed[1:]], "prompt_token_ids": list(range(len(tokens)))}
        return said

    endpoint.answer = answer
    assert found(endpoint.spec())["log-probabilities of given text"].state == "good"
    assert endpoint.bodies[-1]["messages"][-1] == {"role": "assistant", "content": "fine text"}


def test_an_endpoint_that_does_not(endpoint: Endpoint) -> None:
    finding = found(endpoint.spec())["log-probabilities of given text"]
    assert (finding.state, finding.note) == ("missing", "refused or ignored; done without")


def test_a_reward_model_scores(endpoint: Endpoint) -> None:
    endpoint.answer = lambda body: Answer({"model": "rm-1", "data": [{"probs": [-2.5]}]})
    spec = ModelSpec.parse(f"scoring:rm@{endpoint.url.removesuffix('/v1')}")
    finding = found(spec)["scores"]
    assert (finding.state, finding.note) == ("good", "-2.5, as rm-1")
    assert len(endpoint.bodies) == 1


def test_a_server_that_only_talks_does_not_score(endpoint: Endpoint) -> None:
    finding = found(ModelSpec.parse(f"scoring:rm@{endpoint.url.removesuffix('/v1')}"))["answers"]
    assert finding.state == "bad" and "gave no score" in finding.note
