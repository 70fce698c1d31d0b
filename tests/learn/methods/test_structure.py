"""Themes with tips, and where they come from."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from judge.errors import ParseError
from judge.learn.learned import Origin
from judge.learn.methods.structure import Theme, as_criteria, origins, structure


def themes(*given: dict[str, Any]) -> str:
    return json.dumps({"themes": list(given)})


def test_one_question_groups_the_pool(make: Callable[..., Any]) -> None:
    learner = make([themes({"theme": "Be right.", "tips": ["Add up."], "sources": [2, 1]}, {"theme": "Be kind."})])
    found = asyncio.run(structure(learner, ["Adds up.", "Is true.", "Is kind."], themes=2, tips=3))
    assert found == [Theme(theme="Be right.", tips=("Add up.",), sources=(1, 0)), Theme(theme="Be kind.")]
    asked = str(learner.model.requests[0].messages[-1]["content"])
    assert "at most 2 themes" in asked and "at most 3 tips" in asked
    assert all(text in asked for text in ("Adds up.", "Is true.", "Is kind."))


def test_what_is_too_much_or_makes_no_sense_is_left_out(make: Callable[..., Any]) -> None:
    odd = [0, 4, 1, 1, "2", 10**400, True, None, 2.0]
    learner = make([themes({"theme": "a", "tips": ["1", "", 3, "2"], "sources": odd}, {"tips": ["x"]}, {"theme": "c"})])
    found = asyncio.run(structure(learner, ["x", "y", "z"] * 4, themes=2, tips=3))
    assert found == [Theme(theme="a", tips=("1",), sources=(3, 0, 1))]


def test_no_theme_is_asked_again(make: Callable[..., Any]) -> None:
    learner = make([themes(), themes({"theme": ""})])
    with pytest.raises(ParseError, match="names no theme"):
        asyncio.run(structure(learner, ["x"]))


def test_themes_become_criteria_with_their_sources() -> None:
    found = [Theme(theme="Be right.", tips=("Add up.", "Cite."), sources=(0, 2)), Theme(theme="Be kind.", sources=(1,))]
    criteria = as_criteria(found, "auto_rubric")
    assert [one.id for one in criteria] == ["theme_1", "theme_2"]
    assert criteria[0].text == "Be right.\n  - Add up.\n  - Cite."
    assert criteria[0].source == "auto_rubric"
    assert origins(found, ["a", "b", "c"], [["p1", "p2"], ["p3"], ["p2", "p4"]]) == {
        "theme_1": Origin(pairs=("p1", "p2", "p4"), criteria=("a", "c")),
        "theme_2": Origin(pairs=("p3",), criteria=("b",)),
    }
