from typing import Any

import pytest

from judge import library
from judge.errors import SettingsError
from judge.types import Evidence, Sample

regex_match: Any = library.module("tools", "regex_match")


def verify(text: str, **options: Any) -> Evidence:
    evidence: Evidence = regex_match.verify(Sample(responses=text), **options)
    return evidence


def test_patterns_that_must_and_must_not_match() -> None:
    found = verify("Order 12-345 is sent.", pattern=r"\d{2}-\d{3}", forbidden=["sorry"])
    assert (found.stance, found.score, found.hard) == ("supports", 1.0, True)
    assert found.summary == "the response is as 2 patterns ask"
    found = verify("Sorry, no.", patterns=[r"\d", "no"], forbidden=["(?i)sorry"])
    assert found.stance == "refutes"
    assert found.score == pytest.approx(1 / 3)
    assert found.summary == "nothing matches '\\\\d'; it matches '(?i)sorry'"


def test_modes() -> None:
    assert verify(" 42\n", pattern=r"\d+", mode="whole").stance == "supports"
    assert verify("42 eggs", pattern=r"\d+", mode="whole").stance == "refutes"
    assert verify("YES", pattern="yes", ignore_case=True, hard=False).hard is False


@pytest.mark.parametrize("options", [{}, {"pattern": "("}, {"pattern": "a", "mode": "find"}])
def test_settings_that_are_wrong(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        verify("x", **options)
