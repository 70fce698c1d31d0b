"""Recipes that judge the steps of a solution, or passages of a response."""

import json

import pytest

from judge import Judge, Reward, Rubric, Sample
from judge.models.scripted import ScriptedModel
from judge.transforms.steps import step_return
from tests.recipes.said import brief, calls, text

SOLUTION = "Step 1: 6 x 7 = 42.\nStep 2: 42 + 1 = 44.\nStep 3: So it is 44.\nStep 4: Done."
REFERENCE = "1. Multiply: 42.\n2. Add one: 43."


def exactly(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-9)


def labels(*each: str) -> str:
    """A reply that labels steps in order."""
    steps = [
        {"step": place, "aligned": [min(place, 2)], "explanation": f"Step {place} is looked at.", "label": label}
        for place, label in enumerate(each, 1)
    ]
    return json.dumps({"steps": steps})


def steps(recipe: str, *said: str, **settings: object) -> tuple[Reward, ScriptedModel]:
    model = ScriptedModel(list(said))
    changes = {name.replace("__", "."): value for name, value in settings.items()}
    return Judge(recipe, model, settings=changes).score("6 x 7 + 1?", SOLUTION, reference=REFERENCE), model


FOUR = labels("correct", "incorrect", "incorrect", "correct")


def test_spare_aligns_explains_and_labels_all_steps_in_one_call() -> None:
    reward, model = steps("spare", FOUR)
    assert reward.value == exactly(2 / 4)
    assert reward.steps == (1.0, 0.0, 0.0, 1.0)
    assert reward.judgments[0].detail["aligned"] == [[1], [2], [2], [2]]
    assert reward.rationale.startswith("Step 1: Step 1 is looked at.")
    [request] = model.requests
    shown = text(request)
    assert "Reference step 2:" in shown and "Add one: 43." in shown and "Step 4:" in shown
    assert (
        shown.index("find the reference steps") < shown.index("explain what the step claims") < shown.index("label it")
    )
    assert reward.usage.calls == 1


@pytest.mark.parametrize(("rule", "expected"), [("min", 0.0), ("last", 1.0), ("max", 1.0), ("product", 0.0)])
def test_other_ways_from_steps_to_one_number_are_one_line(rule: str, expected: float) -> None:
    reward, _ = steps("spare", FOUR, vote__reduce=[{"axis": "steps", "rule": rule}])
    assert (reward.value, reward.steps) == (expected, (1.0, 0.0, 0.0, 1.0))


def test_steps_are_averaged_over_samples_before_the_lowest_counts() -> None:
    twice = [labels("correct", "correct", "correct", "correct"), labels("correct", "correct", "incorrect", "correct")]
    plan = [{"axis": "samples", "rule": "mean"}, {"axis": "steps", "rule": "min"}]
    model = ScriptedModel([twice])
    judge = Judge("spare", model, settings={"critic.samples": 2, "vote.reduce": plan})
    reward = judge.score("q", SOLUTION, reference=REFERENCE)
    assert reward.value == exactly(0.5)  # step 3: (1 + 0) / 2
    assert reward.steps == (1.0, 1.0, 0.5, 1.0)


def test_a_reply_that_skips_a_step_is_asked_for_again_and_then_unscored() -> None:
    reward, model = steps("spare", labels("correct", "correct", "correct"), FOUR)
    assert reward.value == 0.5
    assert "the reply has steps 1, 2, 3, and the response has 1 to 4" in text(model.requests[1])
    reward, _ = steps("spare", labels("correct"), labels("correct"))
    assert (reward.status, reward.value, reward.steps) == ("failed", None, ())


def test_step_clip_gives_nothing_for_good_steps_and_takes_what_bad_ones_lack() -> None:
    reward, _ = steps("step_clip", FOUR)
    assert reward.value == 0.5
    assert reward.steps == (0.0, -0.5, -0.5, 0.0)  # min(p - 0.5, 0)
    lenient, _ = steps("step_clip", FOUR, settle__steps={"shape": "clip", "eta": 0.2})
    assert lenient.steps == (0.0, -0.2, -0.2, 0.0)


def test_step_delta_telescopes_to_the_first_step() -> None:
    reward, _ = steps("step_delta", FOUR)
    assert reward.steps == (1.0, 0.0, -1.0, 1.0)  # p_k - p_(k+1), and p_4
    assert sum(step for step in reward.steps if step is not None) == 1.0  # p_1


@pytest.mark.parametrize("recipe", ["step_clip", "step_delta"])
def test_repeating_a_right_step_does_not_raise_the_return(recipe: str) -> None:
    def total(times: int) -> float | None:
        solution = "\n".join(f"Step {place}: 6 x 7 = 42." for place in range(1, times + 1))
        reward = Judge(recipe, ScriptedModel([labels(*["correct"] * times)])).score("q", solution, reference="42")
        return step_return(reward.steps, success=1.0, alpha=0.5)

    assert total(2) == total(8)


