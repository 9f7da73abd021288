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
    roll_forward,
    same_date,
)
from compliance.letters.institution import PublishedYear, institution_days
from compliance.letters.vocabulary import letters_data

HORIZON = 12
"""Years of holidays looked at from the event on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a time limit: its instant, the steps that lead there, and what a person must settle because of it."""

    instant: datetime
    steps: tuple[str, ...]
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What counting rests on: the place's zone and calendar, the sender's country, and the addressee's place for a second look."""

    zone: str
    calendar: str | None
    country: str | None
    other_calendar: str | None = None
    named: bool = False
    """The letter itself names the calendar."""
    addressee_zone: str | None = None
    """Where the letter was received, if that is known: its day there may be another than at the authority's place."""
    published: tuple[PublishedYear, ...] = ()
    """Days off of the Union institutions that a person entered."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The last day of a count by one calendar: whose days were left out, and what must be settled where that is open."""

    due: date
    by: str
    asks: str = ""


def holidays_of(calendar: str | None, day: date, years: int = 2) -> frozenset[date]:
    """Public holidays of a country from the year before a day to so many after it; none where no country is known."""
    return holiday_calendar(calendar, range(day.year - 1, day.year + years + 1)) if calendar else frozenset()


def by_calendars(
    first: date, arithmetic: Callable[[frozenset[date]], date], ground: Ground, years: int = 2
) -> list[Counted]:
    """The same count by every calendar that may be meant, one entry a day, the one to work to first.

    A national authority goes by the days of its country; where those of the addressee would end it earlier, that is asked.
    Where the act is to be done with a Union institution, those of the institution count, and whether its seat's or the
    addressee's are meant is open: the earliest comes first. The usual pattern of an institution, where the list of the year
    is not known, is never first.
    """
    own = arithmetic(holidays_of(ground.calendar, first, years))
    where = f"public holidays of {ground.calendar}" if ground.calendar else "no calendar known: weekends only"
    found = [Counted(own, where, "" if ground.calendar else "whose public holidays count: only weekends were left out")]
    unproven: list[Counted] = []
    if ground.country == "EU" and not ground.named:
        (unproven if (designated := _designated(first, arithmetic, ground, years)).asks else found).append(designated)
    if ground.other_calendar not in (None, ground.calendar) and not ground.named:
        found.append(_addressees(first, arithmetic, ground, years, own))
    if ground.country == "EU":
        found.sort(key=lambda each: each.due)
    days = {each.due: each for each in reversed([*found, *unproven])}
    return [days.pop(each.due) for each in [*found, *unproven] if each.due in days]


def _designated(first: date, arithmetic: Callable[[frozenset[date]], date], ground: Ground, years: int) -> Counted:
    """The count by the days that the institution designated; asked about where its list of a year is not known."""
    days = institution_days(range(first.year - 1, first.year + years + 1), ground.calendar, ground.published)
    due = arithmetic(days.holidays)
    if sources := days.sources(first, due):
        return Counted(due, f"days off designated by the institution: {'; '.join(sources)} (Reg. 1182/71 Art. 2(1))")
    over = f"{first.year}" if first.year == due.year else f"{first.year} and {due.year}"
    return Counted(
        due,
        f"the usual days off of the institution, whose list for {over} is not known",
        f"the days off that the institution designated for {over}: take them from the Official Journal "
        "(intake: institution_days)",
    )


def _addressees(
    first: date, arithmetic: Callable[[frozenset[date]], date], ground: Ground, years: int, own: date
) -> Counted:
    day = arithmetic(holidays_of(ground.other_calendar, first, years))
    asks = f"whose public holidays count, those of {ground.calendar or 'the authority'} or {ground.other_calendar}"
    label = f"public holidays of {ground.other_calendar}, where the addressee acts"
    return Counted(day, label, asks if day < own or (ground.country == "EU" and day != own) else "")


