"""Tables as sheets: headings with their formats, and values that an office program reads as numbers, dates and text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from compliance.clock import from_us
from compliance.reports.content import Cell, Column, Report, Table
from compliance.reports.text import visible
from compliance.reports.wording import cell_words

LONGEST_TEXT = 32_767
"""Characters a cell can hold; an office program cuts the rest without a word."""
MOST_ROWS = 1_048_000
"""Rows of a table on one sheet; longer tables go on in further sheets."""
Form = Literal["text", "id", "count", "time", "percent", "instant", "day"]
Made = tuple[str, Form, list[Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (at most 31 characters), where its table stands, headings, formats and rows of values."""

    name: str
    section: str
    title: str
    headings: tuple[str, ...]
    forms: tuple[Form, ...]
    rows: tuple[tuple[Any, ...], ...]


def sheets_of(report: Report) -> Iterator[Sheet]:
    """A sheet for every table that has rows; one too long goes on in further sheets, and its title says so."""
    return sheets_for(_numbered(report))


def sheets_for(tables: Iterable[tuple[str, str, Table]]) -> Iterator[Sheet]:
    """The sheets of tables with their place and section, e.g. `4.2` and the section's title."""
    used = {"read me"}
    for place, section, table in tables:
        pieces = [table.rows[start : start + MOST_ROWS] for start in range(0, len(table.rows), MOST_ROWS)]
        for part, rows in enumerate(pieces, start=1):
            whole = len(pieces) == 1
            name = _unique(f"{place} {table.title}" if whole else f"{place} part {part}", used)
            title = table.title if whole else f"{table.title} (part {part} of {len(pieces)})"
            made = [one for n, column in enumerate(table.columns) for one in _columns(column, [row[n] for row in rows])]
            headings = _different([sheet_text(heading)[:200] for heading, _, _ in made])
            values = tuple(zip(*(column for _, _, column in made), strict=True))
            yield Sheet(name, section, title, headings, tuple(form for _, form, _ in made), values)


def _numbered(report: Report) -> Iterator[tuple[str, str, Table]]:
    """Tables with their place: `P1` on page one, `4.2` in section 4."""
    front = report.front
    for number, table in enumerate((front.matters, front.deadlines, front.unjudged, front.signatures), start=1):
        yield f"P{number}", "Page one", table
    for number, section in enumerate(report.sections, start=1):
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for place, table in enumerate(tables, start=1):
            yield f"{number}.{place}", section.title, table


def _unique(name: str, used: set[str]) -> str:
    """A sheet name of at most 31 characters that no other sheet has, whatever the case."""
    clean = re.sub(r"[\[\]:*?/\\']", "", sheet_text(name))[:31].strip() or "sheet"
    found, number = clean, 2
    while found.lower() in used:
        found, number = f"{clean[: 31 - len(str(number)) - 1]} {number}", number + 1
    used.add(found.lower())
    return found


def _different(names: list[str]) -> tuple[str, ...]:
    """Headings that differ whatever the case, as a named table demands."""
    found: list[str] = []
    for name in names:
        shown, number = name, 2
        while shown.lower() in {other.lower() for other in found}:
            shown, number = f"{name} ({number})", number + 1
        found.append(shown)
    return tuple(found)


def _columns(column: Column, cells: list[Cell]) -> Iterator[Made]:
    """Columns of a sheet for one of a table: a share takes three, a number that carries only so far one more."""
    title = column.title or "Value"
    match column.kind:
        case "share":
            yield title, "count", [_number(cell) for cell in cells]
            yield f"{title}: of", "count", [_whole(cell) for cell in cells]
            yield f"{title}: %", "percent", [_rate(cell) for cell in cells]
        case "mixed":
            values = [_seconds(cell) if cell.kind == "time" else _number(cell) for cell in cells]
            yield f"{title} (times in seconds)", "time", values
            yield f"{title}: of", "count", [_whole(cell) for cell in cells]
        case "time":
            yield f"{title} (seconds)", "time", [_seconds(cell) for cell in cells]
        case "count":
            yield title, "count", [_number(cell) for cell in cells]
        case "instant":
            yield title, "instant", [_moment(cell) for cell in cells]
        case "day":
            yield title, "day", [_day(cell) for cell in cells]
        case "text" | "id":
            words = [sheet_text(cell_words(cell, column.kind)) if cell.value != "" else "" for cell in cells]
            yield title, column.kind, words
            return
    if any(cell.bound for cell in cells):
        named = {"": "exact", "none": "nothing to measure"}
        yield f"{title}: how far it carries", "text", [named.get(cell.bound, cell.bound) for cell in cells]


def _number(cell: Cell) -> int | str | None:
    return None if cell.bound in {"not held", "none"} else cell.value


def _whole(cell: Cell) -> int | None:
    return None if cell.bound in {"not held", "none"} else cell.of


def _rate(cell: Cell) -> float | None:
    value = _number(cell)
    return value / cell.of if isinstance(value, int) and cell.of else None


def _seconds(cell: Cell) -> int | float | None:
    value = _number(cell)
    if not isinstance(value, int):
        return None
    return value // 1_000_000 if value % 1_000_000 == 0 else value / 1_000_000


def _moment(cell: Cell) -> datetime | str | None:
    if not isinstance(cell.value, int):
        return None
    moment = from_us(cell.value).replace(tzinfo=None)
    return moment if moment.year >= 1900 else moment.isoformat(sep=" ")


def _day(cell: Cell) -> date | str | None:
    try:
        return date.fromisoformat(str(cell.value)) if cell.value else None
    except ValueError:
        return sheet_text(str(cell.value))


def sheet_text(text: str) -> str:
    """Text that a cell can hold: what cannot be seen written out, what is too long cut with a word about it."""
    shown = visible(text)
    if len(shown) <= LONGEST_TEXT:
        return shown
    note = f" … ({len(text):,} characters; the whole text is in the JSON)"
    return shown[: LONGEST_TEXT - len(note)] + note
