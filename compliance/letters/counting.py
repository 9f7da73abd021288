"""From a period or date in a letter to instants: Regulation 1182/71, national ways of counting, every reading with its steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from compliance.deadline import (
    due_days,
    due_months,
    due_weeks,
    due_working_days,
    end_of_day,
    holiday_calendar,
    hours_readings,
    is_working_day,
    same_date,
)
from compliance.letters.vocabulary import letters_data

HORIZON = 12
"""Years of holidays looked at from the event on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a time limit: its instant and the steps that lead there."""

    instant: datetime
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What counting rests on: the place's zone and calendar, the sender's country, and the addressee's country for a second look."""

    zone: str
    calendar: str | None
    country: str | None
    other_calendar: str | None = None
    named: bool = False
    """The letter itself names the calendar."""


def holidays_of(calendar: str | None, day: date) -> frozenset[date]:
    """Public holidays of a country around a day; none where no country is known."""
    return holiday_calendar(calendar, range(day.year - 1, day.year + 3)) if calendar else frozenset()


def institution_days(year: int) -> frozenset[date]:
    """Days on which the Union institutions are usually closed (`schemas/letters/calendars.yaml`), or the list entered for the year."""
    data = letters_data("calendars.yaml")["institutions"]
    listed = (data["lists"] or {}).get(str(year))
    if listed:
        return frozenset(date.fromisoformat(str(day)) for day in listed)
    easter = _easter(year)
    fixed = {date(year, *map(int, str(day).split("-"))) for day in data["fixed"]}
    return frozenset(fixed | {easter + timedelta(days=int(offset)) for offset in data["easter_offsets"]})


def _easter(year: int) -> date:
    """Easter Sunday (Gregorian, Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def count(n: int, unit: str, words: str, event: datetime, ground: Ground) -> list[Reading]:
    """Readings of `n` units after an event, the one to work to first. `words` is the unit as written (`jours francs`)."""
    national = letters_data("calendars.yaml")["national"].get(ground.country or "", {})
    if unit in ("hour", "working_hour"):
        return _hours(n, unit, event, ground, national)
    local = event.astimezone(ZoneInfo(ground.zone))
    first = f"the day of the event, {local:%d %B %Y}, does not count (Reg. 1182/71 Art. 3(1))"
    if unit == "day" and national.get("days") == "working":
        return [
            *_counted(n, "working_day", local.date(), ground, (first, str(national["source"]))),
            *_counted(n, "calendar_day", local.date(), ground, (first, "read as calendar days")),
        ]
    if any(re.fullmatch(each, words, re.IGNORECASE) for each in national.get("clear_units", ())):
        day = local.date() + timedelta(days=n + 1)
        return _single(day, holidays_of(ground.calendar, day), ground, (first, str(national["source"])))
    if any(re.fullmatch(each, words, re.IGNORECASE) for each in national.get("six_day_units", ())):
        holidays = holidays_of(ground.calendar, local.date())
        six = _six_day(local.date(), n, holidays)
        return [
            Reading(end_of_day(six, ground.zone), (first, str(national["source"]))),
            *_counted(n, "working_day", local.date(), ground, (first, "read as Monday to Friday")),
        ]
    return _counted(n, unit, local.date(), ground, (first,))


def _six_day(day: date, n: int, holidays: frozenset[date]) -> date:
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 6 and day not in holidays
    return day


def _hours(n: int, unit: str, event: datetime, ground: Ground, national: dict[str, Any]) -> list[Reading]:
    strict, late = (moment.astimezone(ZoneInfo(ground.zone)) for moment in hours_readings(event, n))
    readings = [
        Reading(strict, (f"{n} elapsed hours after {event.isoformat()}, weekends and holidays included",)),
        Reading(late, ("the hour of the event does not count (Reg. 1182/71 Art. 3(1)): never plan on this reading",)),
    ]
    if unit == "working_hour" or national.get("hours") == "working":
        working = _working_hours(n, event.astimezone(ZoneInfo(ground.zone)), holidays_of(ground.calendar, event.date()))
        readings.append(Reading(working, (str(national.get("source", "hours of working days only")),)))
    return readings


def _working_hours(n: int, event: datetime, holidays: frozenset[date]) -> datetime:
    """`n` hours later, hours of days that are no working days left out."""
    moment = event.astimezone(UTC)
    zone = event.tzinfo
    while n:
        moment += timedelta(hours=1)
        n -= is_working_day((moment - timedelta(seconds=1)).astimezone(zone).date(), holidays)
    return moment.astimezone(zone)


def _counted(n: int, unit: str, day: date, ground: Ground, steps: tuple[str, ...]) -> list[Reading]:
    """The period by the authority's calendar, then by other calendars where they differ."""
    arithmetic = _arithmetic(unit)
    own = arithmetic(day, n, _with_horizon(ground.calendar, day, n, unit))
    where = f"public holidays of {ground.calendar}" if ground.calendar else "no calendar known: weekends only"
    readings = [
        Reading(
            end_of_day(own, ground.zone),
            (
                *steps,
                *_roll_steps(day, n, unit, own),
                f"{where}; ends with the last hour of {own:%A %d %B %Y} in {ground.zone}",
            ),
        )
    ]
    for other, label in _others(ground):
        found = arithmetic(day, n, other(day))
        if found != own:
            readings.append(Reading(end_of_day(found, ground.zone), (*steps, label)))
    return readings


