"""What filters leave of judgments, through the whole line."""

import json
from typing import Any

import pytest

from judge import Judge, Recipe
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from tests.recipes.said import arena, label, scored, shown, text


def recipe(critic: dict[str, Any], vote: dict[str, Any], **more: Any) -> Recipe:
    parts = {"name": "line", "about": "a line", "criteria": {}, "critic": critic, "vote": vote, **more}
    return Recipe.model_validate(parts)


def trusting(said: dict[str, tuple[float, float]]) -> Any:
    """A critic of single criteria and a meta judge: by the word in a critique, its score and how far it is trusted."""
    drawn = {what: iter([name for name in said if name.startswith(what)]) for what in ("fact", "constraint", "prefer")}

    def answer(request: Request) -> Any:
        if request.labels.get("prompt") == "meta_judge":
            name = next(name for name in said if f"about {name}." in text(request))
            return label("Yes", Yes=said[name][1], No=1 - said[name][1])
        asked = text(request).split("The criterion, alone:")[1]
        what = "fact" if "statements of fact" in asked else "constraint" if "share that is met" in asked else "prefer"
        names = [next(drawn[what]) for _ in range(request.n)]
        return [json.dumps({"critique": f"This is about {name}.", "score": said[name][0]}) for name in names]

    return answer


def test_meta_cuts_within_each_criterion_that_was_asked_alone() -> None:
    """The three least trusted judgments are those on facts and one on constraints; still each criterion keeps one."""
    said = {
        "fact1": (10.0, 0.1), "fact2": (1.0, 0.2), "constraint1": (4.0, 0.3), "constraint2": (0.0, 0.9),
        "prefer1": (10.0, 0.8), "prefer2": (1.0, 0.7),
    }  # fmt: skip
    critic = {"prompt": "score_one_criterion", "ask": "each", "samples": 2}
    line = recipe(critic, {"filters": [{"name": "meta", "keep": 0.5}]}, criteria={"rubric": "reward_agent"})
    reward = Judge(line, ScriptedModel(trusting(said))).score("q", "a")
    # kept: fact2 0, constraint2 0, prefer1 1
    assert reward.parts == pytest.approx({"factuality": 0.0, "constraints": 0.0, "preference": 1.0}, abs=1e-9)
    assert float(reward) == pytest.approx(1 / 3, abs=1e-9)
    assert {judgment.dropped for judgment in reward.judgments} == {
        "", "below the best 1 of 2 by the meta reward model",
    }  # fmt: skip
    assert "dropped by filters: 3" in reward.flags


def test_meta_is_asked_once_about_each_judgment_however_many_rounds_follow() -> None:
    drawn = iter([scored(n, f"It is number {n}.") for n in (1, 10, 2, 9)])

    def answer(request: Request) -> Any:
        if request.labels.get("prompt") == "meta_judge":
            return label("Yes", Yes=0.5, No=0.5)
        return [next(drawn) for _ in range(request.n)]

    model = ScriptedModel(answer)
    vote = {"filters": [{"name": "meta", "mode": "weight"}]}
    line = recipe({"prompt": "critique_then_score", "samples": 2}, vote, bounds={"vote_again": 1})
    reward = Judge(line, model).score("q", "a")
    assert float(reward) == pytest.approx((0 + 1 + 1 / 9 + 8 / 9) / 4, abs=1e-9)
    assert sum(request.labels.get("prompt") == "meta_judge" for request in model.requests) == 4
    assert [len(judgment.asked) for judgment in reward.judgments] == [1] * 4
    assert reward.usage.calls == len(model.requests) == 6
    assert [judgment.weight for judgment in reward.judgments] == [0.5] * 4


def test_consistency_is_asked_once_about_each_comparison() -> None:
    def answer(request: Request) -> str:
        if request.labels.get("prompt") == "verdict_agrees":
            return "A"
        return arena("A") if request.labels["round"] == 0 else arena("A" if shown(request)[0] == 0 else "B")

    model = ScriptedModel(answer)
    critic = {"shape": "pairwise", "prompt": "critique_then_choose", "grammar": "arena"}
    line = recipe(critic, {"filters": [{"name": "consistent"}]}, bounds={"vote_again": 1})
    first, _ = Judge(line, model).score_group("q", ["a", "b"])
    # round one flips and is kept; of round two the verdict B is dropped, since its reasons are read as for A
    assert float(first) == pytest.approx((1 + 0 + 1) / 3, abs=1e-9)
    assert sum(request.labels.get("prompt") == "verdict_agrees" for request in model.requests) == 4


def test_majority_drops_who_sides_against_it() -> None:
    model = ScriptedModel([[scored(n) for n in (9, 8, 7, 2)]])
    line = recipe({"prompt": "critique_then_score", "samples": 4}, {"filters": [{"name": "majority"}]})
    reward = Judge(line, model).score("q", "a")
    assert float(reward) == pytest.approx((8 + 7 + 6) / 27, abs=1e-9)
    assert [judgment.dropped for judgment in reward.judgments] == ["", "", "", "sides against the majority"]
    assert "dropped by filters: 1" in reward.flags


def test_what_contradicts_a_hard_check_weighs_nothing() -> None:
    model = ScriptedModel([[scored(9), scored(3)]])
    line = recipe(
        {"prompt": "critique_then_score", "samples": 2},
        {"filters": [{"name": "contradicting"}]},
        tools=["math_equal"],
        settle={"evidence": "gates"},
    )
    reward = Judge(line, model).score("What is 6 x 7?", "It is 41.", "42")
    assert [vote.weight for vote in reward.tallies[0].votes] == [0.0, 1.0]
    assert reward.judgments[0].detail["contradicts_evidence"] is True
    assert reward.tallies[0].value == pytest.approx(2 / 9, abs=1e-9)
