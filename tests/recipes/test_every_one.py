"""What holds for every recipe with a critic, whatever is said: calls add up, seeds fix them, a replay is exact."""

from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Sample, library
from judge.models.scripted import ScriptedModel
from judge.recipe import Recipe, load_recipe, override
from judge.run.record import Record
from judge.types import Preference, ToolDefinition
from tests.recipes.babble import babbler

LONG = "Step 1: six sevens.\n\nStep 2: so it is 42."
SAMPLE = Sample(
    id="a",
    prompt="How much is 6 x 7?",
    responses=(LONG, "It is forty-two.", "It is 41."),
    references=("Step 1: 7 + 7 + 7 + 7 + 7 + 7.\n\nStep 2: which is forty-two.",),
    tools=(ToolDefinition(name="add"),),
    examples=(Preference(prompt="How much is 2 x 2?", preferred="4", rejected="It is what it is."),),
)
"""It lacks nothing that a prompt may need."""
RECIPES = [name for name in library.names("recipes") if load_recipe(name).critic]


CHANGED: list[tuple[str, dict[str, Any]]] = [
    ("spct_meta", {"vote.filters": [{"name": "meta", "form": "scorer", "model": "meta", "mode": "weight"}]}),
    ("spct", {"critic.samples": 3, "vote.stop": "beta", "vote.again": 2, "bounds.vote_again": 3}),
    ("direct", {"critic.samples": 2, "vote.undecided": 0.1, "bounds.vote_again": 2, "bounds.escalate": 2}),
    ("rrm_knockout", {"vote.stop": {"rule": "lead", "lead": 3}, "bounds.vote_again": 2, "critic.temperature": 1.0}),
    ("swiss", {"vote.agree": 0.3, "bounds.vote_again": 1, "bounds.escalate": 1}),
    ("scir", {"bounds.vote_again": 1, "bounds.escalate": 1}),
    ("gram_r2", {"vote.filters": [{"name": "majority"}, {"name": "consistent"}], "bounds.vote_again": 2}),
    ("carm", {"vote.stop": "decided", "bounds.vote_again": 2, "critic.orders": "shuffled"}),
    ("ensemble", {"critic.samples": 2, "vote.threshold": 0.5, "bounds.vote_again": 2}),
]
"""Recipes with edges that go back, and filters that ask."""


def judges(
    name: str, seed: int, lost: float = 0.0, settings: dict[str, Any] | None = None, down: float = 0.0
) -> tuple[Judge, list[ScriptedModel]]:
    """A judge whose roles are played by models of these names, and the models."""
    recipe = override(load_recipe(name), settings or {})
    further = [role for role in recipe.roles if role != "critic"] + (["stronger"] if recipe.bounds.escalate else [])
    models = {
        role: babbler(seed + place, lost=lost, down=down, logprobs=bool(seed % 2), name=role)
        for place, role in enumerate(["critic", *further])
    }
    critic = models.pop("critic")
    everyone = [critic, *models.values()]
    return Judge(recipe, critic, stronger=models.pop("stronger", None), models=models), everyone


def essence(reward: Reward) -> dict[str, Any]:
    """A reward without what a replay cannot have: its cost, and how a failure was worded."""
    kept = reward.model_dump(mode="json", exclude={"usage": True, "fingerprint": True, "rationale": not reward.ok})
    for judgment in kept["judgments"]:
        judgment.pop("usage")
        for key in ("meta_failure", "consistent"):
            judgment["detail"].pop(key, None)
    briefs = [kept["brief"]] if kept["brief"] else []
    askers = [*kept["judgments"], *kept["evidence"], *briefs]
    for failed in (kept, *askers, *(asked for asker in askers for asked in asker["asked"])):
        if failed["failure"]:
            failed["failure"].pop("message")
    if kept["brief"]:
        kept["brief"].pop("usage")
    for item in kept["evidence"]:
        item.pop("usage")
    return kept


def replayed(judge: Judge, models: list[ScriptedModel], folder: Path) -> None:
    """Every call of a sample is billed, and the record of its rewards gives them again."""
    recipe, before = judge.settings.recipe, judge.score_sample(SAMPLE)
    assert sum(reward.usage.calls for reward in before) == sum(len(model.requests) for model in models)
    path = folder / "rewards.jsonl"
    path.write_text(Record.of(0, "0", before).to_json() + "\n")
    after = Judge(recipe, replay=path).score_sample(SAMPLE)
    assert [essence(reward) for reward in after] == [essence(reward) for reward in before]


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("name", RECIPES)
def test_replay_is_exact_and_every_call_is_billed(name: str, seed: int, tmp_path: Path) -> None:
    replayed(*judges(name, seed, lost=0.25 * (seed > 1)), tmp_path)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("name", "settings"), CHANGED, ids=[name for name, _ in CHANGED])
def test_replay_of_edges_that_go_back_is_exact(name: str, settings: dict[str, Any], seed: int, tmp_path: Path) -> None:
    replayed(*judges(name, seed, 0.2 * (seed > 2), settings), tmp_path)


@pytest.mark.parametrize(("name", "settings"), [*((name, {}) for name in RECIPES), *CHANGED])
def test_calls_that_fail_are_billed_and_fail_alike_in_a_replay(
    name: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    for seed in (0, 3, 4):
        replayed(*judges(name, seed, settings=settings, down=0.3), tmp_path)


@pytest.mark.parametrize("name", RECIPES)
def test_same_seed_asks_the_same(name: str) -> None:
    def asked() -> list[list[str]]:
        judge, models = judges(name, 1)
        judge.score_sample(SAMPLE)
        return [sorted(request.hash for request in model.requests) for model in models]

    assert asked() == asked()


def fixed(recipe: Recipe) -> bool:
    """Whether the calls of a recipe are known beforehand."""
    bounds = recipe.bounds
    adaptive = bounds.vote_again or bounds.look_again or bounds.escalate
    return not (recipe.agent or recipe.planner or adaptive or recipe.generates or recipe.settle.evidence == "spares")


@pytest.mark.parametrize("name", [name for name in RECIPES if fixed(load_recipe(name))])
def test_calls_are_foreseen(name: str) -> None:
    judge, models = judges(name, 1)
    expected = judge.foresee(SAMPLE)
    judge.score_sample(SAMPLE)
    assert expected.calls == sum(len(model.requests) for model in models)
