"""Learned code as a check: what the file must be, and what a broken one says of the response - nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from judge import Judge, Reward
from judge.errors import SettingsError
from judge.recipe import Recipe
from judge.types import digest

CODE = "def score(prompt, response):\n    return len(response) / len(prompt)"


def written(path: Path, code: str = CODE, **changes: Any) -> Path:
    file = path / "code.json"
    checker = {
        "about": "share of the prompt",
        "code": code,
        "hash": digest(code),
        "accuracy": 0.9,
        "pairs": 10,
        **changes,
    }
    provenance = {"method": "card", "figures": {"more": {"checker": checker}}}
    criteria = [{"id": "card", "text": "share of the prompt"}]
    file.write_text(json.dumps({"criteria": criteria, "provenance": provenance}))
    return file


def score(response: str, file: Path | str, **options: Any) -> Reward:
    use = {"tool": "learned_checker", "weight": 1.0, "options": {"file": str(file), **options}}
    judge = Judge(Recipe.model_validate({"name": "learned", "about": "test", "tools": [use]}))
    return judge.score("12345678", response)


def test_the_score_is_what_the_code_says(tmp_path: Path) -> None:
    reward = score("123456", written(tmp_path))
    assert reward.value == 6 / 8
    assert (reward.evidence[0].stance, reward.evidence[0].hard) == ("supports", False)
    assert score("123456", written(tmp_path), at_least=0.8).evidence[0].stance == "refutes"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (CODE, "no number from 0 to 1"),  # of a response that is longer than the prompt
        ("def score(prompt, response):\n    raise ValueError('boom')", "boom"),
        ("def score(prompt, response):\n    return 'fine'", "no number from 0 to 1"),
    ],
)
def test_code_that_breaks_gives_no_number(tmp_path: Path, code: str, why: str) -> None:
    reward = score("1234567890", written(tmp_path, code))
    assert (reward.ok, reward.value) == (False, None)
    assert reward.evidence[0].stance == "error" and why in reward.evidence[0].summary


def test_a_file_that_was_changed_or_is_none_scores_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, hash=digest("other"))
    no_object = tmp_path / "list.json"
    no_object.write_text("[]")
    by_hand = tmp_path / "by_hand.yaml"
    by_hand.write_text("criteria: [{id: a, text: a}]")
    said: dict[Path | str, str] = {
        file: "not the one that passed its trial",
        no_object: "holds no learned code: TypeError",
        by_hand: "holds no learned code: KeyError; let `judge rubric learn --method card` write it",
        "": "set the option file",
    }
    for place, why in said.items():
        reward = score("1", place)
        assert (reward.ok, reward.value) == (False, None)
        assert why in reward.evidence[0].summary


def test_a_missing_file_is_told_when_the_judge_is_made_and_another_one_makes_another_judge(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        score("1", tmp_path / "none.json")
    before = score("123456", written(tmp_path)).fingerprint
    after = score("123456", written(tmp_path, about="another")).fingerprint
    assert before and after and before.judge != after.judge
