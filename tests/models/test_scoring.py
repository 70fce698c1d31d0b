import asyncio
import json
import math
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.errors import ModelError, SettingsError
from judge.models.base import CallError
from judge.models.open import open_model, open_scorer
from judge.models.scoring import ModelScorer, Scored, Scorer
from judge.models.scripted import ScriptedModel, ScriptedScorer
from judge.models.spec import ModelSpec, Price
from judge.types import Judgment, Reward, Usage

if TYPE_CHECKING:
    from tests.models.conftest import Answer, Endpoint

TALK = ({"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"})
LONG = ({"role": "system", "content": "Be brief."}, *TALK)
USAGE = {"prompt_tokens": 12, "completion_tokens": 0}


def of(dialect: str, value: Any) -> dict[str, Any]:
    """The body of an answer with one score."""
    if dialect == "openrlhf":
        return {"rewards": [value]}
    item = {"classify": {"label": None, "probs": [value], "num_classes": 1}, "pooling": {"data": [[9.0], [value]]}}
    return {"model": "rm-1", "data": [item.get(dialect, {"score": value})], "usage": USAGE}


def answer(endpoint: "Endpoint", body: Any) -> None:
    said = endpoint.say()
    said.body = body
    endpoint.play(said)


def spec(endpoint: "Endpoint", dialect: str = "classify", **settings: Any) -> ModelSpec:
    return ModelSpec.parse(f"scoring:rm@{endpoint.url.removesuffix('/v1')}", dialect=dialect, **settings)


def score(scorer: Scorer, *conversations: Sequence[Mapping[str, Any]]) -> list[Scored]:
    async def run() -> list[Scored]:
        try:
            return await asyncio.gather(*map(scorer.score, conversations))
        finally:
            await scorer.close()

    return asyncio.run(run())


def failure(scorer: Scorer, conversation: Sequence[Mapping[str, Any]] = TALK) -> CallError:
    with pytest.raises(CallError) as caught:
        score(scorer, conversation)
    return caught.value


SENT: dict[str, tuple[str, dict[str, Any]]] = {
    "classify": ("/classify", {"model": "rm", "use_activation": False, "messages": list(LONG)}),
    "pooling": ("/pooling", {"model": "rm", "use_activation": False, "messages": list(LONG)}),
    "score": (
        "/score",
        {"model": "rm", "use_activation": False, "text_1": "system: Be brief.\n\nuser: 2 + 2?", "text_2": "4"},
    ),
    "openrlhf": (
        "/get_reward",
        {
            "query": ["system: Be brief.\n\nuser: 2 + 2?\n\nassistant: 4"],
            "prompts": ["system: Be brief.\n\nuser: 2 + 2?"],
        },
    ),
}


@pytest.mark.parametrize("dialect", SENT)
def test_each_dialect_is_asked_in_its_own_way(endpoint: "Endpoint", dialect: str) -> None:
    answer(endpoint, of(dialect, -3.25))
    [scored] = score(open_scorer(spec(endpoint, dialect)), LONG)
    assert scored.score == -3.25
    assert (endpoint.paths, endpoint.bodies) == ([SENT[dialect][0]], [SENT[dialect][1]])


def test_one_prompt_is_its_own_text(endpoint: "Endpoint") -> None:
    answer(endpoint, of("score", 1))
    score(open_scorer(spec(endpoint, "score")), TALK)
    assert (endpoint.bodies[0]["text_1"], endpoint.bodies[0]["text_2"]) == ("2 + 2?", "4")


def test_the_cost_and_the_name(endpoint: "Endpoint") -> None:
    answer(endpoint, of("classify", 0.5))
    [scored] = score(open_scorer(spec(endpoint, price=Price(prompt=2.0, completion=8.0))), TALK)
    assert scored.usage.model_copy(update={"seconds": 0.0}) == Usage(calls=1, prompt_tokens=12, usd=24e-6)
    assert scored.model == "rm-1"


