"""Recipes that rest on tools: given what the tools find and the critic says, this reward, worked out by hand."""

import pytest

from judge import Judge
from judge.models.scripted import ScriptedModel
from tests.recipes.said import label, text

# ------------------------------------------------------------------ verify_rm


def test_a_rule_that_hits_decides_and_asks_nobody() -> None:
    model = ScriptedModel([])
    reward = Judge("verify_rm", model).score("What is 6 x 7?", r"It is \boxed{42.0}.", "42")
    assert (reward.value, reward.usage.calls, model.requests) == (1.0, 0, [])
    assert reward.parts == {"overall": None, "math_equal": 1.0, "exact_match": None}


def test_a_rule_that_misses_leaves_it_to_the_model() -> None:
    model = ScriptedModel([label("Yes", Yes=0.6, No=0.2), label("No", Yes=0.01, No=0.99)])
    judge = Judge("verify_rm", model)
    assert judge.score("Capital?", "The city of light.", "Paris").value == pytest.approx(0.6 / 0.8, abs=1e-9)
    assert judge.score("What is 6 x 7?", "It is 41.", "42").value == pytest.approx(0.01, abs=1e-9)
    assert [request.top_logprobs for request in model.requests] == [20, 20]
    assert "Paris" in text(model.requests[0]) and "The city of light." in text(model.requests[0])
    assert "exact_match" not in text(model.requests[0])  # what the rule missed sways nobody


def test_only_the_responses_that_no_rule_decides_are_asked_about() -> None:
    model = ScriptedModel([label("No", Yes=0.2, No=0.8)])
    rewards = Judge("verify_rm", model).score_group("What is 6 x 7?", ["It is 42.", "Six times seven.", " "], "42")
    assert [reward.value for reward in rewards] == [1.0, pytest.approx(0.2, abs=1e-9), 0.0]
    assert len(model.requests) == 1


def test_a_reference_that_is_missing_is_no_verdict() -> None:
    model = ScriptedModel([])
    reward = Judge("verify_rm", model).score("What is 6 x 7?", "It is 42.")
    assert (reward.status, reward.failure and reward.failure.kind) == ("abstained", "nothing_to_verify")
    assert "needs reference, and this sample has none" in reward.rationale and model.requests == []


@pytest.mark.parametrize("key", [" ", ".", ":", "...", "\n\n"])
def test_signs_alone_are_no_answer(key: str) -> None:
    model = ScriptedModel([])
    assert Judge("verify_rm", model).score("Capital?", key, "Paris").value == 0.0
    assert model.requests == []


def test_a_model_that_means_something_else_is_no_verdict() -> None:
    model = ScriptedModel([label("Well", Well=0.99, Yes=0.01)])
    reward = Judge("verify_rm", model).score("Capital?", "The city of light.", "Paris")
    assert (reward.status, reward.value) == ("failed", None)
