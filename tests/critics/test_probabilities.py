"""Verdicts read from probabilities of labels, and from shares of samples where an endpoint gives none."""

from typing import Any

import pytest

from judge import Judge, Reward
from judge.errors import ModelError
from judge.models.base import Capabilities, Completion
from judge.models.scripted import ScriptedModel
from tests.recipes.said import label


def without(script: Any, **how: Any) -> ScriptedModel:
    model = ScriptedModel(script, **how)
    model.capabilities = Capabilities(n=True, logprobs=False)
    return model


def asked(model: ScriptedModel, **settings: Any) -> Reward:
    changes = {f"critic.{name}": value for name, value in settings.items()}
    judge = Judge("yes_no", model, rubric=["Is it kind?"], settings={"settle.lo": 0, "settle.hi": 1} | changes)
    return judge.score("q", "a")


def test_the_share_of_each_label_among_samples_stands_for_its_probability() -> None:
    model = without(["Yes", ["Yes", "Yes.", "no", "YES", "No", "**Yes**", "Yes", "yes, it is"]])
    reward = asked(model)
    assert reward.value == pytest.approx(6 / 8, abs=1e-9)
    assert [(request.n, request.temperature) for request in model.requests] == [(1, 0.0), (8, 1.0)]
    assert model.requests[0].top_logprobs and not model.requests[1].top_logprobs
    assert reward.judgments[0].detail["labels"] == {"Yes": 0.75, "No": 0.25}
    assert reward.usage.calls == 2


def test_samples_that_say_no_label_are_left_out_of_the_shares() -> None:
    model = without(["Yes", ["Yes", "Perhaps", "Yesterday", "No"]])
    assert asked(model, fallback=4).value == pytest.approx(1 / 2, abs=1e-9)


def test_no_label_among_all_samples_is_no_verdict() -> None:
    reward = asked(without(["Perhaps", ["Perhaps"] * 8]))
    assert reward.value is None and reward.failure and reward.failure.kind == "unparseable"
    assert "none of 8 samples says one of Yes, No; the first says 'Perhaps'" in reward.failure.message


def test_without_a_fallback_nothing_is_guessed_from_one_word() -> None:
    model = without(["Yes"])
    reward = asked(model, fallback=0)
    assert reward.value is None and len(model.requests) == 1
    assert reward.failure and "set critic.fallback" in reward.failure.message


def test_a_fallback_that_fails_keeps_what_was_paid() -> None:
    reward = asked(without(["Yes", ModelError("it is down", "connection")]))
    assert reward.value is None and reward.failure and reward.failure.kind == "connection"
    assert reward.usage.calls == 2


@pytest.mark.parametrize(("mass", "value"), [(0.2, 0.75), (0.1, 0.75), (0.09, None)])
def test_labels_that_hold_too_little_are_no_verdict(mass: float, value: float | None) -> None:
    model = ScriptedModel([label("Well", Well=1 - mass, Yes=0.75 * mass, No=0.25 * mass)])
    assert asked(model).value == (pytest.approx(value, abs=1e-9) if value else None)


def test_pairs_and_scales_have_labels_of_their_own() -> None:
    model = ScriptedModel([label("A", A=0.8, B=0.2), label("B", A=0.4, B=0.6)])
    first, second = Judge("gram", model).score_group("q", ["a", "b"])
    assert first.value == pytest.approx((0.8 + 0.6) / 2, abs=1e-9)  # in the other order B is the first response
    assert second.value == pytest.approx((0.2 + 0.4) / 2, abs=1e-9)
    digits = ScriptedModel(["It is fair.", label("10", **{"10": 0.25, "1": 0.25, "4": 0.5})])
    # (10 * 0.25 + 1 * 0.25 + 4 * 0.5 - 1) / 9
    assert Judge("cloud", digits).score("q", "a").value == pytest.approx((2.5 + 0.25 + 2 - 1) / 9, abs=1e-9)


def test_the_second_turn_falls_back_to_shares_too() -> None:
    model = without(["It is fair.", "7", ["7", "7", "8", "7.5", "7", "ten", "10", "1"]])
    reward = Judge("cloud", model).score("q", "a")
    # 7, 7, 8, 7, 10 and 1 are labels, "7.5" and "ten" are none: 40 / 6
    assert reward.value == pytest.approx((40 / 6 - 1) / 9, abs=1e-9)
    assert [request.n for request in model.requests] == [1, 1, 8]


def test_a_label_that_was_cut_off_is_still_read_at_its_first_token() -> None:
    cut = label("Yes", Yes=0.9, No=0.1)
    assert asked(ScriptedModel([Completion(cut.text, finish="length", logprobs=cut.logprobs)])).value == pytest.approx(
        0.9
    )
