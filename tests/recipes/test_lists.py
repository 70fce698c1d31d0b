"""Recipes that score all responses of a group in one reply: given these scores, these rewards, worked out by hand."""

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from judge import Judge
from judge.calibration.meta import Meta
from judge.calibration.store import save
from judge.errors import ModelError
from judge.models.base import Request
from judge.models.scripted import ScriptedModel, ScriptedScorer
from tests.recipes.said import calls, label, samples, shown, text

PRINCIPLES = {"reasons": "A poem.", "criteria": [{"name": "voice", "text": "A voice of its own.", "weight": 1}]}
TEXTS = ["the red one", "the blue one", "the grey one"]


def boxed(scores: list[float], request: Request) -> str:
    """A reply that gives each response its score, in the order shown."""
    return rf"Critique. \boxed{{{', '.join(f'{scores[index]:g}' for index in shown(request))}}}"


def listed(scores: list[float], ranking: list[int], request: Request) -> str:
    """The same as JSON with masked names and a ranking of its own."""
    names = {index: f"model-{place}" for place, index in enumerate(shown(request), 1)}
    by_name = {names[index]: scores[index] for index in shown(request)}
    return json.dumps({"critique": "Why.", "scores": by_name, "ranking": [names[index] for index in ranking]})


def test_writing_zero_is_plus_or_minus_one_against_a_random_piece() -> None:
    def answer(request: Request) -> str:
        return boxed([9, 4, 6], request) if "shown" in request.labels else json.dumps(PRINCIPLES)

    model = ScriptedModel(answer)
    judge = Judge("writing_zero", model)
    assert judge.range == (-1.0, 1.0)
    rewards = judge.score_group("A poem.", TEXTS)
    # means 9, 4 and 6 of 10: the reference has 0, what is above it +1, what is below it -1
    possible = {0: [0, -1, -1], 1: [1, 0, 1], 2: [1, -1, 0]}
    found = [float(reward) for reward in rewards]
    assert found == possible[found.index(0)]
    assert [reward.parts["overall"] for reward in rewards] == pytest.approx([0.9, 0.4, 0.6], abs=1e-9)
    assert "A voice of its own." in text(model.requests[1])
    assert "the red one" not in text(model.requests[0])
    assert "whole number from 0 to 10" in text(model.requests[1])
    assert samples(model) == 1 + 4


def test_writing_zero_draws_other_references_with_other_seeds() -> None:
    def answer(request: Request) -> str:
        return boxed([9, 4, 6], request) if "shown" in request.labels else json.dumps(PRINCIPLES)

    found = set()
    for seed in range(8):
        rewards = Judge("writing_zero", ScriptedModel(answer), seed=seed).score_group("A poem.", TEXTS)
        found.add(tuple(map(float, rewards)))
    assert found == {(0, -1, -1), (1, 0, 1), (1, -1, 0)}


def test_reward_anything_masks_names_and_weighs_what_contradicts_itself_less() -> None:
    replies: dict[int, tuple[list[float], list[int]]] = {  # by sample: the third one ranks the worst response first
        0: ([5, 3, 1], [0, 1, 2]),
        1: ([4, 3, 2], [0, 1, 2]),
        2: ([1, 3, 5], [0, 1, 2]),
        3: ([5, 3, 1], [0, 1, 2]),
    }
    drawn = iter(replies.values())

    def answer(request: Request) -> list[str]:
        return [listed(*next(drawn), request) for _ in range(request.n)]

    model = ScriptedModel(answer)
    rewards = Judge("reward_anything", model, rubric=["Short is better."]).score_group("q", TEXTS)
    # response 0: shares 1, 0.75, 0 (weight 0.2), 1: 2.75 / 3.2
    assert float(rewards[0]) == pytest.approx(2.75 / 3.2, abs=1e-9)
    assert float(rewards[1]) == pytest.approx(0.5, abs=1e-9)
    assert float(rewards[2]) == pytest.approx((0.25 + 0.2) / 3.2, abs=1e-9)
    assert sorted(judgment.weight for judgment in rewards[0].judgments) == [0.2, 1, 1, 1]
    asked = text(model.requests[0])
    assert "Short is better." in asked
    assert "model-1:" in asked and "model-3:" in asked
    assert "no principle makes harm good" in asked
    assert (model.requests[0].temperature, model.requests[0].top_p, model.requests[0].max_tokens) == (0.1, 0.9, 4096)
    assert samples(model) == 4


