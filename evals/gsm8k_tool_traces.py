r"""Solutions with a program and its claimed output: does the output come out again, and is the final answer told right?

660 problems of GSM8K solved by ToRA-code-34b with one Python program each (microsoft/ToRA, MIT). `traces.jsonl` has one
trace a line (shortened):

    {"idx": 0, "question": "Janet's ducks lay 16 eggs per day...", "reference_answer": "18", "trace": "```python\n...
     print(daily_income)\n```\n```output\n18\n```\nJanet makes $\\boxed{18}$ dollars every day.", "predicted": "18"}

A row agrees when both hold:

- every output block of the trace is what its program prints here, in the sandbox, floats to nine digits; of a program
  that fails, the block is the last line of the error, without the suggestions of newer Pythons (a trace without an
  output block claims none);
- the reward of the trace is 1 exactly when `predicted`, the authors' reading of the answer, equals the reference.

The figures count the arithmetic steps that the prose around the programs writes down.

Run it with `judge eval gsm8k_tool_traces --data PATH`, where PATH is the folder of that file. No model is called.
"""

import asyncio
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.answers.quantities import read_quantity
from judge.calculator.checked import check
from judge.calculator.claimed import steps
from judge.dataset import read_rows
from judge.errors import ToolError
from judge.sandbox import Limits, Run, run_python
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"
_LIMITS = Limits(wall_s=10, memory_mb=1024, patience=2)
_BLOCK = re.compile(r"^```(python|output)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SUGGESTION = re.compile(r"\. Did you mean: .*$")
_DIGITS = 1e-9
_STATES = ("right", "wrong", "unclear")


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Run every program, grade every trace, and compare with what the traces claim."""
    rows = read_rows(data, "traces.jsonl")
    printed = asyncio.run(_run_all(rows))
    rewards = list(grade(map(_sample, rows), RECIPE))
    differences: list[dict[str, JsonValue]] = []
    for row, outputs, reward in zip(rows, printed, rewards, strict=True):
        if why := _difference(row, outputs, reward):
            differences.append({"id": str(row["idx"]), "why": why})
    return EvalResult(
        name="gsm8k_tool_traces",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=sum(reward.value is None for reward in rewards),
        false_positives=sum(reward.value == 1.0 and not _right(row) for row, reward in zip(rows, rewards, strict=True)),
        figures=_figures(rows, printed),
        differences=tuple(differences),
    )


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(
        id=str(row["idx"]), prompt=row["question"], responses=row["trace"], references=str(row["reference_answer"])
    )


def _right(row: dict[str, Any]) -> bool:
    predicted, reference = (read_quantity(str(row[name])) for name in ("predicted", "reference_answer"))
    return predicted is not None and predicted == reference


async def _run_all(rows: list[dict[str, Any]]) -> list[list[str]]:
    return await asyncio.gather(*(_outputs(row["trace"]) for row in rows))


async def _outputs(trace: str) -> list[str]:
    """Return what stands at each output block when the programs before it are run: printed text or the error."""
    programs: list[str] = []
    found, before = [], ""
    for kind, block in _BLOCK.findall(trace):
        if kind == "python":
            programs.append(block)
            continue
        run = await run_python("\n".join(programs), limits=_LIMITS)
        everything = _printed(run)
        found.append(everything.removeprefix(before).strip())
        before = everything
    return found


def _printed(run: Run) -> str:
    if run.status == "sandbox_error":
        raise ToolError(f"the sandbox broke, so nothing can be compared: {run.message}")
    return run.stdout if run.status == "ok" else run.stdout + run.stderr.rstrip().rpartition("\n")[2]


def _difference(row: dict[str, Any], outputs: list[str], reward: Reward) -> str:
    claims = [block.strip() for kind, block in _BLOCK.findall(row["trace"]) if kind == "output"]
    for claim, output in zip(claims, outputs, strict=True):
        if not _alike(claim, output):
            return f"the program prints {output[:80]!r} and not {claim[:80]!r}"
    if reward.value is None:
        return f"unscored: {reward.rationale[:200]}"
    if (reward.value == 1.0) != _right(row):
        return f"predicted {row['predicted'][:40]!r}, reference {row['reference_answer']!r}: {reward.rationale[:200]}"
    return ""


def _alike(claim: str, output: str) -> bool:
    if _SUGGESTION.sub("", claim) == _SUGGESTION.sub("", output):
        return True
    try:
        return math.isclose(float(claim), float(output), rel_tol=_DIGITS)
    except ValueError:
        return False


def _figures(rows: list[dict[str, Any]], printed: list[list[str]]) -> dict[str, JsonValue]:
    states = Counter[str](verdict.state for row in rows for verdict in check(steps(row["trace"])))
    return {"outputs": sum(map(len, printed)), **{f"steps_{state}": states[state] for state in _STATES}}
