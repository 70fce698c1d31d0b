r"""Eight solutions to each of 60 competition problems: does the judge agree with the published labels?

QwenLM/Qwen2.5-Math, evaluation example (MIT). `samples.jsonl` has one problem a line (shortened):

    {"idx": "0", "problem": "What is ...", "answer": "420", "reference_solution": "Notice that ... \\boxed{420}.",
     "samples": [{"response": "To find ... \\boxed{420}", "extracted": "420", "is_correct": true, "rm_score": 1.2}]}

The labels come from that project's own grader. Run it with `judge eval math_multisample --data PATH`, where PATH is the
folder of that file or the file. docs/math.md argues the rows where the verdicts differ.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every solution against the answer; agreement is a reward of 1 exactly for those labelled right."""
    rows = [row for problem in read_rows(data, "samples.jsonl") for row in _solutions(problem)]
    rewards = list(grade((sample for sample, _ in rows), RECIPE))
    differences: list[dict[str, JsonValue]] = [
        {
            "id": sample.id,
            "reference": sample.references[0],
            "extracted": label["extracted"],
            "is_correct": label["is_correct"],
            "value": reward.value,
            "why": reward.rationale[:300],
        }
        for (sample, label), reward in zip(rows, rewards, strict=True)
        if reward.value is None or (reward.value == 1.0) != label["is_correct"]
    ]
    return EvalResult(
        name="math_multisample",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=sum(reward.value is None for reward in rewards),
        false_positives=sum(found["value"] == 1.0 for found in differences),
        differences=tuple(differences),
    )


def _solutions(problem: dict[str, Any]) -> Iterator[tuple[Sample, dict[str, Any]]]:
    for number, solution in enumerate(problem["samples"]):
        sample = Sample(
            id=f"{problem['idx']}-{number}",
            prompt=problem["problem"],
            responses=solution["response"],
            references=problem["answer"],
        )
        yield sample, solution
