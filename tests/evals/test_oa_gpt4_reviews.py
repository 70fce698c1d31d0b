"""The eval `oa_gpt4_reviews` on rows small enough to count by hand."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from judge import library
from judge.errors import DataError
from judge.types import EvalResult, Reward, Sample

REVIEWS = [
    ("Both are fine.\n\n3", 3),
    ("The second is better.\n\n2", 2),
    ("The second is better.\n\n2", 1),  # recorded wrongly
    ("The first is better.\n\nBest answer: 1", -1),
    ("The best answer is from Assistant 2.", -1),
    ("I cannot say.", -1),
]


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    raise AssertionError("nothing is graded")


def test_counts_are_those_made_by_hand(tmp_path: Path) -> None:
    rows = [{"message_id": str(number), "text": text, "score": score} for number, (text, score) in enumerate(REVIEWS)]
    (tmp_path / "judgments.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result: EvalResult = library.module("evals", "oa_gpt4_reviews").evaluate(tmp_path, grade)
    assert (result.n, result.agree, result.recovered, result.unscored) == (6, 2, 2, 1)
    assert result.parse_agree == 2 / 3
    assert result.figures["recovered_choices"] == {"1": 1, "2": 1}
    assert [(kind["ours"], kind["recorded"], kind["count"]) for kind in result.differences] == [(2, 1, 1), (-1, -1, 1)]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file 'judgments.jsonl'"):
        library.module("evals", "oa_gpt4_reviews").evaluate(tmp_path, grade)
