"""Dated values: the day in the service's zone decides which one counts."""

from __future__ import annotations

from datetime import date

from compliance.clock import parse_instant
from compliance.rules.model import Parameter
from compliance.rules.parameters import periods, spoken, value_at

LIMIT = Parameter.model_validate(
    {
        "type": "duration",
        "origin": "policy",
        "because": "x",
        "values": [{"from": "2024-02-17", "value": "PT48H"}, {"from": "2025-07-01", "value": "PT24H"}],
    }
)


def test_no_value_before_the_first_day() -> None:
    """Before its first day a parameter has no value, rather than a guessed one."""
    assert value_at(LIMIT, date(2024, 2, 16)) is None


def test_the_first_day_counts() -> None:
    """A value counts from its own day on, until the next one starts."""
    found = [value_at(LIMIT, day) for day in (date(2024, 2, 17), date(2025, 6, 30), date(2025, 7, 1))]
    assert [entry and entry.value for entry in found] == ["PT48H", "PT48H", "PT24H"]


def test_periods_start_at_midnight_of_the_zone() -> None:
    """In Dublin's summer the day starts an hour before UTC's."""
    assert periods(LIMIT, "Europe/Dublin") == [
        (parse_instant("2024-02-17T00:00:00Z"), "PT48H"),
        (parse_instant("2025-06-30T23:00:00Z"), "PT24H"),
    ]


def test_values_are_said_as_people_say_them() -> None:
    """Durations, shares, lists and the same day are put into words."""
    ratio = LIMIT.model_copy(update={"type": "ratio"})
    assert spoken(LIMIT, "PT24H") == "24 hours"
    assert spoken(LIMIT, "P0D") == "the same day"
    assert spoken(ratio, 0.95) == "95 %"
    assert spoken(LIMIT.model_copy(update={"type": "list"}), ["a", "b"]) == "a, b"
