import asyncio
from typing import Any

import pytest

from judge import library
from judge.errors import SettingsError, ToolError
from judge.types import Constraint, Evidence, Response, Sample

constraints: Any = library.module("tools", "constraints")

NO_COMMA = Constraint(id="punctuation:no_comma")
WORDS = Constraint(id="length_constraints:number_words", args={"num_words": 4, "relation": "at least"})
GERMAN = Constraint(id="language:response_language", args={"language": "de"})


def sample(response: str, *given: Constraint) -> Sample:
    return Sample(responses=(Response(text=response),), constraints=given)


def verify(response: str, *given: Constraint, **options: Any) -> Evidence:
    evidence: Evidence = asyncio.run(constraints.verify(sample(response, *given), **options))
    return evidence


def test_it_needs_constraints() -> None:
    assert constraints.CHECKS == "constraints"
    assert constraints.needs(sample("x")) == "constraints"
    assert constraints.needs(sample("x", NO_COMMA)) == ""


def test_all_followed() -> None:
    evidence = verify("four words without commas", NO_COMMA, WORDS)
    assert (evidence.tool, evidence.stance, evidence.score, evidence.hard) == ("constraints", "supports", 1.0, True)
    assert evidence.summary == "2 of 2 instructions followed"
    assert evidence.detail[WORDS.id] == {
        "state": "followed",
        "reason": "4 words, at least 4 asked for",
        "count": 4,
    }


def test_one_broken() -> None:
    evidence = verify("well, three words", NO_COMMA, WORDS)
    assert (evidence.stance, evidence.score) == ("refutes", 0.0)
    evidence = verify("well, these are words", NO_COMMA, WORDS)
    assert (evidence.stance, evidence.score) == ("refutes", 0.5)
    assert "punctuation:no_comma: a comma in 'well, these a" in evidence.summary


def test_what_cannot_be_told_gives_no_number() -> None:
    evidence = verify("1 2 3 4", WORDS, GERMAN)
    assert (evidence.stance, evidence.score) == ("neutral", None)
    assert "too few letters" in evidence.summary


def test_what_is_broken_counts_even_when_something_cannot_be_told() -> None:
    evidence = verify("1, 2, 3, 4", WORDS, GERMAN, NO_COMMA)
    assert (evidence.stance, evidence.score) == ("refutes", 0.5)


def test_one_type_may_be_asked_for_twice() -> None:
    fewer = Constraint(id=WORDS.id, args={"num_words": 5, "relation": "less than"})
    assert list(verify("exactly four words here", WORDS, fewer).detail) == [WORDS.id, f"{WORDS.id}#1"]


def test_loosely() -> None:
    end = Constraint(id="startend:end_checker", args={"end_phrase": "the end"})
    assert verify("the end\n(thanks)", end).stance == "refutes"
    assert verify("the end\n(thanks)", end, mode="loose").stance == "supports"
    with pytest.raises(SettingsError, match="mode='lax' is unknown"):
        verify("text", end, mode="lax")


def test_an_unknown_constraint_is_not_the_answers_fault() -> None:
    with pytest.raises(ToolError, match="no constraint 'a:b'"):
        verify("text", Constraint(id="a:b"))
