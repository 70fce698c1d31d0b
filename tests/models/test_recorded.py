import asyncio
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError, SettingsError
from judge.models.base import CallError, Completion, Reply, Request, TokenLogprob
from judge.models.labels import read_labels
from judge.models.recorded import RecordedModel
from judge.models.spec import ModelSpec
from judge.types import Failure, Judgment, Reward, Usage

Ask = Callable[..., Request]
Play = Callable[..., RecordedModel]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    def load(*lines: dict[str, Any] | str) -> RecordedModel:
        path = tmp_path / "replies.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return RecordedModel(ModelSpec.parse(f"recorded:{path}"))

    return load


def texts(model: RecordedModel, request: Request) -> list[str]:
    return [completion.text for completion in complete(model, request).completions]


def complete(model: RecordedModel, request: Request) -> Reply:
    return asyncio.run(model.complete(request))


def test_by_hash(play: Play, ask: Ask) -> None:
    model = play(
        {"request": ask("b").hash, "text": "for b"},
        "",
        {"request": ask("a").hash, "text": "for a", "finish": "length", "reasoning": "hm"},
    )
    assert complete(model, ask("a")).completions == (Completion("for a", "length", "hm"),)
    assert texts(model, ask("b", labels={"sample_id": "x"})) == ["for b"]


def test_by_labels_and_the_more_exact_ones_win(play: Play, ask: Ask) -> None:
    model = play(
        {"labels": {}, "text": "anything"},
        {"labels": {"sample_id": "row1"}, "text": "row 1"},
        {"labels": {"sample_id": "row1", "shown": [1, 0]}, "text": "row 1, swapped"},
        {"labels": {"round": 1}, "request": ask("exact").hash, "text": "by hash"},
    )
    assert texts(model, ask(labels={"sample_id": "row1", "shown": [1, 0], "round": 0})) == ["row 1, swapped"]
    assert texts(model, ask(labels={"sample_id": "row1", "shown": [0, 1]})) == ["row 1"]
    assert texts(model, ask(labels={"sample_id": "row2"})) == ["anything"]
    assert texts(model, ask("exact", labels={"sample_id": "row1"})) == ["by hash"]
    assert texts(model, ask("other", labels={"round": 1})) == ["by hash"]


def test_labels_of_another_type_do_not_match(play: Play, ask: Ask) -> None:
    model = play({"labels": {"round": 1}, "text": "x"})
    for value in ("1", True, 1.5, None):
        with pytest.raises(CallError):
            complete(model, ask(labels={"round": value}))


def test_samples(play: Play, ask: Ask) -> None:
    labels = {"sample_id": "row1"}
    model = play({"labels": labels, "texts": ["a", "b"]}, {"labels": labels, "text": "c"})
    assert texts(model, ask(labels=labels)) == ["a"]
    assert texts(model, ask(labels=labels, n=2)) == ["a", "b"]
    assert texts(model, ask(labels=labels, n=8)) == ["a", "b", "c"]
    assert texts(model, ask(labels={**labels, "sample": 2})) == ["c"]
    with pytest.raises(CallError, match="sample 3"):
        complete(model, ask(labels={**labels, "sample": 3}))


def test_numbered_samples_in_any_order(play: Play, ask: Ask) -> None:
    model = play(*[{"labels": {"sample_id": "row1", "sample": number}, "text": str(number)} for number in (2, 0, 1)])
    assert texts(model, ask(labels={"sample_id": "row1"}, n=3)) == ["0", "1", "2"]


def test_the_only_recording_answers_for_every_sample(play: Play, ask: Ask) -> None:
    model = play({"labels": {"again": True}, "text": "second try"})
    assert texts(model, ask(labels={"again": True, "sample": 5})) == ["second try"]


def test_costs(play: Play, ask: Ask) -> None:
    model = play(
        {"labels": {"sample_id": "a"}, "texts": ["x", "y"], "usage": {"calls": 1, "prompt_tokens": 9}},
        {"labels": {"sample_id": "b"}, "text": "x"},
    )
    assert complete(model, ask(labels={"sample_id": "a"}, n=2)).usage == Usage(calls=1, prompt_tokens=9)
    assert complete(model, ask(labels={"sample_id": "b"})).usage == Usage(cached=1)


def test_nothing_recorded_says_what_was_looked_for(play: Play, ask: Ask) -> None:
    model = play({"labels": {"sample_id": "row1"}, "text": "x"})
    with pytest.raises(CallError) as caught:
        complete(model, ask(labels={"sample_id": "row9"}))
    assert caught.value.kind == "bad_request"
    for part in ("replies.jsonl", "row9", ask().hash):
        assert part in str(caught.value)


def test_the_output_of_a_run(play: Play, ask: Ask) -> None:
    def judgment(text: str, reply: str, failure: Failure | None = None, **more: Any) -> Judgment:
        return Judgment(critic="direct", request=ask(text, n=2).hash, reply=reply, failure=failure, **more)

    down = Failure(kind="timeout", message="no answer within 5 s", retryable=True)
    judgments = (
        judgment("a", "one", sample=0),
        judgment("a", "two", sample=1, reasoning="hm"),
        judgment("cut", "half", Failure(kind="truncated", message="cut off")),
        judgment("down", "", down),
    )
    rewards = [Reward(status="ok", value=0.5, judgments=judgments) for _ in range(2)]  # both were shown: both have all
    model = play({"index": 0, "id": "row1", "rewards": [reward.model_dump() for reward in rewards]})
    assert complete(model, ask("a", n=2)).completions == (Completion("one"), Completion("two", reasoning="hm"))
    assert complete(model, ask("cut", n=2)).completions == (Completion("half", "length"),)
    with pytest.raises(CallError, match="no answer within 5 s") as caught:
        complete(model, ask("down", n=2))
    assert (caught.value.kind, caught.value.retryable) == ("timeout", True)


def test_probabilities_of_labels_in_the_output_of_a_run(play: Play, ask: Ask) -> None:
    request = ask("Yes or no?", top_logprobs=20)
    top = (("Yes", math.log(0.3)), (" yes", math.log(0.4)), ("No", math.log(0.2)), ("Well", math.log(0.1)))
    live = read_labels(Completion("Yes", logprobs=(TokenLogprob("Yes", top),)), ["yes", "no"])
    assert live is not None
    judgment = Judgment(critic="yes_no", request=request.hash, reply="Yes", detail=live.detail)
    model = play({"id": "row1", "rewards": [Reward(status="ok", value=0.5, judgments=(judgment,)).model_dump()]})
    [completion] = complete(model, request).completions
    again = read_labels(completion, ["yes", "no"])
    assert again is not None
    assert again.probabilities == live.probabilities  # bit for bit
    assert again.spent == live.spent
    assert model.capabilities.logprobs is None  # so that a critic asks as it did when this was recorded


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"text": "x"}',
        '{"labels": {}}',
        '{"labels": {}, "text": 3}',
        '{"labels": {}, "texts": "x"}',
        '{"labels": {}, "text": "x", "usage": {"calls": "many"}}',
        '{"rewards": [{"judgments": [{"request": "abc"}]}]}',
        '{"rewards": [{"judgments": [{"request": "abc", "reply": "x", "detail": {"labels": {"x": 2}}}]}]}',
        '{"rewards": 3}',
    ],
)
def test_a_line_that_is_no_recording(play: Play, line: str) -> None:
    with pytest.raises(DataError, match=r"line 2 of .*replies\.jsonl"):
        play({"labels": {}, "text": "fine"}, line)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nothing-here"):
        RecordedModel(ModelSpec.parse(f"recorded:{tmp_path / 'nothing-here'}"))
