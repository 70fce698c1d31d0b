"""Recipes that score one response by a rubric: given these replies, this reward, worked out by hand."""

import pytest

from judge import Judge, Sample
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.recipe import load_rubric
from tests.recipes.said import brief, scored, scores, text

RULES = brief(
    criteria=[
        {"name": "ends in a question", "text": "It ends in a question.", "kind": "rule", "weight": 1},
        {"name": "warm", "text": "It is warm.", "kind": "principle", "weight": 3},
        {"name": "short", "text": "It is short.", "kind": "principle", "weight": 1},
    ]
)


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


def test_open_rubrics_gates_by_rules_and_weighs_the_rest() -> None:
    kept = scores(ends_in_a_question=1, warm=7, short=4)
    broken = scores(ends_in_a_question=0, warm=10, short=10)
    model = ScriptedModel([RULES, kept, broken])
    judge = Judge("open_rubrics", model)
    good, bad = judge.score_group("Write me a note.", ["one note", "another note"])
    # the rule holds: (1 * 1 + 3 * (7 - 1) / 9 + 1 * (4 - 1) / 9) / 5 = (1 + 2 + 1/3) / 5
    assert good.value == exactly((1 + 3 * 6 / 9 + 3 / 9) / 5)
    assert bad.value == 0.0
    assert [reward.usage.calls for reward in (good, bad)] == [2, 1]
    assert judge.foresee(Sample(prompt="Write me a note.", responses=("a", "b"))).calls == 3
    written, judged = text(model.requests[0]), text(model.requests[1])
    assert '"rule" is stated in the request' in written and "note." in written and "one note" not in written
    assert "ends_in_a_question (hard rule): It ends in a question." in judged
    assert judged.index("First take the hard rules one by one") < judged.index("Then take the other criteria")
    assert [item.kind for item in good.brief.criteria] == ["rule", "principle", "principle"]  # type: ignore[union-attr]


def test_open_rubrics_shows_the_writer_what_was_preferred_for_other_requests() -> None:
    model = ScriptedModel([RULES, scores(ends_in_a_question=1, warm=10, short=10)])
    examples = [{"prompt": "an older one", "preferred": "LIKED", "rejected": "DISLIKED"}]
    assert Judge("open_rubrics", model).score("q", "a", examples=examples).value == 1.0
    assert "LIKED" in text(model.requests[0]) and "LIKED" not in text(model.requests[1])


def test_open_rubrics_without_a_rubric_stays_unscored() -> None:
    model = ScriptedModel(["no rubric", "none again"])
    reward = Judge("open_rubrics", model).score("q", "a")
    assert (reward.status, reward.value, len(model.requests)) == ("failed", None, 2)
    assert reward.failure and "the criteria could not be read" in reward.failure.message


def test_r3_point_maps_its_score_to_a_share_of_the_described_scale() -> None:
    model = ScriptedModel([scored(4)])
    assert Judge("r3_point", model).score("q", "a").value == exactly((4 - 1) / (5 - 1))
    meanings = load_rubric("r3_example").criteria[0].scale.descriptors
    assert all(f"{value} = {meaning}" in text(model.requests[0]) for value, meaning in meanings.items())
    assert len(meanings) == 5


def test_r3_binary_says_what_true_and_false_mean() -> None:
    model = ScriptedModel([scored(1), scored(0), scored(0.5), scored(0.5)])
    judge = Judge("r3_binary", model)
    assert [judge.score("q", response).value for response in ("a", "b", "c")] == [1.0, 0.0, None]
    shown = text(model.requests[0])
    for value, meaning in load_rubric("r3_binary").criteria[0].scale.descriptors.items():
        assert f"{value} = {meaning}" in shown
    assert shown.index("First explain") < shown.index("Only then decide")


def test_self_rewarding_averages_three_samples_of_five_points() -> None:
    model = ScriptedModel([[scored(3), scored(4), scored(4)]])
    reward = Judge("self_rewarding", model).score("q", "a")
    assert reward.value == exactly((3 + 4 + 4) / 3)
    assert (reward.lo, reward.hi) == (0, 5)
    [request] = model.requests
    assert (request.n, request.top_p) == (3, 0.9)
    assert "5 = the points before" in text(request) and "from 0 to 5" in text(request)
    assert "about 100 words" in text(request)


def test_self_rewarding_counts_a_point_for_each_of_several_criteria() -> None:
    model = ScriptedModel([[scored(2)] * 3])
    settings = {"critic.overall": {"lo": 0, "hi": 3}, "settle.hi": 3.0}
    reward = Judge("self_rewarding", model, rubric=["be kind", "be true", "be brief"], settings=settings).score(
        "q", "a"
    )
    assert reward.value == exactly(2)
    assert "2. be true" in text(model.requests[0]) and "from 0 to 3" in text(model.requests[0])


