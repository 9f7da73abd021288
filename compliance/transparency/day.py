"""Days and periods as publishers write them: their value where it is certain, and the text in the template's form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2,5})\Z")
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0+)?)?Z?\Z")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})\Z")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})[/.\-]([0-9]{4})\Z")
_SERIAL = re.compile(r"4[4-9][0-9]{3}\Z")
_BETWEEN = re.compile(r"\s*/\s*|\s+(?:-|\u2013|\u2014|to|until)\s+|\s*\u2013\s*")
_EXCEL_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, None where it is not certain; `check` names the departure and `fix` the text to write, if there is one."""

    value: date | None
    check: str = ""
    fix: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A period from its first to its last day, None where it is not certain."""

    first: date | None
    last: date | None
    check: str = ""
    fix: str = ""
    mended: bool = False

    @property
    def known(self) -> tuple[date, date] | None:
        """Both days, where they are certain and in order."""
        if self.first is None or self.last is None or self.first > self.last:
            return None
        return self.first, self.last


def read_day(text: str) -> Day:
    """The day in a cell that wants `YYYY-MM-DD`."""
    bare = text.strip()
    if _ISO.match(bare):
        day = _day(bare)
        if day is None:
            return Day(None, "TRL-DATE-IMPOSSIBLE", "a day of the calendar; a dragged cell counts its digits on")
        return Day(day) if bare == text else Day(day, "TRL-DATE-FORM", bare, mended=True)
    timed = _TIMED.match(bare)
    if timed and _day(timed[1]):
        return Day(_day(timed[1]), "TRL-DATE-TIME", timed[1], mended=True)
    return _otherwise(bare)


def _otherwise(bare: str) -> Day:
    match = _YEAR_FIRST.match(bare)
    if match:
        return _certain(f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}")
    match = _DAY_FIRST.match(bare)
    if match:
        first, second = int(match[1]), int(match[3])
        day_first, month_first = f"{match[4]}-{second:02d}-{first:02d}", f"{match[4]}-{first:02d}-{second:02d}"
        if first > 12 or match[2] == "." or first == second:
            return _certain(day_first)
        if second > 12:
            return _certain(month_first)
        return Day(None, "TRL-DATE-FORM", f"{day_first} or {month_first}, whichever it is")
    if _SERIAL.match(bare):
        return Day(None, "TRL-DATE-FORM", f"{_EXCEL_ZERO + timedelta(days=int(bare))}, if it is a day of a spreadsheet")
    return Day(None, "TRL-DATE-FORM", "")


def _certain(text: str) -> Day:
    day = _day(text)
    return Day(day, "TRL-DATE-FORM", text, mended=True) if day else Day(None, "TRL-DATE-IMPOSSIBLE", "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_span(text: str) -> Span:
    """The period in a cell that wants `YYYY-MM-DD/YYYY-MM-DD`."""
    bare = text.strip()
    pieces = _BETWEEN.split(bare)
    if len(pieces) != 2:
        return Span(None, None, "TRL-PERIOD-FORM")
    first, last = (read_day(piece) for piece in pieces)
    impossible = next((day for day in (first, last) if day.check == "TRL-DATE-IMPOSSIBLE"), None)
    if impossible:
        return Span(first.value, last.value, "TRL-DATE-IMPOSSIBLE", impossible.fix)
    if first.value is None or last.value is None:
        return Span(first.value, last.value, "TRL-PERIOD-FORM")
    tidy = f"{first.value}/{last.value}"
    timed = next((day.check for day in (first, last) if day.check), "")
    if tidy != text:
        return Span(first.value, last.value, timed or "TRL-PERIOD-FORM", tidy, mended=True)
    return Span(first.value, last.value)
