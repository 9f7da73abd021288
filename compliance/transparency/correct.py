"""A corrected copy of a published report: what is certain is put right and listed, nothing else is touched or made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from compliance.transparency.csv_text import csv_text
from compliance.transparency.day import read_day
from compliance.transparency.figures import NUMERIC, Figures
from compliance.transparency.label import plain, wording
from compliance.transparency.lint.labels import official_label
from compliance.transparency.lint.rows import expected_rows
from compliance.transparency.lint.texts import without_control
from compliance.transparency.model import Column, RowKey
from compliance.transparency.number import read_number
from compliance.transparency.remark import shown
from compliance.transparency.report import Published
from compliance.transparency.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the corrected copy has otherwise: where it stood, what it was and what it is."""

    part: int
    file: str
    row: int | None
    letter: str
    header: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """Corrected files of one report, by name, and every change that was made."""

    files: dict[str, str]
    changes: tuple[Change, ...]

    def change_list(self) -> str:
        """Changes as CSV."""
        headers = ("part", "file", "row", "column", "header", "change", "before", "after")
        rows = [[str(value) for value in _values(change)] for change in self.changes]
        return csv_text(headers, rows)


def correct(report: Published) -> Corrected:
    """Corrected copy of a report: one CSV file per part, official headers, labels, order and number forms."""
    files: dict[str, str] = {}
    changes: list[Change] = []
    for sheet in report.sheets:
        copy = _Copy(sheet)
        text = copy.text()
        name, number = sheet.part.sheet, 1
        while f"{name}.csv" in files:
            number += 1
            name = f"{sheet.part.sheet}-{number}"
        files[f"{name}.csv"] = text
        changes += copy.changes
    return Corrected(files, tuple(changes))


def _values(change: Change) -> tuple[object, ...]:
    row = "" if change.row is None else change.row
    return change.part, change.file, row, change.letter, change.header, change.what, change.before, change.after


_FORM = {
    "TRL-FILE-BOM": "file rewritten",
    "TRL-FILE-ENCODING": "file rewritten",
    "TRL-FILE-SEPARATOR": "file rewritten",
    "TRL-FILE-QUOTES": "file rewritten",
    "TRL-HEADER-ORDER": "columns reordered",
    "TRL-COLUMN-EMPTY": "columns removed",
}
"""Departures that writing the part anew puts right."""


