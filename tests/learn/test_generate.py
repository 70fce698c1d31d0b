"""Criteria written from a request alone."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from judge.errors import ParseError, SettingsError
from judge.learn.generate import GENERATORS, generate


def test_criteria_for_one_request(make: Callable[..., Any]) -> None:
    reply = {"reasons": "r", "criteria": [
        {"name": "Is It Clear?", "text": "Does a child\nfollow it?", "weight": 2},
        {"name": "is it clear", "text": "Are words short?", "weight": -1},
        {"name": "月", "text": "Is the moon named?", "weight": True},
        {"name": "empty", "text": ""},
        "loose",
    ]}  # fmt: skip
    learner = make([json.dumps(reply)], prompts=tuple(GENERATORS.values()))
    found = asyncio.run(generate("Explain tides {{ x }}", learner))
    assert [(one.id, one.text, one.weight, one.source) for one in found.rubric.criteria] == [
        ("is_it_clear", "Does a child follow it?", 2.0, "carmo"),
        ("is_it_clear_2", "Are words short?", 1.0, "carmo"),
        ("criterion", "Is the moon named?", 1.0, "carmo"),
    ]
    assert "Explain tides {{ x }}" in str(learner.model.requests[0].messages)
    assert (found.method, found.figures.calls) == ("carmo", 1)


def test_no_criteria_and_no_method(make: Callable[..., Any]) -> None:
    learner = make(['{"criteria": []}'] * 2, prompts=tuple(GENERATORS.values()))
    with pytest.raises(ParseError, match="has no criterion"):
        asyncio.run(generate("Hi", learner))
    with pytest.raises(SettingsError, match="there is no method 'magic' to write criteria; choose one of: carmo"):
        asyncio.run(generate("Hi", learner, "magic"))
