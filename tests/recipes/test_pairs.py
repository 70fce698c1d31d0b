"""Recipes that compare two responses: given these verdicts, this reward, worked out by hand."""

import json
import math

import pytest

from judge import Judge, Rubric
from judge.models.base import Completion, Request
from judge.models.scripted import ScriptedModel
from judge.types import Criterion
from tests.recipes.said import arena, better, calls, label, samples, shown, text

RULES = {
    "reasons": "It asks for a prime below 100.",
    "criteria": [
        {"name": "below", "text": "Is it below 100?", "kind": "rule", "weight": 1},
        {"name": "prime", "text": "Is it a prime?", "kind": "principle", "weight": 2},
    ],
}


def after(brief: object, critic: object) -> ScriptedModel:
    """A model that writes a brief first and is then a critic."""

    def answer(request: Request) -> str:
        return json.dumps(brief) if "shown" not in request.labels else critic(request)  # type: ignore[operator]

    return ScriptedModel(answer)


def test_carmo_relative_compares_by_criteria_that_saw_no_response() -> None:
    model = after(RULES, better([2, 1], arena))
    first, second = Judge("carmo_relative", model).score_group("Name a prime.", ["the number 97", "the number 91"])
    assert (first.value, second.value) == (1.0, 0.0)
    brief, one, other = model.requests
    assert "the number" not in text(brief)
    assert all("Is it a prime?" in text(request) and "one by one" in text(request) for request in (one, other))
    assert [shown(one), shown(other)] == [(0, 1), (1, 0)]
    assert calls([first, second]) == 3


def test_carmo_relative_that_flips_with_the_order_is_a_tie_and_says_so() -> None:
    comparison = Judge("carmo_relative", after(RULES, lambda request: arena("A"))).compare("q", "a", "b")
    assert comparison.winner is None
    assert comparison.margin == 0
    assert comparison.rewards[0].flags == ("unstable: the verdict flips with the order",)


def test_auto_rubric_votes_with_ties_over_five_comparisons_in_each_order() -> None:
    said: dict[tuple[int, ...], list[str]] = {
        (0, 1): ["A", "A", "tie", "A", "B"],
        (1, 0): ["B", "tie", "tie", "B", "A"],
    }
    model = ScriptedModel(lambda request: [arena(winner) for winner in said[shown(request)]])
    rubric = Rubric(name="learned", criteria=(Criterion(id="t", text="Theme: exact. Tips: names its sources."),))
    first, second = Judge("auto_rubric", model, rubric=rubric).score_group("q", ["a", "b"])
    # for response 0: 1 1 0.5 1 0 in its own order, 1 0.5 0.5 1 0 in the other: 6.5 of 10
    assert float(first) == pytest.approx(0.65, abs=1e-9)
    assert float(second) == pytest.approx(0.35, abs=1e-9)
    assert len(first.tallies[0].votes) == 10
    assert "Tips: names its sources." in text(model.requests[0])
    assert "which of its themes and tips apply" in text(model.requests[0])
    assert (len(model.requests), samples(model)) == (2, 10)


def test_open_rubrics_pair_puts_rules_before_principles() -> None:
    model = after(RULES, better([1, 2], arena))
    rewards = Judge("open_rubrics_pair", model).score_group("Name a prime.", ["the number 101", "the number 97"])
    assert [reward.value for reward in rewards] == [0.0, 1.0]
    asked = text(model.requests[1])
    assert "Is it below 100? (hard rule)" in asked
    assert "Is it a prime? (weight 2)" in asked
    assert asked.index("hard rules one by one") < asked.index("other criteria one by one")
    assert len(model.requests) == 3


def test_r3_pair_shows_what_the_scores_mean_and_reads_the_winner() -> None:
    model = ScriptedModel(better([2, 1], lambda winner: json.dumps({"critique": "It shows why.", "winner": winner})))
    first, second = Judge("r3_pair", model).score_group("q", ["a", "b"])
    assert (first.value, second.value) == (1.0, 0.0)
    assert "  5 = it explains the main idea" in text(model.requests[0])
    assert first.rationale == "It shows why."
    assert len(model.requests) == 2


def test_r3_pair_without_a_winner_stays_unscored() -> None:
    reward = Judge("r3_pair", ScriptedModel(lambda request: "I like both.")).score_group("q", ["a", "b"])[0]
    assert reward.value is None
    assert reward.failure is not None
    assert reward.failure.kind == "unparseable"


def test_gram_averages_the_label_probability_over_both_orders() -> None:
    said: dict[tuple[int, ...], Completion] = {(0, 1): label("A", A=0.6, B=0.2), (1, 0): label("B", A=0.1, B=0.3)}
    model = ScriptedModel(lambda request: said[shown(request)])
    first, second = Judge("gram", model).score_group("q", ["a", "b"])
    # P(A)/(P(A)+P(B)): 0.6/0.8 = 0.75 with 0 first; 0.1/0.4 = 0.25 for response 1, so 0.75 for response 0
    assert float(first) == pytest.approx(0.75, abs=1e-9)
    assert float(second) == pytest.approx(0.25, abs=1e-9)
    assert [request.top_logprobs for request in model.requests] == [20, 20]
    assert text(model.requests[0]).endswith("one letter, A or B, and nothing else.")


