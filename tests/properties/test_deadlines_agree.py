"""Deadlines of the engine and of the letters against the reference evaluator's own calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compliance.clock import parse_duration
from compliance.deadline import due_days, due_months, due_weeks, due_working_days, holiday_calendar, hours_readings
from compliance.patterns.limit import Days, readings, shift
from tests.oracle import due
from tests.oracle.due import Almanac
from tests.oracle.world import EPOCH, instant

PLACES = [("UTC", "BE"), ("Europe/Dublin", "IE"), ("Europe/Brussels", "BE"), ("Europe/Athens", "GR"),
          ("Europe/Lisbon", "PT"), ("Atlantic/Azores", "PT"), ("Europe/Helsinki", "FI")]  # fmt: skip
places = st.sampled_from(PLACES)

FIRST, LAST = dt.date(2022, 12, 15), dt.date(2029, 3, 15)
days = st.dates(FIRST, LAST) | st.sampled_from(
    [dt.date(2024, 2, 29), dt.date(2025, 3, 30), dt.date(2025, 10, 26), dt.date(2025, 12, 31), dt.date(2026, 4, 2)]
)
clocks = st.times() | st.sampled_from([dt.time(0), dt.time(1), dt.time(1, 30), dt.time(23, 59, 59, 999_999)])
instants = st.builds(
    lambda day, clock: (dt.datetime.combine(day, clock, dt.UTC) - EPOCH) // dt.timedelta(microseconds=1), days, clocks
)
whole = st.integers(1, 40)
calendar_limits = st.one_of(
    st.builds("P{}D".format, st.integers(0, 40)),
    st.builds("P{}W".format, st.integers(1, 9)),
    st.builds("P{}M".format, whole),
    st.builds("P{}Y".format, st.integers(1, 10)),
    st.builds("P{}Y{}M".format, st.integers(1, 3), st.integers(1, 11)),
    st.builds("{}WD".format, st.integers(1, 60)),
)
clock_limits = st.one_of(
    st.builds("PT{}H".format, whole),
    st.builds("PT{}M".format, st.integers(1, 90)),
    st.builds("PT{}H{}M{}S".format, whole, st.integers(0, 59), st.integers(0, 59)),
)
mixed_limits = st.builds("P{}M{}DT{}H".format, st.integers(0, 5), st.integers(0, 40), whole)


@given(instants, calendar_limits | clock_limits, places)
@example(instant("2026-01-30T23:59:59.999999Z"), "P1M", ("UTC", "BE"))
@example(instant("2025-12-24T22:30:00Z"), "P2D", ("Europe/Athens", "GR"))
def test_statutory_limits_fall_due_on_the_same_microsecond(t: int, limit: str, place: tuple[str, str]) -> None:
    """Both readings of a limit set by law are those of a count day by day."""
    expected = due.readings(t, limit, "statutory", Almanac(*place))
    assert readings(t, parse_duration(limit), True, Days(*place)) == expected


@given(instants, calendar_limits | clock_limits | mixed_limits, places)
@example(instant("2025-02-28T01:30:00Z"), "P1M2DT1H", ("Europe/Dublin", "IE"))
def test_policy_limits_fall_due_on_the_same_microsecond(t: int, limit: str, place: tuple[str, str]) -> None:
    """A target of the service's own is elapsed time, and months and working days keep the wall clock."""
    expected = due.readings(t, limit, "policy", Almanac(*place))
    assert readings(t, parse_duration(limit), False, Days(*place)) == expected


@given(instants, calendar_limits | clock_limits, places)
def test_look_backs_start_on_the_same_microsecond(t: int, limit: str, place: tuple[str, str]) -> None:
    """A look-back mirrors the arithmetic of a policy limit."""
    expected = due.elapsed(t, due.span(limit), Almanac(*place), -1)
    assert shift(t, parse_duration(limit), Days(*place), sign=-1) == expected


@given(instants, calendar_limits, places)
def test_a_statutory_period_ends_on_a_working_day_after_it_began(t: int, limit: str, place: tuple[str, str]) -> None:
    """Whatever the limit, the last day works (but for `P0D`), lies after the trigger's, and the readings are in order."""
    almanac = Almanac(*place)
    strict, late = readings(t, parse_duration(limit), True, Days(*place))
    assert t <= strict <= late
    if limit != "P0D":
        assert all(almanac.works(almanac.day(end)) and almanac.day(end) > almanac.day(t) for end in (strict, late))


@pytest.mark.parametrize("country", ["BE", "IE", "GR"])
@given(day=days, n=st.integers(1, 40))
def test_letters_count_as_rules_do(country: str, day: dt.date, n: int) -> None:
    """The calendar arithmetic that letters use gives the same last day as the limits of rules."""
    almanac = Almanac("UTC", country)
    holidays = holiday_calendar(country, range(day.year - 1, day.year + 6))
    noon = almanac.at(day, dt.time(12))
    ends = {
        f"P{n}D": due_days(day, n, holidays),
        f"P{n}W": due_weeks(day, n, holidays),
        f"P{n}M": due_months(day, n, holidays),
        f"{n}WD": due_working_days(day, n, holidays),
    }
    for limit, end in ends.items():
        assert end == almanac.day(due.readings(noon, limit, "statutory", almanac)[0])


@given(instants, whole)
def test_hours_of_letters_have_the_readings_of_rules(t: int, n: int) -> None:
    """Strict and late hours of a letter are those of a statutory limit in hours."""
    event = EPOCH + dt.timedelta(microseconds=t)
    found = tuple((moment - EPOCH) // dt.timedelta(microseconds=1) for moment in hours_readings(event, n))
    assert found == due.readings(t, f"PT{n}H", "statutory", Almanac("UTC", "BE"))
