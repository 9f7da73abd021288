"""Days designated as holidays by the Union institutions: the published list of a year, or that none is known for it.

An act that is to be done with an institution goes by the days which that institution designates (Regulation 1182/71 Art. 2(1)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from compliance.letters.vocabulary import letters_data


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """The list of one year as published, known up to and with `through`; `seats` names days that count at one seat only."""

    year: int
    source: str
    days: frozenset[date]
    through: date
    seats: Mapping[date, str]

    def at(self, seat: str | None) -> frozenset[date]:
        """Days that count at a seat (`BE`, `LU`); where the seat is not known, those of all seats."""
        return frozenset(day for day in self.days if seat in (None, self.seats.get(day, seat)))


@dataclass(frozen=True, slots=True)
class InstitutionDays:
    """Days off over some years: what was published, and the usual pattern where nothing was."""

    published: tuple[PublishedYear, ...]
    holidays: frozenset[date]

    def sources(self, first: date, last: date) -> tuple[str, ...]:
        """The published lists that cover every day between two days, in either order; none where one day is not covered."""
        first, last = min(first, last), max(first, last)
        needed = [each for each in self.published if first.year <= each.year <= last.year]
        covered = {each.year for each in needed if each.through >= min(last, date(each.year, 12, 31))}
        return tuple(each.source for each in needed) if covered >= set(range(first.year, last.year + 1)) else ()


def institution_days(years: range, seat: str | None, own: Sequence[PublishedYear] = ()) -> InstitutionDays:
    """Days off in some years at a seat. `own` are lists that a person entered; they stand before those shipped."""
    known = {each.year: each for each in (*published_years(), *own)}
    holidays: set[date] = set()
    for year in years:
        listed = known.get(year)
        after = listed.through if listed else date.min
        holidays |= {day for day in usual_days(year) if day > after}
        holidays |= listed.at(seat) if listed else set()
    return InstitutionDays(tuple(known[year] for year in sorted(known)), frozenset(holidays))


@cache
def published_years() -> tuple[PublishedYear, ...]:
    """The shipped lists (`schemas/letters/institutions.yaml`), each with its place in the Official Journal."""
    return tuple(_published(each) for each in letters_data("institutions.yaml")["years"])


def _published(entry: Mapping[str, Any]) -> PublishedYear:
    year = int(entry["year"])
    return PublishedYear(
        year,
        str(entry["source"]),
        frozenset(date.fromisoformat(day) for day in entry["days"]),
        date.fromisoformat(entry["through"]) if "through" in entry else date(year, 12, 31),
        {date.fromisoformat(day): seat for day, seat in entry.get("seats", {}).items()},
    )


def usual_days(year: int) -> frozenset[date]:
    """Days that the published lists have in common, laid into another year: a likely list, not that of the year."""
    pattern = letters_data("institutions.yaml")["pattern"]
    easter = _easter(year)
    fixed = {date(year, *map(int, str(day).split("-"))) for day in pattern["fixed"]}
    return frozenset(fixed | {easter + timedelta(days=int(offset)) for offset in pattern["easter_offsets"]})


def _easter(year: int) -> date:
    """Easter Sunday (Gregorian, Butcher's algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
