"""How outputs of programs are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.testing.stdin import differ


@pytest.mark.parametrize(
    ("want", "got", "equal_by"),
    [
        ("1 2\n3\n", "1 2\n3", {"lines", "tokens", "exact", "float"}),
        ("1 2\n3\n", "1 2  \n3\n\n", {"lines", "tokens", "float"}),
        ("1 2\n3\n", "1\n2 3", {"tokens", "float"}),
        ("1 2\n3\n", "1 2\r\n3\r\n", {"lines", "tokens", "float"}),
        ("0.5\n", "0.50000001\n", {"float"}),
        ("1\n", "1.0\n", {"float"}),
        ("1\n", "2\n", set()),
        ("1\n", "1\n1\n", set()),
        ("1\n1\n", "1\n", set()),
        ("1000", "1_000", set()),
        ("nan", "nan", {"lines", "tokens", "exact", "float"}),
        ("", "\n", {"lines", "tokens", "exact", "float"}),
        ("YES", "yes", set()),
    ],
)
def test_outputs(want: str, got: str, equal_by: set[str]) -> None:
    assert {how for how in ("lines", "tokens", "exact", "float") if differ(want, got, how) is None} == equal_by


def test_the_first_difference_is_shown() -> None:
    assert differ("a\nb\nc", "a\nx\ny") == ("b", "x")
    assert differ("a\nb", "a") == ("b", "")


@given(st.text(), st.sampled_from(["lines", "tokens", "exact", "float"]))
def test_an_output_equals_itself(text: str, how: str) -> None:
    assert differ(text, text, how) is None
