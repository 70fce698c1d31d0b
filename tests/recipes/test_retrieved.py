"""Labelled pairs near to the prompt, shown to those who judge."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from judge import Judge, Sample
from judge.errors import DataError, SettingsError
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.run.record import Record
from judge.types import Preference
from tests.recipes.said import arena, calls, shown, text

ROWS = (
    {"prompt": "Explain tides to a child", "chosen": "TIDES GOOD", "rejected": "TIDES BAD"},
    {"prompt": "Write a sonnet", "chosen": "SONNET GOOD", "rejected": "SONNET BAD"},
    {"prompt": "Explain rain to a child", "chosen": "RAIN GOOD", "rejected": "RAIN BAD"},
)
SAMPLE = Sample(id="a", prompt="Explain snow to a child", responses=("Ice.", "Magic."))
VOTES = {(0, 1): ["A", "A", "A", "B", "tie"], (1, 0): ["B", "B", "A", "A", "tie"]}


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return path


def voters() -> ScriptedModel:
    left: dict[tuple[int, ...], Iterator[str]] = {order: iter(votes) for order, votes in VOTES.items()}

    def critic(request: Request) -> str:
        return arena(next(left[shown(request)]))

    return ScriptedModel(critic)


def judge(model: ScriptedModel, pairs: Path, recipe: str = "retrieved_gold") -> Judge:
    return Judge(recipe, model, settings={"examples.file": str(pairs)})


def test_retrieved_gold_shows_the_nearest_pairs_with_their_labels_and_the_majority_counts(pairs: Path) -> None:
    model = voters()
    two = Judge("retrieved_gold", model, settings={"examples.file": str(pairs), "examples.nearest": 2})
    rewards = two.score_group("Explain snow to a child", ["Ice.", "Magic."])
    # for the first response A, A, A, B, tie are 1, 1, 1, 0, 0.5, and in the other order B, B, A, A, tie are
    # 1, 1, 0, 0, 0.5: five of ten say 1, three 0, two 0.5
    assert [reward.value for reward in rewards] == [1.0, 0.0]
    assert calls(rewards) == 2 and [request.n for request in model.requests] == [5, 5]
    said = text(model.requests[0])
    assert said.index("TIDES GOOD") < said.index("TIDES BAD") < said.index("RAIN GOOD") < said.index("Ice.")
    assert "SONNET" not in said
    assert said.index("Better:") < said.index("TIDES GOOD") < said.index("Worse:") < said.index("TIDES BAD")


def test_a_tied_vote_is_no_majority(pairs: Path) -> None:
    model = ScriptedModel([arena("A")] * 10)  # whoever stands first: five votes for each
    reward, _ = judge(model, pairs).score_group("Explain snow", ["Ice.", "Magic."])
    assert reward.status == "abstained" and "unstable: the verdict flips with the order" in reward.flags


def test_a_sample_that_brings_choices_keeps_its_own(pairs: Path) -> None:
    model = voters()
    own = (Preference(prompt="older", preferred="MINE", rejected="NOT MINE"),)
    judge(model, pairs).score_group("Explain snow to a child", ["Ice.", "Magic."], examples=own)
    assert "MINE" in text(model.requests[0]) and "TIDES" not in text(model.requests[0])


def test_without_pairs_there_is_no_number_and_no_call() -> None:
    model = voters()
    reward, _ = Judge("retrieved_gold", model).score_group("Explain snow", ["Ice.", "Magic."])
    assert reward.failure is not None and reward.failure.kind == "nothing_to_verify"
    assert "needs examples" in reward.failure.message and "examples.file" in reward.failure.message
    assert model.requests == []


def test_what_the_pairs_say_counts_for_the_fingerprint(pairs: Path) -> None:
    before = judge(voters(), pairs).fingerprint
    pairs.write_text(json.dumps(ROWS[0]), encoding="utf-8")
    after = judge(voters(), pairs).fingerprint
    assert before.files != after.files and before.judge != after.judge and before.recipe == after.recipe


def test_calls_are_foreseen(pairs: Path) -> None:
    model = voters()
    made = judge(model, pairs)
    assert made.foresee(SAMPLE).calls == calls(made.score_sample(SAMPLE)) == 2
    assert made.foresee(SAMPLE).prompt_tokens == sum((len(text(request)) - 1) // 4 for request in model.requests)


def test_a_replay_finds_the_same_pairs_again(pairs: Path, tmp_path: Path) -> None:
    before = judge(voters(), pairs).score_sample(SAMPLE)
    path = tmp_path / "rewards.jsonl"
    path.write_text(Record.of(0, "0", before).to_json() + "\n")
    after = Judge("retrieved_gold", replay=path, settings={"examples.file": str(pairs)}).score_sample(SAMPLE)
    assert [reward.value for reward in after] == [reward.value for reward in before] == [1.0, 0.0]


def test_other_prompts_that_name_examples_are_given_them_too(pairs: Path) -> None:
    rubric = json.dumps({"reasons": "r", "criteria": [{"name": "clear", "text": "Clear?", "kind": "principle"}]})
    model = ScriptedModel([rubric, '{"critique": "Yes.", "score": 10}'])
    assert judge(model, pairs, "open_rubrics").score("Explain snow to a child", "Ice.").value == 1.0
    written = text(model.requests[0])
    assert "TIDES GOOD" in written and "Ice." not in written


def test_a_recipe_that_shows_no_examples_refuses_them(pairs: Path) -> None:
    with pytest.raises(SettingsError, match="recipe 'direct' shows no examples to anybody"):
        judge(voters(), pairs, "direct")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*gone\.jsonl"):
        judge(voters(), tmp_path / "gone.jsonl")
