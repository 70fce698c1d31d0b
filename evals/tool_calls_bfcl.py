r"""Tool calls of real models: does the judge find those right that fit BFCL's accepted values?

122 rows of the Berkeley Function Calling Leaderboard with calls that models made (agentscope-ai/OpenJudge, Apache-2.0).
`cases.jsonl` has one case a line (shortened):

    {"id": "multiple_3", "query": [{"role": "user", "content": "Compute the Euclidean distance between ..."}],
     "tool_definitions": [{"function": {"name": "EuclideanDistance.calculate", "parameters": {...}}}],
     "tool_calls": [{"function": {"name": "EuclideanDistance.calculate", "arguments": "{\"pointA\": [3, 4], ...}"}}],
     "ground_truth": [{"EuclideanDistance.calculate": {"pointA": [[3, 4]], "pointB": [[1, 2]], "rounding": ["", 0]}}],
     "min_expect_score": 4}

The label is `min_expect_score`, on a scale of 1 to 5: from 4 on the calls are right. A row agrees when the reward is 1
exactly for those. Run it with `judge eval tool_calls_bfcl --data PATH`, where PATH is the folder of that file. No model
is called.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.dataset import read_rows
from judge.types import AcceptedCall, EvalResult, Message, Response, Reward, Sample, ToolCall, ToolDefinition

RECIPE = "verify"
_RIGHT = 4


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Grade every row's calls against its accepted ones and compare full marks with the label."""
    rows = read_rows(data, "cases.jsonl")
    rewards = list(grade(map(_sample, rows), RECIPE))
    differences: list[dict[str, JsonValue]] = [
        {"id": row["id"], "min_expect_score": row["min_expect_score"], "value": reward.value, "why": reward.rationale}
        for row, reward in zip(rows, rewards, strict=True)
        if reward.value is None or (reward.value == 1.0) != _right(row)
    ]
    return EvalResult(
        name="tool_calls_bfcl",
        n=len(rows),
        agree=len(rows) - len(differences),
        unscored=sum(reward.value is None for reward in rewards),
        false_positives=sum(reward.value == 1.0 and not _right(row) for row, reward in zip(rows, rewards, strict=True)),
        differences=tuple(differences),
    )


def _right(row: dict[str, Any]) -> bool:
    return bool(row["min_expect_score"] >= _RIGHT)


def _sample(row: dict[str, Any]) -> Sample:
    return Sample(
        id=row["id"],
        prompt=tuple(Message(role=turn["role"], content=turn["content"]) for turn in row["query"]),
        responses=Response(text="", tool_calls=tuple(_call(call) for call in row["tool_calls"])),
        tools=tuple(_definition(tool["function"]) for tool in row["tool_definitions"]),
        accepted_calls=tuple(
            AcceptedCall(name=name, arguments=accepted)
            for call in row["ground_truth"]
            for name, accepted in call.items()
        ),
    )


def _call(call: dict[str, Any]) -> ToolCall:
    function = call["function"]
    try:
        arguments = json.loads(function["arguments"] or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):  # the policy's mistake
        arguments = {"_unparsed": function["arguments"]}
    return ToolCall(name=function["name"], arguments=arguments, id=call.get("id") or "")


def _definition(function: dict[str, Any]) -> ToolDefinition:
    return ToolDefinition(
        name=function["name"], description=function.get("description", ""), parameters=function["parameters"]
    )
