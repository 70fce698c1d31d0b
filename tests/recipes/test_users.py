"""Recipes that judge for one user: rules, roles, choices in the prompt, and weights of their own."""

import math
from pathlib import Path

import pytest

from judge import Judge
from judge.calibration import Calibrator, save
from judge.calibration.feature_head import FeatureHead
from judge.calibration.ideal_point import IdealPoint
from judge.calibration.low_rank import LowRank
from judge.calibration.pca_heads import PcaHeads
from judge.calibration.router import Router
from judge.calibration.weights import Weights
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.reducers import sigmoid
from judge.types import Message, Part, Preference, Rubric
from tests.recipes.said import arena, brief, calls, scored, scores, shown, text

CHOICES = (
    Preference(prompt="Explain tides.", preferred="SHORT: the moon pulls.", rejected="LONG: once upon a time ..."),
    Preference(prompt="Explain rain.", preferred="SHORT: vapour condenses.", rejected="LONG: in the beginning ..."),
)
RULES = brief(
    criteria=[
        {"name": "right", "text": "Does it answer rightly?", "weight": 2},
        {"name": "short", "text": "Is it as SHORT as this user likes?", "weight": 1},
    ]
)


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


def test_profile_rules_are_written_from_profile_and_choices_and_then_judged_by() -> None:
    model = ScriptedModel([RULES, scores(right=10, short=4), scores(right=1, short=10)])
    judge = Judge("profile_rules", model)
    rewards = judge.score_group("Explain snow.", ["Ice crystals.", "Long ago"], profile="A SAILOR.", examples=CHOICES)
    assert rewards[0].value == exactly((2 * 1 + 1 * 3 / 9) / 3)
    assert rewards[1].value == exactly((2 * 0 + 1 * 1) / 3)
    assert calls(rewards) == 3
    written, judged = text(model.requests[0]), text(model.requests[1])
    for word in ("A SAILOR.", "SHORT: the moon pulls.", "LONG: once upon a time"):
        assert word in written
    assert "Ice crystals." not in written
    assert "Is it as SHORT as this user likes?" in judged and "A SAILOR." in judged and "moon pulls" not in judged


def test_role_set_asks_what_this_person_should_understand_and_do_and_sees_the_situation() -> None:
    criteria = brief(criteria=[{"name": "leaves", "text": "Does it lead the parent to leave the beach?"}])
    model = ScriptedModel([criteria, scored(10)])
    picture = Part(type="image", image="data:image/png;base64,WAVES")
    beach = Message(role="user", content=(Part(type="text", text="Can we swim?"), picture))
    reward = Judge("role_set", model).score((beach,), "No, see the red flag.", profile="Parent at the sea; nurse.")
    assert reward.value == 1.0
    assert reward.usage.calls == 2
    written, judged = model.requests
    assert "Parent at the sea; nurse." in text(written) and "which action is then the best" in text(written)
    for request in (written, judged):
        assert request.messages[-1]["content"][1]["image_url"]["url"].endswith("WAVES")


def test_criteria_for_one_image_are_not_those_for_another() -> None:
    def critic(request: Request) -> str:
        picture = request.messages[-1]["content"][1]["image_url"]["url"]
        if "write the criteria" in text(request):
            return brief(criteria=[{"name": picture, "text": f"Does it fit {picture}?"}])
        return '{"critique": "It does.", "score": 10}'

    judge = Judge("role_set", ScriptedModel(critic))
    for picture in ("waves", "rocks"):
        seen = Message(role="user", content=(Part(type="text", text="Swim?"), Part(type="image", image=picture)))
        reward = judge.score((seen,), "No.")
        assert reward.brief is not None
        assert [criterion.id for criterion in reward.brief.criteria] == [picture]


def test_few_shot_prefs_describe_the_user_once_and_choose_as_the_user_would() -> None:
    def critic(request: Request) -> str:
        if "describe a user from what they chose" in text(request):
            return brief(profile="The user likes SHORT answers.")
        return arena("A" if shown(request) == (0, 1) else "B")

    model = ScriptedModel(critic)
    judge = Judge("few_shot_prefs", model)
    first = judge.score_group("Explain snow.", ["Ice.", "Long ago"], examples=CHOICES)
    other = judge.score_group("Explain hail.", ["Ice balls.", "Long ago"], examples=CHOICES)
    assert [reward.value for reward in (*first, *other)] == [1.0, 0.0, 1.0, 0.0]
    assert (calls(first), calls(other)) == (3, 2)  # the description serves all requests of the user
    described, compared = text(model.requests[0]), text(model.requests[1])
    assert "LONG: in the beginning" in described and "Ice." not in described and "snow" not in described
    assert "The user likes SHORT answers." in compared and "SHORT: the moon pulls." in compared
    assert "Judge by these criteria" not in compared
    assert compared.index("First describe the user") < compared.index("End with their choice")
    assert first[0].brief is not None and first[0].brief.profile == "The user likes SHORT answers."


def test_few_shot_prefs_keep_what_the_profile_says_beside_the_description() -> None:
    model = ScriptedModel([brief(profile="Likes SHORT answers."), arena("A"), arena("B")])
    Judge("few_shot_prefs", model).score_group("q", ["a", "b"], examples=CHOICES, profile="A SAILOR.")
    assert "A SAILOR." in text(model.requests[0])
    assert "A SAILOR.\n\nLikes SHORT answers." in text(model.requests[1])