def _arithmetic(unit: str) -> Callable[[date, int, frozenset[date]], date]:
    return {
        "working_day": due_working_days,
        "week": due_weeks,
        "month": due_months,
        "year": lambda day, n, holidays: due_months(day, 12 * n, holidays),
    }.get(unit, due_days)


def _with_horizon(calendar: str | None, day: date, n: int, unit: str) -> frozenset[date]:
    years = {"year": n, "month": n // 12}.get(unit, n // 200) + 2
    return (
        holiday_calendar(calendar, range(day.year - 1, day.year + min(years, HORIZON) + 1)) if calendar else frozenset()
    )


def _others(ground: Ground) -> list[tuple[Callable[[date], frozenset[date]], str]]:
    """Other calendars that may be meant: the institutions' own, and the one where the addressee acts."""
    found: list[tuple[Callable[[date], frozenset[date]], str]] = []
    if ground.named:
        return found
    if ground.country == "EU":
        note = str(letters_data("calendars.yaml")["institutions"]["note"])
        found.append((lambda day: institution_days(day.year) | institution_days(day.year + 1), note))
    if ground.other_calendar and ground.other_calendar != ground.calendar:
        other = ground.other_calendar
        found.append((lambda day: holidays_of(other, day), f"public holidays of {other}, where the addressee acts"))
    return found


def _roll_steps(day: date, n: int, unit: str, due: date) -> tuple[str, ...]:
    if unit in ("month", "year"):
        bare = same_date(day, n * (12 if unit == "year" else 1))
        missing = () if bare.day == day.day else (f"there is no {day.day} in that month: its last day (Art. 3(2)(c))",)
        rolled = (
            ()
            if bare == due
            else (f"{bare:%A %d %B %Y} is no working day, or the period holds too few: it moves on (Art. 3(4), (5))",)
        )
        return (*missing, *rolled)
    if unit in ("day", "calendar_day", "week"):
        bare = day + timedelta(days=n * (7 if unit == "week" else 1))
        return (
            ()
            if bare == due
            else (f"{bare:%A %d %B %Y} is no working day, or the period holds too few: it moves on (Art. 3(4), (5))",)
        )
    return ("Saturdays, Sundays and public holidays are left out (Art. 2(2))",)


def _single(day: date, holidays: frozenset[date], ground: Ground, steps: tuple[str, ...]) -> list[Reading]:
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return [Reading(end_of_day(day, ground.zone), steps)]


def unrolled(n: int, unit: str, event: datetime, ground: Ground) -> datetime:
    """End of a minimum period that is not moved to a working day."""
    day = event.astimezone(ZoneInfo(ground.zone)).date()
    bare = {
        "month": lambda: same_date(day, n),
        "year": lambda: same_date(day, 12 * n),
        "week": lambda: day + timedelta(weeks=n),
    }.get(unit, lambda: day + timedelta(days=n))()
    return end_of_day(bare, ground.zone)


def counted_back(n: int, unit: str, limits: Sequence[datetime], ground: Ground) -> list[datetime]:
    """Last moment for an act that is due `n` units before each limit; periods counted backwards do not roll (Art. 3(4))."""
    found = []
    for limit in limits:
        if unit in ("hour", "working_hour"):
            found.append((limit.astimezone(UTC) - timedelta(hours=n)).astimezone(ZoneInfo(ground.zone)))
            continue
        day, left = limit.astimezone(ZoneInfo(ground.zone)).date(), n
        holidays = holidays_of(ground.calendar, day)
        while left:
            day -= timedelta(days=1)
            left -= unit != "working_day" or is_working_day(day, holidays)
        found.append(end_of_day(day, ground.zone))
    return found
