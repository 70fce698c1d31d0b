"""What an endpoint with structured output is held to."""

import json
from typing import Any

import pytest

from judge.replies import GRAMMARS, read, schema
from judge.types import Scale


def test_one_score_comes_after_the_critique() -> None:
    found = schema("json", ids=("score",), scale=Scale(lo=1, hi=5), comparison=False)
    assert found is not None
    assert list(found["properties"]) == found["required"] == ["critique", "score"]
    assert found["properties"]["score"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert found["additionalProperties"] is False


def test_several_scores_stand_by_id() -> None:
    found = schema("json", ids=("a", "b"), scale=Scale(lo=0, hi=1, integer=False), comparison=False)
    assert found is not None
    scores = found["properties"]["scores"]
    assert scores["properties"] == {id: {"type": "number", "minimum": 0.0, "maximum": 1.0} for id in "ab"}
    assert (scores["required"], scores["additionalProperties"]) == (["a", "b"], False)


def test_a_comparison_names_its_winner() -> None:
    found = schema("json", ids=(), scale=None, comparison=True)
    assert found is not None
    assert found["properties"]["winner"]["enum"] == ["A", "B", "tie"]
    assert list(found["properties"]) == found["required"] == ["critique", "winner"]


@pytest.mark.parametrize("ids", [("score",), ("clarity",), ("a", "b")])
@pytest.mark.parametrize("scale", [None, Scale(), Scale(lo=0.5, hi=2.5), Scale(lo=-1, hi=1, integer=False)])
@pytest.mark.parametrize("comparison", [True, False])
def test_what_follows_the_schema_can_be_read(ids: tuple[str, ...], scale: Scale | None, comparison: bool) -> None:
    found = schema("json", ids=ids, scale=scale, comparison=comparison)
    assert found is not None
    assert "Length" not in json.dumps(found)
    for edge in ("minimum", "maximum"):
        reading = read("json", json.dumps(_fill(found, edge)), ids=() if comparison else ids, scale=scale)
        assert reading.critique == "text"
        assert reading.preference == (1.0 if comparison else None)
        assert tuple(reading.scores) == (() if comparison else ids)


def _fill(found: dict[str, Any], edge: str) -> Any:
    if found["type"] == "object":
        return {key: _fill(inner, edge) for key, inner in found["properties"].items()}
    if found["type"] == "string":
        return found.get("enum", ["text"])[0]
    return found.get(edge, 0)


@pytest.mark.parametrize("grammar", sorted(set(GRAMMARS) - {"json"}))
def test_the_grammars_of_plain_text_have_none(grammar: str) -> None:
    assert schema(grammar, ids=("score",), scale=Scale(), comparison=False) is None
