"""Recipes that differ in how votes become one number: given these votes, this reward, worked out by hand."""

import json
import math
from typing import Any

import pytest

from judge import Judge
from judge.models.base import Completion, Request
from judge.models.scripted import ScriptedModel
from tests.recipes.said import arena, calls, label, samples, scored, shown, text


def scores(**by_id: float) -> str:
    return json.dumps({"critique": "So it is.", "scores": by_id})


def saying(*replies: str) -> ScriptedModel:
    return ScriptedModel(list(replies))


# ---------------------------------------------------------------------- panels


def members(*said: str) -> tuple[ScriptedModel, dict[str, ScriptedModel]]:
    first, second, third = (ScriptedModel([reply, reply], name=f"m{place}") for place, reply in enumerate(said))
    return first, {"second": second, "third": third}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, 2 / 3 - math.sqrt(2 / 27)),  # shares 1, 2/3, 1/3: mean 2/3, variance 2/27
        ({"rule": "min"}, 1 / 3),  # WCO
        ({"rule": "mean_minus_variance"}, 2 / 3 - 2 / 27),  # UWO
        ({"rule": "median"}, 2 / 3),
        ({"rule": "mean"}, 2 / 3),
    ],
)
def test_ensemble_takes_off_what_its_members_disagree(rule: dict[str, Any], expected: float) -> None:
    model, others = members(scored(10), scored(7), scored(4))
    reduce = [{"axis": "samples", "rule": "mean"}, {"axis": "critics", **rule}]
    reward = Judge("ensemble", model, models=others, settings={"vote.reduce": reduce} if rule else {}).score("q", "a")
    assert float(reward) == pytest.approx(expected, abs=1e-9)
    tallied = reward.tallies[0]
    assert [vote.value for vote in tallied.votes] == pytest.approx([1, 2 / 3, 1 / 3], abs=1e-9)
    assert tallied.spread == pytest.approx(math.sqrt(2 / 27), abs=1e-9)
    assert [judgment.model for judgment in reward.judgments] == ["m0", "m1", "m2"]
    assert calls([reward]) == 3


def test_ensemble_counts_a_member_that_fails_as_missing() -> None:
    model, others = members(scored(10), scored(4), "no words")
    reward = Judge("ensemble", model, models=others).score("q", "a")
    # shares 1 and 1/3: mean 2/3, standard deviation 1/3
    assert float(reward) == pytest.approx(1 / 3, abs=1e-9)
    assert reward.flags == ("unscored votes: 1",)


def test_prompt_variants_average_three_prompts_of_one_model() -> None:
    model = saying(scored(10), scored(7), scored(1))
    reward = Judge("prompt_variants", model).score("q", "a")
    assert float(reward) == pytest.approx((1 + 2 / 3 + 0) / 3, abs=1e-9)
    assert [judgment.critic for judgment in reward.judgments] == [
        "critique_then_score", "r3_point", "rules_then_principles",
    ]  # fmt: skip
    assert len({text(request) for request in model.requests}) == 3


def scir(word: dict[tuple[int, ...], str], p: dict[tuple[int, ...], float]) -> ScriptedModel:
    def answer(request: Request) -> Completion | str:
        order = shown(request)
        if request.top_logprobs:
            return label("A", A=p[order], B=1 - p[order])
        return arena(word[order])

    return ScriptedModel(answer)


FIRST: dict[tuple[int, ...], str] = {(0, 1): "A>>B", (1, 0): "B>>A"}


def test_scir_gives_a_verdict_where_words_and_labels_agree() -> None:
    model = scir(FIRST, {(0, 1): 0.9, (1, 0): 0.1})
    first, second = Judge("scir", model).score_group("q", ["a", "b"])
    # words 1 and 1, labels 0.9 and 0.9; the margins 0.5 and 0.4 are 0.45 on average
    assert float(first) == pytest.approx(0.95, abs=1e-9)
    assert float(second) == pytest.approx(0.05, abs=1e-9)
    assert calls([first, second]) == len(model.requests) == 4


@pytest.mark.parametrize(
    ("word", "p"),
    [
        (FIRST, {(0, 1): 0.4, (1, 0): 0.6}),  # they side differently
        ({(0, 1): "A>B", (1, 0): "B>A"}, {(0, 1): 0.6, (1, 0): 0.4}),  # margins 0.25 and 0.1: too little
        ({(0, 1): "A>>B", (1, 0): "A>>B"}, {(0, 1): 0.9, (1, 0): 0.1}),  # the words flip with the order
        ({(0, 1): "so so", (1, 0): "so so"}, {(0, 1): 0.9, (1, 0): 0.1}),  # the words cannot be read
    ],
)
def test_scir_is_undecided_where_they_do_not(word: dict[tuple[int, ...], str], p: dict[tuple[int, ...], float]) -> None:
    first, second = Judge("scir", scir(word, p)).score_group("q", ["a", "b"])
    assert (first.value, second.value) == (None, None)
    assert first.ok is False


