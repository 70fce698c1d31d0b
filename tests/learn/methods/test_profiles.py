"""Rules and profiles of one user: what is compared with what, and what is kept."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from judge.errors import DataError
from judge.learn.methods import profiles
from judge.learn.methods.profiles import (
    Profile,
    ProfileOptions,
    RuleOptions,
    Written,
    difference_profile,
    rules_from_history,
)
from tests.learn.asked import Asked, between, pair

SHORT = "The response has at most three sentences."
SHORTER = "The response has at most three sentences!"
GREETING = "The response opens with the reader's name."


def learner(rules: Callable[[str], list[str]]) -> Asked:
    return Asked(
        {
            "answer_plainly": lambda text: {"answer": "a plain answer"},
            "rules_from_gap": lambda text: {"reasons": "r", "rules": rules(text)},
        }
    )


def learnt(asked: Asked, *history: Written, **options: Any) -> Any:
    return asyncio.run(rules_from_history(history, asked.learner, RuleOptions(**options)))


def test_own_texts_are_held_against_generic_answers() -> None:
    said = {"mine 1": [SHORT], "mine 2": [GREETING, SHORTER], "mine 3": []}
    asked = learner(lambda text: said[between(text, "own")[0]])
    history = [
        Written(prompt="q 1", text="mine 1", generic="given"),
        *(Written(prompt=f"q {n}", text=f"mine {n}") for n in (2, 3)),
    ]
    found = learnt(asked, *history)
    assert [(one.id, one.text, one.kind) for one in found.rubric.criteria] == [
        ("rule_1", SHORT, "principle"),
        ("rule_2", GREETING, "principle"),
    ]
    assert found.origins["rule_1"].pairs == ("h1", "h2")
    assert found.origins["rule_1"].criteria == (SHORT, SHORTER)
    assert (found.figures.kept, found.figures.dropped, found.figures.more["rules"]) == (2, 1, 3)
    # the plain answer is asked for without the user's text, and only where none is given
    plain = asked.texts("answer_plainly")
    assert len(plain) == 2 and not any("mine" in text for text in plain)
    assert [between(text, "generic")[0] for text in sorted(asked.texts("rules_from_gap"))].count("given") == 1


def test_support_and_limit() -> None:
    said = {"mine 1": [SHORT], "mine 2": [GREETING, SHORT]}
    history = [Written(prompt="q", text=text, generic="g") for text in said]

    def rules(**options: Any) -> list[str]:
        asked = learner(lambda text: said[between(text, "own")[0]])
        return [one.text for one in learnt(asked, *history, **options).rubric.criteria]

    assert rules(support=2) == [SHORT]
    assert rules(limit=1) == [SHORT]  # of two texts, the other of one
    with pytest.raises(DataError, match="none of 3 rules comes from 3 texts"):
        rules(support=3)


def test_pairs_are_a_history_too() -> None:
    asked = learner(lambda text: [SHORT])
    found = asyncio.run(profiles.learn([pair(1)], asked.learner, RuleOptions()))
    [text] = asked.texts("rules_from_gap")
    assert (between(text, "own"), between(text, "generic")) == (["good 1"], ["bad 1"])
    assert [one.text for one in found.rubric.criteria] == [SHORT]
    assert found.origins["rule_1"].pairs == ("p1",)


def differences(say: Callable[[str], dict[str, str]]) -> Asked:
    return Asked({"differences_from_others": lambda text: {"differences": say(text)}})


OTHERS = {
    "ann": [Written(prompt="q 1", text="Dear all, the cat is well and sends its love.")],
    "bob": [Written(prompt="q 9", text="0110 1001 1100 0011")],
    "cy": [Written(prompt="q 2", text="Dear all, the cat is well and sends much love.")],
    "nobody": [],
}


def profile(asked: Asked, own: list[Written], **options: Any) -> Profile:
    return asyncio.run(difference_profile(own, OTHERS, asked.learner, ProfileOptions(**options)))


def test_a_profile_is_what_is_different_from_representative_others() -> None:
    said = {
        "mine 1": {"writing style": "Writes in verse.", "content": ""},
        "mine 2": {"writing style": "Uses no capitals.", "content": "Names a number."},
        "mine 3": {"writing style": "Writes in verse.", "content": ""},
    }
    asked = differences(lambda text: said[between(text, "own")[0]])
    own = [Written(prompt=f"q {n}", text=f"mine {n}") for n in (1, 2, 3)]
    found = profile(asked, own, others=2, aspects=("writing style", "content"))
    # ann and cy write nearly alike, so that the first of them stands for both
    assert found.compared == ("ann", "bob")
    assert found.differences == {
        "writing style": ("Writes in verse.", "Uses no capitals."),
        "content": ("Names a number.",),
    }
    assert found.text == "writing style: Writes in verse. Uses no capitals.\ncontent: Names a number."
    first = next(text for text in asked.texts("differences_from_others") if between(text, "own") == ["mine 1"])
    assert between(first, "other") == [OTHERS["ann"][0].text, OTHERS["bob"][0].text]
    assert between(first, "request") == ["q 1", "q 9"]  # ann answered the same, bob something else
    assert '{"differences": {"writing style": "...", "content": "..."}}' in first


def test_no_difference_leaves_no_line() -> None:
    asked = differences(lambda text: {"writing style": "", "content": "", "emotion": ""})
    found = profile(asked, [Written(prompt="q", text="mine")])
    assert (found.text, set(found.differences.values())) == ("", {()})


def test_an_aspect_that_is_left_out_is_asked_for_again() -> None:
    asked = differences(
        lambda text: {"content": "x"} if "Your last reply" not in text else {"emotion": "y", "content": "x"}
    )
    found = profile(asked, [Written(prompt="q", text="mine")], aspects=("emotion", "content"))
    assert "'emotion' is missing" in asked.texts("differences_from_others")[1]
    assert found.differences["emotion"] == ("y",)


def test_nobody_to_compare_with_is_said() -> None:
    asked = differences(lambda text: {})
    with pytest.raises(DataError, match="0 own texts and 3 others"):
        profile(asked, [])