def test_list_with_a_score_off_the_scale_counts_as_nothing_rather_than_zero() -> None:
    replies: list[list[float]] = [[5, 5, 5], [6, 5, 5], [3, 3, 3], [3, 3, 3]]
    said = iter(replies)

    def answer(request: Request) -> list[str]:
        if request.labels.get("again"):
            return ["I cannot say."]
        return [listed(next(said), [0, 1, 2], request) for _ in range(request.n)]

    rewards = Judge("reward_anything", ScriptedModel(answer)).score_group("q", TEXTS)
    assert [float(reward) for reward in rewards] == pytest.approx([(1 + 0.5 + 0.5) / 3] * 3, abs=1e-9)
    assert all("unscored votes: 1" in reward.flags for reward in rewards)


def test_lists_are_shuffled_per_sample_and_equal_orders_share_a_request() -> None:
    model = ScriptedModel(lambda request: [boxed([9, 5, 1], request)] * request.n)
    rewards = Judge("spct", model, settings={"critic.samples": 16}).score_group("q", TEXTS)
    assert [reward.tallies[0].total for reward in rewards] == [16 * 9, 16 * 5, 16 * 1]
    orders = Counter({shown(request): request.n for request in model.requests})
    assert len(orders) == len(model.requests) <= 6
    assert sum(orders.values()) == 16
    assert len(orders) > 1
    for request in model.requests:
        places = [text(request).index(TEXTS[index]) for index in shown(request)]
        assert places == sorted(places)
    assert sorted(judgment.sample for judgment in rewards[0].judgments) == list(range(16))


def test_same_seed_asks_the_same_and_another_one_something_else() -> None:
    def asked(seed: int) -> list[tuple[str, int, tuple[int, ...]]]:
        model = ScriptedModel(lambda request: [boxed([9, 5, 1], request)] * request.n)
        Judge("spct", model, seed=seed).score_group("q", TEXTS)
        return [(request.hash, request.n, shown(request)) for request in model.requests]

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


def spct(said: list[list[float]]) -> ScriptedModel:
    """A model that gives the scores in order, as the critic of two responses."""
    drawn = iter(said)
    return ScriptedModel(lambda request: [boxed(next(drawn), request) for _ in range(request.n)])


SAID: list[list[float]] = [[10, 1], [7, 4], [1, 10], [4, 1]]


def test_spct_meta_keeps_the_better_half_by_the_probability_of_yes() -> None:
    said = iter(SAID)

    def answer(request: Request) -> object:
        if request.labels.get("prompt") == "meta_judge":
            verdict = text(request).split("Its verdict:\n")[1].split("\n")[0]
            by_name = dict(part.split(" overall ") for part in verdict.split(", "))
            order = shown_of[request.labels["of"]]
            scores = [0.0, 0.0]
            for name, index in zip("AB", order, strict=True):
                scores[index] = float(by_name[name])
            yes = {(10, 1): 0.9, (7, 4): 0.3, (1, 10): 0.2, (4, 1): 0.6}[tuple(scores)]  # type: ignore[index]
            return label("Yes", Yes=yes, No=1 - yes)
        shown_of[request.hash] = shown(request)
        return [boxed(next(said), request) for _ in range(request.n)]

    shown_of: dict[str, tuple[int, ...]] = {}
    model = ScriptedModel(answer)  # type: ignore[arg-type]
    first, second = Judge("spct_meta", model, settings={"critic.samples": 4}).score_group("q", ["a", "b"])
    # kept: 10, 1 and 4, 1: (10 + 4) / 2 = 7 and (1 + 1) / 2 = 1
    assert float(first) == pytest.approx((7 - 1) / 9, abs=1e-9)
    assert float(second) == pytest.approx(0, abs=1e-9)
    assert [tally.total for tally in (*first.tallies, *second.tallies)] == [14, 2]
    assert sorted(judgment.detail["meta"] for judgment in first.judgments) == pytest.approx([0.2, 0.3, 0.6, 0.9])  # type: ignore[type-var]
    assert "dropped by filters: 2" in first.flags
    assert calls([first, second]) == len(model.requests)


