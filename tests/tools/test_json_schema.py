from typing import Any

import pytest

from judge import Judge, library
from judge.errors import SettingsError, ToolError
from judge.recipe import Recipe, ToolUse
from judge.types import Evidence, Sample

json_schema: Any = library.module("tools", "json_schema")

SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


def verify(text: str, **options: Any) -> Evidence:
    evidence: Evidence = json_schema.verify(Sample(responses=text), **{"schema": SCHEMA, **options})
    return evidence


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ('{"age": 5}', "the whole response"),
        ('Here:\n```json\n{"age": 5}\n```\nDone.', "the last fenced block"),
        ('```\n{"age": "x"}\n```\nNo:\n```\n{"age": 5}\n```', "the last fenced block"),
        ('<think>{"age": "x"}</think>{"age": 5}', "the whole response"),
        ('It is {"a": {"b": 1}} or rather {"age": 5}.', "the last value in the text"),
    ],
)
def test_json_is_found_and_fits(text: str, how: str) -> None:
    found = verify(text)
    assert (found.stance, found.score, found.hard, found.detail["how"]) == ("supports", 1.0, True, how)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"age": "5"}', "$.age: '5' is not of type 'integer'"),
        ("{}", "'age' is a required property"),
        ("I am five.", "holds no JSON"),
        ('{"age": 5, "age": 6}', "holds no JSON"),
        ('{"age": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "holds no JSON"),
        ('{"age": ' + "9" * 5_000 + "}", "holds no JSON"),
    ],
)
def test_what_does_not_fit_is_refuted(text: str, said: str) -> None:
    found = verify(text)
    assert (found.stance, found.score) == ("refutes", 0.0)
    assert said in found.summary


def test_where_json_may_stand() -> None:
    fenced = '```json\n{"age": 5}\n```'
    assert verify(fenced, extract="whole").stance == "refutes"
    assert verify('{"age": 5}', extract="fence").stance == "refutes"
    with pytest.raises(SettingsError, match="extract='first' is unknown"):
        verify(fenced, extract="first")


def test_the_samples_own_schema_comes_first_and_none_is_neutral() -> None:
    own = Sample(responses="[1]", response_schema={"type": "array"})
    assert json_schema.verify(own, schema=SCHEMA).stance == "supports"
    nothing = json_schema.verify(Sample(responses="[1]"))
    assert (nothing.stance, nothing.score, nothing.hard) == ("neutral", None, False)


def test_a_bad_schema_is_not_the_responses_fault() -> None:
    for schema in ({"type": 5}, {"$ref": "http://127.0.0.1:9/x.json"}):
        with pytest.raises(ToolError):
            verify('{"age": 5}', schema=schema)


def test_a_pattern_that_never_ends_is_killed() -> None:
    slow = {"type": "string", "pattern": "^(a+)+$"}
    sample = Sample(responses=f'"{"a" * 60}!"', response_schema=slow)
    recipe = Recipe(name="form", about="Form.", tools=(ToolUse(tool="json_schema", timeout_s=0.5),))
    reward = next(iter(Judge(recipe).score_iter([sample])))
    assert reward.value is None and reward.failure is not None and reward.failure.kind == "timeout"
