"""Limits: the dated value in force, when it falls due, and how a plan says so (docs/semantics.md, section 2)."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from compliance.clock import DAY_US, HOUR_US, Duration, from_us, local_date, midnight_us, parse_duration, to_us
from compliance.deadline import due_days, due_months, due_weeks, due_working_days, holiday_calendar, roll_forward
from compliance.engine.interface import Engine
from compliance.engine.plan import Aggregate, Case, Expr, Join, Project, Relation, Scan, call, col, keep, lit
from compliance.rules.model import Origin, Parameter

BUCKET_US = 900_000_000
"""Calendar limits are worked out once per quarter hour: no zone of the Union changes its offset inside one."""


@dataclass(frozen=True, slots=True)
class Days:
    """Where days are counted: the zone, and the country whose public holidays count."""

    zone: str
    country: str

    def holidays(self, near: date, years: int = 1) -> frozenset[date]:
        """Public holidays from the year of a date on, over so many years after it."""
        return _holidays(self.country, near.year, years)


@cache
def _holidays(country: str, year: int, years: int) -> frozenset[date]:
    return holiday_calendar(country, range(year, year + years + 1))


@dataclass(frozen=True, slots=True)
class Segment:
    """One dated value of a limit, in force from `start` (UTC µs)."""

    start: int
    duration: Duration


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A duration parameter with its dated values and its origin."""

    name: str
    origin: Origin
    segments: tuple[Segment, ...]
    days: Days

    @classmethod
    def of(cls, name: str, parameter: Parameter, days: Days) -> LimitRule:
        """Limit of a rule's duration parameter."""
        return _limit(name, parameter.origin, tuple((entry.since, entry.value) for entry in parameter.values), days)

    @property
    def statutory(self) -> bool:
        """True where the law fixes the limit."""
        return self.origin is Origin.STATUTORY

    def duration_at(self, t: int) -> Duration | None:
        """The value in force at an instant; None before the first."""
        found = [segment.duration for segment in self.segments if segment.start <= t]
        return found[-1] if found else None

    def due(self, t: int) -> tuple[int, int] | None:
        """Strict and late reading for a trigger at `t`; None where no value is in force."""
        duration = self.duration_at(t)
        if duration is None:
            return None
        return readings(t, duration, self.statutory, self.days)

    def back(self, t: int) -> int | None:
        """Start of a look-back that ends at `t`: elapsed time, months on the same wall clock."""
        duration = self.duration_at(t)
        return None if duration is None else shift(t, duration, self.days, sign=-1)


@lru_cache(maxsize=4096)
def _limit(name: str, origin: Origin, values: tuple[tuple[date, str], ...], days: Days) -> LimitRule:
    """The limit of dated values; the patterns ask for it with every row."""
    segments = tuple(Segment(midnight_us(since, days.zone), parse_duration(text)) for since, text in values)
    return LimitRule(name, origin, segments, days)


def elapsed_us(duration: Duration) -> int | None:
    """Microseconds of a duration without months, years or working days; None for the others."""
    if duration.years or duration.months or duration.working_days:
        return None
    return (duration.weeks * 7 + duration.days) * DAY_US + duration.seconds * 1_000_000


def shift(t: int, duration: Duration, days: Days, *, sign: int = 1) -> int:
    """`t` moved by elapsed time; months, years and working days keep the wall clock of the zone."""
    fixed = elapsed_us(duration)
    if fixed is not None:
        return t + sign * fixed
    zone = ZoneInfo(days.zone)
    local = from_us(t).astimezone(zone)
    day = local.date()
    if duration.working_days:
        day = _working_shift(day, sign * duration.working_days, days)
    else:
        day = _month_shift(day, sign * (duration.years * 12 + duration.months))
    moved = to_us(datetime.combine(day, local.time(), zone))
    return moved + sign * ((duration.weeks * 7 + duration.days) * DAY_US + duration.seconds * 1_000_000)