def test_spct_meta_with_a_scalar_model_cuts_by_its_scores() -> None:
    scorer = ScriptedScorer(lambda conversation: {"1": 3.0, "2": -1.0, "3": 0.5, "4": 2.0}[
        str(conversation[-1]["content"])[-1]
    ])  # fmt: skip
    said = iter(enumerate(SAID, 1))

    def answer(request: Request) -> list[str]:
        drawn = [next(said) for _ in range(request.n)]
        return [boxed(scores, request).replace("Critique.", f"Critique {number}") for number, scores in drawn]

    judge = Judge(
        "spct_meta", ScriptedModel(answer), models={"meta": scorer},
        settings={"critic.samples": 4, "vote.filters": [{"name": "meta", "form": "scorer", "model": "meta"}]},
    )  # fmt: skip
    first, _ = judge.score_group("q", ["a", "b"])
    # the best two by the scalar model are 1 and 4: (10 + 4) / 2
    assert float(first) == pytest.approx((7 - 1) / 9, abs=1e-9)
    assert len(scorer.conversations) == 4


def test_spct_meta_in_mode_weight_weighs_by_the_softmax_of_the_scores() -> None:
    scores = {"1": 3.0, "2": -1.0, "3": 0.5, "4": 2.0}
    scorer = ScriptedScorer(lambda conversation: scores[str(conversation[-1]["content"])[-1]])
    said = iter(enumerate(SAID, 1))

    def answer(request: Request) -> list[str]:
        drawn = [next(said) for _ in range(request.n)]
        return [boxed(given, request).replace("Critique.", f"Critique {number}") for number, given in drawn]

    rule = {"name": "meta", "form": "scorer", "model": "meta", "mode": "weight"}
    settings = {"critic.samples": 4, "vote.filters": [rule]}
    judge = Judge("spct_meta", ScriptedModel(answer), models={"meta": scorer}, settings=settings)
    first, second = judge.score_group("q", ["a", "b"])
    raised = {number: math.exp(score) for number, score in scores.items()}
    total = sum(raised.values())
    expected = sum(raised[str(number)] / total * given[0] for number, given in enumerate(SAID, 1))
    assert float(first) == pytest.approx((expected - 1) / 9, abs=1e-9)
    assert sum(judgment.weight for judgment in first.judgments) == pytest.approx(4, abs=1e-9)  # mean weight 1
    assert not any(judgment.dropped for judgment in second.judgments)


def test_spct_meta_with_a_fitted_file_weighs_by_its_probabilities(tmp_path: Path) -> None:
    path = tmp_path / "meta.json"
    save(Meta(intercept=0.0, slopes={"distance": -4.0}, rows=1), path)
    rule = {"name": "meta", "form": "fitted", "file": str(path), "mode": "weight"}
    settings = {"critic.samples": 4, "vote.filters": [rule]}
    first, _ = Judge("spct_meta", spct(SAID), settings=settings).score_group("q", ["a", "b"])
    # shares (1, 0), (2/3, 1/3), (0, 1), (1/3, 0) have the mean (1/2, 1/3); distances to it, averaged over the two:
    distances = [(1 / 2 + 1 / 3) / 2, (1 / 6 + 0) / 2, (1 / 2 + 2 / 3) / 2, (1 / 6 + 1 / 3) / 2]
    weights = [1 / (1 + math.exp(4 * distance)) for distance in distances]
    expected = sum(weight * scores[0] for weight, scores in zip(weights, SAID, strict=True)) / sum(weights)
    assert float(first) == pytest.approx((expected - 1) / 9, abs=1e-9)
    assert sorted(judgment.weight for judgment in first.judgments) == pytest.approx(sorted(weights), abs=1e-9)


def test_meta_that_cannot_be_asked_leaves_the_judgment_and_counts_as_the_others_do() -> None:
    scorer = ScriptedScorer([3.0, ModelError("down", "connection"), 1.0, 0.0])
    settings = {"critic.samples": 4, "vote.filters": [{"name": "meta", "form": "scorer", "model": "meta"}]}
    judge = Judge("spct_meta", spct(SAID), models={"meta": scorer}, settings=settings)
    first, _ = judge.score_group("q", ["a", "b"])
    # 3, ?, 1, 0: the mean of those known is 4/3, so the first two are kept: (10 + 7) / 2 by place
    kept = [judgment for judgment in first.judgments if not judgment.dropped]
    assert len(kept) == 2
    assert sorted(score.raw for judgment in kept for score in judgment.scores if score.response == 0) == [7, 10]
    assert float(first) == pytest.approx((8.5 - 1) / 9, abs=1e-9)