def test_addresses(endpoint: "Endpoint") -> None:
    answer(endpoint, of("classify", 0.5))
    score(open_scorer(ModelSpec.parse("scoring:rm", base_url=endpoint.url)), TALK)  # /v1 is no part of the way
    answer(endpoint, of("openrlhf", 0.5))
    score(open_scorer(ModelSpec.parse("scoring:rm", base_url=f"{endpoint.url}/rewards/", dialect="openrlhf")), TALK)
    assert endpoint.paths == ["/classify", "/v1/rewards"]


def test_the_extra_body_is_laid_over(endpoint: "Endpoint") -> None:
    answer(endpoint, of("pooling", 0.5))
    extra = {"use_activation": True, "task": "token_classify"}
    score(open_scorer(spec(endpoint, "pooling", extra_body=extra)), TALK)
    assert {name: endpoint.bodies[0][name] for name in extra} == extra


def test_a_reward_for_the_whole_and_one_for_every_token(endpoint: "Endpoint") -> None:
    for values, expected in (([2.5], 2.5), ([[1.0], [2.0], [-4.0]], -4.0)):
        answer(endpoint, {"data": [{"data": values}]})
        assert score(open_scorer(spec(endpoint, "pooling")), TALK)[0].score == expected


WRONG: list[Any] = [
    *[(dialect, of(dialect, value)) for dialect in SENT for value in (math.nan, -math.inf, "0.5", None, True, [1.0])],
    ("classify", {"data": [{"probs": [0.25, 0.75]}]}),
    ("classify", {"data": [{"probs": []}]}),
    ("classify", {"data": [{"probs": [0.5]}, {"probs": [0.5]}]}),
    ("classify", {"data": []}),
    ("classify", {"data": ["x"]}),
    ("pooling", {"data": [{"data": [1.0, 2.0]}]}),
    ("pooling", {"data": [{"data": [[1.0], [2.0, 3.0]]}]}),
    ("pooling", {"data": [{"data": "AACAPw=="}]}),
    ("score", {"data": [{"relevance": 0.5}]}),
    ("openrlhf", {"rewards": [0.5, 0.5]}),
    ("openrlhf", {"rewards": 0.5}),
    ("openrlhf", {"error": "out of memory"}),
    ("openrlhf", []),
    ("score", None),
]


@pytest.mark.parametrize(("dialect", "body"), WRONG, ids=str)
def test_whatever_is_not_one_finite_number_is_a_failure(endpoint: "Endpoint", dialect: str, body: Any) -> None:
    answer(endpoint, body)
    error = failure(open_scorer(spec(endpoint, dialect)))
    assert (error.kind, error.retryable, error.usage.calls, len(endpoint.bodies)) == ("provider", False, 1, 1)
    assert "gave no score" in str(error)