def test_nobody_is_described_of_whom_no_choice_is_known() -> None:
    model = ScriptedModel([])
    rewards = Judge("few_shot_prefs", model).score_group("q", ["a", "b"], profile="A SAILOR.")
    failures = [reward.failure for reward in rewards]
    assert all(failure and failure.kind == "nothing_to_verify" for failure in failures)
    assert all(failure and "'user_description' needs examples" in failure.message for failure in failures)
    assert model.requests == [] and calls(rewards) == 0


def test_another_user_is_described_anew() -> None:
    model = ScriptedModel(
        [brief(profile="One."), arena("A"), arena("B"), brief(profile="Two."), arena("A"), arena("B")]
    )
    judge = Judge("few_shot_prefs", model)
    for examples in (CHOICES, CHOICES[:1]):
        judge.score_group("q", ["a", "b"], examples=examples)
    assert "Two." in text(model.requests[-1]) and "One." not in text(model.requests[-1])


# ------------------------------------------------------------------ weights for a user

DIMENSIONS = Rubric.model_validate(
    {
        "name": "two",
        "criteria": [
            {"id": "depth", "text": "How deep?", "scale": {"lo": 0, "hi": 4}},
            {"id": "ease", "text": "How easy?", "scale": {"lo": 0, "hi": 4}},
        ],
    }
)
NAMES = ("depth", "ease")
DEEP = scores(depth=4, ease=1)  # 1.0 and 0.25


def weighed(path: Path, calibrator: Calibrator, **sample: str) -> float | None:
    save(calibrator, path / "user.json")
    settings = {"settle.calibrator": str(path / "user.json")}
    return (
        Judge("weights_for_user", ScriptedModel([DEEP]), rubric=DIMENSIONS, settings=settings)
        .score("q", "a", **sample)
        .value
    )


@pytest.mark.parametrize(
    ("calibrator", "ann", "anyone"),
    [
        (  # RFM: (1 * 3 + 0.25 * 1) / 4, and shared (1 + 0.25) / 2
            Weights(criteria=NAMES, shared={"depth": 1, "ease": 1}, users={"ann": {"depth": 3, "ease": 1}}),
            3.25 / 4,
            0.625,
        ),
        (  # LoRe: a basis of two tastes; ann is (0.75, 0.25), bob (0.25, 0.75), and anyone else their mean
            LowRank(
                criteria=NAMES,
                basis=({"depth": 1, "ease": 0}, {"depth": 0, "ease": 1}),
                users={"ann": (0.75, 0.25), "bob": (0.25, 0.75)},
            ),
            0.75 * 1 + 0.25 * 0.25,
            0.5 * 1 + 0.5 * 0.25,
        ),
        (  # DRM: heads along either dimension; ann's second is turned round, so ease counts by its absence
            PcaHeads(
                criteria=NAMES,
                heads=({"depth": 1, "ease": 0}, {"depth": 0, "ease": 1}),
                shared=(0.25, 0.25),
                users={"ann": (0.25, -0.25)},
            ),
            (1 + (1 - 0.25)) / 2,
            (1 + 0.25) / 2,
        ),
        (  # PAL: ann's ideal is (1, 0): 1 - ((1 - 1)^2 + (0.25 - 0)^2) / 2; the mean of users is ann's
            IdealPoint(criteria=NAMES, prototypes=({"depth": 1, "ease": 0},), users={"ann": (1.0,)}),
            1 - 0.25**2 / 2,
            1 - 0.25**2 / 2,
        ),
        (  # MiCRo: two heads of equal share, the first with odds of 9 for ann: 0.9 and 0.1
            Router(
                criteria=NAMES,
                heads=({"depth": 1, "ease": 0}, {"depth": 0, "ease": 1}),
                shared=(0.5, 0.5),
                gains={"ann": (math.log(9), 0.0)},
            ),
            0.9 * 1 + 0.1 * 0.25,
            0.625,
        ),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_dimensions_are_weighed_for_the_user_of_the_sample(
    calibrator: Calibrator, ann: float, anyone: float, tmp_path: Path
) -> None:
    assert weighed(tmp_path, calibrator, user="ann") == exactly(ann)
    assert weighed(tmp_path, calibrator, user="zoe") == exactly(anyone)
    assert weighed(tmp_path, calibrator) == exactly(anyone)


def test_without_a_file_the_weights_of_the_rubric_count_and_no_critic_sees_the_user() -> None:
    model = ScriptedModel([scores(helpfulness=4, correctness=4, coherence=4, complexity=4, verbosity=4)])
    reward = Judge("weights_for_user", model).score("q", "a", user="user-ann-7")
    assert reward.value == exactly(2.45 / 2.85)  # 0.65 + 0.8 + 0.45 + 0.55 of those and the 0.4 of verbosity
    assert "user-ann-7" not in text(model.requests[0])


def test_a_dimension_without_a_score_leaves_the_user_without_a_reward(tmp_path: Path) -> None:
    save(Weights(criteria=("depth", "wit"), shared={"depth": 1, "wit": 1}), tmp_path / "user.json")
    settings = {"settle.calibrator": str(tmp_path / "user.json")}
    judge = Judge("weights_for_user", ScriptedModel([DEEP]), rubric=DIMENSIONS, settings=settings)
    assert judge.score("q", "a").value is None


def test_domain_features_go_through_a_fitted_head(tmp_path: Path) -> None:
    save(FeatureHead(intercept=-1.0, slopes={"depth": 2.0, "ease": 4.0}), tmp_path / "head.json")
    model = ScriptedModel([DEEP])
    settings = {"settle.calibrator": str(tmp_path / "head.json")}
    reward = Judge("domain_features", model, rubric=DIMENSIONS, settings=settings).score("q", "a")
    assert reward.value == exactly(sigmoid(-1 + 2 * 1 + 4 * 0.25))  # sigma(2)
