"""Versions of a rubric: what the meta step is shown, which versions are accepted, and how a run goes on."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError, ModelError, ParseError
from judge.learn.methods import mpo
from judge.learn.methods.item_scores import Case, ItemScores, read_scores
from judge.learn.methods.meta_step import told_apart, within_budget
from judge.learn.methods.mpo import MpoOptions, Version, decide
from judge.learn.pairs import split
from judge.types import Criterion, Rubric, Scale
from tests.learn.asked import Asked, between, pair

PAIRS = [pair(number) for number in range(10)]


class Judge:
    """Scores every `good` answer as the item's wording says: `right` above, `even` alike, `wrong` below the bad one."""

    def __init__(self, *texts: str, plans: int = 1) -> None:
        self.texts, self.plans, self.written = texts, plans, 0

    def replies(self) -> dict[str, Callable[[str], Any]]:
        return {
            "score_items": self.score,
            "analyse_misses": lambda text: {"analysis": "it rewards show"},
            "plan_criteria": lambda text: {"reasons": "r", "plan": [f"focus {n}" for n in range(self.plans)]},
            "refine_criterion": self.write,
            "merge_rubrics": lambda text: {"reasons": "r", "criteria": ["merged right", "Merged  right"]},
        }

    def write(self, text: str) -> dict[str, str]:
        self.written += 1
        return {"text": self.texts[self.written - 1]}

    def score(self, text: str) -> dict[str, Any]:
        ids = re.findall(r"^- (\S+) \(a whole number", text, re.MULTILINE)
        good = between(text, "response")[0].startswith("good")
        scores = [5 if (good == ("right" in item)) and "even" not in item else 3 for item in between(text, "item")]
        return {"items": [{"id": i, "rationale": f"why {s}", "score": s} for i, s in zip(ids, scores, strict=True)]}


def learnt(asked: Asked, start: Path, **options: Any) -> Any:
    fixed = {"start": str(start), "held_back": 0.3, "sets": 1, **options}
    return asyncio.run(mpo.learn(PAIRS, asked.learner, MpoOptions(**fixed)))


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """A rubric of one item that cannot tell the responses apart."""
    path = tmp_path / "start.yaml"
    path.write_text("criteria:\n  - {id: first, text: even, scale: {lo: 1, hi: 5}}\n")
    return path


def history(found: Any) -> list[tuple[bool, float | None, float | None]]:
    return [(one["accepted"], one["before"], one["accuracy"]) for one in found.figures.more["versions"]]


def test_better_is_accepted_and_worse_is_refused_and_kept_with_the_reason(start: Path) -> None:
    judge = Judge("right of three", "wrong of all")
    # version 1 puts all held-back pairs in order (before: none, since a tie is not in order); after it nothing is
    # misjudged, so that version 2 is not even written
    found = learnt(Asked(judge.replies()), start, versions=2)
    assert history(found) == [(True, None, None), (True, 0.0, 1.0), (False, None, None)]
    assert [one.text for one in found.rubric.criteria] == ["right of three"]
    assert found.figures.more["versions"][2]["reason"] == "none of 7 pairs was misjudged, so there was nothing to mend"
    assert (found.version, found.figures.before, found.figures.after) == (2, 0.0, 1.0)
    assert judge.written == 1


def test_a_version_is_refused_only_when_its_accuracy_is_lower(tmp_path: Path) -> None:
    # the start puts every pair in order but one that it is trained on, so that there is something to mend
    training, held = split(PAIRS, 0.7, 0)
    spoilt = training[0]
    start = tmp_path / "start.yaml"
    start.write_text("criteria:\n  - {id: first, text: right, scale: {lo: 1, hi: 5}}\n")

    class Spoilt(Judge):
        def score(self, text: str) -> dict[str, Any]:
            found = super().score(text)
            if between(text, "request") == [spoilt.prompt]:
                found["items"] = [{**item, "score": 3} for item in found["items"]]
            return found

    judge = Spoilt("wrong", "right again", "even")
    found = learnt(Asked(judge.replies()), start, versions=3)
    # 1: wrong on all three held back (0 of 3 against 3 of 3): refused. 2: 3 of 3, as good: accepted. 3: 0 of 3: refused
    assert history(found) == [(True, None, None), (False, 1.0, 0.0), (True, 1.0, 1.0), (False, 1.0, 0.0)]
    versions = found.figures.more["versions"]
    assert versions[1]["reason"] == "accuracy 0.000 on 3 held-back pairs, 1.000 before"
    assert len(held) == 3
    # 1 and 2 were both made from 0; 3 from 2
    assert [one["parent"] for one in versions] == ["", versions[0]["hash"], versions[0]["hash"], versions[2]["hash"]]
    assert len({one["hash"] for one in versions}) == 4


