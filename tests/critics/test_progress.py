"""Labels and scores of steps: each step once, in order, explained, and on the scale."""

import json
from typing import Any

import pytest

from judge.critics.progress import read_steps
from judge.errors import ParseError
from tests.critics.asked import RUBRIC, question

TEXT = "one\ntwo\nthree"
WHY = {"explanation": "Because."}


def read(*steps: dict[str, Any], rubric: Any = None) -> dict[str, Any]:
    asked = question(TEXT, shape="steps", rubric=rubric, overall=None if rubric else {"lo": 0, "hi": 1})
    return read_steps(asked, json.dumps({"steps": steps}))


def test_labels_in_several_words_for_right_and_wrong() -> None:
    found = read(
        {"step": 1, "label": "Correct", **WHY},
        {"step": "2", "label": " - "},
        {"step": 3, "label": "neutral", "aligned": [2]},
    )
    assert [(score.criterion, score.value, score.step) for score in found["scores"]] == [
        ("overall", 1.0, 0),
        ("overall", 0.0, 1),
        ("overall", 0.5, 2),
    ]
    assert found["critique"] == "Step 1: Because."
    assert found["detail"] == {"aligned": [[], [], [2]]}


def test_what_a_step_cannot_be_aligned_with_is_left_out() -> None:
    steps = '{"step": 1, "label": "correct", "explanation": "So.", "aligned": [2, 1e999, NaN, 0, 2.5, "2", [[2]]]}'
    found = read_steps(question("one", shape="steps", overall={"lo": 0, "hi": 1}), f'{{"steps": [{steps}]}}')
    assert found["detail"] == {"aligned": [[2]]}


def test_scores_by_criterion_become_shares_of_their_scales() -> None:
    given = [({"right": 5, "short": 1}), ({"right": 3, "short": 2}), ({"right": 1, "short": 5})]
    found = read(*({"step": place, "scores": one, **WHY} for place, one in enumerate(given, 1)), rubric=RUBRIC)
    assert [score.value for score in found["scores"]] == [1.0, 0.0, 0.5, 0.25, 0.0, 1.0]
    assert [score.raw for score in found["scores"]] == [5, 1, 3, 2, 1, 5]
    assert {score.criterion for score in found["scores"]} == {"right", "short"}


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 2), (1, 3, 2), (0, 1, 2), (1, 2, 3, 4), (1, 2, "last")])
def test_every_step_once_and_in_order(numbers: tuple[Any, ...]) -> None:
    with pytest.raises(ParseError, match=r"and the response has 1 to 3; give each once"):
        read(*({"step": number, "label": "correct", **WHY} for number in numbers))


@pytest.mark.parametrize("label", ["fine", "", None, 1])
def test_another_label_is_none(label: Any) -> None:
    with pytest.raises(ParseError, match="of step 1 is neither correct nor incorrect"):
        read(*({"step": number, "label": label, **WHY} for number in (1, 2, 3)))


@pytest.mark.parametrize(
    "scores", [{"right": 5}, {"right": 6, "short": 1}, {"right": 2.5, "short": 1}, {"right": "5", "short": 1}]
)
def test_a_score_for_every_criterion_on_its_scale(scores: dict[str, Any]) -> None:
    with pytest.raises(ParseError, match="step 1 has no score on the scale for"):
        read(*({"step": number, "scores": scores, **WHY} for number in (1, 2, 3)), rubric=RUBRIC)


def test_labels_without_a_word_of_explanation_are_refused() -> None:
    with pytest.raises(ParseError, match="explain each step first"):
        read(*({"step": number, "label": "correct"} for number in (1, 2, 3)))
