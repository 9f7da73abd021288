"""The numbers that a report on paper shows, as a file inside the PDF: one line per value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from compliance.reports.archive import Attachment
from compliance.reports.content import Cell, Chart, Kind, Report, Table

_COLUMNS = ("section", "part", "title", "row", "column", "value", "of", "bound", "kind")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Line = tuple[str, str, str, str, str, Cell, Kind]


def shown_rows(table: Table) -> list[tuple[Cell, ...]]:
    """The rows of a table that paper shows; the workbook and the page show all."""
    return [table.rows[n] for n in table.picked] if table.picked is not None else list(table.rows[: table.short])


def shown_values(report: Report) -> Attachment:
    """`shown.csv`: every value of the tables and charts on paper, unrounded; times in microseconds, shares with their denominator.

    A text that a spreadsheet would run as a formula has an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for section, part, title, row, column, cell, kind in _lines(report):
        value = "" if cell.value is None else cell.value
        of = "" if cell.of is None else cell.of
        texts = (section, part, title, row, column, value, of, cell.bound, cell.kind or kind)
        writer.writerow([_text(each) for each in texts])
    content = out.getvalue().encode("utf-8")
    return Attachment("shown.csv", "text/csv", "The values of the tables and charts shown, one per line", content)


def _lines(report: Report) -> Iterator[Line]:
    front = report.front
    for table in (front.matters, front.deadlines, front.unjudged, front.signatures):
        yield from _table("page-one", table)
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield from _table(section.id, block)
            elif isinstance(block, Chart):
                for name, cells in block.bars:
                    for series, cell in zip(block.series, cells, strict=False):  # a bar may lack the second series
                        yield section.id, block.id, block.title, name, series, cell, block.kind


def _table(section: str, table: Table) -> Iterator[Line]:
    for number, row in enumerate(shown_rows(table), start=1):
        for column, cell in zip(table.columns, row, strict=True):
            if column.paper:
                yield section, table.id, table.title, str(number), column.title, cell, column.kind


def _text(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
