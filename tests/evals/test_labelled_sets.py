"""Evals over labelled sets: small folders in the sets' layouts, by hand, with one label that is wrong on purpose."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Sample, library
from judge.types import EvalResult

ADD = "def add(a, b):\n    return a + b"
WRONG = "def add(a, b):\n    return a - b"

GSM8K = [
    {
        "idx": 0,
        "question": "Two hens lay 3 eggs each. How many eggs?",
        "reference_solution": "2 * 3 = <<2*3=6>>6\nA: 6",
        "reference_answer": "6",
        "solutions": [
            {"model": "a", "solution": "2 * 3 = 6\nA: 6", "is_correct": True},
            {"model": "b", "solution": "2 + 3 = 5\nA: 5", "is_correct": False},
            {"model": "c", "solution": "2 * 3 = 6\nA: 6", "is_correct": False},  # wrong label
        ],
    }
]
QUIXBUGS = [
    {
        "name": "add",
        "variant": variant,
        "docstring": '"""Add."""',
        "program": program,
        "tests": "assert add(*[1, 2]) == 3",
        "passes_tests": label,
        "failure": None,
    }
    for variant, program, label in [("fixed", ADD, True), ("buggy", WRONG, False), ("fixed", WRONG, True)]
]
CHECK = "\n\ndef check(candidate):\n    assert candidate(1, 2) == 3\n\ncheck(add)\n"
HEAD = 'def add(a, b):\n    """ Add two numbers. """\n'
HUMANEVAL = [
    {
        "task_id": f"HumanEval/{number}",
        "sample_set": "set1",
        "completion_id": number,
        "prompt": HEAD,
        "completion": body,
        "program_with_tests": f"import math\n{HEAD}{body}{CHECK}",
        "passed": label,
        "result": "passed" if label else "failed",
    }
    for number, (body, label) in enumerate(
        [("    return a + b\n", True), ("    return a - b\n", False), ("    pass\n", True)]
    )
]
IFEVAL = [
    {
        "key": number,
        "prompt": "Write without commas.",
        "instruction_id_list": ["punctuation:no_comma"],
        "kwargs": [{}],
        "response": response,
        "strict": [label],
        "loose": [label],
        "strict_all": label,
        "loose_all": label,
    }
    for number, (response, label) in enumerate([("Plain text.", True), ("One, two.", False), ("One, two.", True)])
]
IFBENCH = [
    {**row, "instruction_id_list": ["format:no_whitespace"], "response": response}
    for row, response in zip(IFEVAL, ("One,two.", "One, two.", "One, two."), strict=True)
]
SETS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "gsm8k_solutions": ("solutions.jsonl", GSM8K),
    "quixbugs": ("programs.jsonl", QUIXBUGS),
    "humaneval_samples": ("samples.jsonl", HUMANEVAL),
    "ifeval_gpt4": ("responses.jsonl", IFEVAL),
    "ifbench_responses": ("responses.jsonl", IFBENCH),
}


def grade(samples: Iterable[Sample], recipe: str, **options: Any) -> Iterator[Reward]:
    return Judge(recipe, **options).score_iter(samples)


@pytest.mark.parametrize("name", SETS)
def test_right_labels_are_reproduced_and_the_wrong_one_is_shown(name: str, tmp_path: Path) -> None:
    file, rows = SETS[name]
    (tmp_path / file).write_text("".join(json.dumps(row) + "\n" for row in rows))
    result: EvalResult = library.module("evals", name).evaluate(tmp_path, grade)
    assert (result.name, result.n, result.agree, result.unscored) == (name, 3, 2, 0)
    assert len(result.differences) == 1
