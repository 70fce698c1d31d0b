"""Recipes that score responses: given these replies, this reward, worked out by hand."""

import math

import pytest

from judge import Judge
from judge.models.base import Completion, Request, TokenLogprob
from judge.models.scripted import ScriptedModel


def label(text: str, **shares: float) -> Completion:
    """A reply of one token whose alternatives have these probabilities."""
    top = tuple((token, math.log(share)) for token, share in shares.items())
    return Completion(text, logprobs=(TokenLogprob(text, top),))


def test_spct_sums_scores_over_samples_and_undoes_the_shuffle() -> None:
    """Response 0 says "good one": whoever shows it first gives it the first score."""

    def critic(request) -> str:  # type: ignore[no-untyped-def]
        shown = str(request.messages[-1]["content"])
        scores = (9, 3) if shown.index("good one") < shown.index("bad one") else (3, 9)
        return rf"Principles: ... Analysis: one is better. \boxed{{{scores[0]}, {scores[1]}}}"

    model = ScriptedModel(critic)
    good, bad = Judge("spct", model, settings={"critic.samples": 4}).score_group("q", ["good one", "bad one"])
    assert good.value == pytest.approx((4 * 9 / 4 - 1) / 9, abs=1e-9)  # S* = 36
    assert bad.value == pytest.approx((4 * 3 / 4 - 1) / 9, abs=1e-9)  # S* = 12
    assert [tally.total for tally in (*good.tallies, *bad.tallies)] == [36, 12]
    assert sum(request.n for request in model.requests) == 4
    assert len({tuple(request.labels["shown"]) for request in model.requests}) == len(model.requests)


def test_cloud_reads_the_expected_score_after_its_critique() -> None:
    model = ScriptedModel(["It is right but short.", label("8", **{"8": 0.5, "6": 0.25, "10": 0.25})])
    reward = Judge("cloud", model).score("q", "a")
    expected = 0.5 * 8 + 0.25 * 6 + 0.25 * 10  # 8.0
    assert reward.value == pytest.approx((expected - 1) / 9, abs=1e-9)
    assert reward.rationale == "It is right but short."
    assert model.requests[1].messages[-2]["content"] == "It is right but short."


def test_carmo_writes_criteria_without_a_response_and_once_for_a_group() -> None:
    criteria = '{"reasons": "asks for a prime", "criteria": [{"name": "prime", "text": "Is it prime?"}]}'
    model = ScriptedModel([criteria, '{"critique": "yes", "score": 10}', '{"critique": "no", "score": 1}'])
    rewards = Judge("carmo", model).score_group("Name a prime.", ["the number 97", "the number 91"])
    assert [reward.value for reward in rewards] == [1.0, 0.0]
    assert "the number" not in str(model.requests[0].messages)
    assert "Is it prime?" in str(model.requests[1].messages)
    assert [reward.usage.calls for reward in rewards] == [2, 1]
    assert rewards[0].brief is not None and rewards[0].brief.criteria[0].id == "prime"
    assert rewards[0].parts == {"overall": 1.0}


def test_rrm_rates_a_group_by_bradley_terry() -> None:
    def critic(request) -> str:  # type: ignore[no-untyped-def]
        shown = str(request.messages[-1]["content"])
        places = {name: shown.index(f"answer {name}") for name in "abc" if f"answer {name}" in shown}
        best = min(places)  # a beats b beats c
        first = min(places, key=lambda name: places[name])
        return rf"Reasons. \boxed{{Assistant {1 if best == first else 2}}}"

    rewards = Judge("rrm", ScriptedModel(critic)).score_group("q", ["answer c", "answer a", "answer b"])
    values = [float(reward) for reward in rewards]
    assert values[1] > values[2] > values[0]
    assert values[2] == pytest.approx(0.5, abs=1e-9)  # one win, one loss


def test_rrm_knockout_asks_n_minus_one_pairs() -> None:
    def critic(request) -> str:  # type: ignore[no-untyped-def]
        shown = str(request.messages[-1]["content"])
        first, second = (float(part.split()[0]) for part in shown.split("answer ")[1:3])
        return rf"Reasons. \boxed{{Assistant {1 if first > second else 2}}}"

    model = ScriptedModel(critic)
    rewards = Judge("rrm_knockout", model).score_group("q", [f"answer {n} !" for n in (1, 5, 3, 2, 4)])
    assert len(model.requests) == 2 * 4
    assert float(rewards[1]) == 1.0


def test_yes_no_averages_probabilities_and_rescales() -> None:
    model = ScriptedModel(lambda request: label("Yes", Yes=0.9, No=0.1))
    reward = Judge("yes_no", model, rubric=["Is it kind?", "Is it true?"]).score("q", "a")
    assert reward.value == pytest.approx((0.9 - 0.5) * 10, abs=1e-9)


def test_judgments_that_a_clear_verdict_spared_are_counted_once_for_a_pair() -> None:
    """Three votes alike are right with 1 - (1/2)^4 = 0.9375, four with 0.96875 >= 0.95: of eight, four are spared."""

    def critic(request: Request) -> str:
        shown = str(request.messages[-1]["content"])
        return "Reasons.\n" + ("[[A>>B]]" if shown.index("good one") < shown.index("bad one") else "[[B>>A]]")

    first, second = Judge("adaptive", ScriptedModel(critic)).score_group("q", ["good one", "bad one"])
    assert (float(first), float(second)) == (1.0, 0.0)
    assert (len(first.judgments), first.usage.spared, second.usage.spared) == (4, 4, 0)
    assert (first.tallies[0].spared, second.tallies[0].spared) == (4, 4)
