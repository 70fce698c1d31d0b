"""Read dates: 2024-03-05, March 5, 2024, 5 Mar 2024, 2024年3月5日. Nothing of day and month order is guessed."""

import re

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT = tuple(name[:3] for name in _MONTHS)
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)}|sept)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?:(?P<year>\d{4})\s*年\s*)?(?P<number>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]",
        rf"{_MONTH}\s+{_DAY}(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?",
    )
)

Date = tuple[int | None, int, int]
"""Year (None when it is not said), month, day."""


def read_date(text: str) -> Date | None:
    """Return the date that a text is; None when it is anything else."""
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            group = match.groupdict()
            month = int(group.get("number") or _SHORT.index(group["month"][:3].lower()) + 1)
            day = int(group["day"])
            year = int(group["year"]) if group["year"] else None
            return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None
    return None
