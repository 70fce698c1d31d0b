"""Contrasted rubrics: what the prompts carry, which rubrics are kept, and what the merged one holds."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError, ModelError, SettingsError
from judge.learn.asking import Learner
from judge.learn.clusters import similarities
from judge.learn.learned import LearnedRubric
from judge.learn.methods import open_rubrics, options
from judge.learn.methods.open_rubrics import OpenRubricsOptions, merge
from judge.learn.pairs import Pair
from judge.types import Criterion, Rubric
from tests.learn.asked import Asked, between, pair

RULE = {"kind": "rule", "text": "The response has exactly three items."}
CLEAR = {"kind": "principle", "text": "The response explains each step."}
KIND = {"kind": "principle", "text": "The response is friendly."}


def winner(text: str) -> dict[str, str]:
    """The response that begins with `good`, wherever it stands."""
    first = between(text, "response")[0]
    return {"reasons": "it keeps to the rubric", "winner": "A" if first.startswith("good") else "B"}


def learnt(pairs: list[Pair], learner: Learner, options: OpenRubricsOptions) -> LearnedRubric:
    return asyncio.run(open_rubrics.learn(pairs, learner, options))


def replies(
    criteria: Callable[[str], list[dict[str, str]]], choose: Callable[[str], Any] = winner
) -> dict[str, Callable[[str], Any]]:
    return {
        "contrast_rubric": lambda text: {"reasons": "r", "criteria": criteria(text)},
        "choose_by_rubric": choose,
    }


def test_rubrics_of_single_prompts_and_what_they_share(tmp_path: Path) -> None:
    written = {"request 1": [RULE, CLEAR], "request 2": [CLEAR], "request 3": [KIND, CLEAR]}
    asked = Asked(replies(lambda text: written[between(text, "request")[0]]))
    options = OpenRubricsOptions(examples=str(tmp_path / "examples.jsonl"))
    found = learnt([pair(1), pair(2), pair(3)], asked.learner, options)
    # CLEAR is of three prompts; RULE and KIND are of one each, below the support of 2
    assert [(one.id, one.kind, one.text) for one in found.rubric.criteria] == [
        ("principle_1", "principle", CLEAR["text"])
    ]
    assert found.origins["principle_1"].pairs == ("p1", "p2", "p3")
    figures = found.figures
    assert (figures.pairs, figures.kept, figures.dropped, figures.failed) == (3, 3, 0, 0)
    assert (figures.calls, figures.more["criteria"]) == (6, 5)  # two calls a pair; 2 + 1 + 2 criteria
    rows = [json.loads(line) for line in (tmp_path / "examples.jsonl").read_text().splitlines()]
    assert [row["prompt"] for row in rows] == ["request 1", "request 2", "request 3"]
    first = Rubric.model_validate(rows[0]["rubric"])
    assert [(one.id, one.kind) for one in first.criteria] == [("rule_1", "rule"), ("principle_2", "principle")]
    assert (first.criteria[0].scale.lo, first.criteria[0].scale.hi) == (0, 1)  # kept or broken, and nothing between


def test_the_filter_sees_rubric_and_responses_and_nothing_else() -> None:
    asked = Asked(replies(lambda text: [RULE, CLEAR]))
    learnt([pair(1, reason="SECRET")], asked.learner, OpenRubricsOptions(support=1))
    [contrast], [choose] = asked.texts("contrast_rubric"), asked.texts("choose_by_rubric")
    assert between(contrast, "preferred") == ["good 1"] and between(contrast, "rejected") == ["bad 1"]
    assert between(contrast, "reason") == ["SECRET"]
    assert '"rule"' in contrast and '"principle"' in contrast
    assert not any(word in choose for word in ("request 1", "SECRET", "preferred"))
    assert between(choose, "criterion") == [RULE["text"], CLEAR["text"]]
    assert choose.index("Hard rules") < choose.index("Principles")


def test_the_order_is_drawn_and_comes_back() -> None:
    def orders(seed: int) -> list[str]:
        asked = Asked(replies(lambda text: [CLEAR]), seed=seed)
        learnt([pair(n) for n in range(12)], asked.learner, OpenRubricsOptions())
        return [between(text, "response")[0][:4] for text in sorted(asked.texts("choose_by_rubric"))]

    first = orders(0)
    assert set(first) == {"good", "bad "}
    assert orders(0) == first
    assert orders(1) != first


@pytest.mark.parametrize("verdict", ["A", "B", "tie"])
def test_a_rubric_that_does_not_bring_the_label_back_is_dropped(verdict: str) -> None:
    asked = Asked(replies(lambda text: [CLEAR], lambda text: {"reasons": "r", "winner": verdict}))
    pairs = [pair(n) for n in range(12)]
    if verdict == "tie":
        with pytest.raises(DataError, match="none of 0 criteria is shared by 2 prompts"):
            learnt(pairs, asked.learner, OpenRubricsOptions())
        return
    found = learnt(pairs, asked.learner, OpenRubricsOptions())
    shown = [between(text, "response")[0] for text in asked.texts("choose_by_rubric")]
    right = sum(text.startswith("good") == (verdict == "A") for text in shown)
    assert (found.figures.kept, found.figures.dropped) == (right, 12 - right)
    assert 0 < right < 12


def test_what_fails_is_counted_as_failed_and_not_as_dropped() -> None:
    def criteria(text: str) -> list[dict[str, str]]:
        if between(text, "request") == ["request 1"]:
            return [{"kind": "whim", "text": "The response is blue."}]  # twice: it is asked again
        return [CLEAR]

    asked = Asked(replies(criteria))
    found = learnt([pair(1), pair(2), pair(3)], asked.learner, OpenRubricsOptions())
    assert (found.figures.kept, found.figures.dropped, found.figures.failed) == (2, 0, 1)
    again = [text for text in asked.texts("contrast_rubric") if "Your last reply could not be read" in text]
    assert len(again) == 1 and 'criterion 1 needs a kind, "rule" or "principle"' in again[0]


def test_a_refused_key_ends_it() -> None:
    asked = Asked({**replies(lambda text: [CLEAR]), "contrast_rubric": lambda text: ModelError("no key", "auth")})
    with pytest.raises(ModelError, match="no key"):
        learnt([pair(1), pair(2)], asked.learner, OpenRubricsOptions())


def test_merging_by_hand() -> None:
    """Directions in the plane: two that are near (cosine 0.96), and one apart."""

    def criterion(name: str, kind: Any = "principle") -> Criterion:
        return Criterion(id=name, text=name, kind=kind)

    kept = [
        (pair(1), [criterion("a"), criterion("b")]),
        (pair(2), [criterion("c")]),
        (pair(3), [criterion("d", "rule")]),
        (pair(4, prompt="request 2"), [criterion("e")]),
    ]
    #                         a           b           c             d           e
    rows = similarities([(1.0, 0.0), (0.0, 1.0), (0.96, 0.28), (1.0, 0.0), (0.0, 1.0)])
    rubric, origins = merge(kept, rows, OpenRubricsOptions(support=1, similarity=0.9))
    # a and c are of requests 1 and 2; b and e of 1 and 2 too; the rule d lies on a and stays alone
    assert [(one.id, one.text) for one in rubric.criteria] == [
        ("principle_1", "a"),
        ("principle_2", "b"),
        ("rule_3", "d"),
    ]
    assert [origin.criteria for origin in origins.values()] == [("a", "c"), ("b", "e"), ("d",)]
    two, _ = merge(kept, rows, OpenRubricsOptions(support=2, similarity=0.9, limit=1))
    assert [one.text for one in two.criteria] == ["a"]


def test_a_folder_that_is_not_there_is_said_before_anything_is_asked() -> None:
    with pytest.raises(SettingsError, match=r"option examples of 'open_rubrics' is wrong: .* no folder 'none' for the"):
        options("open_rubrics", {"examples": "none/examples.jsonl"})
