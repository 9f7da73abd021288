"""Reporting periods by name."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.errors import UsageError
from compliance.period import parse_period


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-H1", date(2026, 1, 1), date(2026, 7, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-02-27..2026-02-28", date(2026, 2, 27), date(2026, 3, 1)),
    ],
)
def test_a_period_holds_its_first_day_and_ends_before_the_next(text: str, first: date, after: date) -> None:
    """Quarters, halves, months, years and spans of days."""
    assert parse_period(text).days == (first, after)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-Q1", "2025-Q4"),
        ("2026-H2", "2026-H1"),
        ("2026-01", "2025-12"),
        ("2026", "2025"),
        ("2026-03-01..2026-03-31", "2026-01-29..2026-02-28"),
    ],
)
def test_the_period_before_is_of_the_same_kind(text: str, before: str) -> None:
    """A quarter is compared with a quarter."""
    assert parse_period(text).before().label == before


@pytest.mark.parametrize(
    "text", ["", "2026-Q5", "2026-13", "2026-00", "26-Q1", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01"]
)
def test_what_is_no_period_is_refused_with_the_forms_there_are(text: str) -> None:
    """A wrong period is a usage error that shows the forms."""
    with pytest.raises(UsageError, match="PER-FORM"):
        parse_period(text)