# ---------------------------------------------------------------------- adaptive votes


def votes(*said: float, strong: bool = False) -> ScriptedModel:
    """A critic of pairs: each number says how probable it is that response 0 is better, whatever the order."""
    drawn = iter(said)

    def critic(request: Request) -> list[str]:
        words = {1.0: ("A>>B", "B>>A"), 0.0: ("B>>A", "A>>B"), 0.75: ("A>B", "B>A")}
        return [arena(words[next(drawn)][shown(request)[0]]) for _ in range(request.n)]

    return ScriptedModel(critic, name="strong" if strong else "weak")


def test_adaptive_stops_when_the_verdict_is_certain() -> None:
    model = votes(1, 1, 1, 1)
    first, second = Judge("adaptive", model).score_group("q", ["a", "b"])
    # 3 : 0 is 1 - 1/16 = 0.9375, 4 : 0 is 1 - 1/32 = 0.96875
    assert (first.value, second.value) == (1.0, 0.0)
    assert samples(model) == 4
    assert [reward.tallies[0].spared for reward in (first, second)] == [4, 4]
    assert calls([first, second]) == len(model.requests)


def test_adaptive_asks_eight_at_most() -> None:
    model = votes(1, 0, 1, 0, 1, 0, 1, 1)
    first, second = Judge("adaptive", model).score_group("q", ["a", "b"])
    assert float(first) == pytest.approx(5 / 8, abs=1e-9)
    assert float(second) == pytest.approx(3 / 8, abs=1e-9)
    assert samples(model) == 8
    assert first.tallies[0].spared == 0


def test_adaptive_votes_only_on_the_pairs_that_are_open() -> None:
    def critic(request: Request) -> list[str]:
        first, second = shown(request)
        if {first, second} == {1, 2}:  # this pair is never certain
            return [arena(("A>>B", "B>>A")[(request.labels["round"] + n) % 2]) for n in range(request.n)]
        return [arena("A>>B" if first < second else "B>>A")] * request.n

    model = ScriptedModel(critic)
    rewards = Judge("adaptive", model).score_group("q", ["a", "b", "c"])
    pairs = [frozenset(pair) for pair in ((0, 1), (0, 2), (1, 2))]
    asked = {pair: sum(one.n for one in model.requests if frozenset(shown(one)) == pair) for pair in pairs}
    assert (asked[frozenset((0, 1))], asked[frozenset((0, 2))]) == (4, 4)
    assert asked[frozenset((1, 2))] > 4
    assert rewards[0].tallies[0].spared == 8
    assert rewards[1].tallies[0].spared == 4 + 8 - asked[frozenset((1, 2))]


def test_cascade_asks_the_stronger_model_where_eight_votes_leave_it_open() -> None:
    weak, strong = votes(1, 0, 1, 0, 1, 0, 1, 1), votes(0, 0, 0, strong=True)
    first, second = Judge("cascade", weak, stronger=strong).score_group("q", ["a", "b"])
    assert (first.value, second.value) == (0.0, 1.0)
    assert (samples(weak), samples(strong)) == (8, 3)
    assert [judgment.model for judgment in first.judgments] == ["strong"] * 3 + ["weak"] * 8
    assert calls([first, second]) == len(weak.requests) + len(strong.requests)


def test_cascade_spares_the_stronger_model_where_the_weaker_is_sure() -> None:
    weak, strong = votes(1, 1, 1, 1), votes(strong=True)
    assert Judge("cascade", weak, stronger=strong).compare("q", "a", "b").winner == 0
    assert strong.requests == []


def test_cascade_by_an_interval_that_holds_the_threshold() -> None:
    """Scores 10, 7, 7 as shares 1, 2/3, 2/3: the mean 0.78 and t(0.975, 2) = 4.30 times 0.111 hold 0.6."""
    weak, strong = ScriptedModel([[scored(10), scored(7), scored(7)]]), ScriptedModel([[scored(9)] * 3])
    settings = {"critic.samples": 3, "vote.threshold": 0.6, "bounds.escalate": 1}
    reward = Judge("direct", weak, stronger=strong, settings=settings).score("q", "a")
    assert float(reward) == pytest.approx(8 / 9, abs=1e-9)
    settings["vote.threshold"] = 0.25
    assert len(strong.requests) == 1
    weak = ScriptedModel([[scored(10), scored(7), scored(7)]])
    assert Judge("direct", weak, stronger=strong, settings=settings).score("q", "a").ok
    assert len(strong.requests) == 1  # 0.78 - 0.48 is above 0.25


