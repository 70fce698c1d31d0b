r"""Arithmetic steps in solutions that people wrote with a calculator: does the judge leave the right ones alone?

660 reference solutions of GSM8K (openai/grade-school-math, MIT) whose steps carry `<<a*b=c>>` marks that a calculator
filled in, in the layout of gsm8k_solutions. `solutions.jsonl` has one problem a line (shortened):

    {"idx": 0, "question": "Janet's ducks lay 16 eggs...", "reference_solution": "Janet sells 16 - 3 - 4 = <<16-3-4=9>>9
     duck eggs a day.\nShe makes 9 * 2 = $<<9*2=18>>18 every day.\nA: 18", "solutions": [{"solution": "...", ...}]}

A row is a reference solution and agrees when none of its steps, in marks or in prose, is called wrong. A few of them
do hold slips, such as `3.65 / .05 = 69`. The figures count the marks that were read, and the steps of the model's
solutions, whose marks a model wrote and which have no label of their own.

Run it with `judge eval gsm8k_steps --data PATH`, where PATH is the folder of that file. No model is called.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import JsonValue

from judge.calculator.checked import Verdict, check
from judge.calculator.claimed import steps
from judge.calculator.pieces import annotations
from judge.dataset import read_rows
from judge.types import EvalResult, Reward, Sample


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Check every step; nothing is graded, since a wrong step is soft evidence only."""
    rows = read_rows(data, "solutions.jsonl")
    found = {str(row["idx"]): _verdicts(row["reference_solution"]) for row in rows}
    differences: list[dict[str, JsonValue]] = [
        {"id": id, "wrong": [f"{verdict.step} (it is {verdict.shown})" for verdict in wrong]}
        for id, verdicts in found.items()
        if (wrong := [verdict for verdict in verdicts if verdict.state == "wrong"])
    ]
    models = Counter(
        verdict.state for row in rows for one in row["solutions"] for verdict in _verdicts(one["solution"])
    )
    marks = Counter(
        verdict.state for row in rows for note in annotations(row["reference_solution"]) for verdict in _mark(note)
    )
    references = Counter(verdict.state for verdicts in found.values() for verdict in verdicts)
    return EvalResult(
        name="gsm8k_steps",
        n=len(rows),
        agree=len(rows) - len(differences),
        figures={
            f"{name}_{state}": count
            for name, counts in (("reference_steps", references), ("reference_marks", marks), ("model_steps", models))
            for state, count in counts.items()
        },
        differences=tuple(differences),
    )


def _verdicts(text: str) -> list[Verdict]:
    return check(steps(text))


def _mark(note: str) -> list[Verdict]:
    return check(steps(f"<<{note}>>"))
