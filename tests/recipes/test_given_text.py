"""Recipes that read the log-probability of given text, against a server on loopback that answers as vLLM does.

The server splits the last message at spaces. A test says how probable each of its tokens is.
"""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from judge import Judge, Reward, Sample, library
from judge.calibration.weights import Weights
from judge.errors import SettingsError
from judge.models.base import Capabilities
from judge.models.scripted import ScriptedModel
from judge.run.record import Record
from judge.text import Prompt
from judge.types import Preference

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

Telling = Callable[[dict[str, Any], list[str]], list[float]]
"""The body of a request and the tokens of the given text: their log-probabilities."""
HEAD = ["<s>", "head"]


def serve(endpoint: "Endpoint", telling: Telling) -> Callable[[str], str]:
    """Answer as told; return the name of a model there by its bare name."""

    def answer(body: dict[str, Any]) -> "Answer":
        tokens = re.findall(r"\s*\S+", body["messages"][-1]["content"])
        told = [-9.0] * len(HEAD) + telling(body, tokens)
        listed = [
            {str(place): {"logprob": logprob, "rank": 2, "decoded_token": text}}
            for place, (text, logprob) in enumerate(zip(HEAD + tokens, told, strict=True))
        ]
        said = endpoint.say("!")
        said.body |= {"prompt_logprobs": [None, *listed[1:]], "prompt_token_ids": list(range(len(listed)))}
        return said

    endpoint.answer = answer
    return lambda name: f"openai:{name}@{endpoint.url}"


def flat(logprob: float, tokens: list[str]) -> list[float]:
    return [logprob] * len(tokens)


def sigmoid(score: float) -> float:
    return 1 / (1 + math.exp(-score))


def replayed(recipe: str, rewards: tuple[Reward, ...], sample: Sample, path: Path, **settings: Any) -> None:
    """Assert that the record of a run brings the same values again, without a call."""
    path.write_text(Record.of(0, sample.id, rewards).to_json() + "\n")
    for judge in (Judge(recipe, f"recorded:{path}", **settings), Judge(recipe, replay=path, **settings)):
        again = judge.score_sample(sample)
        assert [one.value for one in again] == [one.value for one in rewards]
        assert [one.parts for one in again] == [one.parts for one in rewards]


# ------------------------------------------------------------------ follow-ups


def users(body: dict[str, Any], tokens: list[str]) -> list[float]:
    """A user who is contented with the right answer alone."""
    asked, said = body["messages"][-2]["content"], "".join(tokens)
    pleased = any(word in said for word in ("Thank", "Great", "Perfect"))
    right = "RIGHT" in asked
    return flat(-0.5 if pleased and right else -1.5 if right else -2.0, tokens)


def test_followup_is_the_contented_minus_the_discontented(endpoint: "Endpoint") -> None:
    good, poor = Judge("followup", serve(endpoint, users)("user")).score_group("Why?", ["RIGHT it is", "no idea"])
    assert good.value == pytest.approx(sigmoid(-0.5 - -1.5), abs=1e-9)
    assert poor.value == 0.5  # both kinds at -2.0
    assert [reward.usage.calls for reward in (good, poor)] == [8, 8] and len(endpoint.bodies) == 16
    last = [message["content"] for message in endpoint.bodies[0]["messages"]][-2]
    assert "Why?" in last and "RIGHT it is" in last and "What do you say next?" in last
    assert all(
        body["continue_final_message"] and body["messages"][-1]["role"] == "assistant" for body in endpoint.bodies
    )


