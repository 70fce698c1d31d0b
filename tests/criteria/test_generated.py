"""What is written about a prompt: once, whoever asks and how many at once; without a response in sight; replayed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward, Sample
from judge.errors import ModelError
from judge.models.base import Reply, Request
from judge.models.scripted import ScriptedModel
from judge.recipe import load_recipe, override
from judge.run.record import Record
from tests.recipes.test_before_responses import by_context

CRITERIA = json.dumps({"reasons": "It asks for a prime.", "criteria": [{"name": "prime", "text": "Is it PRIME?"}]})
SCORE = '{"critique": "It is.", "score": 10}'


def text(request: Request) -> str:
    return "\n".join(str(message["content"]) for message in request.messages)


def writes(request: Request) -> bool:
    """Whether a request asks for criteria."""
    return "You write the criteria" in text(request)


def carmo(request: Request) -> str:
    return CRITERIA if writes(request) else SCORE


def written(model: ScriptedModel) -> int:
    return sum(map(writes, model.requests))


def total(rewards: list[Reward]) -> int:
    return sum(reward.usage.calls for reward in rewards)


# ------------------------------------------------------------------ once per prompt


def test_calls_one_after_the_other_share_what_was_written() -> None:
    model = ScriptedModel(carmo)
    judge = Judge("carmo", model)
    rewards = [judge.score("Name a prime.", response) for response in ("97", "89", "83")]
    assert written(model) == 1
    assert [reward.usage.calls for reward in rewards] == [2, 1, 1]
    briefs = [reward.brief for reward in rewards]
    assert all(brief is not None and brief.contexts == briefs[0].contexts for brief in briefs)  # type: ignore[union-attr]
    assert [len(brief.asked) for brief in briefs if brief] == [1, 1, 1]


def test_samples_at_once_share_one_flight_and_one_bill() -> None:
    model = ScriptedModel(carmo, latency_s=0.02)
    samples = [Sample(prompt="Name a prime.", responses=str(number)) for number in range(12)]
    rewards = Judge("carmo", model).score_batch(samples)
    assert [reward.value for reward in rewards] == [1.0] * 12
    assert (written(model), len(model.requests), total(rewards)) == (1, 13, 13)
    assert sorted(reward.usage.calls for reward in rewards) == [1] * 11 + [2]


def test_groups_at_once_share_too() -> None:
    model = ScriptedModel(carmo, latency_s=0.02)
    judge = Judge("carmo", model)

    async def both() -> list[list[Reward]]:
        groups = (judge.ascore_group("Name a prime.", ["2", "3"]), judge.ascore_group("Name a prime.", ["5", "7"]))
        return list(await asyncio.gather(*groups))

    groups = asyncio.run(both())
    assert written(model) == 1
    assert sorted(total(group) for group in groups) == [2, 3]


@pytest.mark.parametrize(
    "other",
    [{"prompt": "Name another."}, {"profile": "A child."}],
    ids=["prompt", "profile"],
)
def test_what_the_writer_sees_decides_whether_it_is_asked_again(other: dict[str, str]) -> None:
    model = ScriptedModel(carmo)
    judge = Judge("carmo", model)
    judge.score(Sample(prompt="Name a prime.", responses="97"))
    judge.score(Sample(**{"prompt": "Name a prime.", "responses": "97", "references": "2", **other}))
    assert written(model) == 2


def test_a_reference_counts_only_where_the_writer_is_shown_it() -> None:
    for shown in (False, True):
        model = ScriptedModel(lambda request: CRITERIA if "by which answers" in text(request) else SCORE)
        judge = Judge("profile_rules", model, settings={"criteria.reference": shown})
        for reference in ("THE FIRST", "THE SECOND"):
            judge.score("Name a prime.", "97", reference=reference)
        asked = [text(request) for request in model.requests if "by which answers" in text(request)]
        assert ["THE FIRST" in one for one in asked] == ([True, False] if shown else [False])


def test_no_response_is_ever_shown_to_the_writer() -> None:
    model = ScriptedModel(carmo)
    Judge("carmo", model).score_group("Name a prime.", ["SECRET one", "SECRET two"])
    assert ["SECRET" in text(request) for request in model.requests] == [False, True, True]


def test_nothing_is_written_where_nothing_is_left_to_judge() -> None:
    model = ScriptedModel(carmo)
    assert Judge("carmo", model).score("Name a prime.", "  ").value == 0.0
    assert model.requests == []


# ------------------------------------------------------------------ what fails


class Waiting(ScriptedModel):
    """Takes a moment before it answers, and before it fails too."""

    async def complete(self, request: Request) -> Reply:
        await asyncio.sleep(0.02)
        return await super().complete(request)


def test_a_failure_goes_to_all_who_wait_and_is_not_kept() -> None:
    down = ModelError("it is down", "connection", retryable=True)
    model = Waiting([down, CRITERIA, SCORE])
    judge = Judge("carmo", model)
    rewards = judge.score_batch([Sample(prompt="Name a prime.", responses=str(number)) for number in range(3)])
    assert [(reward.status, reward.value) for reward in rewards] == [("failed", None)] * 3
    assert all(
        reward.failure and reward.failure.kind == "connection" and reward.failure.retryable for reward in rewards
    )
    assert len(model.requests) == 1
    assert judge.score("Name a prime.", "97").value == 1.0


def test_an_unreadable_answer_is_asked_for_once_more_with_what_was_wrong() -> None:
    model = ScriptedModel(["Let me think.", CRITERIA, SCORE])
    reward = Judge("carmo", model).score("Name a prime.", "97")
    assert reward.value == 1.0
    assert "could not be read: the reply has no JSON object with 'reasons'" in text(model.requests[1])
    assert reward.usage.calls == 3


@pytest.mark.parametrize(
    "answer",
    [
        "no object",
        '{"criteria": [{"name": "prime", "text": "Is it?"}]}',  # no reasons
        '{"reasons": "It asks.", "criteria": []}',
        '{"reasons": "It asks.", "criteria": ["prime"]}',
        '{"reasons": "It asks.", "criteria": [{"name": "", "text": ""}]}',
    ],
)
def test_what_settles_nothing_leaves_all_responses_unscored(answer: str) -> None:
    model = ScriptedModel([answer, answer])
    rewards = Judge("carmo", model).score_group("Name a prime.", ["2", "4"])
    assert [(reward.status, reward.value) for reward in rewards] == [("failed", None)] * 2
    assert rewards[0].failure and rewards[0].failure.kind == "unparseable"
    assert len(model.requests) == 2


# ------------------------------------------------------------------ what is read


def brief_of(recipe: str, answer: dict[str, Any], **settings: Any) -> Any:
    said = json.dumps({"reasons": "It asks.", **answer})
    changes = {name.replace("__", "."): value for name, value in settings.items()}
    model = ScriptedModel([said, said, *[SCORE] * 4])
    return Judge(recipe, model, settings=changes).score("Name a prime.", "97").brief


def test_criteria_get_distinct_ids_usable_weights_and_at_most_as_many_as_wanted() -> None:
    items = [
        {"name": "Is it prime?", "text": "One?", "weight": 2},
        {"name": "is it PRIME", "text": "Two?", "weight": -1},
        {"text": "Three?", "weight": "heavy"},
        {"name": "rule", "text": "Four?", "kind": "rule"},
        {"name": "late", "text": "Five?"},
    ]
    brief = brief_of("carmo", {"criteria": items}, criteria__count=4)
    assert [(one.id, one.weight, one.kind) for one in brief.criteria] == [
        ("is_it_prime", 2.0, "principle"),
        ("is_it_prime_2", 1.0, "principle"),
        ("c3", 1.0, "principle"),
        ("rule", 1.0, "rule"),
    ]
    assert (brief.criteria[3].scale.lo, brief.criteria[3].scale.hi) == (0, 1)
    assert {one.source for one in brief.criteria} == {"carmo_criteria"}


def test_contexts_have_probabilities_that_add_up_and_equal_ones_where_none_is_given() -> None:
    def contexts(*shares: float | None) -> list[float]:
        given = [{"name": "c", "text": "t", "probability": share} for share in shares]
        return [one.probability for one in brief_of("open_rubrics", {"contexts": given}).contexts]

    assert contexts(3, 1) == [0.75, 0.25]
    assert contexts(None, None, None, None) == [0.25] * 4
    assert contexts(0.5, None) == [1.0, 0.0]


# ------------------------------------------------------------------ with an agent and tools


LOOKUP = '''
"""Looks up."""
import pathlib
from judge.errors import ToolError

async def act(word: str, *, log: str = "") -> str:
    """Look a word up.

    Args:
        word: the word.
    """
    with pathlib.Path(log).open("a") as file:
        file.write(word + "\\n")
    if word == "lost":
        raise ToolError("the shelf is EMPTY")
    return f"{word} means GOOD"
'''
CHECK = '''
"""Compares with the reference."""
from judge.types import Evidence, Sample

CHECKS = "answer"

def needs(sample: Sample) -> str:
    return "" if sample.references else "a reference"

async def verify(sample: Sample) -> Evidence:
    return Evidence(tool="oracle", stance="neutral", summary=f"it is {sample.references[0]}")
'''


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "lookup.py").write_text(LOOKUP)
    (tmp_path / "tools" / "oracle.py").write_text(CHECK)
    return tmp_path


def looking(shelf: Path, model: Any, replay: str | Path = "", *, reference: bool = False) -> Judge:
    tools = [{"tool": "lookup", "options": {"log": str(shelf / "log")}}, {"tool": "oracle", "when": "asked"}]
    changes = {"tools": tools, "agent.calling": "text", "criteria.reference": reference}
    recipe = override(load_recipe("commit_first"), changes)
    return Judge(recipe, model, library=[shelf], replay=replay)


COMMITTED = json.dumps(
    {"reasons": "It asks.", "solution": "boni", "criteria": [{"name": "word", "text": "Is it boni?"}]}
)


def acting(*actions: str) -> Any:
    def say(request: Request) -> str:
        asked = text(request)
        if "what a right answer to one request must be: you find out" in asked:
            return "Nothing is left.\nAction: none" if "Observation 1" in asked else "\n".join(actions)
        if "You prepare the ground" in asked:
            return "Nothing to check.\nAction: none"
        return COMMITTED if "commit yourself" in asked else SCORE

    return say


def test_what_is_looked_up_is_shared_and_billed_with_the_rest(shelf: Path) -> None:
    model = ScriptedModel(acting('Action: lookup {"word": "bon"}'), latency_s=0.01)
    judge = looking(shelf, model)
    rewards = judge.score_batch([Sample(prompt="Translate bon.", responses=word) for word in ("good", "bad", "nice")])
    assert (shelf / "log").read_text() == "bon\n"
    committing = next(text(request) for request in model.requests if "commit yourself" in text(request))
    assert "- lookup: <finding" in committing and "bon means GOOD" in committing
    # two rounds and a commitment for all; a round of the agent and a critique for each
    assert (total(rewards), len(model.requests)) == (3 + 3 * 2, 9)


def test_a_tool_that_broke_found_nothing_and_the_reference_stays_hidden(shelf: Path) -> None:
    model = ScriptedModel(acting('Action: lookup {"word": "lost"}', "Action: oracle {}"))
    reward = looking(shelf, model).score("Translate bon.", "good", reference="GOOD AND RIGHT")
    assert reward.ok
    before = [text(request) for request in model.requests[:3]]
    assert "EMPTY" in before[1] and "EMPTY" not in before[2]
    assert not any("GOOD AND RIGHT" in asked for asked in before)
    assert "oracle" not in before[0]  # a check that needs the reference is not offered


def test_the_reference_is_shown_where_the_recipe_says_so(shelf: Path) -> None:
    model = ScriptedModel(acting("Action: oracle {}"))
    judge = looking(shelf, model, reference=True)
    judge.score("Translate bon.", "good", reference="GOOD AND RIGHT")
    assert "GOOD AND RIGHT" in text(model.requests[0]) and "it is GOOD AND RIGHT" in text(model.requests[1])


# ------------------------------------------------------------------ replay


def recorded(path: Path, judge: Judge, samples: list[Sample]) -> list[tuple[Reward, ...]]:
    rewards = [judge.score_sample(sample) for sample in samples]
    records = (Record.of(number, str(number), one) for number, one in enumerate(rewards))
    path.write_text("".join(record.to_json() + "\n" for record in records))
    return rewards


def same(rewards: list[tuple[Reward, ...]]) -> list[Any]:
    """All that a replay must give again: everything but what it cost."""
    gone = {"usage", "fingerprint"}
    found = [reward.model_dump(exclude=gone) for one in rewards for reward in one]
    for reward in found:
        for judged in [*reward["judgments"], *([reward["brief"]] if reward["brief"] else [])]:
            judged.pop("usage")
        for judgment in reward["judgments"]:
            judgment.pop("model")
    return found


GROUPS = [
    Sample(id="a", prompt="Name a prime.", responses=("97", "91")),
    Sample(id="b", prompt="Name a prime.", responses=("89", "1")),
    Sample(id="c", prompt="Name a square.", responses=("9", "8")),
]


def test_a_replay_gives_the_same_rewards_and_briefs_bit_for_bit(tmp_path: Path) -> None:
    def critic(request: Request) -> str:
        if writes(request):
            return CRITERIA if "prime" in text(request) else CRITERIA.replace("PRIME", "SQUARE")
        return f'{{"critique": "So.", "score": {1 + sum(map(ord, text(request))) % 10}}}'

    before = recorded(tmp_path / "out.jsonl", Judge("carmo", ScriptedModel(critic)), GROUPS)
    again = Judge("carmo", replay=tmp_path / "out.jsonl")
    assert same([again.score_sample(sample) for sample in GROUPS]) == same(before)
    assert len({reward.value for one in before for reward in one}) > 2


def test_a_replay_of_an_unreadable_first_answer_takes_the_same_way(tmp_path: Path) -> None:
    model = ScriptedModel(["Let me think.", CRITERIA, SCORE, SCORE])
    before = recorded(tmp_path / "out.jsonl", Judge("carmo", model), GROUPS[:1])
    again = Judge("carmo", replay=tmp_path / "out.jsonl").score_sample(GROUPS[0])
    assert same([again]) == same(before)
    assert again[0].brief is not None and len(again[0].brief.asked) == 2


def test_a_replay_looks_nothing_up(shelf: Path) -> None:
    path = shelf / "out.jsonl"
    model = ScriptedModel(acting('Action: lookup {"word": "bon"}'))
    before = recorded(path, looking(shelf, model), [Sample(prompt="Translate bon.", responses=("good", "bad"))])
    (shelf / "log").unlink()
    again = looking(shelf, None, replay=path).score_sample(Sample(prompt="Translate bon.", responses=("good", "bad")))
    assert not (shelf / "log").exists()
    assert [reward.value for reward in again] == [reward.value for reward in before[0]] == [1.0, 1.0]
    assert again[0].brief == before[0][0].brief


def test_contexts_and_labels_are_replayed_too(tmp_path: Path) -> None:
    samples = [Sample(prompt="What is light?", responses=("waves", "quanta"))]
    before = recorded(tmp_path / "out.jsonl", Judge("carm", by_context(child=0.9, expert=0.2)), samples)
    again = Judge("carm", replay=tmp_path / "out.jsonl").score_sample(samples[0])
    assert same([again]) == same(before)
