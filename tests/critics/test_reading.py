"""Replies read as text: lists with their rankings, graded verdicts, comparisons, and what they cite."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from judge.critics.question import Question
from judge.critics.reading import read_text
from judge.errors import ParseError
from judge.types import Evidence
from tests.critics.asked import FIVE, RUBRIC, question

THREE = ("first text", "second text", "third text")


def listed(scores: dict[str, Any] | list[Any], *, ranking: Any = None, **how: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"critique": "One by one.", "scores": scores}
    reply = json.dumps(fields | ({"ranking": ranking} if ranking is not None else {}))
    asked = question(*THREE, shape="listwise", names="models", overall=FIVE, **how)
    return read_text(asked, reply)


def values(found: dict[str, Any]) -> dict[int, float]:
    return {score.response: score.value for score in found["scores"]}


# ------------------------------------------------------------------ lists


def test_scores_of_a_list_go_to_the_responses_that_were_shown() -> None:
    given = {"model-1": 5, "model-2": 3, "model-3": 1}
    assert values(listed(given)) == {0: 1.0, 1: 0.5, 2: 0.0}
    assert values(listed(given, shown=(2, 0, 1))) == {2: 1.0, 0: 0.5, 1: 0.0}  # model-1 is the third response here
    assert {score.criterion for score in listed(given)["scores"]} == {"overall"}


def test_a_ranking_is_undone_like_the_order() -> None:
    given = {"model-1": 5, "model-2": 3, "model-3": 1}
    best_first = ["model-1", "model-3", "model-2"]
    assert listed(given, ranking=best_first)["detail"] == {"ranking": [0, 2, 1]}
    assert listed(given, ranking=best_first, shown=(2, 0, 1))["detail"] == {"ranking": [2, 1, 0]}


@pytest.mark.parametrize("ranking", [None, "model-1", ["model-1", "model-9"], [1, 2, 3], {"model-1": 1}])
def test_a_ranking_that_names_something_else_is_none_and_the_scores_stand(ranking: Any) -> None:
    found = listed({"model-1": 5, "model-2": 3, "model-3": 1}, ranking=ranking)
    assert (found["detail"], values(found)[0]) == ({}, 1.0)


@pytest.mark.parametrize(
    ("scores", "wrong"),
    [
        ({"model-1": 5, "model-2": 3}, "no score for 'model-3'"),
        ({"model-1": 5, "model-2": 3, "model-3": 6}, "off the scale"),
        ({"model-1": 5, "model-2": 3, "model-3": 1.5}, "off the scale"),
        ({"A": 5, "B": 3, "C": 1}, "no score for"),
    ],
)
def test_a_list_without_a_score_for_each_is_refused(scores: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ParseError, match=wrong):
        listed(scores)


def test_boxed_lists_are_read_in_the_order_shown() -> None:
    asked = question(*THREE, shape="listwise", grammar="boxed", overall={"lo": 1, "hi": 10}, shown=(1, 2, 0))
    found = read_text(asked, r"The second is best. \boxed{10, 1, 4}")
    assert values(found) == {1: 1.0, 2: 0.0, 0: pytest.approx(3 / 9, abs=1e-9)}
    with pytest.raises(ParseError, match="gives 2 where 3 scores are wanted"):
        read_text(asked, r"The second is best. \boxed{10, 1}")


def test_one_response_may_be_a_list() -> None:
    asked = question("alone", shape="listwise", grammar="boxed", overall={"lo": 1, "hi": 10})
    assert values(read_text(asked, r"It will do. \boxed{4}")) == {0: pytest.approx(3 / 9, abs=1e-9)}


# ------------------------------------------------------------------ graded verdicts and other comparisons


def graded(verdict: str, **how: Any) -> dict[int, tuple[float, float]]:
    """Raw verdict and value by response."""
    asked = question("a", "b", shape="pairwise", grammar="graded", **how)
    found = read_text(asked, f"The first is plainer.\nVerdict: {verdict}")
    return {score.response: (score.raw, round(score.value, 12)) for score in found["scores"]}


def test_a_graded_verdict_is_a_share_of_its_scale_or_a_probability() -> None:
    assert graded("3") == {0: (3, 1.0), 1: (-3, 0.0)}
    assert graded("-1") == {0: (-1, round(2 / 6, 12)), 1: (1, round(4 / 6, 12))}
    assert graded("0") == {0: (0, 0.5), 1: (0, 0.5)}
    p = 1 / (1 + math.exp(-0.5 * 2))
    assert graded("2", beta=0.5) == {0: (2, round(p, 12)), 1: (-2, round(1 - p, 12))}
    assert graded("2", shown=(1, 0)) == {1: (2, round(5 / 6, 12)), 0: (-2, round(1 / 6, 12))}
    assert graded("1", verdicts=(-2, 2)) == {0: (1, 0.75), 1: (-1, 0.25)}


@pytest.mark.parametrize("verdict", ["4", "-4", "1.5", "better"])
def test_a_verdict_off_its_scale_is_none(verdict: str) -> None:
    with pytest.raises(ParseError):
        graded(verdict)


def test_a_comparison_is_for_whoever_stands_there() -> None:
    asked = question("a", "b", shape="pairwise", grammar="arena", shown=(1, 0))
    assert values(read_text(asked, "It is plainer. [[A>B]]")) == {1: 0.75, 0: 0.25}
    with pytest.raises(ParseError):
        read_text(asked, '{"critique": "Fine.", "score": 3}')


# ------------------------------------------------------------------ one response


def test_scores_by_criterion_and_one_score_alone() -> None:
    both = read_text(question("a", rubric=RUBRIC), '{"critique": "Fine.", "scores": {"right": 5, "short": 2}}')
    assert [(score.criterion, score.raw, score.value) for score in both["scores"]] == [
        ("right", 5, 1.0),
        ("short", 2, 0.25),
    ]
    alone = replace(question("a", rubric=RUBRIC), only=RUBRIC.criteria[1])
    assert [
        (score.criterion, score.value) for score in read_text(alone, '{"critique": "Fine.", "score": 4}')["scores"]
    ] == [("short", 0.75)]


@pytest.mark.parametrize(
    "reply",
    [
        "It is good.",
        '{"critique": "Fine.", "scores": {"right": 5}}',
        '{"critique": "Fine.", "scores": {"right": 6, "short": 1}}',
        '{"scores": {"right": 5, "short": 1}}',
        '{"critique": "Fine.", "winner": "A"}',
    ],
)
def test_a_reply_without_all_scores_and_reasons_is_refused(reply: str) -> None:
    with pytest.raises(ParseError):
        read_text(question("a", rubric=RUBRIC), reply)


def cited(critique: str, *texts: str, response: int = 0) -> dict[str, Any]:
    found = Evidence(id="E1", tool="calculator", stance="supports", summary="It is 42.", response=response)
    asked: Question = replace(question(*(texts or ("a",)), overall=FIVE), evidence=(found,), shown=(0,))
    return read_text(asked, json.dumps({"critique": critique, "score": 5}))


def test_what_is_cited_is_there_or_unfounded() -> None:
    found = cited("As [E1] shows, and [E1, E7] too.")
    assert (found["cites"], found["unfounded"]) == (("E1",), ("E7",))
    assert cited("As E1 shows.")["cites"] == ()
    assert cited("As [E1] shows.", "a", "b", response=1)["unfounded"] == ("E1",)  # found about another response


def test_a_mark_quoted_from_the_response_is_not_the_critics() -> None:
    quoted = "as the checks in [E9] have shown beyond doubt"
    found = cited(f"It claims '{quoted}', which nothing bears out.", f"So it is, {quoted}.")
    assert (found["cites"], found["unfounded"]) == ((), ())
