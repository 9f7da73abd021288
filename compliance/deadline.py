"""Periods of Regulation (EEC, Euratom) No 1182/71: pure calendar arithmetic, shared by rules and letters.

Days are dates of the place where the act is due; a calendar is the set of its public holidays (Art. 2(1)).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from compliance.errors import InputError

Calendar = Collection[date]


def is_working_day(day: date, holidays: Calendar) -> bool:
    """True for all days but Saturdays, Sundays and public holidays (Art. 2(2))."""
    return day.weekday() < 5 and day not in holidays


def roll_forward(day: date, holidays: Calendar) -> date:
    """The day itself, or the next working day where it is none (Art. 3(4))."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def _with_two_working_days(first: date, last: date, holidays: Calendar) -> date:
    """Last day of a period of two days or more: it holds at least two working days (Art. 3(5))."""
    held = sum(is_working_day(first + timedelta(days=i), holidays) for i in range((last - first).days + 1))
    while held < 2:
        last += timedelta(days=1)
        held += is_working_day(last, holidays)
    return last


def due_days(event_day: date, n: int, holidays: Calendar) -> date:
    """Last day of `n` calendar days; the event's day does not count (Art. 3(1)), and the last one rolls (Art. 3(4))."""
    last = roll_forward(event_day + timedelta(days=n), holidays)
    return _with_two_working_days(event_day + timedelta(days=1), last, holidays) if n >= 2 else last


def due_weeks(event_day: date, n: int, holidays: Calendar) -> date:
    """Last day of `n` weeks: the same weekday, rolled (Art. 3(2)(c))."""
    return due_days(event_day, 7 * n, holidays)


def due_months(event_day: date, n: int, holidays: Calendar) -> date:
    """Last day of `n` months: the same date, or the last of the month where it is missing, rolled (Art. 3(2)(c))."""
    last = roll_forward(same_date(event_day, n), holidays)
    return _with_two_working_days(event_day + timedelta(days=1), last, holidays)


def same_date(day: date, months: int) -> date:
    """The same date so many months on, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_working_days(event_day: date, n: int, holidays: Calendar) -> date:
    """The n-th working day after the event's day (Arts. 2(2), 3(3))."""
    day = event_day
    while n:
        day += timedelta(days=1)
        n -= is_working_day(day, holidays)
    return day


def end_of_day(day: date, zone: str) -> datetime:
    """Last second of a day in `zone` (Art. 3(2): the period ends with the last hour of its last day)."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))


def hours_readings(event: datetime, n: int) -> tuple[datetime, datetime]:
    """`n` elapsed hours after `event` (strict), and after the hour it falls in (Art. 3(1)); in the event's zone."""
    moment = event.astimezone(UTC)
    whole = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (
        (moment + timedelta(hours=n)).astimezone(event.tzinfo),
        (whole + timedelta(hours=n)).astimezone(event.tzinfo),
    )


def holiday_calendar(country: str, years: Iterable[int]) -> frozenset[date]:
    """Public holidays of a country (ISO 3166-1 alpha-2; region: `DE-BY`). InputError where it is unknown."""
    return frozenset(day for year in years for day in _holidays(country, year))


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    code, _, region = country.partition("-")
    try:
        return frozenset(holidays.country_holidays(code, subdiv=region or None, years=[year]))
    except NotImplementedError as error:
        raise InputError(
            "CAL-UNKNOWN",
            f"no public holidays are known for {country!r}",
            hint="use an ISO 3166 code such as IE, or DE-BY with a region",
        ) from error
