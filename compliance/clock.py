"""Instants and durations: UTC microseconds inside, RFC 3339 with offset outside, units kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""A source of the present instant (aware, UTC). Passed in from the command line; never called below it by name."""

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|z|[+-]\d{2}:\d{2})$")
_DURATION = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_WORKING = re.compile(r"^(\d+)WD$")


def parse_instant(text: str) -> int:
    """UTC microseconds of an RFC 3339 instant. ValueError where the text has no offset or is no instant."""
    if not _INSTANT.match(text):
        raise ValueError(f"not an instant with offset: {text!r}")
    return to_us(datetime.fromisoformat(text.replace("z", "Z").replace("t", "T")))


def to_us(moment: datetime) -> int:
    """UTC microseconds of an aware datetime. ValueError where it is naive."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no instant")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(micros: int) -> datetime:
    """Aware UTC datetime of UTC microseconds."""
    return _EPOCH + timedelta(microseconds=micros)


def format_us(micros: int) -> str:
    """RFC 3339 text in UTC; fractions only where they are not zero (`2026-08-13T00:42:00Z`)."""
    return from_us(micros).isoformat()[:-6] + "Z"


def format_second(micros: int) -> str:
    """RFC 3339 text in UTC without fractions, for sentences: a day that ends at 23:59:59.999999 ends at `23:59:59Z`."""
    return format_us(micros - micros % 1_000_000)


def midnight_us(day: date, zone: str) -> int:
    """UTC microseconds at which `day` begins in `zone`."""
    return to_us(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def local_date(micros: int, zone: str) -> date:
    """Calendar date of an instant in `zone`."""
    return from_us(micros).astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration that keeps its unit: calendar parts, clock parts (hours, minutes, seconds) or working days."""

    text: str
    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    seconds: int = 0
    working_days: int = 0

    @property
    def is_clock(self) -> bool:
        """True where the duration is in hours, minutes or seconds only."""
        return bool(self.seconds) and not (self.years or self.months or self.weeks or self.days or self.working_days)

    def __str__(self) -> str:
        return self.text


def parse_duration(text: str) -> Duration:
    """Duration from ISO 8601 (`PT24H`, `P6M`, `P15D`) or working days (`3WD`). ValueError otherwise."""
    if match := _WORKING.match(text):
        return Duration(text, working_days=int(match[1]))
    match = _DURATION.match(text)
    if not match or text in {"P", "PT"} or text.endswith("T"):
        raise ValueError(f"not a duration: {text!r}")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return Duration(text, years, months, weeks, days, hours * 3600 + minutes * 60 + seconds)


def in_words(text: str) -> str:
    """Plain English for a duration: `PT24H` gives `24 hours`, `3WD` gives `3 working days`."""
    duration = parse_duration(text)
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = (
        (duration.years, "year"),
        (duration.months, "month"),
        (duration.weeks, "week"),
        (duration.days, "day"),
        (duration.working_days, "working day"),
        (hours, "hour"),
        (minutes, "minute"),
        (seconds, "second"),
    )
    words = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in parts if n]
    return " ".join(words) or "no time"
