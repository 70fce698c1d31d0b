"""Votes through the whole line: who is asked again, by whom, how often, and what is counted."""

from collections import defaultdict
from typing import Any

import pytest

from judge import Judge, Recipe
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from tests.recipes.said import scored, shown


def line(**parts: Any) -> Recipe:
    """A recipe of one critic of lists, pairs or single responses."""
    shape = parts.pop("shape", "pointwise")
    critic: dict[str, Any] = {
        "pointwise": {"prompt": "critique_then_score"},
        "pairwise": {"prompt": "critique_then_choose", "grammar": "arena"},
        "listwise": {"prompt": "principles_then_scores", "grammar": "boxed", "overall": {"lo": 0, "hi": 10}},
    }[shape] | {"shape": shape}
    critic |= parts.pop("critic", {})
    criteria = {"criteria": {"source": "static"}} if shape == "pointwise" else {}
    return Recipe.model_validate({"name": "line", "about": "a line", **criteria, "critic": critic, **parts})


def boxed(scores: list[float], request: Request) -> str:
    return rf"Critique. \boxed{{{', '.join(f'{scores[index]:g}' for index in shown(request))}}}"


def test_orders_that_are_drawn_are_no_axis_beside_the_samples() -> None:
    """Seven samples 1 to 7 of response 0: the median over samples is 4, however the orders fell."""
    drawn = iter(range(1, 8))
    model = ScriptedModel(lambda request: [boxed([next(drawn), 5, 5], request) for _ in range(request.n)])
    vote = {"reduce": [{"axis": "samples", "rule": "median"}]}
    recipe = line(shape="listwise", critic={"orders": "shuffled", "samples": 7}, vote=vote)
    rewards = Judge(recipe, model).score_group("q", ["a", "b", "c"])
    assert len(model.requests) > 1  # more than one order
    assert float(rewards[0]) == pytest.approx(0.4, abs=1e-9)


def test_samples_are_numbered_over_rounds_and_orders_and_members() -> None:
    recipe = line(
        critic={"samples": 2}, panel=[{"samples": 3, "temperature": 1.0}], vote={"undecided": 0.0, "again": 1},
        bounds={"vote_again": 2},
    )  # fmt: skip
    drawn = iter(range(20))
    model = ScriptedModel(lambda request: [scored(1 + next(drawn) % 10) for _ in range(request.n)])
    reward = Judge(recipe, model).score("q", "a")
    numbers = defaultdict(list)
    for judgment in reward.judgments:
        numbers[judgment.member].append(judgment.sample)
    assert numbers == {0: [0, 1, 2, 3], 1: [0, 1, 2, 3, 4]}


def test_two_roles_are_two_critics_though_their_models_have_one_name() -> None:
    """10 and 10 from the one, 4 and 4 from the other, as shares 1 and 1/3: the worse critic counts."""
    vote = {"reduce": [{"axis": "samples", "rule": "mean"}, {"axis": "critics", "rule": "min"}]}
    recipe = line(critic={"samples": 2}, panel=[{"model": "second"}], vote=vote)
    models = {"second": ScriptedModel([scored(4), scored(4)])}
    reward = Judge(recipe, ScriptedModel([scored(10), scored(10)]), models=models).score("q", "a")
    assert float(reward) == pytest.approx(1 / 3, abs=1e-9)
