"""What a recipe may leave out, and what contradicts itself."""

from typing import Any

import pytest

from judge.recipe import Recipe

TERMS = [{"prompt": "answer_plainly"}]


def recipe(critic: dict[str, Any], **fields: Any) -> Recipe:
    return Recipe.model_validate({"name": "r", "about": "test", "critic": critic, **fields})


@pytest.mark.parametrize(
    "critic",
    [
        {"prompt": "critique_then_score", "overall": {"lo": 1, "hi": 10}},
        {"read": "scalar"},
        {"read": "given_text", "terms": TERMS},
    ],
)
def test_a_critic_that_scores_the_whole_needs_no_criteria(critic: dict[str, Any]) -> None:
    assert recipe(critic).steps == ("guard", "critique", "vote", "settle")


@pytest.mark.parametrize(
    "critic", [{"prompt": "critique_then_score"}, {"read": "given_text", "terms": TERMS, "ask": "each"}]
)
def test_a_critic_that_scores_by_criteria_needs_them(critic: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a pointwise critic needs criteria, or an overall scale"):
        recipe(critic)
    assert recipe(critic, criteria={"source": "static"}).criteria is not None


def test_a_scalar_reward_model_cannot_be_asked_for_each_criterion() -> None:
    with pytest.raises(ValueError, match="it cannot be asked for each"):
        recipe({"read": "scalar", "ask": "each"}, criteria={"source": "static"})
