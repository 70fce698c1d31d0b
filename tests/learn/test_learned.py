"""A learned rubric is a file that a judge takes as any other."""

from pathlib import Path

import pytest

from judge import Judge
from judge.errors import DataError, LibraryError
from judge.learn.learned import Diagnostic, Figures, LearnedRubric, Origin, learned
from judge.models.scripted import ScriptedModel
from judge.recipe import load_rubric
from judge.types import Criterion, Rubric, Scale

FOUND = LearnedRubric(
    rubric=Rubric(
        name="mine",
        about="Learned: from 3 pairs.",
        criteria=(
            Criterion(id="theme_1", text="Be right.\n- Add: up.\n- #1 of 2024-01-01", source="auto_rubric"),
            Criterion(id="theme_2", text="no", weight=2.0, kind="rule", scale=Scale(lo=0, hi=1)),
        ),
    ),
    method="auto_rubric",
    version=2,
    parent="abc",
    origins={"theme_1": Origin(pairs=("1", "2024-01-01"), criteria=("Adds up: 1e3.", "null"))},
    diagnostics={
        "theme_1": Diagnostic(pairs=4, coverage=0.75, precision=2 / 3, contribution=0.25, precision_interval=(0.2, 0.9))
    },
    figures=Figures(pairs=5, kept=3, dropped=2, rounds=9, before=0.5, after=1.0, calls=40, more={"stopped": "x"}),
)


def test_it_goes_to_a_file_and_back_without_loss(tmp_path: Path) -> None:
    FOUND.write(tmp_path / "mine.yaml")
    rubric = load_rubric(str(tmp_path / "mine.yaml"))
    assert (rubric.name, rubric.criteria) == ("mine", FOUND.rubric.criteria)
    assert learned(rubric) == FOUND
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
    text = (tmp_path / "mine.yaml").read_text()
    assert "  text: |-\n    Be right.\n    - Add: up.\n" in text  # people read it
    assert "precision_interval: [0.2, 0.9]" in text


def test_it_stands_on_a_shelf_and_judges(tmp_path: Path) -> None:
    (tmp_path / "rubrics").mkdir()
    FOUND.write(tmp_path / "rubrics" / "mine.yaml")
    model = ScriptedModel(['{"critique": "fine", "scores": {"theme_1": 10, "theme_2": 1}}'])
    judge = Judge("direct", model, rubric="mine", library=[tmp_path])
    reward = judge.score("1 + 1?", "2")
    assert float(reward) == 1.0
    asked = str(model.requests[0].messages)
    assert "Add: up." in asked and "1e3" not in asked  # where it comes from is not the critic's business
    assert set(judge.parts) == {"theme_1", "theme_2"}
    by_path = Judge("direct", model, rubric=str(tmp_path / "rubrics" / "mine.yaml"))
    assert by_path.fingerprint.rubric == judge.fingerprint.rubric


def test_the_hash_is_of_what_is_judged_by() -> None:
    assert FOUND.whole.provenance and FOUND.whole.hash == FOUND.rubric.hash
    other = FOUND.rubric.model_copy(update={"criteria": FOUND.rubric.criteria[:1]})
    assert other.hash != FOUND.rubric.hash


def test_a_rubric_written_by_hand_has_the_method_static() -> None:
    found = learned(load_rubric("helpfulness"))
    assert (found.method, found.version, found.diagnostics, found.figures) == ("static", 1, {}, Figures())


def test_mistakes_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="provenance of rubric 'x' is wrong at version: Input should be"):
        learned(FOUND.rubric.model_copy(update={"name": "x", "provenance": {"version": 0}}))
    with pytest.raises(LibraryError, match=r"the rubric file '.*none.yaml' cannot be read"):
        load_rubric(str(tmp_path / "none.yaml"))
    (tmp_path / "bad.yaml").write_text("- 1")
    with pytest.raises(LibraryError, match="must be a mapping, found list"):
        load_rubric(str(tmp_path / "bad.yaml"))
