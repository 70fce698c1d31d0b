"""An action: weekdays, days between dates, dates after so many days or months, leap years and ages, all exact.

Dates are those of the Gregorian calendar, also before it was made, from year 1 to 9999. The clock is never read: what
today is must be said. Business days are Monday to Friday; holidays are not known.
"""

import calendar
import re
from datetime import date, timedelta
from typing import Literal, get_args

from judge.answers.dates import read_date
from judge.errors import SettingsError, ToolError

Order = Literal["", "dmy", "mdy"]
"""How 03/04/2024 is read; "" refuses it."""
Operation = Literal["weekday", "difference", "add", "leap_year", "age"]
Unit = Literal["days", "weeks", "months", "years", "business days"]

_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WEEKDAY = re.compile(r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_YEAR = re.compile(r"\d{1,4}")
_MOST = 4_000_000


async def act(
    operation: str, date: str, other: str = "", amount: int = 0, unit: str = "days", *, order: Order = ""
) -> str:
    """Compute with dates: the weekday of a date, days between two, a date so much later or earlier, leap years, ages.

    Args:
        operation: `weekday`, `difference`, `add`, `leap_year` or `age`.
        date: such as `2024-03-05`, `March 5, 2024` or `5 Mar 2024`; the day of birth for `age`; a year for `leap_year`.
        other: the second date, for `difference` and `age`.
        amount: how much to add; negative goes back.
        unit: of the amount: `days`, `weeks`, `months`, `years` or `business days`.
        order: how 03/04/2024 is read: dmy, mdy, or "" to refuse it.

    Raises:
        ToolError: a date cannot be read or may be two dates, or the operation is unknown.
        SettingsError: the option `order` is neither dmy nor mdy.
    """
    if order not in get_args(Order):
        raise SettingsError(f"order={order!r} is unknown; choose dmy or mdy")
    match operation.strip().lower().replace(" ", "_"):
        case "weekday":
            return _full(_read(date, order))
        case "difference":
            return _difference(_read(date, order), _read(other, order))
        case "add":
            return _add(_read(date, order), amount, unit.strip().lower())
        case "leap_year":
            return _leap(date, order)
        case "age":
            return _age(_read(date, order), _read(other, order))
    raise ToolError(f"there is no operation {operation[:40]!r}; choose one of: {', '.join(get_args(Operation))}")


def _read(text: str, order: Order) -> date:
    """Return the date that a text is.

    Raises:
        ToolError: it is none, or may be two.
    """
    plain = _WEEKDAY.sub("", text.strip()[:60], count=1)
    if found := _NUMERIC.fullmatch(plain):
        first, second, year = map(int, found.groups())
        month, day = _ordered(plain, first, second, order)
    elif found := _COMPACT.fullmatch(plain):
        year, month, day = map(int, found.groups())
    elif parts := read_date(plain):
        if parts[0] is None:
            raise ToolError(f"{text[:60]!r} has no year; add it")
        year, month, day = parts[0], parts[1], parts[2]
    else:
        raise ToolError(f"{text[:60]!r} is no date; write it as 2024-03-05 or March 5, 2024")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ToolError(f"{text[:60]!r} is no day of the calendar: {error}") from error


def _ordered(text: str, first: int, second: int, order: Order) -> tuple[int, int]:
    """Return month and day of 31/12 or 12/31; raise ToolError where they may be exchanged."""
    if first > 12 or (order == "dmy" and second <= 12):
        return second, first
    if second > 12 or order == "mdy" or first == second or 0 in (first, second):
        return first, second
    months = calendar.month_name
    raise ToolError(f"{text!r} may be {first} {months[second]} or {months[first]} {second}; write it as YYYY-MM-DD")


def _full(day: date) -> str:
    return f"{day.isoformat()} is a {calendar.day_name[day.weekday()]}"


def _difference(start: date, end: date) -> str:
    days = (end - start).days
    early, late = min(start, end), max(start, end)
    months = _months_between(early, late)
    rest = (late - _plus_months(early, months)).days
    weeks = f"{_count(abs(days) // 7, 'week')} and {_count(abs(days) % 7, 'day')}"
    parts = f"{_count(months // 12, 'year')}, {_count(months % 12, 'month')} and {_count(rest, 'day')}"
    return (
        f"from {start.isoformat()} to {end.isoformat()}: {_count(days, 'day')} ({weeks}; {parts}); "
        f"{_count(_business_days(early, late), 'business day')} from the first to before the last"
    )


def _add(day: date, amount: int, unit: str) -> str:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise ToolError(f"the amount must be a whole number, not {amount!r}")
    if abs(amount) > _MOST:
        raise ToolError(f"the amount {amount} leads out of the years 1 to 9999; use a smaller one")
    note = ""
    try:
        if unit.removesuffix("s") == "day":
            found = day + timedelta(days=amount)
        elif unit.removesuffix("s") == "week":
            found = day + timedelta(weeks=amount)
        elif unit.removesuffix("s") in ("month", "year"):
            found = _plus_months(day, amount * (12 if unit.startswith("year") else 1))
            note = f" (that month has no day {day.day})" if found.day != day.day else ""
        elif unit.replace("_", " ").removesuffix("s") == "business day":
            found = _plus_business_days(day, amount)
        else:
            raise ToolError(f"there is no unit {unit[:40]!r}; choose one of: {', '.join(get_args(Unit))}")
    except (OverflowError, ValueError) as error:
        raise ToolError(f"{amount} {unit} from {day.isoformat()} leads out of the years 1 to 9999") from error
    return f"{day.isoformat()} {'+' if amount >= 0 else '-'} {abs(amount)} {unit}: {_full(found)}{note}"


def _leap(text: str, order: Order) -> str:
    year = int(text) if _YEAR.fullmatch(text.strip()) else _read(text, order).year
    if calendar.isleap(year):
        return f"{year} is a leap year: it has 366 days"
    return f"{year} is no leap year: it has 365 days"


def _age(born: date, on: date) -> str:
    if on < born:
        raise ToolError(f"{on.isoformat()} is before the birth on {born.isoformat()}; exchange the dates")
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return f"born on {born.isoformat()}, the age on {on.isoformat()} is {_count(years, 'year')}"


def _months_between(early: date, late: date) -> int:
    months = (late.year - early.year) * 12 + late.month - early.month
    return months - (_plus_months(early, months) > late)


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _business_days(early: date, late: date) -> int:
    """Count Mondays to Fridays from a date to before another."""
    weeks, rest = divmod((late - early).days, 7)
    return weeks * 5 + sum((early.weekday() + day) % 7 < 5 for day in range(rest))


def _plus_business_days(day: date, amount: int) -> date:
    step = 1 if amount >= 0 else -1
    weeks, rest = divmod(abs(amount), 5)
    found = day + step * timedelta(weeks=weeks)
    if rest == 0 and found.weekday() >= 5 and amount:  # a whole number of weeks from a weekend ends on its working day
        weeks, rest = weeks - 1, 5
        found = day + step * timedelta(weeks=weeks)
    while rest:
        found += timedelta(days=step)
        rest -= found.weekday() < 5
    return found


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if abs(number) == 1 else f"{number} {what}s"
