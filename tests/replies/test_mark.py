"""Numbers and letters as critics write them."""

import pytest

from judge.replies.mark import last_line, number, preference, sentence_before, short
from judge.types import Scale


@pytest.mark.parametrize(
    ("raw", "value"),
    [(7.0, 7.0), ("7", 7.0), (" 7.5 ", 7.5), ("7/10", 7.0), ("7 / 10", 7.0), ("7 out of 10", 7.0), ("-2", -2.0)],
)
def test_a_number_is_read(raw: object, value: float) -> None:
    assert number(raw, None) == value


@pytest.mark.parametrize(
    "raw", [True, None, "", "seven", "7 8", "1e3", "7%", "٣", [7.0], {"score": 7.0}, float("nan"), "9" * 400]
)
def test_what_is_no_number_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="is no number"):
        number(raw, None)


@pytest.mark.parametrize(
    ("raw", "scale"), [(2.5, Scale(lo=1, hi=5)), (0.0, Scale(lo=1, hi=5)), ("4/10", Scale(lo=1, hi=5))]
)
def test_what_is_off_the_scale_is_refused(raw: object, scale: Scale) -> None:
    with pytest.raises(ValueError, match="off the scale; give a whole number from 1 to 5"):
        number(raw, scale)


def test_a_scale_that_is_not_of_whole_numbers_takes_halves() -> None:
    assert number("2.5/5", Scale(lo=0, hi=5, integer=False)) == 2.5


@pytest.mark.parametrize(
    ("raw", "share"),
    [
        *[("A", 1.0), (" b ", 0.0), ("Tie", 0.5), ("Response A", 1.0), ("output (b)", 0.0), ("Assistant 2", 0.0)],
        *[("A>>B", 1.0), ("A > B", 0.75), ("A=B", 0.5), ("B>A", 0.25), ("A<<B", 0.0), ("Both", None), ("D", None)],
        *[("1", None), ("7", None), (True, None), (1.0, None), (None, None), ("A" * 1_000_000, None)],
    ],
)
def test_a_preference_is_read(raw: object, share: float | None) -> None:
    assert preference(raw) == share


def test_the_last_line_that_is_not_blank() -> None:
    assert last_line("one\n\ntwo \n \n") == (5, "two")
    assert last_line("") == (0, "")


def test_what_stands_before_in_the_sentence() -> None:
    text = "It costs 3.50 each. So Output (b)"
    assert sentence_before(text, text.index("Output")) == " So "
    assert sentence_before(text, text.index("each")) == "It costs 3.50 "


def test_an_error_message_stays_short() -> None:
    assert len(short("x" * 1_000_000)) == 60
    assert (short("7"), short(11.0), short(True), short([7.0])) == ("'7'", "11", "True", "of type list")
