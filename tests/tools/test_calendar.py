import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judge import library
from judge.errors import SettingsError, ToolError

calendar: Any = library.module("tools", "calendar")


def act(*arguments: Any, **options: Any) -> str:
    text: str = asyncio.run(calendar.act(*arguments, **options))
    return text


@pytest.mark.parametrize(
    "text",
    ["2024-03-05", "March 5, 2024", "Mar 5th 2024", "5 March 2024", "the 5th", "Tuesday, March 5, 2024", "20240305"],
)
def test_dates_in_many_dresses(text: str) -> None:
    if text == "the 5th":
        with pytest.raises(ToolError, match="is no date"):
            act("weekday", text)
    else:
        assert act("weekday", text) == "2024-03-05 is a Tuesday"


def test_a_date_that_may_be_two_is_refused_unless_the_order_is_set() -> None:
    with pytest.raises(ToolError, match="may be 3 April or March 4; write it as YYYY-MM-DD"):
        act("weekday", "03/04/2024")
    assert act("weekday", "03/04/2024", order="dmy") == "2024-04-03 is a Wednesday"
    assert act("weekday", "03/04/2024", order="mdy") == "2024-03-04 is a Monday"
    assert act("weekday", "13/04/2024") == act("weekday", "04/13/2024") == "2024-04-13 is a Saturday"
    with pytest.raises(SettingsError, match="choose dmy or mdy"):
        act("weekday", "03/04/2024", order="ymd")


@pytest.mark.parametrize(
    ("text", "said"),
    [("2023-02-29", "no day of the calendar"), ("March 5", "has no year"), ("soon", "is no date"), ("", "is no date"),
     ("0000-01-01", "no day of the calendar"), ("00/05/2024", "no day of the calendar"), ("9" * 10_000, "is no date")],
)  # fmt: skip
def test_what_is_no_date_is_said(text: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        act("weekday", text)


def test_differences() -> None:
    assert act("difference", "2024-01-31", "2024-03-01") == (
        "from 2024-01-31 to 2024-03-01: 30 days (4 weeks and 2 days; 0 years, 1 month and 1 day); "
        "22 business days from the first to before the last"
    )
    assert act("difference", "2024-03-01", "2024-01-31").startswith("from 2024-03-01 to 2024-01-31: -30 days")
    assert "366 days" in act("difference", "2024-01-01", "2025-01-01")


def test_adding() -> None:
    assert act("add", "2024-01-31", "", 1, "months").endswith("2024-02-29 is a Thursday (that month has no day 31)")
    assert act("add", "2024-02-29", amount=1, unit="year").endswith("2025-02-28 is a Friday (that month has no day 29)")
    assert act("add", "2024-03-01", "", 10).endswith("2024-03-11 is a Monday")
    assert act("add", "2024-03-01", "", -2, "weeks").endswith("2024-02-16 is a Friday")
    assert act("add", "2024-03-01", "", 1, "business days").endswith("2024-03-04 is a Monday")
    assert act("add", "2024-03-04", "", -1, "business days").endswith("2024-03-01 is a Friday")
    assert act("add", "2024-03-02", "", 5, "business days").endswith("2024-03-08 is a Friday")
    for amount in (1, 10**9):
        with pytest.raises(ToolError, match="out of the years 1 to 9999"):
            act("add", "9999-12-31", "", amount)


def test_leap_years_and_ages() -> None:
    assert act("leap_year", "1900") == "1900 is no leap year: it has 365 days"
    assert act("leap_year", "2000-05-01") == "2000 is a leap year: it has 366 days"
    assert act("age", "2000-02-29", "2023-02-28").endswith("is 22 years")
    assert act("age", "2000-02-29", "2023-03-01").endswith("is 23 years")
    with pytest.raises(ToolError, match="before the birth"):
        act("age", "2024-01-01", "2023-01-01")
    with pytest.raises(ToolError, match="no operation 'guess'"):
        act("guess", "2024-01-01")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-800, 800))
def test_business_days_are_counted_one_by_one(day: date, amount: int) -> None:
    step, left, expected = (1 if amount >= 0 else -1), abs(amount), day
    while left:
        expected += timedelta(days=step)
        left -= expected.weekday() < 5
    assert f": {expected.isoformat()} is a" in act("add", day.isoformat(), "", amount, "business days")


@given(st.dates(), st.dates())
def test_differences_are_those_of_the_standard_library(one: date, other: date) -> None:
    assert f": {(other - one).days} day" in act("difference", one.isoformat(), other.isoformat())
