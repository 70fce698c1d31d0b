"""A tree of criteria: which judgments count, what is merged, and who has which parent."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from judge.errors import DataError, SettingsError
from judge.learn import methods
from judge.learn.clusters import similarities
from judge.learn.methods import dg_prm
from judge.learn.methods.dg_prm import DgPrmOptions, tree
from judge.learn.pairs import Pair
from judge.types import Criterion
from tests.learn.asked import Asked, between, pair

ALGEBRA = "Each equation of the step follows from the one before."
ALGEBRAS = "Each equation of the step follows from the one before it."
PROSE = "The step is told in plain words."


def judged(text: str) -> dict[str, str]:
    first = between(text, "attempt")[0]
    return {"judgment": "one follows, one does not", "better": "A" if first.startswith("good") else "B"}


def replies(
    say: Callable[[str], list[str]],
    names: tuple[str, ...] = ("soundness", "style"),
    judge: Callable[[str], Any] = judged,
) -> dict[str, Callable[[str], Any]]:
    return {
        "compare_in_words": judge,
        "criteria_from_judgment": lambda text: {"criteria": say(text)},
        "name_groups": lambda text: {"names": list(names[: text.count("\nGroup ")])},
    }


def learnt(pairs: list[Pair], asked: Asked, **options: Any) -> Any:
    return asyncio.run(dg_prm.learn(pairs, asked.learner, DgPrmOptions(**options)))


def test_a_tree_by_hand() -> None:
    #                      0           1             2           3             4
    rows = similarities([(1.0, 0.0), (0.96, 0.28), (0.6, 0.8), (0.0, 1.0), (-1.0, 0.0)])
    # fine, at 0.9: only 0 and 1 join (cosine 0.96; 1 and 2: 0.576 + 0.224 = 0.8; 2 and 3: 0.8)
    # 0 stands for (0, 1). Coarse, at 0.5: 2 and 3 join (0.8); then 0 with them: (0.6 + 0) / 2 = 0.3, too little
    options = DgPrmOptions(similarity=0.9, group_similarity=0.5)
    items = ["p1", "p2", "p1", "p1", "p3"]
    found = tree(items, rows, options)
    assert [[fine.members for fine in group] for group in found] == [[(0, 1)], [(2,), (3,)], [(4,)]]
    assert [[fine.stands for fine in group] for group in found] == [[0], [2, 3], [4]]
    # at 0.3 the three are one group
    loose = tree(items, rows, DgPrmOptions(similarity=0.9, group_similarity=0.3))
    assert [[fine.stands for fine in group] for group in loose] == [[0, 2, 3], [4]]
    # two pairs speak for (0, 1), one for each of the others
    supported = tree(items, rows, DgPrmOptions(similarity=0.9, group_similarity=0.5, support=2))
    assert [[fine.stands for fine in group] for group in supported] == [[0]]
    first = tree(items, rows, DgPrmOptions(similarity=0.9, group_similarity=0.5, limit=2))
    assert [[fine.stands for fine in group] for group in first] == [[0, 2]]  # alike by 0.6
    assert tree([], similarities([]), options) == []


def test_from_judgments_to_parents_and_children() -> None:
    said = {"request 1": [ALGEBRA], "request 2": [ALGEBRAS, PROSE], "request 3": [PROSE]}
    asked = Asked(replies(lambda text: said[between(text, "request")[0]]))
    found = learnt([pair(1), pair(2), pair(3)], asked)
    assert [(one.id, one.parent, one.text) for one in found.rubric.criteria] == [
        ("c1.1", "soundness", ALGEBRA),
        ("c2.1", "style", PROSE),
    ]
    assert found.origins["c1.1"].pairs == ("p1", "p2")
    assert found.origins["c1.1"].criteria == (ALGEBRA, ALGEBRAS)
    assert found.figures.more == {"criteria": 4, "parents": ["soundness", "style"]}
    assert found.figures.calls == 7  # two for each pair, one for the names
    [named] = asked.texts("name_groups")
    assert between(named, "criterion") == [ALGEBRA, PROSE]
    assert "parent: soundness" in found.to_yaml()


def test_the_judge_does_not_see_the_label_and_must_find_it() -> None:
    def wrong_of_two(text: str) -> Any:
        said = judged(text)
        if between(text, "request") == ["request 2"]:
            said["better"] = "A" if said["better"] == "B" else "B"
        return {**said, "better": "tie"} if between(text, "request") == ["request 3"] else said

    asked = Asked(replies(lambda text: [ALGEBRA], judge=wrong_of_two))
    found = learnt([pair(1, reason="SECRET"), pair(2), pair(3)], asked)
    assert (found.figures.kept, found.figures.dropped, found.figures.failed) == (1, 2, 0)
    assert len(asked.texts("criteria_from_judgment")) == 1
    assert not any(word in text for text in asked.texts("compare_in_words") for word in ("SECRET", "chosen", "prefer"))


def test_names_must_be_as_many_as_groups_and_differ() -> None:
    asked = Asked(replies(lambda text: [ALGEBRA, PROSE], names=("one", "One")))
    with pytest.raises(Exception, match="same name"):
        learnt([pair(1)], asked)
    assert "Your last reply could not be read" in asked.texts("name_groups")[-1]


def test_nothing_left_is_said() -> None:
    asked = Asked(replies(lambda text: [ALGEBRA]))
    with pytest.raises(DataError, match="none of 1 criteria from 1 judged pairs"):
        learnt([pair(1)], asked, support=2)


def test_groups_cannot_be_finer_than_their_members() -> None:
    with pytest.raises(SettingsError, match=r"group_similarity 0\.9 is above similarity 0\.3"):
        methods.options("dg_prm", {"group_similarity": 0.9})


def test_a_criterion_has_no_parent_unless_it_says_so() -> None:
    assert Criterion(id="a", text="a").parent == ""
