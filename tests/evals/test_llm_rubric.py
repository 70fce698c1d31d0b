"""The eval `llm_rubric` on dialogues small enough to count by hand."""

import json
import math
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from judge import library
from judge.errors import DataError, SettingsError
from judge.types import EvalResult, Reward, Sample


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    raise AssertionError("nothing is graded")


def evaluate(folder: Path, ratings: list[dict[str, Any]], options: list[dict[str, Any]], *rule: str) -> EvalResult:
    (folder / "human_ratings.jsonl").write_text("\n".join(map(json.dumps, ratings)))
    (folder / "llm_option_probs.jsonl").write_text("\n".join(map(json.dumps, options)))
    result: EvalResult = library.module("evals", "llm_rubric").evaluate(folder, grade, *rule)
    return result


def options(text: str, probs: list[float], sampled: int = 1) -> list[dict[str, Any]]:
    return [{"text_id": text, "criterion": f"Q{at}", "sampled": sampled, "probs": probs} for at in range(9)]


def rated(text: str, rating: float, rater: str = "7") -> dict[str, Any]:
    return {"text_id": text, "annotator": rater, "Q0": rating}


def rmse(result: EvalResult) -> dict[str, float]:
    return cast("dict[str, float]", result.figures["rmse"])


def test_counts_are_those_made_by_hand(tmp_path: Path) -> None:
    """Expected options 2.5 and 3.5, likeliest 1 and 4, sampled 2 and 4; ratings 3 and 3."""
    rows = [rated("x", 3), rated("y", 3), rated("z", 4), rated("w", 1)]
    given = options("x", [0.4, 0.1, 0.1, 0.4], 2) + options("y", [0.0, 0.0, 0.5, 0.5], 4)
    given[9]["probs"] = [0.0, 0.1, 0.3, 0.6]  # Q0 of y: 2 * 0.1 + 3 * 0.3 + 4 * 0.6 = 3.5
    given += options("z", [0.0, 0.0, 0.0, 1.0], 4) + options("w", [1.0, 0.0, 0.0, 0.0], 1)
    result = evaluate(tmp_path, rows, given)
    found = rmse(result)
    # errors: sampled 1, 1, 0, 0; likeliest 2, 1, 0, 0; expected 0.5, 0.5, 0, 0
    assert found["single"] == pytest.approx(math.sqrt(2 / 4), abs=1e-9)
    assert found["majority"] == pytest.approx(math.sqrt(5 / 4), abs=1e-9)
    assert found["mean"] == pytest.approx(math.sqrt(0.5 / 4), abs=1e-9)
    # rounded: expected 2.5 is 3, 3.5 is 4
    assert result.accuracy == {"gpt-3.5-turbo-16k": {"single": 0.5, "majority": 0.5, "mean": 0.75}}
    assert (result.n, result.agree, result.unscored) == (4, 3, 0)
    # expected 2.5, 3.5, 4, 1 and ratings 3, 3, 4, 1, about their means 2.75 and 2.75:
    # (-0.25 0.25 + 0.75 0.25 + 1.25 1.25 + 1.75 1.75) / sqrt(5.25 * 4.75) = 4.75 / sqrt(5.25 * 4.75)
    correlation = cast("dict[str, float]", result.figures["correlation"])
    assert correlation["mean"] == pytest.approx(math.sqrt(4.75 / 5.25), abs=1e-9)


def planted() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The judge says 4 where people say 3, and 1 where they say 2; rater s gives one more."""
    rows, given = [], []
    for at in range(80):
        high, strict = at % 2 == 1, at % 4 < 2
        rows.append(rated(f"t{at}", (3 if high else 2) + (0 if strict else 1), "r" if strict else "s"))
        given += options(f"t{at}", [0.0, 0.0, 0.0, 1.0] if high else [1.0, 0.0, 0.0, 0.0])
    return rows, given


def test_a_head_learns_what_the_judge_exaggerates_and_who_rates(tmp_path: Path) -> None:
    found = rmse(evaluate(tmp_path, *planted(), "fitted"))
    # the means are 2.5 and 3.5, half a grade from every rating; a constant 3 is off by 0, 1, 1 or 0
    assert found["mean"] == pytest.approx(math.sqrt((1 + 4 + 1 + 0) / 4), abs=1e-9)
    assert found["constant"] == pytest.approx(math.sqrt(0.5), abs=0.02)
    assert found["fitted"] == pytest.approx(0.5, abs=0.03)
    assert found["fitted_by_rater"] < 0.25


def test_a_dialogue_that_lacks_a_question_is_unscored(tmp_path: Path) -> None:
    rows, given = planted()
    result = evaluate(tmp_path, rows, given[1:])
    assert (result.n, result.unscored) == (80, 1)


def test_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not by 'adaptive'"):
        evaluate(tmp_path, *planted(), "adaptive")


def test_too_few_rows_to_fit_leave_the_other_predictions(tmp_path: Path) -> None:
    rows, given = [rated("x", 4), {**rated("y", 4), "Q0": None}], options("x", [0.0, 0.0, 0.5, 0.5], 4)
    result = evaluate(tmp_path, rows, given + options("y", [1.0, 0.0, 0.0, 0.0]))
    assert rmse(result) == {"single": 0.0, "majority": 1.0, "mean": 0.5}  # of 3 and 4 alike the first is likeliest
    assert (result.n, result.unscored) == (2, 1)
    with pytest.raises(DataError, match="at least two groups"):
        evaluate(tmp_path, rows[:1], given, "fitted")
    with pytest.raises(DataError, match="no dialogue has a rating"):
        evaluate(tmp_path, rows[1:], given)


def test_a_set_with_fewer_questions_is_read_with_those(tmp_path: Path) -> None:
    rows, given = planted()
    whole = rmse(evaluate(tmp_path, rows, given))
    found = rmse(evaluate(tmp_path, rows, [row for row in given if row["criterion"] in ("Q0", "Q3")]))
    assert found["mean"] == whole["mean"] and found["fitted"] == pytest.approx(0.5, abs=0.1)


def test_raters_of_one_dialogue_are_held_out_together(tmp_path: Path) -> None:
    """The questions are a name tag of the dialogue: ratings by a coin are foreseen only from another rater."""
    draw = random.Random(0)
    tags = [[draw.random() for _ in range(4)] for _ in range(40)]
    given = [row for at, tag in enumerate(tags) for row in options(f"t{at}", [share / sum(tag) for share in tag])]
    for row in given:
        row["probs"] = [0.0, 0.0, 0.0, 1.0] if draw.random() < 0.5 else [1.0, 0.0, 0.0, 0.0]
    rows = [rated(f"t{at}", rating) for at in range(40) for rating in [draw.choice((1, 4))] * 6]
    assert rmse(evaluate(tmp_path, rows, given))["fitted"] > 1.5  # their middle is 1.5 from either; else it is 1.4
