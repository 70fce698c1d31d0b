"""Values are frozen, refuse nonsense and survive JSON."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from judge.errors import ModelError, ParseError, UnscoredError
from judge.types import (
    Brief,
    Context,
    Criterion,
    Evidence,
    Failure,
    Judgment,
    Message,
    Part,
    Reward,
    Rubric,
    Sample,
    Scale,
    Score,
    Tally,
    ToolCall,
    Usage,
    Value,
    Vote,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
UNIT = st.floats(0, 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
USAGE = st.builds(Usage, calls=st.integers(0, 9), seconds=st.floats(0, 1e6), usd=st.none() | st.floats(0, 1e3))
FAILURE = st.builds(Failure, kind=st.sampled_from(["timeout", "tool"]), message=TEXT, retryable=st.booleans())
EVIDENCE = st.builds(
    Evidence,
    tool=TEXT,
    stance=st.sampled_from(["supports", "refutes", "neutral", "error"]),
    summary=TEXT,
    score=st.none() | UNIT,
    detail=st.dictionaries(TEXT, JSON, max_size=3),
    failure=st.none() | FAILURE,
    usage=USAGE,
)
SCORE = st.builds(Score, response=st.integers(0, 3), criterion=TEXT, raw=st.floats(-1e9, 1e9), value=UNIT)
JUDGMENT = st.builds(
    Judgment,
    critic=TEXT,
    shown=st.sampled_from([(0,), (1, 0)]),
    scores=st.lists(SCORE, max_size=2).map(tuple),
    reply=TEXT,
    failure=st.none() | FAILURE,
    usage=USAGE,
)
VOTE = st.builds(Vote, response=st.just(0), criterion=TEXT, value=UNIT, judgment=st.integers(0, 5))
TALLY = st.builds(
    Tally,
    response=st.just(0),
    criterion=TEXT,
    value=st.none() | UNIT,
    rule=st.just("mean"),
    votes=st.lists(VOTE, max_size=2).map(tuple),
)
REWARD = st.builds(
    Reward,
    status=st.just("ok"),
    value=UNIT,
    rationale=TEXT,
    parts=st.dictionaries(TEXT, st.none() | UNIT, max_size=3),
    flags=st.lists(TEXT, max_size=2).map(tuple),
    evidence=st.lists(EVIDENCE, max_size=2).map(tuple),
    judgments=st.lists(JUDGMENT, max_size=2).map(tuple),
    tallies=st.lists(TALLY, max_size=2).map(tuple),
    usage=USAGE,
)


@given(REWARD)
def test_reward_survives_json(reward: Reward) -> None:
    assert Reward.model_validate_json(reward.to_json()) == reward


@given(prompt=TEXT, answers=st.lists(TEXT, min_size=1, max_size=3), metadata=st.dictionaries(TEXT, JSON, max_size=3))
def test_sample_survives_json_and_keeps_its_hash(prompt: str, answers: list[str], metadata: dict[str, Any]) -> None:
    sample = Sample(prompt=prompt, responses=answers, metadata=metadata)
    again = Sample.model_validate_json(sample.to_json())
    assert again == sample
    assert again.hash == sample.hash


def test_number_only_when_ok() -> None:
    failure = Failure(kind="timeout", message="it took too long")
    with pytest.raises(ValidationError, match="does not go with"):
        Reward(status="failed", value=0.0, failure=failure)
    with pytest.raises(ValidationError, match="does not go with"):
        Reward(status="ok")
    with pytest.raises(UnscoredError, match=r"it took too long \[timeout\]"):
        float(Reward(status="failed", failure=failure, sample="r1"))
    assert float(Reward(status="ok", value=0.25)) == 0.25


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1.5])
def test_no_reward_outside_its_range(bad: float) -> None:
    with pytest.raises(ValidationError):
        Reward(status="ok", value=bad)


def test_values_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Sample(prompt="p", responses="r").prompt = "q"


def test_copy_does_not_keep_the_hash_of_its_original() -> None:
    sample = Sample(prompt="p", responses=("one", "two"))
    assert sample.hash != sample.only(0).hash != sample.only(1).hash
    rubric = Rubric(name="r", criteria=(Criterion(id="a", text="t"),))
    assert rubric.hash != rubric.model_copy(update={"name": "s"}).hash


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="respones"):
        Sample.model_validate({"prompt": "p", "responses": ["r"], "respones": ["typo"]})


def test_messages_read_as_text() -> None:
    picture = Message(role="user", content=(Part(type="text", text="What is this?"), Part(type="image", image="x.png")))
    sample = Sample(prompt=(Message(role="system", content="Be brief."), picture), responses="A cat.")
    assert sample.question == "system: Be brief.\n\nuser: What is this?\n[image]"


def test_scale_shares_and_membership() -> None:
    scale = Scale(lo=1, hi=5)
    assert scale.normalise(4) == 0.75
    assert (5 in scale, 6 in scale, 2.5 in scale) == (True, False, False)


def test_rubric_refuses_twins_and_weightlessness() -> None:
    one = Criterion(id="a", text="t")
    with pytest.raises(ValidationError, match="a appears twice"):
        Rubric(name="r", criteria=(one, one))
    with pytest.raises(ValidationError, match="every weight is 0"):
        Rubric(name="r", criteria=(Criterion(id="a", text="t", weight=0),))


def test_usage_sums_and_keeps_an_unknown_price_unknown() -> None:
    assert (Usage(calls=1) + Usage(calls=2)).usd is None
    both = Usage(calls=1, prompt_tokens=10, usd=0.5) + Usage(calls=1, completion_tokens=5)
    assert (both.calls, both.tokens, both.usd) == (2, 15, 0.5)


@pytest.mark.parametrize("error", [ModelError("m", "timeout", retryable=True), ParseError("p", "the reply")])
def test_errors_pickle_whole(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


HALF = json.loads(r'"a\ud800"')
"""What JSON can spell and UTF-8 cannot carry: half of a surrogate pair."""


@pytest.mark.parametrize(
    "value",
    [
        ToolCall(name=HALF, arguments={HALF: [HALF, {"x": HALF}], "n": 1}),
        Evidence(tool="t", stance="neutral", summary=HALF, detail={HALF: HALF}, arguments={"x": [HALF]}),
        Judgment(critic="c", critique=HALF, detail={"spans": [{"reason": HALF}]}),
        Sample(id=HALF, group=HALF, prompt=HALF, responses=HALF, response_schema={"title": HALF}, metadata={HALF: 1}),
        Criterion(id="c", text=HALF),
        Brief(contexts=(Context(id=HALF, text=HALF),), task=HALF),
    ],
    ids=lambda value: type(value).__name__,
)
def test_halves_of_surrogate_pairs_do_not_keep_a_value_from_being_written(value: Value) -> None:
    written = value.to_json()
    assert "a?" in written
    assert type(value).model_validate_json(written) == value