def test_every_followup_counts_alike_and_every_token_within_it(endpoint: "Endpoint") -> None:
    def telling(body: dict[str, Any], tokens: list[str]) -> list[float]:
        return [-float(place) for place in range(1, len(tokens) + 1)]

    terms = [
        {"prompt": "followup_after", "given": ["Thanks a lot", "Fine"]},
        {"prompt": "followup_after", "given": ["No no"], "weight": -2},
    ]
    settings = {"critic.terms": terms, "critic.beta": 0.5}
    reward = Judge("followup", serve(endpoint, telling)("user"), settings=settings).score("Why?", "So.")
    # (-1 - 2 - 3) / 3 = -2 and -1, on average -1.5; minus twice (-1 - 2) / 2 = -1.5: -1.5 + 3 = 1.5; beta halves it
    assert reward.judgments[0].scores[0].raw == pytest.approx(1.5, abs=1e-9)
    assert reward.value == pytest.approx(sigmoid(0.75), abs=1e-9)


def test_followup_is_replayed_bit_for_bit(endpoint: "Endpoint", tmp_path: Path) -> None:
    sample = Sample(id="a", prompt="Why?", responses=("RIGHT it is", "no idea"))
    rewards = Judge("followup", serve(endpoint, users)("user")).score_sample(sample)
    asked = len(endpoint.bodies)
    replayed("followup", rewards, sample, tmp_path / "run.jsonl")
    assert len(endpoint.bodies) == asked


# ------------------------------------------------------------------ density ratio

DENSE = {"strong": -0.25, "weak": -1.0}


def test_density_ratio_is_the_strong_model_minus_the_weak(endpoint: "Endpoint", tmp_path: Path) -> None:
    name = serve(endpoint, lambda body, tokens: flat(DENSE[body["model"]], tokens))
    judge = Judge("density_ratio", name("strong"), models={"weak": name("weak")})
    examples = (Preference(prompt="older", preferred="LIKED", rejected="DISLIKED"),)
    sample = Sample(id="a", prompt="Why?", responses="Because it is so.", examples=examples)
    [reward] = judge.score_sample(sample)
    assert reward.value == pytest.approx(sigmoid(-0.25 - -1.0), abs=1e-9)
    assert reward.usage.calls == 2
    strong, weak = (body["messages"] for body in endpoint.bodies)
    assert strong == weak and strong[-1] == {"role": "assistant", "content": "Because it is so."}
    assert "does what the request asks" in strong[0]["content"] and "LIKED" in strong[0]["content"]
    replayed("density_ratio", (reward,), sample, tmp_path / "run.jsonl")


def test_log_odds_do_not_grow_with_length(endpoint: "Endpoint") -> None:
    name = serve(endpoint, lambda body, tokens: flat(DENSE[body["model"]], tokens))
    judge = Judge(
        "density_ratio", name("strong"), models={"weak": name("weak")}, settings={"settle.transforms": ["logit"]}
    )
    short, long = judge.score_group("Why?", ["So.", "So " * 50])
    # the logit of sigma(0.75) is 0.75 again: the mean log-ratio of a token
    assert short.value == pytest.approx(0.75, abs=1e-9) and long.value == pytest.approx(0.75, abs=1e-9)


def test_without_the_weak_model_it_is_refused(endpoint: "Endpoint") -> None:
    with pytest.raises(SettingsError, match="needs a model as 'weak'"):
        Judge("density_ratio", f"openai:strong@{endpoint.url}")


# ------------------------------------------------------------------ attributes

GAINS = {"short and says": 0.5, "friendly": -1.5}
RUBRIC = ["It is short and says what is needed.", "Its tone is friendly."]


def told(body: dict[str, Any], tokens: list[str]) -> list[float]:
    """Log-probabilities of -2, and what an attribute in the system message adds."""
    gain = next((value for words, value in GAINS.items() if words in body["messages"][0]["content"]), 0.0)
    return flat(-2.0 + gain, tokens)


