r"""HumanEval completions of language models with recorded verdicts; does running them give the same?

One row of `samples.jsonl`, shortened:

    {"task_id": "HumanEval/1", "sample_set": "set1", "completion_id": 0, "prompt": "from typing import List\n\n\n...",
     "completion": "\n    pass\n\n", "program_with_tests": "import math\nimport re\n...", "passed": false,
     "result": "failed: AssertionError"}

The response is the completion as it was run, which is not always all that the model wrote; imports and prompt are the
prefix, what follows the completion are the tests.
Run it: `judge eval humaneval_samples --data PATH`, where PATH holds `samples.jsonl`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from judge.dataset import read_rows
from judge.errors import DataError
from judge.types import EvalResult, Response, Reward, Sample, Tests

_TESTS = ("\nMETADATA = ", "\ndef check(")
"""What the tests begin with."""
_NUMPY = re.compile(r"^import numpy.*$", re.M)


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every completion by its tests and compare full marks with the recorded `passed`."""
    rows = read_rows(data, "samples.jsonl")
    rewards = list(grade(map(_sample, rows), "verify"))
    wrong = [
        {"id": _name(row), "label": row["passed"], "recorded": row["result"], "judge": reward.rationale[:200]}
        for row, reward in zip(rows, rewards, strict=True)
        if (reward.value == 1.0) != row["passed"] or not reward.ok
    ]
    outside = sum("integrity=outside" in found.provenance for reward in rewards for found in reward.evidence)
    return EvalResult(
        name="humaneval_samples",
        n=len(rows),
        agree=len(rows) - len(wrong),
        unscored=sum(not reward.ok for reward in rewards),
        false_positives=sum(one.value == 1.0 and not row["passed"] for row, one in zip(rows, rewards, strict=True)),
        figures={"judged_outside": outside},
        differences=tuple(wrong),
    )


def _name(row: dict[str, Any]) -> str:
    return f"{row['task_id']} {row['sample_set']} {row['completion_id']}"


def _sample(row: dict[str, Any]) -> Sample:
    """Take the program that was run apart again: prefix, completion, tests."""
    program, prompt = row["program_with_tests"], row["prompt"].strip("\n")
    prompt_end = program.find(prompt) + len(prompt)
    tests = next((start for mark in _TESTS if (start := program.rfind(mark)) > prompt_end), -1)
    if prompt not in program or tests < 0:
        raise DataError(f"{_name(row)} is no HumanEval program: its prompt or its tests are missing")
    return Sample(
        id=_name(row),
        prompt=row["prompt"],
        responses=(Response(text=program[prompt_end:tests]),),
        tests=Tests(prefix=_NUMPY.sub(_if_installed, program[:prompt_end]), code=program[tests:]),
    )


def _if_installed(line: re.Match[str]) -> str:
    """Most programs import numpy without need."""
    return f"try:\n    {line[0]}\nexcept ImportError:\n    pass"
