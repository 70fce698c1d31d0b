r"""QuixBugs: 40 small programs, each broken and repaired, with asserts; does the judge tell which pass?

Some of the broken programs never end, recurse without bound or eat memory. One row of `programs.jsonl`, shortened:

    {"name": "bitcount", "variant": "buggy", "docstring": "...", "program": "def bitcount(n):\n    count = 0\n ...",
     "tests": "assert bitcount(*[127]) == 7\nassert ...", "passes_tests": false, "failure": "timeout"}

Run it: `judge eval quixbugs --data PATH`, where PATH holds `programs.jsonl`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from judge.dataset import read_rows
from judge.types import EvalResult, Response, Reward, Sample, Tests

_LIMIT_S = 1.0
"""Seconds for one program. The slowest one that is labelled as passing takes 0.4; the repaired `levenshtein`, which is
labelled as too slow, takes 2 or more."""


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every program by its tests and compare full marks with the label `passes_tests`."""
    rows = read_rows(data, "programs.jsonl")
    rewards = list(grade(map(_sample, rows), "verify"))
    wrong = [
        {"id": f"{row['name']} {row['variant']}", "label": row["passes_tests"], "judge": reward.rationale[:200]}
        for row, reward in zip(rows, rewards, strict=True)
        if (reward.value == 1.0) != row["passes_tests"] or not reward.ok
    ]
    outside = sum("integrity=outside" in found.provenance for reward in rewards for found in reward.evidence)
    return EvalResult(
        name="quixbugs",
        n=len(rows),
        agree=len(rows) - len(wrong),
        unscored=sum(not reward.ok for reward in rewards),
        false_positives=sum(
            one.value == 1.0 and not row["passes_tests"] for row, one in zip(rows, rewards, strict=True)
        ),
        figures={"judged_outside": outside},
        differences=tuple(wrong),
    )


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(
        id=f"{row['name']}-{row['variant']}",
        prompt=row["docstring"],
        responses=(Response(text=f"```python\n{row['program']}\n```"),),
        tests=Tests(code=row["tests"], timeout_s=_LIMIT_S),
    )