def test_the_prompts_carry_what_the_meta_step_needs(start: Path) -> None:
    judge = Judge("right", "right too", plans=2)
    asked = Asked(judge.replies())
    learnt(asked, start, versions=1, batch=3)
    [analyse] = asked.texts("analyse_misses")
    assert between(analyse, "criterion") == ["even"]
    assert analyse.count("MISJUDGED") == 3
    assert len(between(analyse, "preferred")) == 3 and "why 3" in analyse and "At most 1000 words" in analyse
    [plan] = asked.texts("plan_criteria")
    assert between(plan, "analysis") == ["it rewards show"]
    first, second = asked.texts("refine_criterion")
    assert "Already written" not in first and "fewer than 300 words" in first
    assert between(second, "criterion") == ["right"] and "number 2 of the plan" in second
    _, held = split(PAIRS, 0.7, 0)
    assert not {one.prompt for one in held} & set(between(analyse, "request"))


def test_several_sets_are_merged_and_said_once(start: Path) -> None:
    asked = Asked(Judge("right one", "right two").replies())
    found = learnt(asked, start, versions=1, sets=2, samples=4)
    assert [text.count("MISJUDGED") for text in asked.texts("analyse_misses")] == [2, 2]
    [merge] = asked.texts("merge_rubrics")
    assert sorted(between(merge, "rubric")) == ["- right one", "- right two"]
    assert [one.text for one in found.rubric.criteria] == ["merged right"]  # the same words twice are one criterion