# ---------------------------------------------------------------------- rules of reduction


def test_risk_averse_is_the_mean_of_the_lowest_quarter() -> None:
    model = saying(*map(scored, (10, 10, 9, 8, 7, 6, 3, 1)))
    reward = Judge("risk_averse", model).score("q", "a")
    assert float(reward) == pytest.approx((2 / 9 + 0) / 2, abs=1e-9)  # scores 3 and 1
    assert [(request.n, request.temperature) for request in model.requests] == [(8, 1.0)]


def test_risk_averse_by_a_quantile() -> None:
    model = saying(*map(scored, (10, 10, 9, 8, 7, 6, 3, 1)))
    settings = {"vote.rule": {"rule": "quantile", "q": 0.1}}
    # place 0.1 * 7 = 0.7 between 1 and 3: 1 + 0.7 * 2 = 2.4
    reward = Judge("risk_averse", model, settings=settings).score("q", "a")
    assert float(reward) == pytest.approx(1.4 / 9, abs=1e-9)


def test_distribution_holds_few_votes_to_the_middle() -> None:
    reward = Judge("distribution", saying(*[scored(10)] * 8)).score("q", "a")
    assert float(reward) == pytest.approx((8 * 1 + 1 * 0.5) / 9, abs=1e-9)
    reward = Judge("distribution", saying(scored(10)), settings={"critic.samples": 1}).score("q", "a")
    assert float(reward) == pytest.approx(1.5 / 2, abs=1e-9)


def test_failed_samples_leave_the_distribution_with_fewer_votes() -> None:
    said: list[Any] = [[scored(10), "?", scored(1)], "again nothing"]
    reward = Judge("distribution", ScriptedModel(said), settings={"critic.samples": 3}).score("q", "a")
    assert float(reward) == pytest.approx((1 + 0 + 0.5) / 3, abs=1e-9)


# ---------------------------------------------------------------------- criteria and transforms


def test_lsc_is_the_log_of_a_soft_and_below_what_is_good_enough() -> None:
    shares = {
        ("kind", "good one"): 0.9,
        ("true", "good one"): 0.8,
        ("kind", "poor one"): 0.9,
        ("true", "poor one"): 0.2,
    }

    def answer(request: Request) -> Completion:
        said = text(request)
        p = next(p for (what, which), p in shares.items() if f"Is {what}." in said and which in said)
        return label("Yes", Yes=p, No=1 - p)

    model = ScriptedModel(answer)
    judge = Judge("lsc", model, rubric=["Is kind.", "Is true."])
    good, poor = judge.score_group("q", ["good one", "poor one"])
    # soft AND: g = sqrt(0.9 * 0.8) and sqrt(0.9 * 0.2), as log-odds l; ref at 0.85 between them; u = log sigma(l - ref)
    odds = [math.log(g / (1 - g)) for g in (math.sqrt(0.72), math.sqrt(0.18))]
    ref = odds[1] + 0.85 * (odds[0] - odds[1])
    assert float(good) == pytest.approx(-math.log1p(math.exp(-(odds[0] - ref))), abs=1e-9)
    assert float(poor) == pytest.approx(-math.log1p(math.exp(-(odds[1] - ref))), abs=1e-9)
    assert len(model.requests) == 4
    assert all("Does the response fulfil the principle?" in text(request) for request in model.requests)


def test_lsc_against_a_fixed_reference_is_the_mean_log_probability() -> None:
    model = ScriptedModel(
        lambda r: label("Yes", Yes=0.9, No=0.1) if "Is kind." in text(r) else label("No", Yes=0.2, No=0.8)
    )
    transforms = ["logit", {"name": "log_sigmoid_centered", "ref": 0.0}]
    judge = Judge("lsc", model, rubric=["Is kind.", "Is true."], settings={"settle.transforms": transforms})
    # sigma(logit p) = p, so u is the log of the soft AND: (log 0.9 + log 0.2) / 2
    assert float(judge.score("q", "a")) == pytest.approx((math.log(0.9) + math.log(0.2)) / 2, abs=1e-9)


