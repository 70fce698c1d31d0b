"""The eval `rubric_multisample` on answers small enough to count by hand."""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from judge import library
from judge.errors import DataError, SettingsError
from judge.types import EvalResult, Reward, Sample

GRADES = [("a", [4, 4, 4]), ("b", [5, 4, 4]), ("a", [1, 2, 4]), ("b", [2, 2, 4])]


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    raise AssertionError("nothing is graded")


def evaluate(folder: Path, *rule: str) -> EvalResult:
    rows = [{"item_id": str(at), "category": name, "gpt4_scores": scores} for at, (name, scores) in enumerate(GRADES)]
    (folder / "mt_bench.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result: EvalResult = library.module("evals", "rubric_multisample").evaluate(folder, grade, *rule)
    return result


def table(result: EvalResult, name: str) -> dict[str, Any]:
    return cast("dict[str, Any]", result.figures[name])


def test_agreement_is_counted_by_hand(tmp_path: Path) -> None:
    result = evaluate(tmp_path)
    assert (result.n, result.agree, result.unscored) == (4, 1, 0)
    assert result.figures["spread"] == {"0": 1, "1": 1, "2": 1, "3": 1}
    assert result.figures["mean_spread_by_category"] == {"a": 1.5, "b": 1.5}
    agreement = table(result, "agreement")
    # pairs: 0 0 0; 1 1 0; 1 3 2; 0 2 2
    assert agreement["same_grade"] == pytest.approx(5 / 12, abs=1e-9)
    assert agreement["within_one"] == pytest.approx(8 / 12, abs=1e-9)
    # means 4, 13/3, 7/3, 8/3 about 10/3: squares 4/9, 1, 1, 4/9; between = 3 * (26/9) / 3 = 26/9
    # variances 0, 1/3, 7/3, 4/3: within = 1; icc = (26/9 - 1) / (26/9 + 2)
    assert agreement["icc"] == pytest.approx((26 / 9 - 1) / (26 / 9 + 2), abs=1e-9)
    assert result.figures["first_sample_is_it"] == 0.25


def test_means_come_with_intervals_over_answers(tmp_path: Path) -> None:
    """Category a: means 4 and 7/3, their mean 19/6, half width 12.706 * (5/3) / sqrt(2) / sqrt(2): cut to the scale."""
    found = table(evaluate(tmp_path), "mean_by_category")
    assert found["a"]["mean"] == pytest.approx(19 / 6, abs=1e-9)
    assert (found["a"]["low"], found["a"]["high"]) == (1, 5)
    whole = found["all"]  # means 4, 13/3, 7/3, 8/3 about 10/3: deviation sqrt((4/9 + 1 + 1 + 4/9) / 3), t = 3.182446
    half = 3.182446305284264 * math.sqrt(26 / 27) / 2
    assert whole["high"] - whole["mean"] == pytest.approx(half, abs=1e-9)


def test_reductions_are_compared_where_both_give_a_number(tmp_path: Path) -> None:
    found = table(evaluate(tmp_path), "reductions")
    # means 4, 13/3, 7/3, 8/3; medians 4, 4, 2, 2; majorities 4, 4, none, 2
    apart = found["mean and median"]
    assert (apart["n"], apart["differ"]) == (4, 4 - 1)
    assert apart["mean_distance"] == pytest.approx((0 + 1 / 3 + 1 / 3 + 2 / 3) / 4, abs=1e-9)
    assert apart["largest"] == pytest.approx(2 / 3, abs=1e-9)
    assert found["median and majority"] == {"n": 3, "differ": 0, "mean_distance": 0, "largest": 0}
    assert found["first and median"]["differ"] == 2


def test_intervals_are_student_s_and_cut_to_the_scale(tmp_path: Path) -> None:
    result = evaluate(tmp_path)
    wide = {row["id"]: row for row in result.differences}
    assert set(wide) == {"2", "3"}
    # 2, 2, 4: mean 8/3, standard error sqrt(4/3 / 3) = 2/3, t(0.975, 2) = 4.302652729911275
    reach = 4.302652729911275 * 2 / 3
    assert wide["3"]["interval"] == pytest.approx([1.0, min(5.0, 8 / 3 + reach)], abs=1e-9)
    assert wide["2"]["majority"] is None
    # widths: 0; 13/3 -+ 4.3027 / 3 cut at 5; two from 1 to 5
    second = 5 - (13 / 3 - 4.302652729911275 / 3)
    third = min(5.0, 7 / 3 + 4.302652729911275 * math.sqrt(7 / 3 / 3)) - 1
    widths = [0, second, third, min(5.0, 8 / 3 + reach) - 1]
    assert table(result, "interval_width")["mean"] == pytest.approx(sum(widths) / 4, abs=1e-9)
    assert table(result, "interval_width")["share_over_one_grade"] == 0.75


def test_a_majority_of_three_different_grades_is_none(tmp_path: Path) -> None:
    result = evaluate(tmp_path, "majority")
    assert result.unscored == 1
    assert result.figures["first_sample_is_it"] == 0.5  # of the first and the last


def test_a_rule_that_needs_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="grades without labels"):
        evaluate(tmp_path, "fitted")
    with pytest.raises(DataError, match=r"no file 'mt_bench\.jsonl'"):
        library.module("evals", "rubric_multisample").evaluate(tmp_path / "nowhere", grade)


def test_grades_that_are_missing_are_left_out(tmp_path: Path) -> None:
    whole = evaluate(tmp_path)
    assert whole.n == 4
    rows = [*GRADES, ("a", [None, 3]), ("a", None), ("a", [5])]
    lines = [{"item_id": str(at), "category": name, "gpt4_scores": scores} for at, (name, scores) in enumerate(rows)]
    (tmp_path / "mt_bench.jsonl").write_text("\n".join(map(json.dumps, lines)))
    module = library.module("evals", "rubric_multisample")
    assert module.evaluate(tmp_path, grade) == whole
    (tmp_path / "mt_bench.jsonl").write_text("\n".join(map(json.dumps, lines[4:])))
    with pytest.raises(DataError, match="no answer has two grades"):
        module.evaluate(tmp_path, grade)
