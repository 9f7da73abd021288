"""Dates as the service reads them: a strict `Y-m-d`, and beside it the loose reading that its bounds fall back on.

A text in another form fails its format, and the bounds only where the loose reading finds another day, or none. The loose reading
here covers the forms that occur (ISO 8601, slashes, dots, digits, English month names, words for days near now); every other text
counts as unreadable.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from compliance.sor.php import is_number

_STRICT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z", re.ASCII)
_CLOCK = r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{1,2}:?\d{0,2})?)?\Z"
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = r"([a-z]{3,9})\.?"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + _CLOCK, re.ASCII | re.IGNORECASE), order)
    for pattern, order in (
        (r"(\d{1,4})-(\d{1,2})-(\d{1,2})", "ymd"),
        (r"(\d{4})/(\d{1,2})/(\d{1,2})", "ymd"),
        (r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", "mdy"),
        (r"(\d{1,2})[.\t-](\d{1,2})[.-](\d{4})", "dmy"),
        (r"(\d{4})(\d{2})(\d{2})", "ymd"),
        (rf"(\d{{1,2}})[ .\t-]*{_MONTH}[ .\t-]*(\d{{4}})", "dmy"),
        (rf"{_MONTH}[ .\t-]*(\d{{1,2}})(?:st|nd|rd|th)?[,.\s]+(\d{{4}})", "mdy"),
        (rf"(\d{{4}})-{_MONTH}-(\d{{1,2}})", "ymd"),
    )
)
_NEAR_NOW = re.compile(r"(?:now|today|midnight|noon|tomorrow|yesterday|\d{4})\Z", re.IGNORECASE | re.ASCII)
_SOME_DAY = datetime(2030, 1, 1, tzinfo=UTC)
"""Stands for every day near the day of the check: it lies inside all bounds, and no clock is asked."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def is_date(value: Any) -> bool:
    """True where a value is a calendar day in the form `YYYY-MM-DD`."""
    return isinstance(value, str) and len(value) == 10 and _is_day(value)


@lru_cache(maxsize=65536)
def _is_day(value: str) -> bool:
    found = _STRICT.match(value)
    if not found:
        return False
    year, month, day = map(int, found.groups())
    return 1 <= month <= 12 and 1 <= day <= _days(year, month)


@lru_cache(maxsize=65536, typed=True)
def moment(value: Any) -> datetime | None:
    """The instant that the service's bounds see in a value, or None where it sees none."""
    if is_number(value):
        return _EPOCH + timedelta(seconds=float(value)) if abs(value) < 2.5e11 else None
    if not isinstance(value, str):
        return None
    strict = _STRICT.match(value)
    if strict:
        return _rolled(*map(int, strict.groups()))
    return _loose(value)


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _rolled(year: int, month: int, day: int, seconds: int = 0) -> datetime:
    """The day reached when months and days beyond their end run on: 2025-02-30 is 2 March."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if year < 1:
        return datetime(1, 1, 1, tzinfo=UTC)
    if year > 9998:
        return _LAST
    return datetime(year, month, 1, tzinfo=UTC) + timedelta(days=day - 1, seconds=seconds)


def _loose(value: str) -> datetime | None:
    if _NEAR_NOW.match(value):
        return _SOME_DAY
    if value.startswith("@") and re.fullmatch(r"-?\d{1,11}", value[1:], re.ASCII):
        return moment(int(value[1:]))
    for form, order in _FORMS:
        found = form.match(value)
        if found:
            parts = dict(zip(order, found.groups(), strict=False))
            return _of_parts(parts["y"], parts["m"], parts["d"], found.groups()[3:])
    return None


def _of_parts(year: str, month: str, day: str, clock: tuple[str | None, ...]) -> datetime | None:
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    hour, minute, second = (int(part or 0) for part in clock)
    if not 1 <= number <= 12 or not 1 <= int(day) <= 31 or hour > 24 or minute > 59 or second > 60:
        return None
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 70 else 1900)
    return _rolled(full, number, int(day), hour * 3600 + minute * 60 + second)
