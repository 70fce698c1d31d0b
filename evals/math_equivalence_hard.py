r"""Answers that graders of mathematics get wrong: is the judge right, in time, and never generous?

Pairs of 25 kinds beyond dispute: numbers in many dresses, units, dates, sets, intervals, choices, words, and hostile
ones (towers of exponents, hedges, code). `math_equivalence_hard.jsonl` has one pair a line:

    {"id": "ms-081", "category": "unit", "gold": "5 \\text{ cm}", "pred": "5 m", "pred_kind": "answer",
     "expected": false, "max_s": 6.0}

`pred_kind` is `answer` (the bare answer) or `response` (a reply that the answer is taken from). `must_not_exist` names
a file that the answer would make if it were run. Run it with `judge eval math_equivalence_hard --data PATH`, where PATH
is that file or its folder. `false_positives` counts wrong answers that were called right.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"
_WARM_UP = [Sample(prompt="?", responses=f"\\int_0^{n} x dx", references="$\\int_0^1 y dy$") for n in range(2, 6)]
_POLICIES = {"answer": "whole", "response": "final"}


def evaluate(data: Path, grade: Callable[..., Iterator[Reward]]) -> EvalResult:
    """Grade every pair by the checks for references; agreement is the expected verdict, in time and without a trace."""
    rows = read_rows(data, "math_equivalence_hard.jsonl")
    traces = [path for row in rows if (path := row.get("must_not_exist"))]
    before = {path for path in traces if Path(path).exists()}
    rewards: dict[str, Reward] = {}
    list(grade(_WARM_UP, RECIPE))  # the start of the workers is no row's time
    for kind, policy in _POLICIES.items():
        chosen = [row for row in rows if row["pred_kind"] == kind]
        tools = [{"tool": "math_equal", "options": {"extract": policy}}, {"tool": "exact_match"}]
        found = grade(map(_sample, chosen), RECIPE, settings={"tools": tools})
        rewards.update(zip((row["id"] for row in chosen), found, strict=True))
    wrong = [one for row in rows if (one := _difference(row, rewards[row["id"]], before))]
    return EvalResult(
        name="math_equivalence_hard",
        n=len(rows),
        agree=len(rows) - len(wrong),
        unscored=sum(reward.value is None for reward in rewards.values()),
        false_positives=sum(rewards[row["id"]].value == 1.0 and not row["expected"] for row in rows),
        figures={"slowest_s": max((round(_seconds(reward), 3) for reward in rewards.values()), default=0.0)},
        differences=tuple(wrong),
    )


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(id=row["id"], prompt="Solve it.", responses=row["pred"], references=row["gold"])


def _seconds(reward: Reward) -> float:
    return reward.usage.seconds


def _difference(row: dict[str, Any], reward: Reward, before: set[str]) -> dict[str, JsonValue] | None:
    """Return what is wrong with a verdict; None when nothing is."""
    path = row.get("must_not_exist") or ""
    late = _seconds(reward) > row["max_s"]
    run = bool(path) and path not in before and Path(path).exists()
    right = reward.value is not None and (reward.value == 1.0) == row["expected"]
    if right and not late and not run:
        return None
    return {
        "id": row["id"],
        "category": row["category"],
        "gold": row["gold"][:200],
        "pred": row["pred"][-200:],
        "expected": row["expected"],
        "value": reward.value,
        "why": reward.rationale[:300],
        "seconds": round(_seconds(reward), 3),
        **({"late": True} if late else {}),
        **({"made": path} if run else {}),
    }
