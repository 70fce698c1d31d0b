"""Three samples of the same grading request: how far do they differ, and what does it matter how they are reduced?

GPT-4's grades, 1 to 5 by a rubric, of 320 MT-Bench answers, each asked for three times
(prometheus-eval/prometheus-eval, eval/benchmark/data/mt_bench_eval.json, arXiv 2405.01535, Apache-2.0). There are no
gold labels: this measures agreement, not accuracy. `mt_bench.jsonl` has one answer a line (shortened):

    {"item_id": "mt_bench-000", "category": "writing", "gpt4_scores": [4, 4, 5]}

Every answer gets the mean of its grades with a 95 % interval for it by Student's t, cut to the scale; with three grades
an interval is wide, and of no width where all are alike. `mean`, `median` and `majority` are compared with one another;
a majority of three different grades is none. `agree` counts answers on which all samples agree.

Run it with `judge eval rubric_multisample --data PATH`, where PATH is the folder of that file. No model is called.
`--vote mean`, `median` or `majority` says which reduction `unscored` and `first_sample_is_it` are about.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.errors import DataError, SettingsError
from judge.reducers import Rule, RuleName, interval, reduce
from judge.types import EvalResult, Reward, Sample

LOW, HIGH = 1, 5
RULES: tuple[RuleName, ...] = ("mean", "median", "majority")
WIDE = 2
"""Answers whose grades differ by so much are shown."""


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer with its grades and what they reduce to, on the scale of the rubric."""

    item: str
    category: str
    grades: tuple[float, ...]
    reduced: dict[str, float | None]
    interval: tuple[float, float]

    @property
    def spread(self) -> float:
        """Return the highest grade minus the lowest."""
        return max(self.grades) - min(self.grades)


def evaluate(
    data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]], vote: str | None = None
) -> EvalResult:
    """Compare the recorded samples with one another; `grade` is not called. Answers with fewer than two are left out.

    Raises:
        DataError: `data` lacks the file of the set, or no answer has two grades.
        SettingsError: there is no such reduction.
    """
    rule = vote or "mean"
    if rule not in RULES:
        raise SettingsError(
            f"rubric_multisample has grades without labels: it reduces by {', '.join(RULES)}, not by {rule!r}"
        )
    given = [(row, [grade for grade in row["gpt4_scores"] or () if grade is not None])
             for row in read_rows(data, "mt_bench.jsonl")]  # fmt: skip
    rows = [_graded(row["item_id"], row["category"], grades) for row, grades in given if len(grades) > 1]
    if not rows:
        raise DataError("no answer has two grades, so there is nothing to compare; give answers graded several times")
    widths = [high - low for low, high in (row.interval for row in rows)]
    return EvalResult(
        name="rubric_multisample",
        n=len(rows),
        agree=sum(row.spread == 0 for row in rows),
        unscored=sum(row.reduced[rule] is None for row in rows),
        figures={
            "spread": {f"{spread:g}": count for spread, count in sorted(Counter(row.spread for row in rows).items())},
            "agreement": _agreement(rows),
            "first_sample_is_it": statistics.fmean(_same(row.grades[0], row.reduced[rule]) for row in rows),
            "interval_width": {
                "mean": statistics.fmean(widths),
                "median": statistics.median(widths),
                "share_over_one_grade": statistics.fmean(width > 1 for width in widths),
            },
            "reductions": {
                f"{one} and {other}": _apart(rows, one, other) for one, other in combinations(("first", *RULES), 2)
            },
            "mean_spread_by_category": _by_category(rows),
            "mean_by_category": _means(rows),
        },
        differences=tuple(_shown(row) for row in rows if row.spread >= WIDE),
    )


def _graded(item: str, category: str, grades: Sequence[float]) -> Graded:
    shares = [(score - LOW) / (HIGH - LOW) for score in grades]
    reduced: dict[str, float | None] = {"first": grades[0]}
    for name in RULES:
        value = reduce(shares, Rule(rule=name))
        reduced[name] = None if value is None else _scaled(value)
    low, high = interval(shares) or (0.0, 1.0)
    return Graded(item, category, tuple(grades), reduced, (_scaled(low), _scaled(high)))


def _scaled(share: float) -> float:
    return LOW + (HIGH - LOW) * share


def _same(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) < 1e-9


def _agreement(rows: Sequence[Graded]) -> dict[str, JsonValue]:
    """Return the shares of pairs of samples that agree, and the intraclass correlation of one sample, ICC(1).

    ICC(1) = (B - W) / (B + (k - 1) W) with the mean squares between and within answers, for k samples each (Shrout and
    Fleiss 1979).
    """
    pairs = [abs(one - other) for row in rows for one, other in combinations(row.grades, 2)]
    found: dict[str, JsonValue] = {
        "same_grade": statistics.fmean(distance == 0 for distance in pairs),
        "within_one": statistics.fmean(distance <= 1 for distance in pairs),
    }
    k = len(rows[0].grades)
    if len(rows) > 1 and all(len(row.grades) == k for row in rows):
        between = k * statistics.variance(statistics.fmean(row.grades) for row in rows)
        within = statistics.fmean(statistics.variance(row.grades) for row in rows)
        if between or within:
            found["icc"] = (between - within) / (between + (k - 1) * within)
    return found


def _apart(rows: Sequence[Graded], one: str, other: str) -> dict[str, JsonValue]:
    """Return how often two reductions differ, by how much on average and at most, where both give a number."""
    both = [(row.reduced[one], row.reduced[other]) for row in rows]
    apart = [abs(left - right) for left, right in both if left is not None and right is not None]
    if not apart:
        return {"n": 0}
    return {
        "n": len(apart),
        "differ": sum(not _same(distance, 0) for distance in apart),
        "mean_distance": statistics.fmean(apart),
        "largest": max(apart),
    }


def _by_category(rows: Sequence[Graded]) -> dict[str, JsonValue]:
    names = sorted({row.category for row in rows})
    return {name: statistics.fmean(row.spread for row in rows if row.category == name) for name in names}


def _means(rows: Sequence[Graded]) -> dict[str, JsonValue]:
    """The mean over the answers' means, with its 95 % interval: answers differ by more than samples do."""
    found: dict[str, JsonValue] = {}
    for name in ["all", *sorted({row.category for row in rows})]:
        means = [statistics.fmean(row.grades) for row in rows if name in ("all", row.category)]
        low, high = interval([(mean - LOW) / (HIGH - LOW) for mean in means]) or (0.0, 1.0)
        found[name] = {"mean": statistics.fmean(means), "low": _scaled(low), "high": _scaled(high)}
    return found


def _shown(row: Graded) -> dict[str, JsonValue]:
    low, high = row.interval
    return {
        "id": row.item,
        "grades": list(row.grades),
        "mean": row.reduced["mean"],
        "interval": [low, high],
        "median": row.reduced["median"],
        "majority": row.reduced["majority"],
    }
