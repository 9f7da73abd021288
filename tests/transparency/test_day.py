"""Days and periods as publishers write them: the value only where it is certain."""

from __future__ import annotations

from datetime import date

import pytest

from compliance.transparency.day import read_day, read_span
from compliance.transparency.publication import publication_days

LAST = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("text", "value", "check", "fix"),
    [
        ("2026-06-30", LAST, "", ""),
        ("2026-06-30 00:00:00", LAST, "TRL-DATE-TIME", "2026-06-30"),
        ("2026-06-30T00:00:00Z", LAST, "TRL-DATE-TIME", "2026-06-30"),
        (" 2026-06-30", LAST, "TRL-DATE-FORM", "2026-06-30"),
        ("2026/6/30", LAST, "TRL-DATE-FORM", "2026-06-30"),
        ("30/06/2026", LAST, "TRL-DATE-FORM", "2026-06-30"),
        ("06/30/2026", LAST, "TRL-DATE-FORM", "2026-06-30"),
        ("1.2.2026", date(2026, 2, 1), "TRL-DATE-FORM", "2026-02-01"),
        ("01/02/2026", None, "TRL-DATE-FORM", "2026-02-01 or 2026-01-02, whichever it is"),
        ("46203", None, "TRL-DATE-FORM", "2026-06-30, if it is a day of a spreadsheet"),
        ("2026-06-57", None, "TRL-DATE-IMPOSSIBLE", "a day of the calendar; a dragged cell counts its digits on"),
        ("2026-02-29", None, "TRL-DATE-IMPOSSIBLE", "a day of the calendar; a dragged cell counts its digits on"),
        ("31.11.2026", None, "TRL-DATE-IMPOSSIBLE", ""),
        ("last summer", None, "TRL-DATE-FORM", ""),
    ],
)
def test_a_day_is_read_where_it_is_certain(text: str, value: date | None, check: str, fix: str) -> None:
    """The day, the departure, and the text to write or to choose from."""
    day = read_day(text)
    assert (day.value, day.check, day.fix) == (value, check, fix)
    assert day.mended is (value is not None and bool(check))


@pytest.mark.parametrize(
    ("text", "known", "check"),
    [
        ("2026-01-01/2026-06-30", True, ""),
        ("2026-01-01 / 2026-06-30", True, "TRL-PERIOD-FORM"),
        ("2026-01-01 - 2026-06-30", True, "TRL-PERIOD-FORM"),
        ("2026-01-01 to 2026-06-30", True, "TRL-PERIOD-FORM"),
        ("2026-01-01 00:00:00/2026-06-30 00:00:00", True, "TRL-DATE-TIME"),
        ("2026-01-01/2026-06-57", False, "TRL-DATE-IMPOSSIBLE"),
        ("2026-06-30/2026-01-01", False, ""),
        ("H1 2026", False, "TRL-PERIOD-FORM"),
        ("2026-01-01", False, "TRL-PERIOD-FORM"),
    ],
)
def test_a_period_is_read_where_it_is_certain(text: str, known: bool, check: str) -> None:
    """Both days in order, whatever stands between them; else nothing."""
    span = read_span(text)
    assert span.check == check
    assert span.known == ((date(2026, 1, 1), LAST) if known else None)
    assert span.mended is (known and bool(check))


@pytest.mark.parametrize(
    ("last", "strict", "later"),
    [
        (date(2026, 6, 30), date(2026, 8, 31), date(2026, 8, 31)),
        (date(2027, 6, 30), date(2027, 8, 30), date(2027, 8, 31)),
        (date(2025, 12, 31), date(2026, 3, 2), date(2026, 3, 2)),
        (date(2027, 12, 31), date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_publication_is_due_two_months_after_the_period(last: date, strict: date, later: date) -> None:
    """The same date or the end of the month, each rolled to the next weekday (Reg. 1182/71 Art. 3(4))."""
    assert publication_days(last) == (strict, later)