def test_helpsteer2_is_the_published_linear_form() -> None:
    model = ScriptedModel([scores(helpfulness=4, correctness=3, coherence=4, complexity=2, verbosity=1)])
    reward = Judge("helpsteer2", model).score("q", "a")
    # 0.65 * 4 + 0.8 * 3 + 0.45 * 4 + 0.55 * 2 - 0.4 * 1 = 2.6 + 2.4 + 1.8 + 1.1 - 0.4
    assert reward.value == exactly(7.5)
    assert (reward.lo, reward.hi) == (-1.6, 9.8)
    assert "being good in one is no reason for being good in another" in text(model.requests[0])


def test_an_attribute_off_its_scale_leaves_helpsteer2_unscored() -> None:
    off = scores(helpfulness=5, correctness=3, coherence=4, complexity=2, verbosity=1)
    reward = Judge("helpsteer2", ScriptedModel([off, off])).score("q", "a")
    assert (reward.status, reward.value) == ("failed", None)


def mpo(items: dict[str, int]) -> ScriptedModel:
    """A judge that finds the one item it is asked about by its text."""

    def critic(request: Request) -> str:
        [score] = [score for item, score in items.items() if item in text(request)]
        return scored(score)

    return ScriptedModel(critic)


def test_mpo_asks_for_each_item_alone_and_adds_up() -> None:
    rubric = {"it flows": 2, "it is bold": 4, "it is true": 5}
    model = mpo(rubric)
    whole = Judge("mpo", model, rubric=list(rubric))
    assert whole.score("q", "a").value == exactly(((2 - 1) / 4 + (4 - 1) / 4 + (5 - 1) / 4) / 3)
    assert [request.temperature for request in model.requests] == [0.02] * 3
    assert "in one sentence" in text(model.requests[0])
    # three items from 1 to 5: their sum lies between 3 and 15
    summed = Judge("mpo", mpo(rubric), rubric=list(rubric), settings={"settle.lo": 3, "settle.hi": 15})
    assert summed.score("q", "a").value == exactly(2 + 4 + 5)
    assert whole.foresee(Sample(prompt="q", responses="a")).calls == 3


def test_mpo_does_not_add_up_where_an_item_has_no_number() -> None:
    def critic(request: Request) -> str:
        return "I would rather not" if "it is bold" in text(request) else scored(4)

    reward = Judge("mpo", ScriptedModel(critic), rubric=["it flows", "it is bold"]).score("q", "a")
    assert (reward.status, reward.value, reward.parts) == ("failed", None, {"p1": 0.75, "p2": None})


@pytest.mark.parametrize("recipe", ["tutoring", "research_idea"])
def test_presets_of_three_dimensions_average_and_show_the_vector(recipe: str) -> None:
    names = [criterion.id for criterion in load_rubric(recipe).criteria]
    model = ScriptedModel([scores(**dict(zip(names, (4, 1, 2), strict=True)))])
    reward = Judge(recipe, model).score("q", "a", profile="a beginner")
    assert reward.value == exactly((4 + 1 + 2) / 12)
    assert reward.parts == dict(zip(names, (1.0, 0.25, 0.5), strict=True))
    assert "a beginner" in text(model.requests[0])
    assert reward.usage.calls == 1


def test_dimensions_can_be_weighed_by_the_user() -> None:
    rubric = load_rubric("research_idea")
    novel = tuple(c.model_copy(update={"weight": 2.0 if c.id == "novelty" else 1.0}) for c in rubric.criteria)
    model = ScriptedModel([scores(novelty=4, feasibility=1, effectiveness=2)])
    reward = Judge("research_idea", model, rubric=rubric.model_copy(update={"criteria": novel})).score("q", "a")
    assert reward.value == exactly((2 * 1.0 + 0.25 + 0.5) / 4)


def test_domain_features_count_what_is_made_up_by_its_absence() -> None:
    given = scores(aspect_coverage=3, opinion_faithfulness=2, conciseness=1, relevance=2, hallucination=1, language=2)
    reward = Judge("domain_features", ScriptedModel([given])).score("q", "a")
    # weights 1, 2, 1, 1, -2, 1: (1 + 2 * 2/3 + 1/2 + 1 + 2 * (1 - 1/2) + 1) / 8
    assert reward.value == exactly((1 + 4 / 3 + 0.5 + 1 + 1 + 1) / 8)


def test_critique_post_edit_judges_for_the_user_and_gives_a_critique_to_edit_from() -> None:
    why = "'Dear Sir': too stiff for this user; write 'Hi'. Keep the recipe."
    model = ScriptedModel([scores(why, helpfulness=4, personalisation=2, naturalness=1, recital=1, presumption=0)])
    reward = Judge("critique_post_edit", model).score("q", "a", profile="A cook of nineteen.")
    # (1 * 1 + 1 * 0.5 + 1 * 0.25 + 0.5 * (1 - 0.5) + 0.5 * 1) / 4
    assert reward.value == exactly((1 + 0.5 + 0.25 + 0.25 + 0.5) / 4)
    assert reward.rationale == why
    shown = text(model.requests[0])
    assert "A cook of nineteen." in shown and "what to write instead" in shown
