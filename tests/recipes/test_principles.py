"""Recipes that ask about principles by Yes and No, and one that scores several critiques."""

import math

import pytest

from judge import Judge, Sample
from judge.models.base import Capabilities, Completion, Request
from judge.models.scripted import ScriptedModel
from tests.recipes.said import label, text

PRINCIPLES = ["It is kind.", "It is true."]


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


def by_principle(kind: Completion | str, true: Completion | str) -> ScriptedModel:
    return ScriptedModel(lambda request: kind if "It is kind." in text(request) else true)


def principles(recipe: str, model: ScriptedModel) -> Judge:
    return Judge(recipe, model, rubric=PRINCIPLES)


def test_binary_principles_give_the_mean_of_log_p_yes_less_log_p_no() -> None:
    # a tenth of the probability goes to other words, which cancels in the difference of logarithms
    model = by_principle(label("Yes", Yes=0.72, No=0.18, Maybe=0.1), label("No", Yes=0.25, No=0.75))
    judge = principles("binary_principles", model)
    reward = judge.score("q", "a")
    first, second = math.log(0.72) - math.log(0.18), math.log(0.25) - math.log(0.75)  # log 4 and -log 3
    assert reward.value == exactly((first + second) / 2)
    assert reward.value == exactly(0.5 * math.log(4 / 3))
    assert reward.usage.calls == judge.foresee(Sample(prompt="q", responses="a")).calls == 2
    assert {tuple(request.labels["shown"]) for request in model.requests} == {(0,)}
    assert all("Answer with one word, Yes or No" in text(request) for request in model.requests)
    assert all(request.top_logprobs and request.max_tokens == 4 for request in model.requests)


def test_one_generic_principle_is_its_log_odds_and_a_certain_one_is_bounded() -> None:
    certain = Judge("binary_principles", ScriptedModel([label("Yes", Yes=1.0)]), rubric=["It is good."]).score("q", "a")
    assert certain.value == exactly(math.log(1 - 1e-6) - math.log(1e-6))
    assert certain.value == exactly(certain.hi)
    likely = ScriptedModel([label("Yes", Yes=0.9, No=0.1)])
    assert Judge("binary_principles", likely, rubric=["It is good."]).score("q", "a").value == exactly(math.log(9))


def test_a_principle_without_yes_or_no_leaves_the_response_unscored() -> None:
    model = by_principle(label("Yes", Yes=0.9, No=0.1), label("Well", Well=0.95, Yes=0.05))
    reward = principles("binary_principles", model).score("q", "a")
    assert (reward.status, reward.value) == ("failed", None)
    assert reward.failure and "hold 0.05 of the probability" in reward.failure.message


def test_without_probabilities_shares_of_samples_are_read() -> None:
    model = ScriptedModel(["Yes", ["Yes"] * 6 + ["No"] * 2])
    model.capabilities = Capabilities(n=True, logprobs=False)
    reward = Judge("binary_principles", model, rubric=["It is good."]).score("q", "a")
    assert reward.value == exactly(math.log(6 / 2))
    assert [request.n for request in model.requests] == [1, 8]


def test_reasoned_principles_are_the_share_of_yes_after_reasons() -> None:
    model = by_principle("It thanks the user.\nAnswer: Yes", "Paris is not in Spain.\nAnswer: No")
    judge = principles("binary_principles_reasoned", model)
    reward = judge.score("q", "a")
    assert (reward.value, reward.parts) == (0.5, {"p1": 1.0, "p2": 0.0})
    assert reward.rationale == "It thanks the user."
    assert reward.usage.calls == 2
    assert "Say first what the principle demands" in text(model.requests[0])


def test_yes_without_a_word_of_reasons_does_not_count() -> None:
    model = by_principle("It is kind in every line.\nAnswer: Yes", "Answer: Yes")
    reward = principles("binary_principles_reasoned", model).score("q", "a")
    assert (reward.status, reward.parts) == ("failed", {"p1": 1.0, "p2": None})


CRITIQUES = [f"Critique {number}." for number in range(5)]


def critic_rm(*points: str) -> ScriptedModel:
    """A judge that writes five critiques, and scores the response by the one that stands before the question."""

    def critic(request: Request) -> str | list[str]:
        if request.labels.get("turn") != 2:
            return list(CRITIQUES)
        return points[CRITIQUES.index(str(request.messages[-2]["content"]))]

    return ScriptedModel(critic)


def test_critic_rm_averages_the_scores_that_side_with_the_majority() -> None:
    model = critic_rm(
        "It holds.\nScore: 8", "It holds.\nScore: 9", "It does not hold.\nScore: 2", "In part.\nScore: 7", "Score: 8"
    )
    judge = Judge("critic_rm", model)
    reward = judge.score("q", "a")
    # four of five are above the middle of 1 to 10, so the 2 is dropped: (8 + 9 + 7 + 8) / 4 = 8
    assert reward.value == exactly((8 - 1) / 9)
    assert [bool(judgment.dropped) for judgment in reward.judgments] == [False, False, True, False, False]
    assert "dropped by filters: 1" in reward.flags
    assert [request.n for request in model.requests] == [5, 1, 1, 1, 1, 1]
    assert reward.usage.calls == judge.foresee(Sample(prompt="q", responses="a")).calls == 6
    assert "Give no score, rating or verdict" in text(model.requests[0])
    second = model.requests[1].messages
    assert (second[-2]["role"], second[-1]["role"]) == ("assistant", "user")
    assert "score the response by this critique" in str(second[-1]["content"])


def test_a_score_that_was_cut_off_is_no_score() -> None:
    cut = Completion("It holds in every point.\nScore: 1", finish="length")  # of a 10, perhaps
    model = ScriptedModel(["A critique.", cut])
    reward = Judge("critic_rm", model, settings={"critic.samples": 1}).score("q", "a")
    assert reward.value is None
    assert reward.failure and (reward.failure.kind, reward.status) == ("truncated", "failed")
    assert "raise critic.then.max_tokens" in reward.failure.message