def _month_shift(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _working_shift(day: date, count: int, days: Days) -> date:
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= day.weekday() < 5 and day not in days.holidays(day)
    return day


def readings(t: int, duration: Duration, statutory: bool, days: Days) -> tuple[int, int]:
    """Strict and late due of a trigger at `t`, both in UTC µs; equal where one reading exists."""
    if not statutory:
        due = shift(t, duration, days)
        return due, due
    if duration.is_clock:
        span = duration.seconds * 1_000_000
        return t + span, (t // HOUR_US + 1) * HOUR_US + span
    return _statutory_instants(local_date(t, days.zone), duration, days)


@lru_cache(maxsize=65536)
def _statutory_instants(day: date, duration: Duration, days: Days) -> tuple[int, int]:
    first, last = _statutory_days(day, duration, days)
    return _day_end(first, days.zone), _day_end(last, days.zone)


def _day_end(day: date, zone: str) -> int:
    return midnight_us(day + timedelta(days=1), zone) - 1


def _statutory_days(day: date, duration: Duration, days: Days) -> tuple[date, date]:
    ahead = (
        duration.years
        + (duration.months + duration.weeks // 4 + duration.days // 28 + duration.working_days // 18) // 12
    )
    holidays = days.holidays(day, ahead + 1)
    if duration.working_days:
        due = due_working_days(day, duration.working_days, holidays)
        return due, due
    months = duration.years * 12 + duration.months
    if months:
        due = due_months(day, months, holidays)
        target = _month_shift(day, months)
        month_end = date(target.year, target.month, calendar.monthrange(target.year, target.month)[1])
        started_at_end = day.day == calendar.monthrange(day.year, day.month)[1]
        late = roll_forward(month_end, holidays) if started_at_end and month_end > target else due
        return due, max(due, late)
    count = duration.weeks * 7 + duration.days
    if not count:
        return day, day
    due = (
        due_weeks(day, duration.weeks, holidays)
        if duration.weeks and not duration.days
        else due_days(day, count, holidays)
    )
    return due, due


def due_expressions(limit: LimitRule, t: Expr) -> tuple[Expr, Expr] | None:
    """Expressions for both readings where arithmetic alone gives them; None where a calendar is needed."""
    strict: list[tuple[Expr, Expr]] = []
    late: list[tuple[Expr, Expr]] = []
    for segment in reversed(limit.segments):
        in_force = call(">=", t, lit(segment.start))
        fixed = elapsed_us(segment.duration)
        if limit.statutory and segment.duration.is_clock:
            span = segment.duration.seconds * 1_000_000
            strict.append((in_force, call("+", t, lit(span))))
            hour = call("//", t, lit(HOUR_US))
            late.append((in_force, call("+", call("*", call("+", hour, lit(1)), lit(HOUR_US)), lit(span))))
        elif not limit.statutory and fixed is not None:
            strict.append((in_force, call("+", t, lit(fixed))))
            late.append((in_force, call("+", t, lit(fixed))))
        else:
            return None
    return Case(tuple(strict), lit(None)), Case(tuple(late), lit(None))


def back_expression(limit: LimitRule, t: Expr) -> Expr | None:
    """Expression for the start of a look-back; None where a calendar is needed."""
    branches: list[tuple[Expr, Expr]] = []
    for segment in reversed(limit.segments):
        fixed = elapsed_us(segment.duration)
        if fixed is None:
            return None
        branches.append((call(">=", t, lit(segment.start)), call("-", t, lit(fixed))))
    return Case(tuple(branches), lit(None))


def with_due(engine: Engine, source: Relation, columns: tuple[str, ...], limit: LimitRule) -> Relation:
    """`source` (which has `t`) with columns `due` and `due_late` added."""
    direct = due_expressions(limit, col("t"))
    if direct is not None:
        return Project(source, (*keep(*columns), ("due", direct[0]), ("due_late", direct[1])))
    table = _bucket_table(engine, source, limit.due, daily=limit.days.zone if limit.statutory else None)
    bucket = call("//", col("t", "l"), lit(BUCKET_US))
    return Join(
        source,
        Scan(table),
        call("=", bucket, col("bucket", "r")),
        (*keep(*columns, side="l"), *_bucket_columns(limit)),
        kind="left",
    )


def with_back(engine: Engine, source: Relation, columns: tuple[str, ...], limit: LimitRule) -> Relation:
    """`source` (which has `t`) with the column `since` added: the start of the look-back."""
    direct = back_expression(limit, col("t"))
    if direct is not None:
        return Project(source, (*keep(*columns), ("since", direct)))

    def pair(t: int) -> tuple[int, int] | None:
        start = limit.back(t)
        return None if start is None else (start, start)

    table = _bucket_table(engine, source, pair)
    bucket = call("//", col("t", "l"), lit(BUCKET_US))
    return Join(
        source,
        Scan(table),
        call("=", bucket, col("bucket", "r")),
        (*keep(*columns, side="l"), ("since", call("+", col("t", "l"), col("a", "r")))),
        kind="left",
    )


def _bucket_columns(limit: LimitRule) -> tuple[tuple[str, Expr], ...]:
    t = col("t", "l")
    if limit.statutory:
        return ("due", _clock_or(limit, col("a", "r"), 0)), ("due_late", _clock_or(limit, col("b", "r"), 1))
    due = call("+", t, col("a", "r"))
    return ("due", due), ("due_late", due)


def _clock_or(limit: LimitRule, calendar_due: Expr, reading: int) -> Expr:
    """Statutory limits whose dated values mix hours and days: hours by arithmetic, days by the table."""
    t = col("t", "l")
    branches: list[tuple[Expr, Expr]] = []
    for segment in reversed(limit.segments):
        due: Expr = calendar_due
        if segment.duration.is_clock:
            single = LimitRule(limit.name, limit.origin, (segment,), limit.days)
            pair = due_expressions(single, t)
            due = pair[reading] if pair else calendar_due
        branches.append((call(">=", t, lit(segment.start)), due))
    return Case(tuple(branches), lit(None))


def _bucket_table(
    engine: Engine, source: Relation, due: Callable[[int], tuple[int, int] | None], *, daily: str | None = None
) -> str:
    """Name of a table of `bucket` and both readings: offsets, or with `daily` (a zone) instants that its whole days share.

    Of a statutory limit that mixes days with hours, the readings in hours stand for nothing: arithmetic has them.
    """
    buckets = Aggregate(source, (("bucket", call("//", col("t"), lit(BUCKET_US))),), (("n", call("count")),))
    starts = sorted(bucket * BUCKET_US for bucket, _ in engine.rows(buckets) if bucket is not None)
    rows: list[tuple[int, int, int]] = []
    pair, until = None, None
    for start in starts:
        if daily is None or until is None or start >= until:
            pair = due(start)
            until = None if daily is None else midnight_us(local_date(start, daily) + timedelta(days=1), daily)
        if pair is not None:
            offset = start if daily is None else 0
            rows.append((start // BUCKET_US, pair[0] - offset, pair[1] - offset))
    return engine.table((("bucket", "BIGINT"), ("a", "BIGINT"), ("b", "BIGINT")), rows)