def test_a_run_that_ended_early_goes_on(start: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"

    def broken(text: str) -> Any:
        return ModelError("the line is cut", "connection")

    first = Judge("wrong")
    learnt(Asked(first.replies(), journal=journal), start, versions=1)
    cut = Asked({**Judge().replies(), "analyse_misses": broken}, journal=journal)
    with pytest.raises(ModelError, match="the line is cut"):
        learnt(cut, start, versions=2)
    second = Judge("right")
    asked = Asked(second.replies(), journal=journal)
    found = learnt(asked, start, versions=2)
    # 1 was lost on ties: 0 of 3 against 0 of 3 is not lower, so it was accepted; 2 puts all three in order
    assert history(found) == [(True, None, None), (True, 0.0, 0.0), (True, 0.0, 1.0)]
    assert (first.written, second.written) == (1, 1)
    assert history(learnt(Asked({}, journal=journal), start, versions=2)) == history(found)  # asks nothing


def test_a_set_that_was_refined_is_not_asked_for_again(start: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    cut = Asked(
        {**Judge("right", "right").replies(), "merge_rubrics": lambda text: ModelError("cut", "connection")},
        journal=journal,
    )
    with pytest.raises(ModelError, match="cut"):
        learnt(cut, start, versions=1, sets=2)
    asked = Asked(Judge().replies(), journal=journal)
    assert [one.text for one in learnt(asked, start, versions=1, sets=2).rubric.criteria] == ["merged right"]
    assert len(asked.texts("merge_rubrics")) == 1 and not asked.texts("analyse_misses")


def test_the_figures_are_those_of_the_first_rubric_and_of_the_last(tmp_path: Path) -> None:
    """Version 1 puts one more held-back pair in order than the start, version 2 all of them."""
    start = tmp_path / "start.yaml"
    start.write_text("criteria:\n  - {id: first, text: knows 0, scale: {lo: 1, hi: 5}}\n")
    _, held = split(PAIRS, 0.7, 0)
    known = [one.prompt for one in held]

    class Growing(Judge):
        def score(self, text: str) -> dict[str, Any]:
            [item] = between(text, "item")
            in_order = between(text, "request")[0] in known[: int(item.split()[1])]
            better = in_order and between(text, "response")[0].startswith("good")
            ident = re.findall(r"^- (\S+) \(a whole number", text, re.MULTILINE)[0]
            return {"items": [{"id": ident, "rationale": "so", "score": 5 if better else 3}]}

    asked = Asked(Growing("knows 1", "knows 3").replies())
    found = learnt(asked, start, versions=2)
    assert history(found) == [(True, None, None), (True, 0.0, 1 / 3), (True, 1 / 3, 1.0)]
    assert (found.figures.before, found.figures.after, found.figures.more["held_out"]) == (0.0, 1.0, 3)


def test_another_try_at_the_same_cases_is_another_request(start: Path) -> None:
    asked = Asked(Judge("even", "even").replies())
    learnt(asked, start, versions=2, batch=7)  # all pairs, again and again
    tries = [one for one in asked.model.requests if one.labels["prompt"] == "analyse_misses"]
    assert [one.temperature for one in tries] == [0.7, 0.7]
    assert tries[0].seed != tries[1].seed and tries[0].messages == tries[1].messages


def test_an_unreadable_meta_step_is_a_refused_version_and_not_the_end(start: Path) -> None:
    judge = Judge("word " * 300, "word " * 300, "right")
    found = learnt(Asked(judge.replies()), start, versions=2)
    assert history(found) == [(True, None, None), (False, None, None), (True, 0.0, 1.0)]
    assert "has 300 words; write fewer than 300" in found.figures.more["versions"][1]["reason"]


def test_decisions_by_hand() -> None:
    # p3 is unscored by the new version and p4 by the old one: only p1 and p2 compare
    old = {"p1": True, "p2": False, "p3": True}
    assert decide(old, {"p1": True, "p2": False, "p4": False})["accepted"] is True  # 1/2 and 1/2
    worse = decide(old, {"p1": False, "p2": False, "p4": True})
    assert (worse["accepted"], worse["accuracy"], worse["before"], worse["pairs"]) == (False, 0.0, 0.5, 2)
    assert decide(old, {"p4": True}) == {
        "accepted": False,
        "reason": "no held-back pair was scored by both versions",
    }


def test_totals_by_hand() -> None:
    criteria = (
        Criterion(id="a", text="a", scale=Scale(lo=1, hi=5), weight=2),
        Criterion(id="b", text="b", scale=Scale(lo=0, hi=1), weight=-1),
    )
    said = {"items": [{"id": "b", "rationale": "there", "score": 1.0}, {"id": "a", "rationale": "so", "score": 4.0}]}
    found = read_scores(said, criteria)
    assert found.total == pytest.approx(2 * (4 - 1) / 4 - 1 * 1, abs=1e-9)  # 0.5
    assert found.rationale == "a 4: so\nb 1: there"
    for items, why in [
        (said["items"][:1], "'a' is missing"),
        ([{"id": "a", "score": 6.0}], "'a' is not from 1 to 5"),
        ([{"id": "a", "score": 2.5}], "'a' is not from 1 to 5"),  # whole numbers only
        ([{"id": "a", "score": True}], "'a' is not from 1 to 5"),
    ]:
        with pytest.raises(ParseError, match=why):
            read_scores({"items": items}, criteria)


def test_misjudged_cases_come_first_and_are_dealt_in_turn() -> None:
    def case(number: int, chosen: float) -> Case:
        return Case(pair(number), ItemScores(chosen, ""), ItemScores(1.0, ""))

    cases = [case(1, 2.0), case(2, 1.0), case(3, 2.0), case(4, 0.0)]  # 2 ties, 4 is reversed
    groups = told_apart(cases, samples=3, sets=2)
    assert [[one.pair.id for one in group] for group in groups] == [["p2", "p1"], ["p4"]]
    assert [len(group) for group in told_apart(cases, samples=2, sets=5)] == [1, 1]


def test_the_budget_is_kept_by_leaving_out_whole_sets() -> None:
    texts = ["a" * 40, "b" * 40, "c" * 40]
    assert within_budget(texts, 20) == texts[:2]  # 80 characters are 20 tokens
    assert within_budget(texts, 19) == texts[:1]
    assert within_budget(texts, 1) == texts[:1]  # the first always stays
    assert within_budget([], 1) == []


def test_the_hash_holds_the_way_that_led_to_it() -> None:
    rubric = Rubric(name="r", criteria=(Criterion(id="a", text="a"),))
    first = Version(number=1, rubric=rubric, accepted=True, reason="")
    assert first.hash != first.model_copy(update={"parent": "x"}).hash
    assert first.hash == first.model_copy(update={"number": 2, "reason": "other"}).hash


def test_pairs_of_one_prompt_cannot_be_held_back(start: Path) -> None:
    asked = Asked({})
    same = [pair(number, prompt="one") for number in range(4)]
    with pytest.raises(DataError, match="pairs of several prompts"):
        asyncio.run(mpo.learn(same, asked.learner, MpoOptions(start=str(start))))