def test_alarm_lets_aspects_count_only_for_what_is_good_enough() -> None:
    aspects = {"accuracy": 3, "depth": 0, "order": 2, "padding": 0}
    good = Judge("alarm", saying(scores(answer=2, **aspects))).score("q", "a")
    # h = 2/3 is above 0.5; the others: (3 * 1 + 1 * 0 + 1 * 1 + 2 * (1 - 0)) / 7 = 6/7
    assert float(good) == pytest.approx(2 / 3 + 1 / 3 * 6 / 7, abs=1e-9)
    poor = Judge("alarm", saying(scores(answer=1, **aspects))).score("q", "a")
    assert float(poor) == pytest.approx(1 / 3, abs=1e-9)


ASPECTS = {"constraints": 1, "every_part": 3, "intent": 1, "soft_constraints": 2, "additions": 0}


def test_hybrid_lets_the_rule_decide_and_takes_length_off() -> None:
    judge = Judge("hybrid", ScriptedModel(lambda request: scores(**ASPECTS)))
    assert judge.range == (-0.2, 1.0)
    # (2 * 1 + 2 * 0.5 + 1 * 1 + 1 * (1 - 0)) / 6; constraints inform, since their weight is 0
    assert float(judge.score("q", "short")) == pytest.approx(5 / 6, abs=1e-9)
    # 6000 characters are 2000 above the target, half of the width: 0.2 * 0.5^2 is taken off
    assert float(judge.score("q", "x" * 6000)) == pytest.approx(5 / 6 - 0.05, abs=1e-9)
    assert float(judge.score("What is 6 x 7?", "It is 41.", "42")) == 0.0
    right = judge.score("What is 6 x 7?", "It is 42.", "42")
    assert float(right) == 1.0
    assert right.parts["every_part"] == 1.0  # the aspects are there to be seen


def test_hybrid_earns_nothing_for_a_broken_rule() -> None:
    reward = Judge("hybrid", saying(scores(**ASPECTS | {"constraints": 0}))).score("q", "a")
    assert float(reward) == 0.0


@pytest.mark.parametrize(
    ("transform", "expected", "bounds"),
    [
        # shares 1, 1/3, 0: mean 4/9, deviations 5/9, -1/9, -4/9, standard deviation sqrt(42/243)
        ("zscore", [5 / 9 / math.sqrt(42 / 243), -1 / 9 / math.sqrt(42 / 243), -4 / 9 / math.sqrt(42 / 243)], (-5, 5)),
        ("rank", [1, 0.5, 0], (0, 1)),
    ],
)
def test_transforms_within_the_group_pass_over_the_unscored(
    transform: str, expected: list[float], bounds: tuple[float, float]
) -> None:
    said = {"one": scored(10), "two": scored(4), "lost": "no words", "three": scored(1)}
    model = ScriptedModel(
        lambda request: next(reply for name, reply in said.items() if f"the {name} text" in text(request))
    )
    judge = Judge("direct", model, settings={"settle.transforms": [transform]})
    rewards = judge.score_group("q", [f"the {name} text" for name in said])
    assert [reward.value for reward in rewards[:2]] == pytest.approx(expected[:2], abs=1e-9)
    assert rewards[2].value is None
    assert float(rewards[3]) == pytest.approx(expected[2], abs=1e-9)
    assert {(reward.lo, reward.hi) for reward in rewards} == {bounds}


# ---------------------------------------------------------------------- tools before the pair


def anyprefer(*verdicts: str) -> ScriptedModel:
    drawn = iter(verdicts)

    def answer(request: Request) -> str:
        if "shown" in request.labels:
            return f"1. Facts: [E1] refutes B.\n[[{next(drawn)}]]"
        if "Action:" not in text(request).split("Your tools:")[-1]:
            return "Nothing to check."
        done = "144" in text(request).split("Write no observations yourself.")[-1]
        return "Thought: enough.\nAction: none" if done else 'Action: calculator {"expression": "12 * 12"}'

    return ScriptedModel(answer)


def test_anyprefer_judges_with_what_tools_found() -> None:
    model = anyprefer("A", "B")
    judge = Judge("anyprefer", model, settings={"agent.calling": "text"})
    first, second = judge.score_group("How much is a dozen dozens?", ["It is a gross.", "It is about 150."])
    assert (first.value, second.value) == (1.0, 0.0)
    asked = [request for request in model.requests if "shown" in request.labels]
    assert len(asked) == 2
    assert all("What tools found." in text(request) and "144" in text(request) for request in asked)
    assert "1. Facts:" in text(asked[0])
    assert calls([first, second]) == len(model.requests)


def test_anyprefer_leaves_a_pair_undecided_that_flips() -> None:
    first, second = Judge("anyprefer", anyprefer("A", "A")).score_group("q", ["a", "b"])
    assert [reward.status for reward in (first, second)] == ["abstained", "abstained"]
    assert first.failure is not None
    assert first.failure.kind == "undecided"
