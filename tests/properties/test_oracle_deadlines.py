"""The reference evaluator itself, on worked examples: the judge must be right before it judges."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.oracle.due import Almanac, add_months, elapsed, readings, span
from tests.oracle.world import EPOCH, MICROSECOND, instant

BRUSSELS = Almanac("Europe/Brussels", "BE")
DUBLIN = Almanac("Europe/Dublin", "IE")


def local(almanac: Almanac, micros: int) -> str:
    """Wall clock of an instant, microseconds and all."""
    return almanac.wall(micros).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.mark.parametrize(
    ("start", "limit", "strict", "late"),
    [
        ("2025-12-31T12:00:00Z", "P2M", "2026-03-02", "2026-03-02"),  # 28 Feb 2026 is a Saturday
        ("2025-06-30T12:00:00Z", "P2M", "2025-09-01", "2025-09-01"),  # 30 Aug 2025 is a Saturday, 31 a Sunday
        ("2026-06-30T12:00:00Z", "P2M", "2026-08-31", "2026-08-31"),  # 30 Aug 2026 is a Sunday, 31 a Monday
        ("2023-06-30T12:00:00Z", "P2M", "2023-08-30", "2023-08-31"),  # two readings, both working days
        ("2023-12-31T12:00:00Z", "P2M", "2024-02-29", "2024-02-29"),  # a leap day
        ("2024-02-29T12:00:00Z", "P1Y", "2025-02-28", "2025-02-28"),
        ("2023-02-28T12:00:00Z", "P1Y", "2024-02-28", "2024-02-29"),  # the month is longer a year on
        ("2026-01-16T12:00:00Z", "P15D", "2026-02-02", "2026-02-02"),  # 31 Jan 2026 is a Saturday
        ("2026-01-02T12:00:00Z", "P2D", "2026-01-06", "2026-01-06"),  # Friday: Sunday rolls, and two working days
        ("2026-01-02T12:00:00Z", "P1D", "2026-01-05", "2026-01-05"),
        ("2026-01-03T12:00:00Z", "P0D", "2026-01-03", "2026-01-03"),  # its own day, a Saturday; no roll
        ("2026-04-02T12:00:00Z", "3WD", "2026-04-08", "2026-04-08"),  # over Easter Monday
        ("2026-01-01T12:00:00Z", "P2W", "2026-01-15", "2026-01-15"),
    ],
)
def test_statutory_periods_end_with_their_last_day(start: str, limit: str, strict: str, late: str) -> None:
    """Days, weeks, months and years end at the last microsecond of the day that Regulation 1182/71 names."""
    due, due_late = readings(instant(start), limit, "statutory", BRUSSELS)
    assert [local(BRUSSELS, due), local(BRUSSELS, due_late)] == [f"{strict} 23:59:59.999999", f"{late} 23:59:59.999999"]


def test_statutory_hours_have_two_readings() -> None:
    """An hour in which the event falls may or may not count; an event on the full hour moves to the next."""
    for start, late in (
        ("2025-05-01T14:20:00Z", "2025-05-03T15:00:00Z"),
        ("2025-05-01T14:00:00Z", "2025-05-03T15:00:00Z"),
    ):
        assert readings(instant(start), "PT48H", "statutory", DUBLIN) == (
            instant(start) + 48 * 3_600_000_000,
            instant(late),
        )


def test_policy_hours_and_days_are_elapsed_time() -> None:
    """A policy day over a change of the clocks is 24 hours long, and a policy limit has one reading."""
    start = instant("2025-03-29T12:00:00Z")
    assert readings(start, "P1D", "policy", DUBLIN) == (instant("2025-03-30T12:00:00Z"),) * 2
    assert readings(start, "PT48H", "guidance", DUBLIN) == (instant("2025-03-31T12:00:00Z"),) * 2


def test_policy_months_keep_the_wall_clock() -> None:
    """A policy month over a change of the clocks ends at the same wall clock; a missing date is the last of its month."""
    assert readings(instant("2025-03-15T12:00:00Z"), "P1M", "policy", DUBLIN)[0] == instant("2025-04-15T11:00:00Z")
    assert readings(instant("2025-01-31T12:00:00Z"), "P1M", "policy", DUBLIN)[0] == instant("2025-02-28T12:00:00Z")


def test_a_wall_clock_that_the_change_skips_counts_by_the_earlier_offset() -> None:
    """01:30 on 30 March 2025 does not exist in Dublin: it is read with winter time."""
    assert DUBLIN.at(dt.date(2025, 3, 30), dt.time(1, 30)) == instant("2025-03-30T01:30:00Z")
    assert DUBLIN.at(dt.date(2025, 10, 26), dt.time(1, 30)) == instant("2025-10-26T00:30:00Z")


def test_a_day_of_the_clock_change_ends_at_local_midnight() -> None:
    """The statutory end of a 23-hour day is its own last microsecond."""
    due, _ = readings(instant("2025-03-30T12:00:00Z"), "P0D", "statutory", DUBLIN)
    assert due == instant("2025-03-30T23:00:00Z") - 1


def test_counting_back_mirrors_policy_arithmetic() -> None:
    """A look-back of a month ends at the same wall clock of the month before."""
    assert elapsed(instant("2025-03-31T12:00:00Z"), span("P1M"), DUBLIN, -1) == instant("2025-02-28T13:00:00Z")
    assert elapsed(instant("2025-03-31T12:00:00Z"), span("PT1H30M"), DUBLIN, -1) == instant("2025-03-31T10:30:00Z")


def test_months_are_added_by_the_calendar() -> None:
    """The last day stands in for a date that a month does not have, across years and backwards."""
    assert add_months(dt.date(2024, 10, 31), 4) == dt.date(2025, 2, 28)
    assert add_months(dt.date(2024, 3, 31), -1) == dt.date(2024, 2, 29)


def test_instants_are_whole_microseconds() -> None:
    """Reading an instant loses nothing."""
    assert EPOCH + instant("2025-01-01T00:00:00.000001+01:00") * MICROSECOND == dt.datetime(
        2024, 12, 31, 23, 0, 0, 1, tzinfo=dt.UTC
    )