def test_conversations_that_do_not_fit(endpoint: "Endpoint") -> None:
    image = [{"type": "text", "text": "this?"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]
    seen = ({"role": "user", "content": image}, TALK[1])
    for dialect, conversation in (("score", TALK[:1]), ("openrlhf", TALK[:1]), ("classify", ()), ("score", seen)):
        assert failure(open_scorer(spec(endpoint, dialect)), conversation).kind == "bad_request"
    assert endpoint.bodies == []
    answer(endpoint, of("classify", 0.5))
    assert score(open_scorer(spec(endpoint)), seen)[0].score == 0.5


def test_failed_calls_are_repeated_and_known_scores_are_not_asked_for_again(
    endpoint: "Endpoint", tmp_path: Path
) -> None:
    faults = [endpoint.refuse(503), endpoint.refuse(429, retry_after="0.05")]

    def say(body: dict[str, Any]) -> "Answer":
        said = endpoint.say()
        said.body = of("classify", 0.1 + 0.2)
        return faults.pop() if faults else said

    endpoint.answer = say
    cached = spec(endpoint, cache=str(tmp_path / "c.sqlite"))
    first, shared = score(open_scorer(cached), TALK, TALK)
    [again] = score(open_scorer(cached), TALK)
    assert first.score == shared.score == again.score == 0.1 + 0.2
    assert (first.usage.calls, shared.usage, again.usage) == (3, Usage(cached=1), Usage(cached=1))
    assert len(endpoint.bodies) == 3
    endpoint.answer = lambda body: endpoint.say()
    failure(open_scorer(cached.model_copy(update={"dialect": "score"})))  # another question, so not from the cache
    assert len(endpoint.bodies) == 4


def test_a_refusal_and_a_slow_answer(endpoint: "Endpoint") -> None:
    endpoint.play(endpoint.refuse(404, "no such model"))
    assert failure(open_scorer(spec(endpoint))).kind == "bad_request"
    endpoint.play(endpoint.say(delay_s=30))
    assert failure(open_scorer(spec(endpoint, call_timeout_s=0.2, retries=0))).kind == "timeout"


def test_who_talks_and_who_scores() -> None:
    with pytest.raises(SettingsError, match="no address"):
        open_scorer(ModelSpec.parse("scoring:rm"))
    with pytest.raises(SettingsError, match="scores and no words"):
        open_model(ModelSpec.parse("scoring:rm@http://127.0.0.1:8000"))
    with pytest.raises(SettingsError, match="words and no scores"):
        open_scorer(ModelSpec.parse("openai:gpt"))
    with pytest.raises(SettingsError, match="dialect"):
        ModelSpec.parse("scoring:rm@http://127.0.0.1:8000", dialect="tgi")


def test_scores_are_played_from_the_output_of_a_run(tmp_path: Path) -> None:
    scored = score(ScriptedScorer([0.1 + 0.2]), TALK)[0]
    judgment = Judgment(critic="rm", request=scored.request, reply=repr(scored.score))
    row = {"id": "1", "rewards": [Reward(status="ok", value=0.5, judgments=(judgment,)).model_dump()]}
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps(row))
    assert score(open_scorer(ModelSpec.parse(f"recorded:{path}")), TALK)[0].score == 0.1 + 0.2


def test_recordings_by_label_and_scripts_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"labels": {"sample_id": "row1"}, "text": "-1.5"}')
    (tmp_path / "s.yaml").write_text("['2.5']")
    recorded = open_scorer(ModelSpec.parse(f"recorded:{tmp_path / 'r.jsonl'}"))
    assert asyncio.run(recorded.score(TALK, labels={"sample_id": "row1"})).score == -1.5
    assert score(open_scorer(ModelSpec.parse(f"scripted:{tmp_path / 's.yaml'}")), TALK)[0].score == 2.5


@pytest.mark.parametrize("text", ["", "good", "nan", "inf", "1e999", "0.5 or so"])
def test_a_reply_that_is_no_number_is_no_score(text: str) -> None:
    error = failure(ModelScorer(ScriptedModel([text], usage=Usage(calls=1, prompt_tokens=3))))
    assert (error.kind, error.usage.prompt_tokens) == ("provider", 3)


def test_a_scripted_scorer() -> None:
    def size(conversation: Sequence[Mapping[str, Any]]) -> float:
        return len(conversation)

    scorer = ScriptedScorer([0.25, ModelError("down"), size, math.nan], usage=Usage(calls=1, usd=0.5))
    assert score(scorer, TALK)[0] == Scored(
        0.25, Usage(calls=1, usd=0.5), "scripted", score(ScriptedScorer([1]), TALK)[0].request
    )
    with pytest.raises(ModelError, match="down"):
        score(scorer, TALK)
    assert score(scorer, LONG)[0].score == 3
    failure(scorer)
    assert "script" in str(failure(scorer))  # at its end
    assert scorer.conversations[:3] == [TALK, TALK, LONG]
    assert [scored.score for scored in score(ScriptedScorer(size), TALK, LONG)] == [2, 3]
    assert score(pickle.loads(pickle.dumps(ScriptedScorer([0.5, len], cycle=True))), TALK)[0].score == 0.5


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_through_bit_for_bit(number: float) -> None:
    assert repr(score(ScriptedScorer([number]), TALK)[0].score) == repr(number)