def test_gram_of_several_responses_is_the_mean_against_the_others() -> None:
    wins = {(0, 1): 0.8, (0, 2): 0.6, (1, 2): 0.3}

    def critic(request: Request) -> object:
        i, j = shown(request)
        p = wins[i, j] if i < j else 1 - wins[j, i]
        return label("A", A=p, B=1 - p)

    model = ScriptedModel(critic)  # type: ignore[arg-type]
    rewards = Judge("gram", model).score_group("q", ["a", "b", "c"])
    expected = [(0.8 + 0.6) / 2, (0.2 + 0.3) / 2, (0.4 + 0.7) / 2]
    assert [float(reward) for reward in rewards] == pytest.approx(expected, abs=1e-9)
    assert len(model.requests) == 6


def test_gram_that_says_neither_label_is_unscored() -> None:
    model = ScriptedModel(lambda request: label("The", The=0.95, A=0.05))
    reward = Judge("gram", model).score_group("q", ["a", "b"])[0]
    assert reward.value is None
    assert reward.failure is not None
    assert reward.failure.kind == "unparseable"


def test_gram_r2_reads_the_label_after_each_of_its_rationales() -> None:
    def critic(request: Request) -> object:
        if "turn" not in request.labels:
            return [f"Rationale {number} on {shown(request)}." for number in range(4)]
        p = 0.5 + 0.1 * request.labels["sample"]  # 0.5, 0.6, 0.7, 0.8 for the one shown first
        return label("A", A=p, B=1 - p)

    model = ScriptedModel(critic)  # type: ignore[arg-type]
    first, second = Judge("gram_r2", model).score_group("q", ["a", "b"])
    # 0.65 on average for whoever is first: (0.65 + 1 - 0.65) / 2
    assert float(first) == pytest.approx(0.5, abs=1e-9)
    # the votes for response 0 are 0.5, 0.6, 0.7, 0.8 and 0.5, 0.4, 0.3, 0.2
    assert first.tallies[0].spread == pytest.approx(math.sqrt(2 * (0.01 + 0.04 + 0.09) / 8), abs=1e-9)
    turns = [request for request in model.requests if "turn" in request.labels]
    assert {str(request.messages[-2]["content"]) for request in turns} == {
        f"Rationale {number} on {order}." for number in range(4) for order in ((0, 1), (1, 0))
    }
    assert len(model.requests) == 2 + 8
    assert calls([first, second]) == 10


def test_pairwise_rl_compares_everyone_with_the_anchor_alone() -> None:
    p = {1: 0.9, 2: 0.2, 3: 0.5}

    def critic(request: Request) -> object:
        i, j = shown(request)
        share = p[i] if j == 0 else 1 - p[j]
        return label("A", A=share, B=1 - share)

    model = ScriptedModel(critic)  # type: ignore[arg-type]
    rewards = Judge("pairwise_rl", model).score_group("q", ["anchor", "x", "y", "z"])
    assert [float(reward) for reward in rewards[1:]] == pytest.approx([0.9, 0.2, 0.5], abs=1e-9)
    assert float(rewards[0]) == pytest.approx(1 - (0.9 + 0.2 + 0.5) / 3, abs=1e-9)
    assert all(0 in shown(request) for request in model.requests)
    assert len(model.requests) == 2 * 3


def test_another_anchor_in_place_of_one_that_is_not_judged_is_flagged() -> None:
    def critic(request: Request) -> object:
        return label("A", A=0.8, B=0.2) if shown(request)[0] == 1 else label("A", A=0.2, B=0.8)

    judge = Judge("pairwise_rl", ScriptedModel(critic), settings={"guard.max_chars": 20})  # type: ignore[arg-type]
    first, second, third = judge.score_group("q", ["a" * 21, "x", "y"])
    assert first.failure
    assert first.failure.kind == "too_long"
    assert [float(second), float(third)] == pytest.approx([0.8, 0.2], abs=1e-9)
    flag = "response 1 is the anchor in place of response 0, which is not judged"
    assert [flag in reward.flags for reward in (first, second, third)] == [True] * 3
    assert judge.score_group("q", ["a", "x", "y"])[1].flags == ()


def test_graded_pair_turns_the_verdict_into_a_probability() -> None:
    said: dict[tuple[int, ...], str] = {(0, 1): "Justified.\nVerdict: 2", (1, 0): "Justified.\nVerdict: -1"}
    model = ScriptedModel(lambda request: said[shown(request)])
    first, second = Judge("graded_pair", model, settings={"critic.beta": 0.5}).score_group("q", ["a", "b"])
    # sigma(0.5 * 2) with 0 first, and 1 - sigma(0.5 * -1) = sigma(0.5) from the other order
    expected = (1 / (1 + math.exp(-1.0)) + 1 / (1 + math.exp(-0.5))) / 2
    assert float(first) == pytest.approx(expected, abs=1e-9)
    assert float(second) == pytest.approx(1 - expected, abs=1e-9)
    assert [score.raw for score in first.judgments[0].scores] == [2, -2]
    assert "3 A much better" in text(model.requests[0])


