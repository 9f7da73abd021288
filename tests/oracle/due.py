"""When a limit runs out: section 2 of docs/semantics.md, day by day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from tests.oracle.world import EPOCH, MICROSECOND

HOUR = 3_600_000_000
SECOND = 1_000_000


@dataclass(frozen=True)
class Span:
    """A limit, its units kept: months (years are twelve), days (weeks are seven), seconds, working days."""

    months: int
    days: int
    seconds: int
    working_days: int


def span(text: str) -> Span:
    """Units of `PT24H`, `P1Y6M`, `P2W`, `3WD`."""
    if text.endswith("WD"):
        return Span(0, 0, 0, int(text[:-2]))
    units = {"Y": 0, "M": 0, "W": 0, "D": 0, "H": 0, "min": 0, "S": 0}
    date_part, _, time_part = text[1:].partition("T")
    for number, unit in re.findall(r"(\d+)([YMWD])", date_part):
        units[unit] = int(number)
    for number, unit in re.findall(r"(\d+)([HMS])", time_part):
        units["min" if unit == "M" else unit] = int(number)
    seconds = units["H"] * 3600 + units["min"] * 60 + units["S"]
    return Span(units["Y"] * 12 + units["M"], units["W"] * 7 + units["D"], seconds, 0)


@dataclass(frozen=True)
class Almanac:
    """The service's zone and calendar."""

    zone: str
    country: str

    def wall(self, t: int) -> dt.datetime:
        """Wall clock of an instant in the zone."""
        return (EPOCH + t * MICROSECOND).astimezone(ZoneInfo(self.zone))

    def day(self, t: int) -> dt.date:
        """Calendar day of an instant in the zone."""
        return self.wall(t).date()

    def at(self, day: dt.date, time: dt.time) -> int:
        """Instant of a wall clock: the first of two, and by the offset before the change where it is skipped."""
        moment = dt.datetime.combine(day, time.replace(tzinfo=None, fold=0), tzinfo=ZoneInfo(self.zone))
        return (moment.astimezone(dt.UTC) - EPOCH) // MICROSECOND

    def start(self, day: dt.date) -> int:
        """First instant of a day."""
        return self.at(day, dt.time(0))

    def end(self, day: dt.date) -> int:
        """Last microsecond of a day."""
        return self.start(day + dt.timedelta(days=1)) - 1

    def works(self, day: dt.date) -> bool:
        """Whether a day is neither Saturday, Sunday nor public holiday."""
        return day.weekday() < 5 and day not in _holidays(self.country)

    def roll(self, day: dt.date) -> dt.date:
        """The day itself, or the next working day (Reg. 1182/71 Art. 3(4))."""
        while not self.works(day):
            day += dt.timedelta(days=1)
        return day

    def nth_working_day(self, day: dt.date, n: int, step: int = 1) -> dt.date:
        """The n-th working day after (or, with step -1, before) a day."""
        while n > 0:
            day += dt.timedelta(days=step)
            n -= self.works(day)
        return day


@cache
def _holidays(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def last_of_month(day: dt.date) -> int:
    """Number of the last day of the day's month."""
    return calendar.monthrange(day.year, day.month)[1]


def add_months(day: dt.date, months: int) -> dt.date:
    """Same date some months on, or the last day of that month where it is missing."""
    index = day.year * 12 + day.month - 1 + months
    first = dt.date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, last_of_month(first)))


def elapsed(t: int, limit: Span, almanac: Almanac, step: int = 1) -> int:
    """Policy arithmetic: same wall clock for months and working days, else elapsed time; step -1 counts back."""
    wall = almanac.wall(t)
    if limit.working_days:
        return almanac.at(almanac.nth_working_day(wall.date(), limit.working_days, step), wall.time())
    if limit.months:
        t = almanac.at(add_months(wall.date(), step * limit.months), wall.time())
    return t + step * (limit.days * 24 * HOUR + limit.seconds * SECOND)


def readings(t: int, text: str, origin: str, almanac: Almanac) -> tuple[int, int]:
    """Strict and late due of a limit that starts at `t` (table of section 2)."""
    limit = span(text)
    day = almanac.day(t)
    if origin != "statutory":
        due = elapsed(t, limit, almanac)
        return due, due
    if limit.working_days:
        due = almanac.end(almanac.nth_working_day(day, limit.working_days))
        return due, due
    if limit.seconds:
        next_full_hour = (t // HOUR + 1) * HOUR
        return t + limit.seconds * SECOND, next_full_hour + limit.seconds * SECOND
    if limit.months:
        target = add_months(day, limit.months)
        strict = almanac.end(almanac.roll(target))
        if day.day == last_of_month(day) and last_of_month(target) > last_of_month(day):
            return strict, almanac.end(almanac.roll(target.replace(day=last_of_month(target))))
        return strict, strict
    if limit.days == 0:
        return almanac.end(day), almanac.end(day)
    last = almanac.roll(day + dt.timedelta(days=limit.days))
    if limit.days >= 2:  # Art. 3(5): such a period holds at least two working days
        last = max(last, almanac.nth_working_day(day, 2))
    return almanac.end(last), almanac.end(last)
