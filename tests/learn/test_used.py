"""A learned rubric, as its file: what critics are shown of it, and what it is worth."""

import json
from pathlib import Path

import pytest

from judge import Judge
from judge.learn.learned import LearnedRubric, Origin
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.recipe import load_rubric
from judge.types import Criterion, Rubric, Scale

CRITERIA = (
    Criterion(id="theme_1", text="It is kind.\n  - It thanks.", source="auto_rubric"),
    Criterion(id="rule_2", text="It names a date.", kind="rule", scale=Scale(lo=0, hi=1), source="open_rubrics"),
    Criterion(id="principle_3", text="is repetitive", weight=-1.0, scale=Scale(lo=0, hi=1), source="rlbff"),
    Criterion(id="c4.1", text="It follows.", parent="soundness of the whole", source="dg_prm"),
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    rubric = Rubric(name="r", about="Learned.", criteria=CRITERIA)
    origins = {"theme_1": Origin(pairs=("p1",), criteria=("Be kind: it [thanks].",))}
    path = tmp_path / "my.yaml"
    LearnedRubric(rubric=rubric, method="auto_rubric", origins=origins).write(path)
    return str(path)


def text(request: Request) -> str:
    return "\n".join(str(message["content"]) for message in request.messages)


def test_the_file_brings_back_every_field(file: str) -> None:
    assert load_rubric(file).criteria == CRITERIA


@pytest.mark.parametrize(("rule", "value"), [(1, (8 / 9 + 1 + 1 + 4 / 9) / 4), (0, 0.0)])
def test_direct_scores_by_it(file: str, rule: int, value: float) -> None:
    scores = {"theme_1": 9, "rule_2": rule, "principle_3": 0, "c4.1": 5}  # a fault that is not there counts whole
    model = ScriptedModel([json.dumps({"critique": "so", "scores": scores})])
    assert Judge("direct", model, rubric=file).score("q", "a").value == pytest.approx(value, abs=1e-9)
    seen = text(model.requests[0])
    assert all(one.text in seen for one in CRITERIA)
    assert "soundness of the whole" not in seen and "Be kind: it" not in seen  # where it comes from is not shown


def test_auto_rubric_compares_by_it(file: str) -> None:
    def better(request: Request) -> str:
        seen = text(request)
        return f"It thanks. [[{'A' if seen.index('GOOD') < seen.index('BAD') else 'B'}]]"

    model = ScriptedModel(better)
    found = Judge("auto_rubric", model, rubric=file).compare("q", "BAD", "GOOD")
    assert found.winner == 1
    seen = text(model.requests[0])
    assert "- It is kind.\n  - It thanks.\n- It names a date. (hard rule)\n" in seen
    assert "- is repetitive (a fault: less of it is better)\n- It follows.\n" in seen


def test_a_tree_is_chosen_from_by_the_name_of_a_theme(file: str) -> None:
    steps = {"steps": [{"step": 1, "explanation": "so", "scores": {"c4.1": 10}}]}
    model = ScriptedModel([json.dumps({"reasons": "r", "chosen": ["soundness of the whole"]}), json.dumps(steps)])
    reward = Judge("dg_prm", model, rubric=file).score("q", "one step")
    assert reward.value == 1.0
    assert "- c4.1 (part of soundness of the whole): It follows." in text(model.requests[0])
    assert "It is kind." not in text(model.requests[1])