def count(n: int, unit: str, words: str, event: datetime, ground: Ground) -> list[Reading]:
    """Readings of `n` units after an event, the one to work to first. `words` is the unit as written (`jours francs`).

    Where it was another day at the addressee's place than at the authority's, both days are counted from, the earlier first.
    """
    national = letters_data("calendars.yaml")["national"].get(ground.country or "", {})
    if unit in ("hour", "working_hour"):
        return _hours(n, unit, event, ground, national)
    days = {event.astimezone(ZoneInfo(zone)).date(): zone for zone in (ground.addressee_zone, ground.zone) if zone}
    return [
        reading
        for day in sorted(days)
        for reading in _from_day(
            n,
            unit,
            words,
            day,
            ground,
            national,
            (
                f"the day of the event, {day:%d %B %Y}{f' in {days[day]}' if len(days) > 1 else ''}, does not count "
                "(Reg. 1182/71 Art. 3(1))",
            ),
        )
    ]


def _from_day(
    n: int, unit: str, words: str, day: date, ground: Ground, national: dict[str, Any], first: tuple[str, ...]
) -> list[Reading]:
    """Readings of a period of days or longer behind the event's day, by the way the sender's country counts."""
    source = (*first, str(national.get("source", "")))
    if unit == "day" and national.get("days") == "working":
        return [
            *_counted(n, "working_day", day, ground, source),
            *_counted(n, "calendar_day", day, ground, (*first, "read as calendar days")),
        ]
    if any(re.fullmatch(each, words, re.IGNORECASE) for each in national.get("clear_units", ())):
        due = roll_forward(day + timedelta(days=n + 1), holidays_of(ground.calendar, day))
        return [Reading(end_of_day(due, ground.zone), source)]
    if any(re.fullmatch(each, words, re.IGNORECASE) for each in national.get("six_day_units", ())):
        six = _six_day(day, n, holidays_of(ground.calendar, day))
        monday_to_friday = _counted(n, "working_day", day, ground, (*first, "read as Monday to Friday"))
        return [Reading(end_of_day(six, ground.zone), source), *monday_to_friday]
    return _counted(n, unit, day, ground, first)


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
    """The period by every calendar that may be meant."""
    arithmetic = _arithmetic(unit)
    years = min({"year": n, "month": n // 12}.get(unit, n // 200) + 2, HORIZON)
    return [
        Reading(
            end_of_day(each.due, ground.zone),
            (
                *steps,
                *_roll_steps(day, n, unit, each.due),
                f"{each.by}; ends with the last hour of {each.due:%A %d %B %Y} in {ground.zone}",
            ),
            each.asks,
        )
        for each in by_calendars(day, lambda holidays: arithmetic(day, n, holidays), ground, years)
    ]


def _arithmetic(unit: str) -> Callable[[date, int, frozenset[date]], date]:
    return {
        "working_day": due_working_days,
        "week": due_weeks,
        "month": due_months,
        "year": lambda day, n, holidays: due_months(day, 12 * n, holidays),
    }.get(unit, due_days)


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


def unrolled(n: int, unit: str, event: datetime, ground: Ground) -> datetime:
    """End of a minimum period that is not moved to a working day."""
    day = event.astimezone(ZoneInfo(ground.zone)).date()
    bare = {
        "month": lambda: same_date(day, n),
        "year": lambda: same_date(day, 12 * n),
        "week": lambda: day + timedelta(weeks=n),
    }.get(unit, lambda: day + timedelta(days=n))()
    return end_of_day(bare, ground.zone)


def counted_back(n: int, unit: str, limits: Sequence[datetime], ground: Ground) -> list[Reading]:
    """Last moments for an act that is due `n` units before each limit; periods counted backwards do not roll (Art. 3(4))."""
    found: list[Reading] = []
    for limit in limits:
        if unit in ("hour", "working_hour"):
            found.append(Reading((limit.astimezone(UTC) - timedelta(hours=n)).astimezone(ZoneInfo(ground.zone)), ()))
            continue
        last = limit.astimezone(ZoneInfo(ground.zone)).date()

        def back(holidays: frozenset[date], day: date = last) -> date:
            left = n
            while left:
                day -= timedelta(days=1)
                left -= unit != "working_day" or is_working_day(day, holidays)
            return day

        found += [
            Reading(end_of_day(each.due, ground.zone), (each.by,), each.asks)
            for each in by_calendars(last, back, ground)
        ]
    return found
