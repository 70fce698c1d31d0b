import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge.answers.clock import read_time, same_time


@pytest.mark.parametrize(
    ("gold", "answer", "equal"),
    [
        ("14:30", "2:30 PM", True),
        ("14:30", "2:30 p.m.", True),
        ("14:30", "2:30 am", False),
        ("14:30", "2:30", False),
        ("3:00 PM", "3 pm", True),
        ("3:00 PM", "15:00", True),
        ("3:00 PM", "3:00", True),
        ("3:00 PM", "3:00 AM", False),
        ("12:00", "1:00", False),
        ("12:00 AM", "0:00", True),
        ("noon", "12:00 PM", True),
        ("midnight", "12 a.m.", True),
        ("09:05", "9:05", True),
        ("2:30:00", "2:30", True),
    ],
)
def test_times(gold: str, answer: str, equal: bool) -> None:
    right, left = read_time(gold), read_time(answer)
    assert right is not None
    assert left is not None
    assert same_time(right, left) is equal


@pytest.mark.parametrize("text", ["", "3:4", "25:00", "12:60", "5", "13 pm", "a.m.", "1:2:3"])
def test_what_is_no_time(text: str) -> None:
    assert read_time(text) is None


@given(st.integers(0, 23), st.integers(0, 59))
def test_both_clocks_say_the_same(hour: int, minute: int) -> None:
    half = "AM" if hour < 12 else "PM"
    right, left = read_time(f"{hour:02}:{minute:02}"), read_time(f"{hour % 12 or 12}:{minute:02} {half}")
    assert right is not None and left is not None
    assert same_time(left, right)
