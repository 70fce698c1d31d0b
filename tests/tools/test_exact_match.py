import asyncio
from typing import Any

import pytest

from judge import library
from judge.errors import SettingsError
from judge.types import Evidence, Response, Sample

exact_match: Any = library.module("tools", "exact_match")


def sample(response: str, *references: str) -> Sample:
    return Sample(responses=(Response(text=response),), references=references)


def verify(response: str, *references: str, **options: Any) -> Evidence:
    evidence: Evidence = asyncio.run(exact_match.verify(sample(response, *references), **options))
    return evidence


def test_it_needs_a_reference() -> None:
    assert exact_match.CHECKS == "reference"
    assert exact_match.needs(sample("x")) == "a reference"
    assert exact_match.needs(sample("x", "?!")) == "a reference"
    assert exact_match.needs(sample("x", "Paris")) == ""


@pytest.mark.parametrize(
    ("response", "reference"),
    [
        ("paris", "Paris"),
        ("France has one.\nThe answer is **Paris**.", "Paris"),
        ("Let me think.\n\nParis.", "Paris"),
        ("I considered A and B, but the final answer is (C).", "C"),
        ("B) 42", "B"),
        ("Answer: b", "(B)"),
        ("\\boxed{\\text{even}}", "Even"),
    ],
)
def test_the_final_answer_matches(response: str, reference: str) -> None:
    evidence = verify(response, reference)
    assert (evidence.tool, evidence.stance, evidence.score, evidence.hard) == ("exact_match", "supports", 1.0, True)


@pytest.mark.parametrize(
    ("response", "reference"),
    [("Paris is not it. The answer is Rome.", "Paris"), ("The answer is A, not B.", "B"), ("A or B", "A"), ("", "A")],
)
def test_other_answers_do_not(response: str, reference: str) -> None:
    evidence = verify(response, reference)
    assert (evidence.stance, evidence.score, evidence.hard) == ("refutes", 0.0, True)


def test_no_answer_is_said_to_be_none() -> None:
    evidence = verify(" \n", "Paris")
    assert evidence.summary == "the response states no answer"
    assert evidence.detail["extracted"] is None


def test_modes() -> None:
    text = "It is Paris,\nas everybody knows."
    assert verify(text, "Paris").stance == "refutes"
    assert verify(text, "Paris", mode="contains").stance == "supports"
    assert verify("A comparison of cities", "Paris", mode="contains").stance == "refutes"
    assert verify("The answer is Paris", "Paris", mode="whole").stance == "refutes"
    assert verify("Paris!", "Rome", "Paris", mode="whole").detail["reference"] == "Paris"
    with pytest.raises(SettingsError, match="mode='fuzzy' is unknown"):
        verify("Paris", "Paris", mode="fuzzy")


def test_articles_can_be_dropped() -> None:
    assert verify("The Beatles", "Beatles").stance == "refutes"
    assert verify("The Beatles", "Beatles", drop_articles=True).stance == "supports"