class _Copy:
    """Writes one sheet anew and keeps a list of what it changed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.figures = Figures(sheet)
        self.changes: list[Change] = []
        known = set(sheet.where.values())
        rows = [sheet.grid.rows[number] for number in sheet.body]
        width = max((len(row) for row in rows), default=0)
        self._header = sheet.grid.rows[sheet.header] if sheet.header >= 0 else ()
        self._kept = [
            at
            for at in range(max(width, len(self._header)))
            if at not in known and (_cell(self._header, at).strip() or any(_cell(row, at).strip() for row in rows))
        ]

    def text(self) -> str:
        """The corrected part as CSV."""
        self._form()
        self._removed_rows()
        headers = [*self._headers(), *(_cell(self._header, at) for at in self._kept)]
        rows = [row for _, row in self._ordered()]
        return csv_text(headers, rows)

    def _form(self) -> None:
        """What is otherwise by the way the file is written, and by the order of its columns."""
        for remark in self.sheet.remarks:
            if remark.check in _FORM:
                self._note(None, None, None, _FORM[remark.check], remark.found, remark.wanted)

    def _headers(self) -> Iterator[str]:
        known = wording(self.sheet.language).headers[self.sheet.part.number]
        for column in self.sheet.part.columns:
            at = self.sheet.where.get(column.key)
            found = _cell(self._header, at) if at is not None else ""
            if at is not None and self.sheet.language != "en" and column.key in known.get(plain(found), ()):
                yield found
                continue
            if found != column.header:
                what = "column added" if at is None else "header"
                self._note(self.sheet.header, at, column, what, found, column.header)
            yield column.header

    def _removed_rows(self) -> None:
        held = {*self.sheet.body, self.sheet.header}
        for number, row in enumerate(self.sheet.grid.rows):
            if number not in held:
                self._note(number, None, None, "row removed", shown(" | ".join(filter(None, row)), 5000), "")

    def _ordered(self) -> list[tuple[int, list[str]]]:
        """Rows of the table in the official order, with the missing ones in their places."""
        wanted = [key for keys in expected_rows(self.figures).values() for key in keys]
        fixed = {row.key for row in self.sheet.part.rows if not row.placeholder}
        free = self.sheet.part.shape == "indicators"  # rows of languages and Member States have no order of their own
        rank = {key: len(wanted) if free and key not in fixed else place for place, key in enumerate(wanted)}
        made: list[tuple[int, list[str]]] = []
        place = -1
        for at, key in enumerate(self.sheet.keys):
            if self._is_empty_placeholder(at):
                self._note(self.sheet.body[at], None, None, "row removed", "an empty placeholder row", "")
                continue
            place = rank.get(key, place) if key is not None else place
            made.append((place, self._row(at, key)))
        present = {key for key in self.sheet.keys if key is not None}
        for key in wanted:
            if key not in present:
                self._note(None, None, None, "row added", "", " / ".join(piece for piece in key if piece))
                made.append((rank[key], self._blank_row(key)))
        ordered = sorted(made, key=lambda pair: pair[0])
        if ordered != made and len(made) == len(self.sheet.keys):
            self._note(None, None, None, "rows reordered", "", "the official order")
        return ordered

    def _is_empty_placeholder(self, at: int) -> bool:
        if "scope" not in self.sheet.where or not any(
            self.figures.filled(column) for column, _ in self.figures.columns
        ):
            return False
        scope = self.sheet.values("scope")[at]
        dots = "..." in scope or "\u2026" in scope
        return dots and not any(self.sheet.values(column)[at].strip() for column, _ in self.figures.columns)

    def _row(self, at: int, key: RowKey | None) -> list[str]:
        number = self.sheet.body[at]
        cells = []
        for column in self.sheet.part.columns:
            position = self.sheet.where.get(column.key)
            found = self.sheet.values(column.key)[at]
            mended = self._mended(column, found, at, key)
            if mended != found:
                self._note(number, position, column, "cell", found, mended)
            cells.append(mended)
        return [*cells, *(_cell(self.sheet.grid.rows[number], one) for one in self._kept)]

    def _mended(self, column: Column, text: str, at: int, key: RowKey | None) -> str:
        kind = column.type or (self.sheet.types[at] if column.role == "value" else "")
        if kind in NUMERIC:
            number = read_number(text, kind)
            return number.fix if number.mended else text
        if kind == "date":
            day = read_day(text)
            return day.fix if day.mended else text
        if column.role == "period":
            span = self.figures.spans.get(text)
            return span.fix if span and span.mended else text
        if column.role in {"context", "other", "service", "value"}:
            return without_control(text)
        return official_label(self.sheet, column, text, key)

    def _blank_row(self, key: RowKey) -> list[str]:
        """A row of the template without figures, with the service and the period of the rows beside it."""
        part = self.sheet.part
        scope = key[0] if part.shape == "categories" else key[-1]
        due = {row.key: row for row in (*part.rows, *part.rows_for((scope,)))}
        cells = list(due[key].cells)
        for name in {"service", "period"} & set(self.sheet.where):
            texts = [text for text in self.sheet.values(name) if text.strip()]
            if texts:
                cells[part.index(name)] = max(sorted(set(texts)), key=texts.count)
        for column in part.columns:
            if column.role in {"value", "other"}:
                cells[part.index(column.key)] = ""
        return [*cells, *("" for _ in self._kept)]

    def _note(self, row: int | None, at: int | None, column: Column | None, what: str, before: str, after: str) -> None:
        self.changes.append(
            Change(
                self.sheet.part.number,
                self.sheet.grid.source,
                None if row is None or row < 0 else row + 1,
                get_column_letter(at + 1) if at is not None else "",
                column.header.strip() if column else "",
                what,
                before,
                after,
            )
        )


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""
