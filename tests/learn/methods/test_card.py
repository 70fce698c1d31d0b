"""Generated code: what it must do to be accepted, what goes back when it fails, and how it is used. In the sandbox."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from judge import Judge
from judge.errors import DataError
from judge.learn.methods import card
from judge.learn.methods.card import CardOptions, accuracy, fault_of, run_trial
from judge.learn.pairs import Pair, split
from judge.recipe import Recipe
from judge.types import digest
from tests.learn.asked import Asked, between, pair

PAIRS = [pair(n, chosen=f"short {n}", rejected=f"a much longer answer {n}") for n in range(6)]
TRAINING, HELD = split(PAIRS, 0.5, 0)
SHORT = "def score(prompt, response):\n    return 1 / (1 + len(response))"
LONG = "def score(prompt, response):\n    return min(1, len(response) / 100)"
CONSTANT = "def score(prompt, response):\n    return 0.5"
BOOLEAN = "def score(prompt: str, response: str) -> bool:\n    return len(response) < 10"


def written(code: str, about: str = "How short it is.") -> dict[str, str]:
    return {"reasons": "r", "about": about, "code": code}


def learner(*codes: str) -> Asked:
    left = list(codes)
    return Asked({"write_score_code": lambda text: written(left.pop(0))})


def learnt(asked: Asked, pairs: list[Pair] = PAIRS, **options: Any) -> Any:
    return asyncio.run(card.learn(pairs, asked.learner, CardOptions(**options)))


def test_code_that_orders_the_pairs_is_accepted_with_its_figures() -> None:
    asked = learner(SHORT)
    found = learnt(asked)
    checker = found.figures.more["checker"]
    assert (checker["code"], checker["hash"]) == (SHORT, digest(SHORT))
    assert (checker["accuracy"], checker["pairs"], checker["training_accuracy"], checker["revisions"]) == (1, 3, 1, 0)
    assert [(one.id, one.text) for one in found.rubric.criteria] == [("card", "How short it is.")]


def test_held_back_pairs_are_never_shown() -> None:
    asked = learner(LONG, CONSTANT, SHORT)
    learnt(asked)
    shown = {text for request in asked.texts("write_score_code") for text in between(request, "preferred")}
    assert shown == {one.chosen for one in TRAINING}
    assert not shown & {one.chosen for one in HELD}


def test_failing_pairs_go_back_and_the_code_is_written_anew() -> None:
    asked = learner(LONG, SHORT)
    assert learnt(asked, shown=2).figures.more["checker"]["revisions"] == 1
    first, second = asked.texts("write_score_code")
    assert "You have written this" not in first
    assert between(second, "code") == [LONG]
    assert between(second, "fault") == ["it puts 0% of 3 pairs in order, 80% are needed"]
    # two examples, then two of the three failing pairs; "short 0" has 7 characters, the other 22
    assert len(between(second, "preferred")) == 4
    assert "Better, got 0.07:" in second and "Worse, got 0.22:" in second


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (CONSTANT, "it gives every response the same score"),
        ("def score(prompt, response):\n    return len(response)", "not from 0 to 1"),
        ("def score(prompt, response):\n    return 'good'", "it returned str, not a number"),
        ("def score(prompt, response):\n    return float('nan')", "not from 0 to 1"),
        ("def score(prompt, response):\n    return 1 / 0", "ZeroDivisionError"),
        ("def other(prompt, response):\n    return 1", "it broke"),
        ("def score(prompt, response)\n    return 1", "it broke"),
        ("import random\ndef score(prompt, response):\n    return random.random()", "different things"),
        ("#" * 9_000, "at most 8000"),
        (f"def score(p, r):\n    return float(r in {[one.chosen for one in TRAINING]!r})", "does not carry over"),
    ],
)
def test_what_is_refused_and_why(code: str, why: str) -> None:
    with pytest.raises(DataError, match=f"no code was accepted after 0 revisions.*{why}"):
        learnt(learner(code), revisions=0)


def test_code_that_hangs_is_killed() -> None:
    trial = asyncio.run(run_trial("def score(p, r):\n    while True: pass", PAIRS[:1], timeout_s=0.5))
    assert trial.scores == () and "it broke" in trial.fault


def test_three_revisions_and_no_more() -> None:
    asked = learner(*[CONSTANT] * 4)
    with pytest.raises(DataError, match="no code was accepted after 3 revisions"):
        learnt(asked)
    assert len(asked.model.requests) == 4


def test_accuracy_by_hand() -> None:
    scores = [(0.9, 0.1), (0.5, 0.5), (0.2, 0.3), (1.0, 0.0)]
    assert accuracy(scores) == pytest.approx(2 / 4, abs=1e-9)  # the tie is not in order
    good, bad = (1.0, 0.0), (0.0, 1.0)
    assert fault_of([good] * 4 + [bad], [good] * 4 + [bad], 0.8) == ""  # exactly 0.8 is enough
    assert fault_of([good] * 3 + [bad], [good] * 4, 0.8) == "it puts 75% of 4 pairs in order, 80% are needed"
    assert "50% of 2 pairs that you have not seen" in fault_of([good] * 4, [good, bad], 0.8)
    assert fault_of([(0.5, 0.5)], [(0.5, 0.5)], 0.8) == "it gives every response the same score"
    with pytest.raises(DataError, match="at least one"):
        accuracy([])


def test_yes_and_no_are_scores_too() -> None:
    assert learnt(learner(BOOLEAN)).figures.after == 1.0


def test_the_file_is_a_tool(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    learnt(learner(BOOLEAN + "  \n# 'quoted': \ttabs \\ and a trailing space \n")).write(file)
    use = {"tool": "learned_checker", "weight": 1.0, "options": {"file": str(file)}}
    judge = Judge(Recipe.model_validate({"name": "learned", "about": "test", "tools": [use]}))
    assert [judge.score("q", text).value for text in ("brief", "anything but brief")] == [1.0, 0.0]
    evidence = judge.score("q", "brief").evidence[0]
    assert (evidence.hard, evidence.summary) == (False, "How short it is: 1.00")
    assert evidence.detail["accuracy"] == 1.0


def test_code_that_was_written_is_not_asked_for_again(tmp_path: Path) -> None:
    def learner(*codes: str) -> Asked:
        left = list(codes)
        return Asked({"write_score_code": lambda text: written(left.pop(0))}, journal=tmp_path / "journal.jsonl")

    with pytest.raises(DataError, match="no code was accepted after 1 revisions"):
        learnt(learner(LONG, CONSTANT), revisions=1)
    asked = learner(SHORT)
    assert learnt(asked, revisions=2).figures.more["checker"]["revisions"] == 2
    assert len(asked.texts("write_score_code")) == 1
