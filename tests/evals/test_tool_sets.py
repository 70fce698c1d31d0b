"""Evals over labelled sets of tools: small folders in the sets' layouts, by hand, with one label that is wrong."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Sample, library
from judge.types import EvalResult

SUM = "```python\nprint(2 * 3)\n```\n```output\n{claim}\n```\nTwo hens lay 2 * 3 = 6 eggs: $\\boxed{{6}}$."
TRACES = [
    {
        "idx": number,
        "question": "Two hens lay 3 eggs each. How many eggs?",
        "reference_answer": reference,
        "trace": SUM.format(claim=claim),
        "predicted": "6",
        "exec_error": None,
    }
    for number, (claim, reference) in enumerate(
        [("6", "6"), ("6.0", "7"), ("5", "6")]
    )  # the last claims what is not so
]
BFCL = [
    {
        "id": f"simple_{number}",
        "query": [{"role": "user", "content": "Add 1 and 2."}],
        "tool_definitions": [{"type": "function", "function": {"name": "add", "parameters": {"type": "dict"}}}],
        "tool_calls": [{"id": "c", "function": {"name": "add", "arguments": arguments}}],
        "ground_truth": [{"add": {"a": [1], "b": [2], "c": ["", 0]}}],
        "min_expect_score": label,
    }
    for number, (arguments, label) in enumerate([('{"a": 1, "b": 2}', 4), ("{oops", 1), ('{"a": 1}', 4)])
]
STEPS = [
    {"idx": number, "reference_solution": solution, "solutions": [{"solution": "1 + 1 = 3"}]}
    for number, solution in enumerate(["2 * 3 = <<2*3=6>>6\nA: 6", "A: 6", "So 32 - 20 = 300.\nA: 300"])
]
SETS: dict[str, tuple[str, list[dict[str, Any]], str]] = {
    "gsm8k_tool_traces": ("traces.jsonl", TRACES, "2"),
    "tool_calls_bfcl": ("cases.jsonl", BFCL, "simple_2"),
    "gsm8k_steps": ("solutions.jsonl", STEPS, "2"),
}


def grade(samples: Iterable[Sample], recipe: str) -> Iterator[Reward]:
    return Judge(recipe).score_iter(samples)


@pytest.mark.parametrize("name", SETS)
def test_right_labels_are_reproduced_and_the_wrong_one_is_shown(name: str, tmp_path: Path) -> None:
    file, rows, differs = SETS[name]
    (tmp_path / file).write_text("".join(json.dumps(row) + "\n" for row in rows))
    result: EvalResult = library.module("evals", name).evaluate(tmp_path, grade)
    assert (result.name, result.n, result.agree, result.unscored) == (name, 3, 2, 0)
    assert [difference["id"] for difference in result.differences] == [differs]
