"""Binary principles: what counts as evidence, on what people agree, and what becomes a criterion."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from judge.errors import DataError, ParseError
from judge.learn.clusters import similarities
from judge.learn.methods import rlbff
from judge.learn.methods.rlbff import Principle, RlbffOptions, agreed, read_principles
from judge.learn.pairs import Pair
from tests.learn.asked import Asked, between, pair


def item(principle: str, evidence: str, response: str = "preferred", fulfilled: str = "yes") -> dict[str, str]:
    return {"evidence": evidence, "principle": principle, "response": response, "fulfilled": fulfilled}


def principle(text: str, number: int, response: Any = "preferred", fulfilled: Any = "yes") -> Principle:
    return Principle(text=text, item=f"p{number}", response=response, fulfilled=fulfilled, evidence="e e")


def test_evidence_must_stand_in_the_feedback_or_in_the_response_it_speaks_of() -> None:
    judged = pair(1, chosen="The sea is deep and blue.", rejected="Buy a boat today!")
    feedback = "The first names  colours,\nand it does not sell anything."
    said = {
        "principles": [
            item("names details", "names colours"),  # other spacing, in the feedback
            item("is vivid", "The Sea is deep"),  # in the preferred response; case does not count
            item("sells nothing", "Buy a boat", "other", "no"),  # in the other response
            item("is vivid", "Buy a boat"),  # said of the preferred response, and not there
            item("is short", "the answer is short"),  # nowhere
            item("is blue", "blue"),  # one word would be found anywhere
            item("is polite", "does not sell anything", "preferred", "partly"),
        ]
    }
    found = read_principles(said, judged, feedback, most=10)
    assert [one.text for one in found.principles] == ["names details", "is vivid", "sells nothing"]
    assert (found.partly, found.unfounded) == (1, 3)
    assert [one.direction for one in found.principles] == [1, 1, 1]  # not selling goes with being preferred


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"response": "both"}, r"a response \(preferred or other\)"),
        ({"fulfilled": "perhaps"}, "one of yes, no, partly"),
        ({"principle": " "}, "principle 1 needs words"),
    ],
)
def test_what_cannot_be_read_is_said(change: dict[str, str], why: str) -> None:
    with pytest.raises(ParseError, match=why):
        read_principles({"principles": [{**item("is short", "so short"), **change}]}, pair(1), "so short", most=10)


def test_agreement_by_hand() -> None:
    #  cosines with the first: 1, 0.96, 0.8 (not above), 0; between the second and the third: 0.96 * 0.8 + 0.28 * 0.6
    #  = 0.936
    rows = similarities([(1.0, 0.0), (0.96, 0.28), (0.8, 0.6), (0.0, 1.0)])
    found = [principle("a", 1), principle("b", 2), principle("c", 3), principle("d", 4)]
    # b gathers a and c: three items. d is left alone
    assert [(one.stands, one.direction, one.members) for one in agreed(found, rows, 3, 0.8)] == [(1, 1, (0, 1, 2))]
    # at 0.94 only a and b are alike: two items
    assert [one.members for one in agreed(found, rows, 2, 0.94)] == [(0, 1)]
    assert agreed(found, rows, 3, 0.94) == []


def test_several_principles_of_one_item_agree_once() -> None:
    found = [principle("a", 1), principle("a", 1), principle("a", 2)]
    assert agreed(found, np.ones((3, 3)), 3, 0.8) == []
    assert [one.members for one in agreed(found, np.ones((3, 3)), 2, 0.8)] == [(0, 1, 2)]


def test_directions_are_counted_apart() -> None:
    ways = [
        principle("is long", 1, "preferred", "no"),
        principle("is long", 2, "other", "yes"),
        principle("is long", 3, "preferred", "yes"),
    ]
    # 1 and 2 say that long is bad, 3 that it is good
    assert [(one.direction, one.members) for one in agreed(ways, np.ones((3, 3)), 2, 0.8)] == [(-1, (0, 1))]
    assert agreed(ways, np.ones((3, 3)), 3, 0.8) == []
    torn = [*ways, principle("is long", 4)]
    assert agreed(torn, np.ones((4, 4)), 2, 0.8) == []  # two against two
    both = [*ways, principle("is long", 1)]
    assert agreed(both, np.ones((4, 4)), 1, 0.8) == []  # item 1 goes both ways: one against one


def replies(say: Callable[[str], list[dict[str, str]]]) -> dict[str, Callable[[str], Any]]:
    return {
        "write_feedback": lambda text: {"feedback": "The preferred one explains every step."},
        "extract_principles": lambda text: {"principles": say(text)},
    }


def learnt(pairs: list[Pair], asked: Asked, **options: Any) -> Any:
    return asyncio.run(rlbff.learn(pairs, asked.learner, RlbffOptions(**options)))


def test_from_feedback_to_binary_criteria() -> None:
    reasons = {
        1: "gives the right number, though too long",
        2: "the right number at last",
        3: "has the right number",
        4: "nice and kind words",
    }

    def say(text: str) -> list[dict[str, str]]:
        if "right number" in between(text, "feedback")[0]:
            return [item("gives correct facts", "right number"), item("is long", "too long", "preferred", "partly")]
        return [item("is kind", "kind words"), item("is humble", "never boasts")]

    asked = Asked(replies(say))
    found = learnt([pair(number, reason=reason) for number, reason in reasons.items()], asked)
    [criterion] = found.rubric.criteria
    assert (criterion.text, criterion.weight, criterion.kind) == ("gives correct facts", 1.0, "principle")
    assert (criterion.scale.lo, criterion.scale.hi, criterion.scale.integer) == (0, 1, True)
    assert found.origins["principle_1"].pairs == ("p1", "p2", "p3")
    # 3 + 1 principles with evidence, "too long" is dropped three times, "never boasts" stands nowhere
    assert found.figures.more == {"principles": 4, "partly": 3, "unfounded": 1}
    assert (found.figures.kept, found.figures.dropped, found.figures.calls) == (4, 0, 4)
    assert asked.texts("write_feedback") == []


def test_feedback_is_written_only_where_there_is_none_and_only_if_wanted() -> None:
    said = [item("explains its steps", "explains every step")]
    asked = Asked(replies(lambda text: said))
    pairs = [pair(1, reason="it explains every step"), pair(2), pair(3)]
    found = learnt(pairs, asked)
    assert found.origins["principle_1"].pairs == ("p1", "p2", "p3")
    assert len(asked.texts("write_feedback")) == 2
    assert "The preferred one explains every step." in between(asked.texts("extract_principles")[-1], "feedback")

    without = Asked(replies(lambda text: said))
    found = learnt(pairs, without, write=False, agree=1)
    assert (found.figures.kept, found.figures.dropped, found.figures.failed) == (1, 2, 0)
    assert without.texts("write_feedback") == []


def test_without_agreement_there_is_no_rubric() -> None:
    asked = Asked(replies(lambda text: [item("explains its steps", "explains every step")]))
    with pytest.raises(DataError, match="on none of 2 principles 3 pairs agree"):
        learnt([pair(1), pair(2)], asked)


def test_two_thousand_principles_are_matched_in_seconds() -> None:
    draw = np.random.default_rng(0)
    middles = draw.normal(size=(500, 64))[np.arange(2_000) % 500]
    rows = similarities(middles + 0.1 * draw.normal(size=middles.shape))
    found = [principle("a", number) for number in range(2_000)]
    began = time.process_time()
    kept = agreed(found, rows, 3, 0.8)
    assert time.process_time() - began < 10
    assert [len(one.members) for one in kept] == [4] * 500  # five hundred bundles of four
