r"""Right and wrong solutions of grade-school problems: does the judge tell them apart by their final answers?

660 problems of GSM8K with four model solutions each (openai/grade-school-math, MIT), labelled by comparing the number
after the last `A:` with the reference. `solutions.jsonl` has one problem a line (shortened):

    {"idx": 0, "question": "Janet's ducks lay 16 eggs per day...", "reference_answer": "18", "solutions":
     [{"model": "175b_verification", "solution": "Janet eats 3 ... so $2*9 = $18 per day\nA: 18", "is_correct": true}]}

Run it with `judge eval gsm8k_solutions --data PATH`, where PATH is the folder of that file. No model is called.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every solution against its reference; agreement is a reward of 1 exactly for those labelled right."""
    rows = [row for problem in read_rows(data, "solutions.jsonl") for row in _solutions(problem)]
    rewards = list(grade((sample for sample, _ in rows), RECIPE))
    unscored = sum(reward.value is None for reward in rewards)
    differences: list[dict[str, JsonValue]] = [
        {"id": sample.id, "reference": sample.references[0], "is_correct": label, "value": reward.value}
        for (sample, label), reward in zip(rows, rewards, strict=True)
        if (reward.value == 1.0) != label or reward.value is None
    ]
    return EvalResult(
        name="gsm8k_solutions",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=unscored,
        differences=tuple(differences[:20]),
    )


def _solutions(row: dict[str, Any]) -> Iterator[tuple[Sample, bool]]:
    for number, solution in enumerate(row["solutions"]):
        yield (
            Sample(
                id=f"{row['idx']}-{number}",
                prompt=row["question"],
                responses=solution["solution"],
                references=row["reference_answer"],
            ),
            solution["is_correct"],
        )