def test_graded_pair_off_the_scale_is_no_verdict() -> None:
    reward = Judge("graded_pair", ScriptedModel(lambda request: "Justified.\nVerdict: 5")).score_group("q", ["a", "b"])
    assert [one.value for one in reward] == [None, None]


def test_r1_reward_drops_comparisons_whose_reasons_favour_the_other() -> None:
    def critic(request: Request) -> object:
        if request.labels.get("prompt") == "verdict_agrees":
            return "B" if "Reasons for 2" in text(request) else "A"
        if shown(request) == (0, 1):  # three for response 0, and one whose reasons say the opposite
            return [rf"Reasons for 1. \boxed{{Assistant {n}}}" for n in (1, 1, 1)] + [
                r"Reasons for 2. \boxed{Assistant 1}"
            ]
        return [r"Reasons for 1. \boxed{Assistant 2}"] * 2 + [r"Reasons for 1. \boxed{Assistant 1}"] * 2

    model = ScriptedModel(critic)  # type: ignore[arg-type]
    first, second = Judge("r1_reward", model).score_group("q", ["a", "b"])
    # kept: three for response 0 in its order; in the other, two for response 1: a majority of 3 to 2 for response 0
    assert (first.value, second.value) == (1.0, 0.0)
    assert [vote.weight for vote in first.tallies[0].votes] == [1, 1, 1, 0, 0, 0, 1, 1]
    assert sum(bool(judgment.dropped) for judgment in first.judgments) == 3
    assert "dropped by filters: 3" in first.flags
    assert len(model.requests) == 2 + 8
    assert calls([first, second]) == 10
    checks = [request for request in model.requests if request.labels.get("prompt") == "verdict_agrees"]
    assert all("boxed" not in text(request) for request in checks)  # the verdict is not shown
    assert "Assistant 1 and Assistant 2" in text(checks[0])  # as the analysis calls what is asked for as A and B


def test_general_preference_cancels_the_order_and_flags_circles() -> None:
    beats = {(0, 1), (1, 2), (2, 0)}

    def critic(request: Request) -> str:
        verdict = 2 if shown(request) in beats else -1  # one more for whoever is shown first, cancelled by both orders
        return f"Justified.\nVerdict: {verdict}"

    model = ScriptedModel(critic)
    rewards = Judge("general_preference", model).score_group("q", ["a", "b", "c"])
    # P_01 = sigma(2 - -1) = sigma(3), and each beats one and loses to one
    assert [float(reward) for reward in rewards] == pytest.approx([0.5] * 3, abs=1e-9)
    assert all("preferences run in a circle: responses 0, 1, 2" in reward.flags for reward in rewards)
    assert len(model.requests) == 6


def test_general_preference_of_a_pair() -> None:
    said: dict[tuple[int, ...], str] = {(0, 1): "Justified.\nVerdict: 3", (1, 0): "Justified.\nVerdict: 1"}
    first, second = Judge("general_preference", ScriptedModel(lambda r: said[shown(r)])).score_group("q", ["a", "b"])
    # both orders favour the first shown; T_01 - T_10 = 3 - 1
    assert float(first) == pytest.approx(1 / (1 + math.exp(-2)), abs=1e-9)
    assert float(second) == pytest.approx(1 / (1 + math.exp(2)), abs=1e-9)


def test_swiss_asks_no_more_pairs_than_its_budget() -> None:
    model = ScriptedModel(better([5, 1, 4, 2, 8, 3, 7, 6], arena))
    settings = {"critic.pair_budget": 6}
    rewards = Judge("swiss", model, settings=settings).score_group("q", [f"r{n}" for n in range(8)])
    pairs = {frozenset(shown(request)) for request in model.requests}
    assert len(pairs) == 6  # the first round of four pairs, and two of the second
    assert len(model.requests) == 12
    assert all(reward.ok for reward in rewards)  # round one has shown everybody


def test_swiss_ranks_a_group_in_three_rounds() -> None:
    strength = [5, 1, 4, 2, 8, 3, 7, 6]
    model = ScriptedModel(better(strength, arena))
    ranking = Judge("swiss", model).rank("q", [f"r{n}" for n in range(8)])
    assert len(model.requests) == 2 * 3 * 4  # ceil(log2 8) rounds of 4 pairs, both orders
    assert ranking.order[0] == strength.index(8)
    assert ranking.order[-1] == strength.index(1)


def test_brief_that_cannot_be_read_is_billed_and_says_why() -> None:
    model = ScriptedModel(lambda request: "I have no criteria.")
    rewards = Judge("carmo_relative", model).score_group("q", ["a", "b"])
    assert [reward.value for reward in rewards] == [None, None]
    assert rewards[0].failure is not None
    assert rewards[0].failure.kind == "unparseable"
    assert rewards[0].brief is not None
    assert len(rewards[0].brief.asked) == calls(rewards) == len(model.requests) == 2
