r"""Pairs of math-verify's own tests: does the judge extract and compare as that library's authors expect?

Literal cases (huggingface/Math-Verify, Apache-2.0). `cases.jsonl` has one a line:

    {"id": "mv-102", "group": "relations_math", "gold": "$11$", "pred": "$x=11$", "equivalent": true}

Three settings may come with a row: `float_digits` (decimal places that count), `strict` (names of variables count) and
`allow_set_relation_comp` (an inequality answers a set). Run it with `judge eval math_equivalence --data PATH`, where
PATH is the folder of that file or the file.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"
_OPTIONS = {"float_digits": "digits", "strict": "strict", "allow_set_relation_comp": "allow_set_relation"}


def evaluate(data: Path, grade: Callable[..., Iterator[Reward]]) -> EvalResult:
    """Grade every pair with its settings; agreement is a reward of 1 exactly for the equivalent ones."""
    rows = read_rows(data, "cases.jsonl")
    groups: dict[tuple[tuple[str, Any], ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple((name, row[field]) for field, name in _OPTIONS.items() if field in row), []).append(row)
    rewards: dict[str, Reward] = {}
    for options, chosen in groups.items():
        tools = [{"tool": "math_equal", "options": dict(options)}, {"tool": "exact_match"}]
        found = grade(map(_sample, chosen), RECIPE, settings={"tools": tools})
        rewards.update(zip((row["id"] for row in chosen), found, strict=True))
    differences: list[dict[str, JsonValue]] = [
        {
            "id": row["id"],
            "gold": row["gold"][-200:],
            "pred": row["pred"][-200:],
            "equivalent": row["equivalent"],
            "value": reward.value,
            "why": reward.rationale[:300],
        }
        for row in rows
        if (reward := rewards[row["id"]]).value is None or (reward.value == 1.0) != row["equivalent"]
    ]
    return EvalResult(
        name="math_equivalence",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=sum(reward.value is None for reward in rewards.values()),
        false_positives=sum(rewards[row["id"]].value == 1.0 and not row["equivalent"] for row in rows),
        differences=tuple(differences),
    )


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(id=row["id"], prompt="Solve it.", responses=row["pred"], references=row["gold"])
