"""Reporting periods in words: `2026-Q3`, `2026-H1`, `2026-08`, `2026`, `2026-07-01..2026-09-30`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.errors import UsageError

_FORM = re.compile(r"^(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})))?$")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, `[first, after)`, with the name it was asked by."""

    label: str
    first: date
    after: date

    @property
    def days(self) -> tuple[date, date]:
        """First day, and first day after."""
        return self.first, self.after

    @property
    def last(self) -> date:
        """Last day."""
        return self.after - timedelta(days=1)

    def before(self) -> Period:
        """The period of the same kind just before: a quarter for a quarter, else as many days."""
        match = _FORM.match(self.label)
        if match is None:
            first = self.first - (self.after - self.first)
            return Period(f"{first}..{self.first - timedelta(days=1)}", first, self.first)
        months = 3 if match["quarter"] else 6 if match["half"] else 1 if match["month"] else 12
        index = self.first.year * 12 + self.first.month - 1 - months
        year, month = index // 12, index % 12
        name = {
            3: f"{year}-Q{month // 3 + 1}",
            6: f"{year}-H{month // 6 + 1}",
            1: f"{year}-{month + 1:02d}",
            12: f"{year}",
        }
        return parse_period(name[months])


def parse_period(text: str) -> Period:
    """Period of its name. UsageError `PER-FORM` where it is none."""
    match = _FORM.match(text)
    if match:
        year = int(match["year"])
        start, months = 1, 12
        if match["quarter"]:
            start, months = 3 * int(match["quarter"]) - 2, 3
        elif match["half"]:
            start, months = 6 * int(match["half"]) - 5, 6
        elif match["month"]:
            start, months = int(match["month"]), 1
        if 1 <= start <= 12 and 1 <= year <= 9998:
            end = start - 1 + months
            return Period(text, date(year, start, 1), date(year + end // 12, end % 12 + 1, 1))
    first, dots, last = text.partition("..")
    try:
        span = Period(text, date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)) if dots else None
    except ValueError:
        span = None
    if span is None or span.first >= span.after:
        raise UsageError(
            "PER-FORM",
            f"not a period: {text!r}",
            hint="write 2026-Q3, 2026-H1, 2026-08, 2026, or 2026-07-01..2026-09-30",
        )
    return span
