"""What no recipe may do: make a number of garbage, or fall over."""

import json
from typing import Any

import pytest

from judge import Judge, Sample, library
from judge.models.base import Completion, TokenLogprob
from judge.models.scripted import ScriptedModel
from judge.recipe import load_recipe
from judge.run.record import Record
from judge.settings import asks_a_model
from judge.types import Preference, ToolDefinition
from tests.recipes.said import scored

GARBAGE = (
    "",
    "Thought process:",
    "I would rather not say.",
    '{"critique": "fine", "score": 99}',
    '{"reasons": "none", "criteria": []}',
    r"\boxed{}",
    '{"steps": [{"step": 7}]}',
    '{"critique": "x", "spans": "none"}',
    "Better: the first. Or not?",
    "11/10",
    "\u0000\ud83d",
)
RECIPES = [name for name in library.names("recipes") if asks_a_model(load_recipe(name))]


def sample(responses: int) -> Sample:
    """A sample that has something for every prompt; no reference that a rule could decide by."""
    return Sample(
        prompt="Explain tides to a child.",
        responses=[f"Response {number}: the moon pulls at the sea." for number in range(responses)],
        references=("Step 1: the moon.\nStep 2: the pull.",),
        profile="A teacher.",
        tools=(ToolDefinition(name="tide_table"),),
        examples=(Preference(prompt="p", preferred="short", rejected="long"),),
    )


def judge_with(name: str, model: ScriptedModel) -> Judge:
    """The recipe with one model in every role; checks that need services or decide by rule are left out."""
    recipe = load_recipe(name)
    roles = {role: model for role in recipe.roles if role != "critic"}
    stronger = model if recipe.bounds.escalate else None
    settings: dict[str, Any] = {"tools": [], "planner": "", "agent": None} if recipe.critic else {}
    if recipe.criteria and recipe.criteria.tools:
        settings["criteria.tools"] = False
    return Judge(name, model, stronger=stronger, models=roles, settings=settings)


@pytest.mark.parametrize("name", [name for name in RECIPES if load_recipe(name).critic])
@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_no_number(name: str, garbage: str) -> None:
    judge = judge_with(name, ScriptedModel([garbage], cycle=True))
    for reward in judge.score_sample(sample(2)):
        assert (reward.value, reward.ok) == (None, False), reward
        assert reward.failure is not None
        assert reward.failure.kind not in ("internal", "cancelled"), reward.failure
        assert set(reward.parts) == set(judge.parts)
        json.loads(reward.to_json())


@pytest.mark.parametrize("name", [name for name in RECIPES if load_recipe(name).critic])
def test_probability_of_other_words_is_no_number(name: str) -> None:
    """All but a hundredth of the probability on words that are no label."""
    said = Completion("Well", logprobs=(TokenLogprob("Well", (("Well", -0.01), ("Yes", -5.0), ("A", -6.0))),))
    judge = judge_with(name, ScriptedModel([said], cycle=True))
    if load_recipe(name).needs == ("log-probabilities of given text",) or "weak" in judge.settings.models:
        return  # there every text has a probability
    assert [reward.value for reward in judge.score_sample(sample(2))] == [None, None]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("direct", [scored(10)]),
        ("spans", [r'{"critique": "So.", "spans": [{"quote": "tool", "type": "\ud800", "reason": "\ud800"}]}']),
        ("spare", [r'{"steps": [{"step": 1, "explanation": "So.", "label": "correct", "aligned": ["\ud800"]}]}']),
        ("carmo", [r'{"reasons": "So.", "criteria": [{"name": "a", "text": "\ud800"}], "task": "\ud800"}', scored(10)]),
    ],
)
def test_halves_of_surrogate_pairs_cost_no_number_and_no_record(name: str, said: list[str]) -> None:
    """The response spells one in a tool call, which critics are shown, and the models in what is kept of them."""
    response = r'<tool_call>{"name": "f\ud800", "arguments": {"\ud800": "\ud800"}}</tool_call>'
    reward = Judge(name, ScriptedModel(said)).score("q", response, reference="It is 42.", tools=[{"name": "f"}])
    assert reward.ok, reward.failure
    assert Record.of(0, "0", (reward,)).to_json()
