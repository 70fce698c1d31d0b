r"""Competition problems with solutions: is the boxed answer found, right for itself and wrong for its neighbour?

The MATH test set by way of microsoft/ToRA (MIT). `problems.jsonl` has one problem a line (shortened):

    {"idx": 2, "type": "Algebra", "level": "Level 4", "problem": "Find $x$ such that ...", "solution": "First, ... is
     $1+\\dfrac{2}{7}=\\boxed{\\dfrac{9}{7}}$."}

Two verdicts a problem. *Right*: the solution as response against its own boxed answer, cut out here by counting
braces, independently of the judge's extraction. *Wrong*: the same solution against the boxed answer of the next problem
of the same type that is written otherwise. A few such neighbours are equal all the same (1/2 and 0.5): each one that
the judge accepts is listed, to be looked at. Run it with `judge eval hendrycks_math --data PATH`, where PATH is the
folder of that file or the file.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample

RECIPE = "verify"

_SPACING = re.compile(r"\\[ ,!;]|\\(?:left|right)(?![A-Za-z])|[\s.$]")


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every solution against its own answer and another; agreement is 1 for the one and less for the other."""
    rows = [row for row in read_rows(data, "problems.jsonl") if "boxed" in row["solution"]]
    pairs = [*_pairs(rows)]
    rewards = list(grade((sample for sample, _ in pairs), RECIPE))
    differences: list[dict[str, JsonValue]] = [
        {
            "id": sample.id,
            "reference": sample.references[0],
            "solution": sample.responses[0].text[-200:],
            "value": reward.value,
            "why": reward.rationale[:300],
        }
        for (sample, label), reward in zip(pairs, rewards, strict=True)
        if reward.value is None or (reward.value == 1.0) != label
    ]
    return EvalResult(
        name="hendrycks_math",
        n=len(pairs),
        agree=len(pairs) - len(differences),
        unscored=sum(reward.value is None for reward in rewards),
        false_positives=sum(found["value"] == 1.0 and str(found["id"]).endswith("wrong") for found in differences),
        figures={"right": len(rows), "wrong": len(pairs) - len(rows)},
        differences=tuple(differences),
    )


def boxed(solution: str) -> str:
    r"""Return what stands in the last box of a solution, by counting braces; the box may be `\boxed 3` too."""
    start = solution.rindex("\\boxed") + len("\\boxed")
    rest = solution[start:].lstrip()
    if not rest.startswith("{"):
        return rest[:1]
    depth = 0
    for place, character in enumerate(rest):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return rest[1:place]
    return rest[1:]


def _pairs(rows: list[dict[str, Any]]) -> Iterator[tuple[Sample, bool]]:
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        kinds[row["type"]].append(boxed(row["solution"]))
    seen: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        answers, place = kinds[row["type"]], seen[row["type"]]
        seen[row["type"]] += 1
        yield _sample(row, "right", answers[place]), True
        others = answers[place + 1 :] + answers[:place]
        other = next((other for other in others if _bare(other) != _bare(answers[place])), None)
        if other is not None:
            yield _sample(row, "wrong", other), False


def _bare(answer: str) -> str:
    return _SPACING.sub("", answer.replace("dfrac", "frac").replace("tfrac", "frac"))


def _sample(row: dict[str, Any], kind: str, answer: str) -> Sample:
    return Sample(id=f"{row['idx']}-{kind}", prompt=row["problem"], responses=row["solution"], references=answer)
