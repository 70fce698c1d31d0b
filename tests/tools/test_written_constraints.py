"""End to end with a scripted model and the real sandbox."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from judge import Judge, Reward, Sample
from judge.models.base import Request
from judge.models.scripted import ScriptedModel
from judge.recipe import Recipe

PROMPT = "Describe the sea. Use no commas, and let every line start with a dash."
NO_COMMAS = {"quote": "Use no commas", "kind": "punctuation:no_comma", "args": {}, "check": "no comma occurs"}
DASHES = {"quote": "every line start with a dash", "kind": "", "args": {}, "check": "each line starts with -"}
CODE = "def check(response: str) -> bool:\n    return all(line.startswith('-') for line in response.splitlines())"
ALWAYS = "def check(response):\n    return True"


def listed(*constraints: Any) -> str:
    return json.dumps({"reasons": "two sentences do", "constraints": constraints})


def written(code: str, follower: str = "- blue\n- deep", violator: str = "blue") -> str:
    return json.dumps({"reasons": "simple", "code": code, "follower": follower, "violator": violator})


def judge(*replies: str | Callable[[Request], Any], **options: Any) -> tuple[Judge, ScriptedModel]:
    model = ScriptedModel(replies)
    use = {"tool": "written_constraints", "weight": 1.0, "options": options}
    return Judge(Recipe.model_validate({"name": "written", "about": "test", "tools": [use]}), model), model


def score(response: str, *replies: str, metadata: dict[str, Any] | None = None, **options: Any) -> Reward:
    return judge(*replies, **options)[0].score(PROMPT, response, metadata=metadata or {})


def test_known_kinds_by_rule_and_others_by_code() -> None:
    reward = score("- wide, and deep\n- blue", listed(NO_COMMAS, DASHES), written(CODE))
    assert reward.value == 0.5
    evidence = reward.evidence[0]
    assert (evidence.stance, evidence.hard) == ("refutes", False)
    assert evidence.detail["C1"] == {
        "constraint": "Use no commas",
        "state": "not_followed",
        "reason": "a comma in '- wide, and deep - blue'",
        "kind": "punctuation:no_comma",
        "args": {},
    }
    second = evidence.detail["C2"]
    assert isinstance(second, dict) and (second["state"], second["code"]) == ("followed", CODE)
    assert [asked.prompt for asked in evidence.asked] == ["extract_constraints", "write_checker"]


def test_one_list_for_all_responses_to_a_prompt() -> None:
    asked, model = judge(listed(NO_COMMAS, DASHES), written(CODE))
    samples = [Sample(prompt=PROMPT, responses=text) for text in ("- a", "b", "- a, b", "- c")]
    assert [reward.value for reward in asked.score_batch(samples)] == [1.0, 0.5, 0.5, 1.0]
    assert len(model.requests) == 2


def test_the_model_never_sees_a_response_or_the_labelled_pairs() -> None:
    asked, model = judge(listed(DASHES), written(CODE))
    asked.score(PROMPT, "- SECRET", metadata={"pairs": [{"chosen": "- PAIRED", "rejected": "PAIRED"}]})
    assert len(model.requests) == 2
    assert not any(word in str(request.messages) for request in model.requests for word in ("SECRET", "PAIRED"))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (written(ALWAYS), "says yes to its own violator"),
        (written("def check(response):\n    return False"), "says no to its own follower"),
        (written("def check(response):\n    return 1"), "not True or False"),
        (written("def check(response):\n    return response.nothing"), "AttributeError"),
        (written("def test(response):\n    return True"), "its checker broke"),
        (written("import random\ndef check(r):\n    return random.random() < .5 or r[9:]"), "refused"),
        (written(CODE, violator="- blue\n- deep"), "two different texts"),
        (written("#" * 9_000), "at most 8000"),
        ("I would rather not.", "no JSON object"),
    ],
)
def test_a_checker_that_fails_its_trial_counts_for_nothing(reply: str, why: str) -> None:
    reward = score("no dash, one comma", listed(NO_COMMAS, DASHES), reply, repairs=0)
    assert reward.value == 0.0  # of the comma alone
    rejected = str(reward.evidence[0].detail["rejected"])
    assert "every line start with a dash" in rejected and why in rejected


def test_a_checker_is_written_anew_once_and_told_why() -> None:
    asked, model = judge(listed(DASHES), written(ALWAYS), written(CODE))
    assert asked.score(PROMPT, "no dash").value == 0.0
    assert "it says yes to its own violator" in str(model.requests[2].messages)
    assert "return True" in str(model.requests[2].messages)


def test_a_checker_that_hangs_is_killed_in_its_trial() -> None:
    hang = "def check(response):\n    while True: pass"
    reward = score("- a", listed(NO_COMMAS, DASHES), written(hang), repairs=0, timeout_s=0.5)
    assert reward.value == 1.0
    assert "its checker broke" in str(reward.evidence[0].detail["rejected"])


def test_labelled_pairs_must_be_in_order() -> None:
    right, wrong = {"chosen": "- a", "rejected": "a"}, {"chosen": "a", "rejected": "- a"}
    useless = {"chosen": "- a", "rejected": "- b"}
    for pairs, value in (([right, useless], 0.5), ([useless], 1.0), ([right, wrong], 1.0)):
        reward = score("a", listed(NO_COMMAS, DASHES), written(CODE), metadata={"pairs": pairs}, repairs=0)
        assert reward.value == value, pairs
    mixed = [right, right, right, right, wrong]
    reward = score("a", listed(DASHES), written(CODE), metadata={"pairs": mixed}, repairs=0, min_ordered=0.8)
    assert reward.value == 0.0


def test_constraints_that_the_prompt_does_not_state_are_refused() -> None:
    invented = {**NO_COMMAS, "quote": "Use no semicolons"}
    reward = score("- a, b", listed(invented))
    assert (reward.status, reward.value) == ("abstained", None)
    assert "is not in the request" in str(reward.evidence[0].detail["rejected"])


def test_a_known_kind_without_its_arguments_is_written() -> None:
    lacking = {**DASHES, "kind": "length_constraints:number_words"}
    assert score("- a", listed(lacking), written(CODE)).value == 1.0


def test_a_checker_that_breaks_on_the_response_says_nothing_of_it() -> None:
    fragile = "def check(response):\n    assert 'boom' not in response\n    return response.startswith('-')"
    reward = score("boom", listed(NO_COMMAS, DASHES), written(fragile))
    assert (reward.status, reward.value) == ("abstained", None)


def test_a_list_that_cannot_be_read_is_not_the_answers_fault() -> None:
    for reply in ("no list", '{"constraints": "none"}'):
        reward = score("- a", reply)
        assert (reward.status, reward.value) == ("failed", None)
        assert reward.failure and "the constraints of the prompt cannot be read" in reward.failure.message


def test_what_failed_is_asked_again_for_the_next_response() -> None:
    asked, model = judge("no list", listed(NO_COMMAS))
    assert not asked.score(PROMPT, "a").ok
    assert asked.score(PROMPT, "a").value == 1.0
    assert len(model.requests) == 2
