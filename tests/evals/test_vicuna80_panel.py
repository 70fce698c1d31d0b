"""The eval `vicuna80_panel` on pairs small enough to count by hand."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from judge import library
from judge.errors import DataError, SettingsError
from judge.types import EvalResult, Reward, Sample


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    raise AssertionError("nothing is graded")


def vote(question: int, judge: str, order: str, score: int, run: int = 0) -> dict[str, Any]:
    return {"question_id": question, "first": order[0], "second": order[1], "judge": judge, "text": "...",
            "score": score, "run": run}  # fmt: skip


def evaluate(folder: Path, human: list[dict[str, Any]], judgments: list[dict[str, Any]], *rule: str) -> EvalResult:
    (folder / "human.jsonl").write_text("\n".join(map(json.dumps, human)))
    (folder / "judgments.jsonl").write_text("\n".join(map(json.dumps, judgments)))
    result: EvalResult = library.module("evals", "vicuna80_panel").evaluate(folder, grade, *rule)
    return result


def human(question: int, *scores: int) -> dict[str, Any]:
    return {"question_id": question, "first": "a", "second": "b", "scores": list(scores)}


HUMAN = [human(1, 1, 1, 3), human(2, 2), human(3, 1, 2, 3), human(4, 2, 2, 1)]  # a, b, tie, b
JUDGMENTS = [
    # judge p: a in both orders; a then b; tie in both; a in both
    vote(1, "p", "ab", 1), vote(1, "p", "ba", 2),
    vote(2, "p", "ab", 1), vote(2, "p", "ba", 1),
    vote(3, "p", "ab", 3), vote(3, "p", "ba", 3),
    vote(4, "p", "ab", 1), vote(4, "p", "ba", 2),
    vote(1, "p", "ab", 2, run=1),  # a repeated request does not count
    # judge q: a then tie; b in both; b in both; b in both
    vote(1, "q", "ab", 1), vote(1, "q", "ba", 3),
    vote(2, "q", "ab", 2), vote(2, "q", "ba", 1),
    vote(3, "q", "ab", 2), vote(3, "q", "ba", 1),
    vote(4, "q", "ab", 2), vote(4, "q", "ba", 1),
]  # fmt: skip


def test_counts_are_those_made_by_hand(tmp_path: Path) -> None:
    """Panel: 1: a a a tie -> a, right. 2: a b b b -> b, right. 3: two ties, two b -> tie, right. 4: 2 to 2 -> wrong."""
    result = evaluate(tmp_path, HUMAN, JUDGMENTS)
    assert result.accuracy == {
        # p alone: a right, a wrong, tie right, a wrong; over both orders: a, tie, tie, a -> 1 and 3 right
        "p": {"single": 0.5, "majority": 0.5},
        # q alone: a right, b right, b wrong, b right; over both orders: tie, b, b, b -> 2 and 4 right
        "q": {"single": 0.75, "majority": 0.5},
        "panel": {"single": 0.625, "majority": 0.75},
    }
    assert result.figures["order_conflicts"] == {"p": 0.25, "q": 0.25}
    assert (result.n, result.agree, result.unscored) == (4, 3, 0)


def test_a_pair_without_votes_is_unscored(tmp_path: Path) -> None:
    result = evaluate(tmp_path, [*HUMAN, human(9, 3)], JUDGMENTS)
    assert (result.n, result.agree, result.unscored) == (5, 3, 1)


def test_a_fitted_panel_leaves_a_question_out_and_trusts_the_better_judge(tmp_path: Path) -> None:
    """q is always right and says so in both orders; p and r always say a: they outvote it wherever b is better."""
    people = [human(question, 1 + question % 2) for question in range(20)]
    judgments = [
        vote(row["question_id"], judge, order, score if order == "ab" else 3 - score)
        for row in people
        for judge, score in (("p", 1), ("q", row["scores"][0]), ("r", 1))
        for order in ("ab", "ba")
    ]
    result = evaluate(tmp_path, people, judgments, "fitted")
    accuracy = result.accuracy or {}
    assert accuracy["panel"] == {"single": pytest.approx(2 / 3), "majority": 0.5, "fitted": 1.0}
    assert accuracy["q"]["fitted"] == 1.0
    assert (result.n, result.agree) == (20, 20)


def test_early_stopping_replays_the_panel(tmp_path: Path) -> None:
    result = evaluate(tmp_path, HUMAN, JUDGMENTS, "adaptive")
    found = cast("dict[str, dict[str, dict[str, float]]]", result.figures["adaptive"])
    assert found["panel"]["decided"]["cast"] == 4


def test_what_is_missing_or_unknown_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not by 'loudest'"):
        evaluate(tmp_path, HUMAN, JUDGMENTS, "loudest")
    (tmp_path / "human.jsonl").unlink()
    with pytest.raises(DataError, match=r"no file 'human\.jsonl'"):
        library.module("evals", "vicuna80_panel").evaluate(tmp_path, grade)


def test_a_judgment_without_a_score_is_no_vote_and_a_set_without_votes_has_no_accuracy(tmp_path: Path) -> None:
    unread = [{**vote(1, "r", "ab", 1), "score": None}, {**vote(2, "r", "ab", 1), "score": -1}]
    assert evaluate(tmp_path, HUMAN, [*JUDGMENTS, *unread]) == evaluate(tmp_path, HUMAN, JUDGMENTS)
    with pytest.raises(DataError, match="no votes to count"):
        evaluate(tmp_path, HUMAN, unread)
