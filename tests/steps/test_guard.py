"""What the guard decides, and what it leaves alone."""

import pytest

from judge.recipe import GuardRules
from judge.steps.guard import guard
from judge.types import Sample


def test_empty_response_earns_the_lowest_and_its_sibling_goes_on() -> None:
    found = guard(Sample(prompt="p", responses=["  \n", "fine"]), GuardRules())
    assert [(item.response, item.score, item.hard) for item in found.evidence] == [(0, 0.0, True)]
    assert found.stopped == {0}


def test_empty_response_may_be_left_unscored() -> None:
    found = guard(Sample(prompt="p", responses=""), GuardRules(empty="unscored"))
    assert [(index, failure.kind) for index, failure in found.failures] == [(0, "empty")]


def test_ten_megabytes_are_unscored_and_the_sentence_says_how_long() -> None:
    found = guard(Sample(prompt="p", responses=["x" * 10_000_000, "short"]), GuardRules(max_chars=1_000))
    [(index, failure)] = found.failures
    assert (index, failure.kind) == (0, "too_long")
    assert "10,000,000" in failure.message and "1,000" in failure.message


def test_long_prompt_stops_every_response() -> None:
    assert guard(Sample(prompt="x" * 11, responses=["a", "b"]), GuardRules(max_chars=10)).stopped == {0, 1}


@pytest.mark.parametrize(
    ("text", "passes"), [("::", False), ("7.", False), ("7 m", True), ("∅", False), ("好的", True)]
)
def test_letters_and_digits_that_a_response_must_have(text: str, passes: bool) -> None:
    sample = Sample(responses=text)
    found = guard(sample, GuardRules(content=2))
    assert (not found.stopped) is passes
    assert all("has fewer than 2 letters and digits" in item.summary for item in found.evidence)
    assert not guard(sample, GuardRules()).stopped
