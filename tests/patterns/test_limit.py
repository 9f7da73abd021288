"""When limits fall due: Regulation 1182/71 for what the law fixes, elapsed time for the service's own targets."""

from __future__ import annotations

import pytest

from compliance.clock import format_us, parse_duration, parse_instant
from compliance.patterns.limit import Days, readings, shift

DUBLIN = Days("Europe/Dublin", "IE")
BRUSSELS = Days("Europe/Brussels", "BE")


def due(start: str, limit: str, days: Days, *, statutory: bool = True) -> tuple[str, str]:
    """Both readings of a limit as texts."""
    strict, late = readings(parse_instant(start), parse_duration(limit), statutory, days)
    return format_us(strict), format_us(late)


@pytest.mark.parametrize(
    ("start", "limit", "strict", "late"),
    [
        ("2026-08-13T17:10:00+02:00", "PT24H", "2026-08-14T15:10:00Z", "2026-08-14T16:00:00Z"),
        ("2026-03-19T15:12:00+01:00", "PT1H", "2026-03-19T15:12:00Z", "2026-03-19T16:00:00Z"),
        ("2026-03-28T20:00:00+01:00", "PT24H", "2026-03-29T19:00:00Z", "2026-03-29T20:00:00Z"),
    ],
)
def test_statutory_hours_have_two_readings(start: str, limit: str, strict: str, late: str) -> None:
    """Hours run elapsed, or from the next whole hour; neither rolls over a weekend or a clock change."""
    assert due(start, limit, BRUSSELS) == (strict, late)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-31T12:00:00Z", "P5D", "2026-04-07"),
        ("2026-04-17T12:00:00Z", "P2D", "2026-04-21"),
        ("2026-05-11T12:00:00Z", "10WD", "2026-05-27"),
        ("2026-12-11T12:00:00Z", "P2W", "2026-12-28"),
        ("2026-08-30T12:00:00Z", "P6M", "2027-03-01"),
    ],
)
def test_statutory_days_roll_to_a_working_day(start: str, limit: str, end: str) -> None:
    """Days, weeks and months end with the last instant of their last working day, Belgian calendar."""
    strict, late = due(start, limit, BRUSSELS)
    assert strict == late
    local_end = {"2026-04-07": "2026-04-07T21", "2026-04-21": "2026-04-21T21", "2026-05-27": "2026-05-27T21"}
    assert strict.startswith(local_end.get(end, f"{end}T22"))
    assert strict.endswith(":59:59.999999Z")


def test_a_disputed_month_end_has_two_readings() -> None:
    """Two months from 30 June end on 30 August, some say 31 August; in 2026 the first is a Sunday and rolls onto it."""
    assert due("2026-06-30T12:00:00Z", "P2M", BRUSSELS) == (
        "2026-08-31T21:59:59.999999Z",
        "2026-08-31T21:59:59.999999Z",
    )
    strict, late = due("2027-06-30T12:00:00Z", "P2M", BRUSSELS)
    assert (strict[:10], late[:10]) == ("2027-08-30", "2027-08-31")


def test_the_same_day_ends_with_that_day_in_the_services_zone() -> None:
    """P0D lasts to the end of the trigger's own local day, on Sundays too."""
    assert due("2026-08-15T23:30:00Z", "P0D", DUBLIN)[0] == "2026-08-16T22:59:59.999999Z"


def test_targets_run_in_elapsed_time() -> None:
    """A target of seven days is 168 hours, whatever the clocks do; one of a month keeps the wall clock."""
    assert due("2026-03-25T12:00:00Z", "P7D", DUBLIN, statutory=False)[0] == "2026-04-01T12:00:00Z"
    assert due("2026-03-25T12:00:00Z", "P1M", DUBLIN, statutory=False)[0] == "2026-04-25T11:00:00Z"


def test_a_look_back_of_months_keeps_the_wall_clock() -> None:
    """One month before a summer instant is the same wall clock in winter time."""
    assert format_us(shift(parse_instant("2026-04-25T11:00:00Z"), parse_duration("P1M"), DUBLIN, sign=-1)) == (
        "2026-03-25T12:00:00Z"
    )
