"""The recorded claims of the eval, in small: three claims with evidence and stances, and their labels."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, library
from judge.errors import DataError
from judge.types import EvalResult, Reward, Sample

EVEREST = "Mount Everest is 8,849 m high."
CLAIMS = [
    ("Everest is 8,849 m high.", "true"),
    ("Everest was first climbed in 1954.", "false"),
    ("Everest lies in Africa.", "false"),
]
STANCES = [
    (0, EVEREST, "completely-support"),
    (0, EVEREST, "completely-support"),
    (0, "K2 is lower than that.", "irrelevant"),
    (1, "Hillary climbed it in 1953, before anybody else.", "refute"),
    (1, "Many have tried to climb it.", "partially-support"),
    (2, "A map of Africa shows it there.", "completely-support"),
    (2, "Word", "partially-support"),
]


def grade(samples: Iterable[Sample], recipe: str, **how: Any) -> Iterator[Reward]:
    return Judge(recipe, **how).score_iter(samples)


def evaluate(folder: Path, stances: list[tuple[int, str, str]]) -> EvalResult:
    claims = [{"claim": claim, "label": label} for claim, label in CLAIMS]
    rows = [{"claim": CLAIMS[number][0], "evidence": text, "stance": stance} for number, text, stance in stances]
    for name, lines in [("claims.jsonl", claims), ("claim_evidence_stance.jsonl", rows)]:
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    result: EvalResult = library.module("evals", "factcheck_claims").evaluate(folder, grade)
    return result


def test_stances_are_read_back_and_verdicts_compared_with_labels(tmp_path: Path) -> None:
    result = evaluate(tmp_path, STANCES)
    assert (result.n, result.agree, result.unscored, result.false_positives) == (7, 6, 0, 1)
    assert [row["id"] for row in result.differences] == ["2:1"]  # one word is no quotation
    assert (result.figures["claims"], result.figures["verdicts_replayed"]) == (3, 3)
    assert result.figures["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert result.figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3, abs=1e-4)
    assert result.figures["refuted taken for supported"] == 1


def test_an_unknown_stance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the stance 'maybe' is unknown"):
        evaluate(tmp_path, [(0, EVEREST, "maybe")])
