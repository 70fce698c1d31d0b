from typing import Any

from judge import library
from judge.types import Evidence, Sample

arithmetic_steps: Any = library.module("tools", "arithmetic_steps")


def verify(text: str, **options: Any) -> Evidence:
    evidence: Evidence = arithmetic_steps.verify(Sample(responses=text), **options)
    return evidence


def test_it_needs_something_written_down() -> None:
    assert arithmetic_steps.CHECKS == "arithmetic"
    assert arithmetic_steps.needs(Sample(responses="It is 12.")) == "a response that writes arithmetic down"
    assert arithmetic_steps.needs(Sample(responses="3 * 4 = 12")) == ""


def test_wrong_steps_are_quoted_and_the_finding_is_soft() -> None:
    found = verify("3 * 4 = 12 and then 12 + 5 = 18, so 18 / 2 = 9 and 10 - 1 = 9.")
    assert (found.stance, found.score, found.hard) == ("refutes", 0.75, False)
    assert found.summary == "1 of 4 arithmetic steps are wrong: '12 + 5 = 18' (it is 17)"
    assert found.detail["mistakes"] == [{"step": "12 + 5 = 18", "is": "17"}]


def test_right_steps_support_and_may_be_made_to_count() -> None:
    found = verify("3 * 4 = 12\n12 + 5 = 17", hard=True)
    assert (found.stance, found.score, found.hard) == ("supports", 1.0, True)
    assert found.summary == "all 2 arithmetic steps are right"


def test_no_step_is_no_fault() -> None:
    found = verify("Let x = 12.", hard=True)
    assert (found.stance, found.score, found.hard) == ("neutral", None, False)
