"""Recipes that measure against a reference or the prompt, without a judge; vectors come from a server on loopback."""

from typing import TYPE_CHECKING, Any

import pytest

from judge import Judge, Sample
from judge.types import Reward

if TYPE_CHECKING:
    from tests.tools.conftest import Asked, JsonService

CAT = "the cat sat on the mat"
VECTORS = {"Cats?": [1.0, 0.0], "cat": [3.0, 4.0], "dog": [0.0, 1.0], "kitten": [4.0, 3.0], "not": [-1.0, 0.0]}


def score(recipe: str, text: str, *references: str) -> Reward:
    return Judge(recipe).score("q", text, list(references))


# ------------------------------------------------------------------ words


def test_bleuberi_is_bleu_against_all_references_together() -> None:
    pytest.importorskip("sacrebleu")
    assert score("bleuberi", CAT, CAT).value == pytest.approx(1.0, abs=1e-9)
    both = score("bleuberi", CAT, "the cat sat on a mat", "a dog lay on the mat")
    # n-grams of 1 to 4 words that stand in either: 5 of 6 (one "the" only), 5 of 5, 3 of 4, 1 of 3; equal lengths
    assert both.value == pytest.approx((5 / 6 * 5 / 5 * 3 / 4 * 1 / 3) ** 0.25, abs=1e-9)
    assert "to all of 2 references" in both.evidence[0].summary and both.usage.calls == 0


def test_its_variants_are_rouge_and_the_harmonic_mean() -> None:
    pytest.importorskip("sacrebleu")
    text, reference = CAT, "the cat sat on a mat"
    bleu = (5 / 6 * 3 / 5 * 2 / 4 * 1 / 3) ** 0.25
    rouge = 2 * 5 / 12  # the longest common subsequence has 5 words of 6 and 6
    assert score("bleuberi_rouge", text, reference).value == pytest.approx(rouge, abs=1e-9)
    assert score("bleuberi_f1", text, reference).value == pytest.approx(2 * bleu * rouge / (bleu + rouge), abs=1e-9)
    assert score("bleuberi_f1", "xyz", reference).value == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("recipe", ["bleuberi", "bleuberi_rouge", "bleuberi_f1"])
def test_an_empty_answer_earns_nothing_and_a_missing_reference_is_no_score(recipe: str) -> None:
    assert score(recipe, " \n", CAT).value == 0.0
    reward = score(recipe, CAT)
    assert (reward.status, reward.failure and reward.failure.kind) == ("abstained", "nothing_to_verify")
    assert "it would need a reference" in reward.rationale
    assert score(recipe, CAT, " ").value is None


# ------------------------------------------------------------------ meaning


def embeddings(service: "JsonService", tool: str) -> dict[str, Any]:
    """Serve vectors as OpenAI's protocol has them; return the settings that name the server."""
    pytest.importorskip("httpx")

    def answer(asked: "Asked") -> Any:
        return {"data": [{"index": 0, "embedding": VECTORS[asked.body["input"][0].split()[0]]}]}

    service.answer = answer
    return {f"tools.{tool}.options.endpoint": service.url, f"tools.{tool}.options.model": "small"}


def test_ref_align_is_the_cosine_above_the_mean_of_the_group(json_service: "JsonService") -> None:
    judge = Judge("ref_align", settings=embeddings(json_service, "similarity"))
    rewards = judge.score_group("q", ["cat", "dog", "not", " "], ["kitten", "dog"])
    # to the nearest: 24/25, 1, 0 (negative to both counts as 0), 0; their mean is 1.96 / 4 = 0.49
    assert [reward.value for reward in rewards] == [
        pytest.approx(value, abs=1e-6) for value in (0.96 - 0.49, 1 - 0.49, -0.49, -0.49)
    ]
    assert judge.range == (-1.0, 1.0)
    asked = [request.body["input"][0] for request in json_service.asked]
    assert sorted(asked) == ["cat", "dog", "kitten", "not"]  # each once, and the empty one not at all


def test_ref_align_may_leave_the_response_itself_out_of_the_baseline(json_service: "JsonService") -> None:
    settings = embeddings(json_service, "similarity") | {
        "settle.transforms": [{"name": "baseline", "leave_one_out": True}]
    }
    rewards = Judge("ref_align", settings=settings).score_group("q", ["cat", "dog", "not"], ["kitten"])
    # 0.96, 0.6, 0: the means of the others are 0.3, 0.48, 0.78
    values = [pytest.approx(value, abs=1e-6) for value in (0.66, 0.12, -0.78)]
    assert [reward.value for reward in rewards] == values


def test_a_response_that_cannot_be_measured_does_not_move_the_baseline(json_service: "JsonService") -> None:
    settings = embeddings(json_service, "similarity")
    known = json_service.answer
    json_service.answer = lambda asked: (500, {}) if asked.body["input"] == ["lost"] else known(asked)
    rewards = Judge("ref_align", settings=settings).score_group("q", ["cat", "lost", "dog"], ["dog"])
    assert [reward.ok for reward in rewards] == [True, False, True]
    assert [rewards[0].value, rewards[2].value] == [pytest.approx(-0.1, abs=1e-6), pytest.approx(0.1, abs=1e-6)]


@pytest.mark.parametrize(("recipe", "tool"), [("ref_align", "similarity"), ("relevance", "relevance")])
def test_without_an_endpoint_the_reward_says_what_to_set_up(recipe: str, tool: str) -> None:
    reward = Judge(recipe).score("Cats?", "cat", "dog")
    assert (reward.status, reward.value) == ("failed", None)
    assert f"the check {tool!r} broke: no embeddings endpoint is set up" in reward.rationale


def test_relevance_is_a_product(json_service: "JsonService") -> None:
    settings = embeddings(json_service, "relevance") | {"tools.length.options.at_least": 8}
    text = "cat cat a b"
    [reward] = Judge("relevance", settings=settings).score_sample(Sample(prompt="Cats?", responses=text))
    # cosine 3/5, 4 words of 8, and all 2 trigrams distinct
    assert reward.value == pytest.approx(0.6 * 0.5 * 1.0, abs=1e-6)
    assert reward.parts == {"relevance": pytest.approx(0.6, abs=1e-6), "length": 0.5, "repetition": 1.0}


def test_relevance_of_a_short_right_answer_does_not_go_by_length(json_service: "JsonService") -> None:
    settings = embeddings(json_service, "relevance")
    judge = Judge("relevance_factual", settings=settings)
    assert judge.score("Cats?", "cat").value == pytest.approx(0.6, abs=1e-6)
    # trigrams of "cat a" x 3, no spaces counted: cat a cat, a cat a, cat a cat, a cat a: 2 of 4 are new
    assert judge.score("Cats?", "cat a cat a cat a").value == pytest.approx(0.6 * 0.5, abs=1e-6)


def test_relevance_beats_long_text_on_another_matter(json_service: "JsonService") -> None:
    judge = Judge("relevance", settings=embeddings(json_service, "relevance"))
    words = " ".join(f"w{number}" for number in range(120))
    on, off = judge.score_group("Cats?", [f"kitten {words}", f"dog {words}"])
    assert float(on) > 0.7 and off.value == 0.0
