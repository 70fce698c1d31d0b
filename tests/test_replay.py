"""Every reward can be replayed: the record of a run is a model that gives the same rewards again, without a call."""

import math
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Sample
from judge.calibration import save
from judge.calibration.meta import Meta
from judge.errors import ModelError
from judge.models.base import Completion, Reply, Request
from judge.models.scripted import ScriptedModel
from judge.run.record import Record
from judge.types import Usage
from tests.recipes.said import scored

GOOD, POOR = '{"critique": "Right.", "score": 9}', '{"critique": "Wrong.", "score": 2}'
CUT = Completion("It", finish="length")


def recorded(path: Path, samples: list[Sample], judge: Judge) -> list[tuple[Reward, ...]]:
    rewards = [judge.score_sample(sample) for sample in samples]
    records = (Record.of(number, str(number), one) for number, one in enumerate(rewards))
    path.write_text("".join(record.to_json() + "\n" for record in records))
    return rewards


def essence(rewards: list[tuple[Reward, ...]]) -> list[Any]:
    flat = [one for rewards_of_one in rewards for one in rewards_of_one]
    return [(one.status, one.value, one.rationale if one.failure is None else one.failure.kind) for one in flat]


@pytest.mark.parametrize(
    ("settings", "script"),
    [
        ({}, [GOOD, POOR]),
        ({}, ["unreadable", GOOD, CUT, POOR]),
        ({}, ["unreadable", "still unreadable", CUT, CUT]),
        ({"critic.samples": 3}, [[GOOD, "unreadable", POOR], GOOD, [POOR, POOR, GOOD]]),
        ({}, [ModelError("it is down", "connection"), GOOD]),
        ({"critic.samples": 2, "bounds.vote_again": 1}, [[GOOD, POOR], [GOOD, GOOD], [GOOD, GOOD]]),
    ],
)
def test_replay_gives_the_same_rewards(settings: dict[str, Any], script: list[Any], tmp_path: Path) -> None:
    samples = [Sample(id="a", prompt="p", responses="one"), Sample(id="b", prompt="p", responses="two")]
    path = tmp_path / "rewards.jsonl"
    before = recorded(path, samples, Judge("direct", ScriptedModel(script), settings=settings))
    again = Judge("direct", f"recorded:{path}", settings=settings)
    assert essence([again.score_sample(sample) for sample in samples]) == essence(before)


def test_replay_of_comparisons(tmp_path: Path) -> None:
    samples = [Sample(id="a", prompt="p", responses=("one", "two", "three"))]
    verdicts = ScriptedModel([f"So it is.\n[[{verdict}]]" for verdict in ("A>>B", "A=B", "B>A", "A>B", "B>>A", "A>>B")])
    path = tmp_path / "rewards.jsonl"
    before = recorded(path, samples, Judge("pairwise", verdicts))
    again = Judge("pairwise", f"recorded:{path}")
    assert essence([again.score_sample(sample) for sample in samples]) == essence(before)


def test_replay_of_checks_runs_nothing(tmp_path: Path) -> None:
    samples = [
        Sample(id="a", prompt="What is 6 x 7?", responses=("42", "41"), references="42"),
        Sample(id="b", prompt="p", responses="r"),
    ]
    path = tmp_path / "rewards.jsonl"
    before = recorded(path, samples, Judge("verify"))
    path.write_text(path.read_text().replace("equals the reference", "was found equal to the reference"))
    again = [Judge("verify", replay=path).score_sample(sample) for sample in samples]
    assert [[one.value for one in rewards] for rewards in again] == [[1.0, 0.0], [None]]
    assert "was found equal" in again[0][0].rationale  # played, not computed
    assert again[1] == before[1]


def test_replay_of_what_was_not_recorded_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "rewards.jsonl"
    recorded(path, [Sample(prompt="p", responses="1", references="1")], Judge("verify"))
    reward = Judge("verify", replay=path).score("p", "2", reference="1")
    assert (reward.status, reward.failure and reward.failure.kind) == ("failed", "tool")


def test_replay_brings_its_own_model(tmp_path: Path) -> None:
    samples = [Sample(prompt="p", responses="one")]
    path = tmp_path / "rewards.jsonl"
    before = recorded(path, samples, Judge("direct", ScriptedModel([GOOD])))
    assert essence([Judge("direct", replay=path).score_sample(samples[0])]) == essence(before)


def test_replay_tells_the_members_of_a_panel_apart(tmp_path: Path) -> None:
    samples = [Sample(id="a", prompt="p", responses="one")]
    settings = {"panel": [{"model": "other"}], "bounds.vote_again": 1}
    models = {"other": ScriptedModel([POOR, GOOD])}
    path = tmp_path / "rewards.jsonl"
    before = recorded(path, samples, Judge("direct", ScriptedModel([GOOD, POOR]), models=models, settings=settings))
    again = Judge("direct", f"recorded:{path}", settings=settings).score_sample(samples[0])
    assert essence([again]) == essence(before)
    assert [[score.raw for score in one.scores] for one in again[0].judgments] == [[9.0], [2.0], [2.0], [9.0]]


def test_samples_that_the_endpoint_did_not_give_are_missing_in_a_replay_too(tmp_path: Path) -> None:
    class Short(ScriptedModel):
        async def complete(self, request: Request) -> Reply:
            reply = await super().complete(request)
            return Reply(reply.completions[:2], Usage(calls=1), self.name)

    settings = {"critic.samples": 3}

    before = Judge("direct", Short([scored(10), scored(4), scored(1)]), settings=settings).score("q", "a")
    assert float(before) == pytest.approx((1 + 1 / 3) / 2, abs=1e-9)
    path = tmp_path / "rewards.jsonl"
    path.write_text(Record.of(0, "0", (before,)).to_json() + "\n")
    after = Judge("direct", replay=path, settings=settings).score("q", "a")
    assert [j.failure and j.failure.kind for j in after.judgments] == [None, None, "provider"]
    assert after.value == before.value


def test_a_record_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "rewards.jsonl"
    for said in (scored(10), scored(4)):
        before = Judge("direct", ScriptedModel([said])).score("q", "a")
        path.write_text(Record.of(0, "0", (before,)).to_json() + "\n")
        assert Judge("direct", replay=path).score("q", "a").value == before.value


def test_a_fitted_meta_vote_that_goes_by_the_model_is_replayed(tmp_path: Path) -> None:
    """P(right) = sigmoid(2 x voice); the voice of a model is the concordance with its judgments, 1 with its own."""
    meta, path = tmp_path / "meta.json", tmp_path / "rewards.jsonl"
    save(Meta(intercept=0.0, slopes={"voice:critique_then_score/one": 2.0}, rows=1), meta)
    rule = {"name": "meta", "form": "fitted", "file": str(meta), "mode": "weight"}
    settings = {"panel": [{"model": "other"}], "vote.filters": [rule]}
    models = {"other": ScriptedModel([scored(1)], name="two")}
    before = Judge("direct", ScriptedModel([scored(10)], name="one"), models=models, settings=settings).score("q", "a")
    # weights s(2 x 1) and s(2 x -1): what the two give, 1 and 0, is s(2) in the mean
    assert before.value == pytest.approx(1 / (1 + math.exp(-2)), abs=1e-9)
    path.write_text(Record.of(0, "0", (before,)).to_json() + "\n")
    after = Judge("direct", replay=path, settings=settings).score("q", "a")
    assert [judgment.model for judgment in after.judgments] == ["one", "two"]
    assert after.value == before.value