TREE = Rubric.model_validate(
    {
        "name": "tree",
        "criteria": [
            {"id": "logic", "text": "Logic."},
            {"id": "premises", "text": "Its premises hold.", "scale": {"lo": 0, "hi": 4}, "parent": "logic"},
            {"id": "inference", "text": "It follows.", "scale": {"lo": 0, "hi": 2}, "parent": "logic", "weight": 3},
            {"id": "style", "text": "Style."},
            {"id": "plain", "text": "It is plain.", "scale": {"lo": 0, "hi": 1}, "parent": "style"},
        ],
    }
)


def scored(*each: tuple[float, float]) -> str:
    listed = [
        {"step": place, "explanation": "Because.", "scores": {"premises": premises, "inference": inference}}
        for place, (premises, inference) in enumerate(each, 1)
    ]
    return json.dumps({"steps": listed})


def test_dg_prm_chooses_a_theme_once_and_scores_every_step_on_what_belongs_to_it() -> None:
    model = ScriptedModel([brief(chosen=["logic"]), scored((4, 2), (2, 0)), scored((0, 1), (4, 2))])
    rewards = Judge("dg_prm", model, rubric=TREE).score_group("Prove it.", ["one\ntwo", "three\nfour"])
    # first response: premises (1 + 0.5) / 2, inference (1 + 0) / 2 with weight 3: (0.75 + 3 * 0.5) / 4
    assert rewards[0].value == exactly((0.75 + 3 * 0.5) / 4)
    # by step: (1 + 3 * 1) / 4 and (0.5 + 3 * 0) / 4
    assert rewards[0].steps == (1.0, exactly(0.125))
    # second response: premises (0 + 1) / 2, inference (0.5 + 1) / 2
    assert rewards[1].value == exactly((0.5 + 3 * 0.75) / 4)
    assert calls(rewards) == 3
    chooser, critic = text(model.requests[0]), text(model.requests[1])
    assert "- premises (part of logic): Its premises hold." in chooser and "one\ntwo" not in chooser
    assert "inference: It follows." in critic and "It is plain." not in critic
    assert "A step that repeats what was there already adds nothing." in critic


def test_dg_prm_asks_again_when_a_criterion_that_is_not_there_is_chosen() -> None:
    model = ScriptedModel([brief(chosen=["charm"]), brief(chosen=["premises", "inference"]), scored((4, 2), (4, 2))])
    reward = Judge("dg_prm", model, rubric=TREE).score("Prove it.", "one\ntwo")
    assert reward.value == 1.0
    assert "there is no criterion 'charm'; choose among logic, premises, inference, style, plain" in text(
        model.requests[1]
    )


def test_dg_prm_has_a_tree_on_the_shelf() -> None:
    one = {"step": 1, "explanation": "New.", "scores": {"progress.needed": 1, "progress.new": 1}}
    model = ScriptedModel([brief(chosen=["progress"]), json.dumps({"steps": [one]})])
    assert Judge("dg_prm", model).score("Prove it.", "one").value == exactly((0.5 + 1) / 2)


def test_spans_give_the_share_of_words_that_stand_in_no_wrong_passage() -> None:
    response = "Paris is in Spain. It has two million people."
    said = {
        "critique": "The country is wrong.",
        "spans": [{"quote": "in Spain", "type": "fact", "reason": "It is in France."}],
    }
    model = ScriptedModel([json.dumps(said)])
    judge = Judge("spans", model)
    reward = judge.score("Where is Paris?", response)
    assert reward.value == exactly(1 - 2 / 9)  # "in" and "Spain." of nine words
    place = response.index("in Spain")
    assert reward.judgments[0].detail["spans"] == [
        {"start": place, "end": place + len("in Spain"), "type": "fact", "reason": "It is in France."}
    ]
    assert reward.parts == {"overall": exactly(7 / 9)}
    assert "an empty list is a good answer" in text(model.requests[0])
    assert reward.usage.calls == judge.foresee(Sample(prompt="q", responses="a")).calls == 1


def test_a_passage_that_is_not_in_the_response_is_asked_for_again() -> None:
    made_up = json.dumps({"critique": "Wrong.", "spans": [{"quote": "in Italy", "type": "fact", "reason": "No."}]})
    none = json.dumps({"critique": "All of it is right.", "spans": []})
    model = ScriptedModel([made_up, none])
    assert Judge("spans", model).score("Where is Paris?", "Paris is in France.").value == 1.0
    assert "the passage 'in Italy' is not in the response" in text(model.requests[1])
    assert Judge("spans", ScriptedModel([made_up, made_up])).score("q", "Paris.").value is None
