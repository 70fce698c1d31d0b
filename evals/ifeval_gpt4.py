"""Checkable instructions in GPT-4's responses: does the judge find the same ones followed as IFEval's own checkers?

347 responses with 542 instructions of 25 types (google-research IFEval, Apache-2.0) and the strict verdicts of the
original program. `responses.jsonl` has one response a line (shortened):

    {"key": 1000, "prompt": "Write a 300+ word summary of the wikipedia page ...", "instruction_id_list":
     ["punctuation:no_comma", "length_constraints:number_words"], "kwargs": [{}, {"relation": "at least",
     "num_words": 300}], "response": "Raymond III was the Count of ...", "strict": [true, false], "strict_all": false}

Run it with `judge eval ifeval_gpt4 --data PATH`, where PATH is the folder of that file. No model is called.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from judge.types import Constraint, EvalResult, Reward, Sample

RECIPE = "verify"


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every response; agreement is a reward of 1 exactly for those that follow all their instructions."""
    lines = (data / "responses.jsonl").read_text(encoding="utf-8").strip().split("\n")
    rows = [json.loads(line) for line in lines]
    rewards = list(grade(map(_sample, rows), RECIPE))
    unscored = sum(reward.value is None for reward in rewards)
    differences = [
        {"id": str(row["key"]), "strict_all": row["strict_all"], "value": reward.value, "why": reward.rationale}
        for row, reward in zip(rows, rewards, strict=True)
        if (reward.value == 1.0) != row["strict_all"] or reward.value is None
    ]
    return EvalResult(
        name="ifeval_gpt4",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=unscored,
        figures=_by_instruction(rows, rewards),
        differences=tuple(differences[:20]),
    )


def _sample(row: dict[str, Any]) -> Sample:
    constraints = zip(row["instruction_id_list"], row["kwargs"], strict=True)
    return Sample(
        id=str(row["key"]),
        prompt=row["prompt"],
        responses=row["response"],
        constraints=tuple(Constraint(id=id, args=args) for id, args in constraints),
    )


def _by_instruction(rows: list[dict[str, Any]], rewards: list[Reward]) -> dict[str, Any]:
    """Count the single verdicts that agree; a check gives them in the order of the constraints."""
    pairs = [
        (verdict, finding)
        for row, reward in zip(rows, rewards, strict=True)
        for evidence in reward.evidence
        if evidence.tool == "constraints" and evidence.detail
        for verdict, finding in zip(row["strict"], evidence.detail.values(), strict=True)
    ]
    same = sum(isinstance(found, dict) and (found["state"] == "followed") == verdict for verdict, found in pairs)
    return {"instructions": len(pairs), "instructions_agree": same}
