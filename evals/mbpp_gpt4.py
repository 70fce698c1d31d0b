r"""MBPP solutions of GPT-4 in three runs, with verdicts that were rechecked; does the judge give the same?

One row of `samples.jsonl`, shortened:

    {"task": "mbpp_237_check_occurences", "run": "gpt4_run1", "prompt": "from typing import List ...",
     "entry_point": "check_occurences", "solution": "from typing ...", "test": "def check(candidate):\n    assert ...",
     "passed": false, "rechecked_passed": false}

`passed` is what the authors recorded, `rechecked_passed` what running the tests again gave; the latter is the label.
Run it: `judge eval mbpp_gpt4 --data PATH`, where PATH holds `samples.jsonl`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from judge.dataset import read_rows
from judge.types import EvalResult, Response, Reward, Sample, Tests


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every solution by its tests and compare full marks with the label `rechecked_passed`."""
    rows = read_rows(data, "samples.jsonl")
    rewards = list(grade(map(_sample, rows), "verify"))
    wrong = [
        {"id": _name(row), "label": row["rechecked_passed"], "judge": reward.rationale[:200]}
        for row, reward in zip(rows, rewards, strict=True)
        if (reward.value == 1.0) != row["rechecked_passed"] or not reward.ok
    ]
    outside = sum("integrity=outside" in found.provenance for reward in rewards for found in reward.evidence)
    return EvalResult(
        name="mbpp_gpt4",
        n=len(rows),
        agree=len(rows) - len(wrong),
        unscored=sum(not reward.ok for reward in rewards),
        false_positives=sum(
            reward.value == 1.0 and not row["rechecked_passed"] for row, reward in zip(rows, rewards, strict=True)
        ),
        figures={"judged_outside": outside},
        differences=tuple(wrong),
    )


def _name(row: dict[str, Any]) -> str:
    return f"{row['task']} {row['run']}"


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(
        id=_name(row),
        prompt=row["prompt"],
        responses=(Response(text=row["solution"]),),
        tests=Tests(code=row["test"], entry_point=row["entry_point"]),
    )
