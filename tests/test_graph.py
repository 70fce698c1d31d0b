"""Votes through the whole line: who is asked again, by whom, how often, and what is counted."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from judge import Judge, Recipe
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.reducers import Stop, settled
from tests.recipes.said import scored, shown, text


def line(**parts: Any) -> Recipe:
    """A recipe of one critic of lists, pairs or single responses."""
    shape = parts.pop("shape", "pointwise")
    usual: dict[str, dict[str, Any]] = {
        "pointwise": {"prompt": "critique_then_score"},
        "pairwise": {"prompt": "critique_then_choose", "grammar": "arena"},
        "listwise": {"prompt": "principles_then_scores", "grammar": "boxed", "overall": {"lo": 0, "hi": 10}},
    }
    critic = usual[shape] | {"shape": shape} | parts.pop("critic", {})
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


# ---------------------------------------------------------------------- asked again, and by whom


def by_response(script: dict[str, list[str]]) -> ScriptedModel:
    """A critic of single responses that says of each what comes next in its own script."""
    drawn = {text: iter(replies) for text, replies in script.items()}

    def critic(request: Request) -> list[str]:
        about = next(text for text in drawn if text in str(request.messages[-1]["content"]))
        return [next(drawn[about]) for _ in range(request.n)]

    return ScriptedModel(critic)


def test_only_the_undecided_response_is_asked_again_and_spared_votes_are_counted() -> None:
    """Beta after 3 : 0 is 1 - 1/16 = 0.9375, after 4 : 0 is 1 - 1/32 = 0.96875, so four votes are enough."""
    high, low = scored(9), scored(2)
    model = by_response({"clear one": [high] * 4, "open one": [high, low, high, low, high, low, high, low]})
    recipe = line(
        critic={"samples": 3}, vote={"stop": {"rule": "beta", "error": 0.05}, "again": 1}, bounds={"vote_again": 5}
    )
    clear, torn = Judge(recipe, model).score_group("q", ["clear one", "open one"])
    assert [request.n for request in model.requests] == [3, 3, 1, 1, 1, 1, 1, 1]
    assert (len(clear.judgments), clear.tallies[0].spared) == (4, 4)
    # 4 : 3 after seven, one left: it cannot be decided but may tie, so the eighth is asked
    assert (len(torn.judgments), torn.tallies[0].spared) == (8, 0)
    assert float(clear) == pytest.approx(8 / 9, abs=1e-9)
    assert float(torn) == pytest.approx((8 / 9 + 1 / 9) / 2, abs=1e-9)


def test_spared_counts_both_orders_of_a_pair_and_all_members_of_a_panel() -> None:
    """2 orders x 2 members x (1 + 3 rounds of 1) would be 16 votes; 4 agree, and 0.97 is sure enough."""
    recipe = line(
        shape="pairwise", panel=[{"temperature": 1.0}], vote={"stop": {"rule": "beta"}}, bounds={"vote_again": 3}
    )
    model = ScriptedModel(lambda request: f"So.\n[[{'A' if shown(request)[0] == 0 else 'B'}]]")
    first, second = Judge(recipe, model).score_group("q", ["a", "b"])
    assert (len(model.requests), first.tallies[0].spared, second.tallies[0].spared) == (4, 12, 12)


def test_spared_of_lists_in_drawn_orders_counts_lists() -> None:
    recipe = line(
        shape="listwise", critic={"orders": "shuffled", "samples": 4}, vote={"stop": {"rule": "beta"}, "again": 1},
        bounds={"vote_again": 4},
    )  # fmt: skip
    model = ScriptedModel(lambda request: [boxed([9, 1, 1], request)] * request.n)
    rewards = Judge(recipe, model).score_group("q", ["a", "b", "c"])
    assert [len(reward.judgments) for reward in rewards] == [4, 4, 4]
    assert [reward.tallies[0].spared for reward in rewards] == [4, 4, 4]


def test_spared_is_counted_for_each_criterion_that_is_asked_alone() -> None:
    recipe = Recipe.model_validate({
        "name": "line", "about": "a line", "criteria": {"rubric": "reward_agent"},
        "critic": {"prompt": "score_one_criterion", "ask": "each", "samples": 3},
        "vote": {"stop": "decided", "again": 1}, "bounds": {"vote_again": 2},
    })  # fmt: skip
    model = ScriptedModel(lambda request: [scored(4, "Fine.")] * request.n)
    reward = Judge(recipe, model).score("q", "a")
    # three votes of at most five for each of three criteria: decided, and two of each are spared
    assert [tally.spared for tally in reward.tallies] == [2, 2, 2]
    assert len(model.requests) == 3


@pytest.mark.parametrize("edge", ["vote_again", "escalate"])
def test_only_the_criterion_that_is_undecided_is_asked_again(edge: str) -> None:
    """Votes on p1 are 5 and 1 of 5, those on p2 are 4 and 4: p1 alone is asked again, or of the stronger model."""
    recipe = Recipe.model_validate({
        "name": "line", "about": "a line", "criteria": {"source": "static"},
        "critic": {"prompt": "score_one_criterion", "ask": "each", "samples": 2}, "bounds": {edge: 1},
    })  # fmt: skip

    def critic(request: Request) -> list[str]:
        return [scored(5), scored(1)] if "THE FIRST" in text(request) else [scored(4)] * 2

    weak, strong = ScriptedModel(critic), ScriptedModel([[scored(2)] * 2])
    judge = Judge(recipe, weak, stronger=strong if edge == "escalate" else None, rubric=["THE FIRST", "THE SECOND"])
    reward = judge.score("q", "a")
    assert sorted("THE FIRST" in text(request) for request in (*weak.requests, *strong.requests)) == [False, True, True]
    # 5 and 1 of 5 twice over are a half as before; in place of them, 2 of 5 is a quarter
    assert reward.parts == {"p1": pytest.approx(0.25 if edge == "escalate" else 0.5), "p2": pytest.approx(0.75)}
    assert [len(tally.votes) for tally in reward.tallies] == [2 if edge == "escalate" else 4, 2]


def test_contexts_count_among_the_votes_to_come() -> None:
    """Two contexts and one round more: after 1 : 1 two votes could come, so it is open; it is asked again."""
    contexts = {
        "reasons": "two readings",
        "contexts": [{"name": "x", "text": "X", "probability": 0.5}, {"name": "y", "text": "Y", "probability": 0.5}],
    }
    recipe = Recipe.model_validate({
        "name": "line", "about": "a line", "criteria": {"source": "generated", "prompt": "likely_contexts", "count": 2},
        "critic": {"prompt": "critique_then_score", "samples": 1},
        "vote": {"stop": "decided"}, "bounds": {"vote_again": 1},
    })  # fmt: skip
    import json

    model = ScriptedModel(lambda request: json.dumps(contexts) if "shown" not in request.labels else scored(10))
    reward = Judge(recipe, model).score("q", "a")
    # 2 : 0 with a weight of 1/2 each is ahead by 1; two votes of at most 1 each could still turn it
    assert len(model.requests) == 1 + 4
    assert reward.tallies[0].spared == 0


def test_vote_again_may_be_as_often_as_the_recipe_says() -> None:
    drawn = iter([scored(1), scored(10)] * 40)
    recipe = line(vote={"stop": {"rule": "lead", "lead": 9}}, bounds={"vote_again": 64})
    reward = Judge(recipe, ScriptedModel(lambda request: next(drawn))).score("q", "a")
    assert reward.ok, reward.failure
    assert len(reward.judgments) == 65


def test_votes_that_stay_uncertain_escalate_though_no_vote_is_left() -> None:
    """5 : 3 is sure to I(4, 6) = 0.746; 5 : 2 with one left is decided, but sure to 0.855 alone."""
    high, low = scored(10), scored(1)
    settings = {"critic.samples": 3, "vote.stop": {"rule": "beta"}, "vote.again": 1}
    for votes in ([high, low, high, low, high, low, high, high], [high, high, low, high, low, high, high]):
        weak, strong = ScriptedModel([[*votes[:3]], *votes[3:]]), ScriptedModel([[low, low, low]])
        judge = Judge(
            "direct", weak, stronger=strong, settings=settings | {"bounds.vote_again": 5, "bounds.escalate": 1}
        )
        reward = judge.score("q", "a")
        assert [request.n for request in strong.requests] == [3]  # a full first round
        assert float(reward) == 0.0
        assert len(reward.judgments) == len(votes) + 3
        assert [vote.judgment for vote in reward.tallies[0].votes] == [0, 1, 2]


def test_escalation_leaves_the_sure_response_to_the_weaker_model() -> None:
    weak = by_response({"clear one": [scored(9)] * 2, "open one": [scored(1), scored(10)] * 3})
    strong = by_response({"open one": [scored(4)] * 2, "clear one": []})
    settings = {"critic.samples": 2, "bounds.vote_again": 1, "bounds.escalate": 1}
    clear, torn = Judge("direct", weak, stronger=strong, settings=settings).score_group("q", ["clear one", "open one"])
    assert float(clear) == pytest.approx(8 / 9, abs=1e-9)
    assert float(torn) == pytest.approx(3 / 9, abs=1e-9)
    assert (len(strong.requests), len(torn.judgments)) == (1, 6)


def test_pair_that_the_critics_do_not_agree_on_escalates() -> None:
    weak = ScriptedModel(lambda request: "So.\n[[A>B]]")  # whoever stands first, by little
    strong = ScriptedModel(lambda request: f"So.\n[[{'A>>B' if shown(request)[0] == 1 else 'B>>A'}]]")
    recipe = line(shape="pairwise", vote={"agree": 0.3, "undecided": 0.5}, bounds={"escalate": 1})
    first, second = Judge(recipe, weak, stronger=strong).score_group("q", ["a", "b"])
    assert (first.value, second.value) == (0.0, 1.0)
    assert "unstable: the verdict flips with the order" not in first.flags  # the stronger model's does not


def test_pair_whose_interval_holds_the_threshold_is_asked_again() -> None:
    """1 and 0.75 have the mean 0.875 and t = 12.7: wide open. Four of 1 and 0.75 reach 0.645 and are not."""
    recipe = line(shape="pairwise", vote={"threshold": 0.5}, bounds={"vote_again": 3})
    model = ScriptedModel(lambda request: f"So.\n[[{'A>>B' if shown(request)[0] == 0 else 'B>A'}]]")
    first, _ = Judge(recipe, model).score_group("q", ["a", "b"])
    assert len(model.requests) == 4
    assert float(first) == pytest.approx(0.875, abs=1e-9)


def test_check_is_not_looked_up_once_votes_are_counted() -> None:
    """The first round needs no check; a vote of the second asks for one, which would throw away the first."""
    asks = '{"critique": "I would see it counted.", "checks": ["calculator"], "score": 9}'
    recipe = Recipe.model_validate({
        "name": "line", "about": "a line", "criteria": {}, "tools": [{"tool": "calculator", "when": "asked"}],
        "critic": {"prompt": "critique_then_score", "samples": 2},
        "vote": {"undecided": 0.1}, "bounds": {"vote_again": 1, "look_again": 1},
    })  # fmt: skip
    model = ScriptedModel([[scored(1), scored(10)], [asks, asks]])
    reward = Judge(recipe, model).score("q", "2 + 2 = 4")
    assert len(reward.tallies[0].votes) == 4
    assert float(reward) == pytest.approx((0 + 1 + 8 / 9 + 8 / 9) / 4, abs=1e-9)


def test_knockout_goes_on_when_more_votes_change_a_winner() -> None:
    """The pair that is asked again gets another winner, who then has to meet the other finalist."""

    def critic(request: Request) -> list[str]:
        first, second = shown(request)
        strength = {0: 1, 1: 4, 2: 3, 3: 2}
        best = max((first, second), key=strength.__getitem__)
        if request.labels["round"] == 0 and 1 in (first, second):  # at first sight the best one loses narrowly
            return ["So.\n[[B>A]]" if first == 1 else "So.\n[[A>B]]"] * request.n
        return [f"So.\n[[{'A>>B' if first == best else 'B>>A'}]]"] * request.n

    recipe = line(
        shape="pairwise", critic={"orders": "given", "schedule": "knockout"},
        vote={"opponents": "knockout", "stop": {"rule": "lead", "lead": 2}, "again": 3}, bounds={"vote_again": 1},
    )  # fmt: skip
    for seed in range(6):
        rewards = Judge(recipe, ScriptedModel(critic), seed=seed).score_group("q", ["a", "b", "c", "d"])
        assert float(rewards[1]) == 1.0, seed
        assert max(float(reward) for index, reward in enumerate(rewards) if index != 1) < 1.0


RULES = [Stop(rule="decided"), Stop(rule="beta", error=0.2), Stop(rule="lead", lead=2)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1, 4, 10, None]), min_size=8, max_size=8), st.sampled_from(RULES))
def test_adaptive_votes_stop_as_soon_as_the_rule_is_content(said: list[int | None], stop: Stop) -> None:
    """Two votes, then two at a time, at most eight; a failed one is asked for, and is no vote."""
    drawn = iter(said)

    def critic(request: Request) -> Any:
        if request.labels.get("again"):
            return "I still cannot say."
        replies = (next(drawn) for _ in range(request.n))
        return ["I cannot say." if score is None else scored(score) for score in replies]

    recipe = line(critic={"samples": 2}, vote={"stop": stop.model_dump()}, bounds={"vote_again": 3})
    reward = Judge(recipe, ScriptedModel(critic)).score("q", "a")
    votes = [[(score - 1) / 9 for score in said[:asked] if score is not None] for asked in (2, 4, 6, 8)]
    stops = next(
        place for place, known in enumerate(votes) if place == 3 or (known and settled(known, 6 - 2 * place, stop))
    )
    known, asked = votes[stops], 2 + 2 * stops
    assert len(reward.judgments) == asked
    assert reward.value == (pytest.approx(sum(known) / len(known), abs=1e-9) if known else None)
    assert reward.tallies[0].unscored == asked - len(known)
    assert reward.tallies[0].spared == 8 - asked
