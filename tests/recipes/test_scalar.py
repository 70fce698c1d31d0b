"""A scalar reward model as the only critic, against a server on loopback that speaks vLLM's protocol."""

import math
from typing import TYPE_CHECKING, Any

import pytest

from judge import Judge, Sample
from judge.errors import SettingsError
from judge.models.scripted import ScriptedScorer
from judge.run.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.models.conftest import Answer, Endpoint

SCORES = {"good": 2.5, "poor": -1.25, "": 0.0}
TALK = ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"})


def serve(endpoint: "Endpoint") -> str:
    """Score a conversation by its last message; return the model's name."""

    def answer(body: dict[str, Any]) -> "Answer":
        said = endpoint.say()
        score = SCORES[body["messages"][-1]["content"]]
        usage = {"prompt_tokens": 9, "completion_tokens": 0}
        said.body = {"model": "rm-1", "data": [{"probs": [score], "num_classes": 1}], "usage": usage}
        return said

    endpoint.answer = answer
    return f"scoring:rm@{endpoint.url.removesuffix('/v1')}"


def test_the_value_is_the_logistic_function_of_the_score(endpoint: "Endpoint") -> None:
    good, poor = Judge("scalar", serve(endpoint)).score_group(TALK, ["good", "poor"])
    assert good.value == pytest.approx(1 / (1 + math.exp(-2.5)), abs=1e-9)
    assert poor.value == pytest.approx(1 / (1 + math.exp(1.25)), abs=1e-9)
    assert [reward.judgments[0].scores[0].raw for reward in (good, poor)] == [2.5, -1.25]
    assert good.usage.calls == 1 and good.usage.prompt_tokens == 9
    assert {tuple(message["content"] for message in body["messages"]) for body in endpoint.bodies} == {
        ("Be brief.", "2 + 2?", "good"),
        ("Be brief.", "2 + 2?", "poor"),
    }


def test_beta_is_how_far_a_unit_of_the_score_goes(endpoint: "Endpoint") -> None:
    reward = Judge("scalar", serve(endpoint), settings={"critic.beta": 0.5}).score("q", "good")
    assert reward.value == pytest.approx(1 / (1 + math.exp(-1.25)), abs=1e-9)


def test_an_empty_response_earns_the_least_and_is_not_asked_about(endpoint: "Endpoint") -> None:
    judge = Judge("scalar", serve(endpoint))
    assert (judge.score("q", " \n").value, endpoint.bodies) == (0.0, [])


def test_a_server_that_gives_no_number_leaves_it_unscored(endpoint: "Endpoint") -> None:
    name = serve(endpoint)
    endpoint.answer = lambda body: endpoint.say("fine")
    reward = Judge("scalar", name, retries=0).score("q", "good")
    assert (reward.status, reward.value) == ("failed", None)
    assert reward.failure is not None and "gave no score" in reward.failure.message


def test_a_run_is_replayed_bit_for_bit(endpoint: "Endpoint", tmp_path: "Path") -> None:
    sample = Sample(id="a", prompt="q", responses=("good", "poor"))
    rewards = Judge("scalar", serve(endpoint)).score_sample(sample)
    path = tmp_path / "run.jsonl"
    path.write_text(Record.of(0, "a", rewards).to_json() + "\n")
    asked = len(endpoint.bodies)
    for judge in (Judge("scalar", f"recorded:{path}"), Judge("scalar", replay=path)):
        again = judge.score_sample(sample)
        assert [one.value for one in again] == [one.value for one in rewards]
        assert [one.judgments[0].scores for one in again] == [one.judgments[0].scores for one in rewards]
    assert len(endpoint.bodies) == asked


def test_a_model_that_talks_is_refused_at_once(endpoint: "Endpoint") -> None:
    with pytest.raises(SettingsError, match=r"asks a scalar reward model as 'critic', and 'openai:tiny' is none"):
        Judge("scalar", f"openai:tiny@{endpoint.url}")
    with pytest.raises(SettingsError, match=r"asks a model that talks as 'critic', and 'scoring:rm' is none"):
        Judge("direct", f"scoring:rm@{endpoint.url}")
    tools = {"tools": [{"tool": "written_constraints", "weight": 1}]}
    with pytest.raises(SettingsError, match=r"set critic\.model to another role"):
        Judge("scalar", f"scoring:rm@{endpoint.url}", settings=tools)
    assert endpoint.bodies == []


def test_a_scorer_of_ones_own() -> None:
    scorer = ScriptedScorer([math.log(3)])
    assert Judge("scalar", scorer.model).score("q", "a").value == pytest.approx(0.75, abs=1e-9)  # 3 / (3 + 1)
    assert Judge("scalar", scorer.model).score("q", "a").failure is not None  # the script is at its end