def test_drift_is_what_telling_an_attribute_adds(endpoint: "Endpoint") -> None:
    reward = Judge("drift", serve(endpoint, told)("small"), rubric=RUBRIC).score("Why?", "So it is.")
    values = list(reward.parts.values())
    assert values == [pytest.approx(sigmoid(0.5), abs=1e-9), pytest.approx(sigmoid(-1.5), abs=1e-9)]
    assert reward.value == pytest.approx((sigmoid(0.5) + sigmoid(-1.5)) / 2, abs=1e-9)
    # two terms for each attribute; the one without it is the same request, which is in flight once
    assert len(endpoint.bodies) == 3
    told_of = [body["messages"][0]["content"] for body in endpoint.bodies]
    assert sum("short and says" in text for text in told_of) == sum("friendly" in text for text in told_of) == 1


def test_drift_weighs_the_attributes_for_the_user(endpoint: "Endpoint", tmp_path: Path) -> None:
    names = list(Judge("drift", f"openai:small@{endpoint.url}", rubric=RUBRIC).parts)
    first, second = names
    weights = Weights(criteria=tuple(names), shared={first: 1, second: 1}, users={"ann": {first: 3, second: -1}})
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(weights.model_dump(mode="json")))
    settings = {"settle.calibrator": str(file)}
    judge = Judge("drift", serve(endpoint, told)("small"), rubric=RUBRIC, settings=settings)
    sample = Sample(id="a", prompt="Why?", responses="So it is.", user="ann")
    [ann] = judge.score_sample(sample)
    # 3 parts of sigma(0.5), 1 part of 1 - sigma(-1.5)
    assert ann.value == pytest.approx((3 * sigmoid(0.5) + 1 - sigmoid(-1.5)) / 4, abs=1e-9)
    anybody = judge.score("Why?", "So it is.")
    assert anybody.value == pytest.approx((sigmoid(0.5) + sigmoid(-1.5)) / 2, abs=1e-9)
    replayed("drift", (ann,), sample, tmp_path / "run.jsonl", rubric=RUBRIC, settings=settings)


# ------------------------------------------------------------------ models that cannot


def test_a_hosted_model_is_refused_at_once() -> None:
    with pytest.raises(SettingsError, match=r"'openai:hosted' as 'critic' does not give; serve a model with vLLM"):
        Judge("followup", "openai:hosted")

    model = ScriptedModel(["x"])
    model.capabilities = Capabilities(given_text=False)
    with pytest.raises(SettingsError, match="log-probabilities of given text"):
        Judge("followup", model)
    with pytest.raises(SettingsError, match="asks a model that talks as 'critic'"):
        Judge("followup", "scoring:rm@http://127.0.0.1:9")


def test_a_server_that_cannot_is_asked_little_and_its_rows_say_what_to_do(endpoint: "Endpoint") -> None:
    endpoint.answer = lambda body: endpoint.refuse(400, "unknown field: prompt_logprobs")
    judge = Judge("followup", f"openai:other@{endpoint.url}")
    rewards = judge.score_group("Why?", ["one", "two"])
    assert [reward.failure and reward.failure.kind for reward in rewards] == ["bad_request", "bad_request"]
    assert all(reward.value is None and "serve the model with vLLM" in reward.rationale for reward in rewards)


def test_a_server_that_ignores_what_it_does_not_know_says_the_same(endpoint: "Endpoint") -> None:
    reward = Judge("followup", f"openai:silent@{endpoint.url}").score("Why?", "one")
    assert (reward.status, reward.failure and reward.failure.kind) == ("failed", "bad_request")
    assert "gives no log-probabilities of given text" in reward.rationale


def test_an_empty_response_is_not_asked_about(endpoint: "Endpoint") -> None:
    assert Judge("followup", serve(endpoint, users)("user")).score("Why?", " ").value == 0.0
    assert endpoint.bodies == []


def test_without_criteria_the_two_prompts_are_one() -> None:
    """So that what telling an attribute adds is the attribute's doing alone."""
    values = {"question": "Q", "criteria": (), "profile": "", "examples": []}
    with_none, without = (
        Prompt(name, library.text("prompts", name)).messages(values) for name in ("respond_by_criteria", "respond")
    )
    assert with_none == without
