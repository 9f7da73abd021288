"""A report as a workbook: read-me first, one named table per sheet, real dates, text that never becomes a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as NamedTable
from openpyxl.worksheet.table import TableStyleInfo

from compliance.evidence.tablebook import drawing_room
from compliance.reports.content import Report
from compliance.reports.look import ACCENT, INK
from compliance.reports.sheet import Form, Sheet, sheet_text, sheets_of

_WHEN = (2000, 1, 1, 0, 0, 0)
_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    "time": "#,##0.######",
    "percent": "0.0%",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "day": "yyyy-mm-dd",
}
_WIDTHS: dict[Form, int] = {"count": 13, "time": 16, "percent": 10, "instant": 20, "day": 13}
_WIDEST = 60
_LINE = 14.5
"""Height of one line of a row, in points."""
_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
_RIGHT = Alignment(vertical="top", horizontal="right", indent=1)
"""Numbers keep away from the text of the next column."""
_LEFT = Alignment(vertical="top", horizontal="left")
_PLAIN = Font(name="Calibri", size=11)
_BOLD = Font(name="Calibri", size=11, bold=True)
_TITLE = Font(name="Calibri", size=14, bold=True, color=INK[1:])
_HEAD = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_FILL = PatternFill("solid", fgColor=ACCENT[1:])


def to_xlsx(report: Report) -> bytes:
    """The report as XLSX bytes, the same for the same report."""
    title = f"{report.title}, {report.period}"
    return workbook(title, report.service, report.title, _read_me(report), tuple(sheets_of(report)))


def workbook(
    title: str, creator: str, heading: str, lines: Sequence[tuple[str, str]], sheets: Sequence[Sheet]
) -> bytes:
    """XLSX bytes: title and creator as properties, a read-me with these lines under its heading, then the sheets."""
    book = Workbook(write_only=True)
    with drawing_room(book):
        _first_sheet(book, heading, lines, sheets)
        for number, sheet in enumerate(sheets, start=1):
            _draw(book, sheet, number)
    book.properties.creator = sheet_text(creator)
    book.properties.title = title
    book.properties.created = book.properties.modified = datetime(*_WHEN[:3])  # noqa: DTZ001 - a property without a zone
    buffer = io.BytesIO()
    with drawing_room(book):
        book.save(buffer)
    return _sealed(buffer.getvalue())


def _draw(book: Workbook, made: Sheet, number: int) -> None:
    sheet = book.create_sheet(made.name)
    widths = [_WIDTHS.get(form) or _text_width(made, place) for place, form in enumerate(made.forms)]
    widths = [max(width, min(len(heading) // 2 + 3, 24)) for width, heading in zip(widths, made.headings, strict=True)]
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_cell(sheet, made.title, "id", _TITLE)])
    sheet.append([])
    _append(sheet, 3, [_cell(sheet, heading, "text", _HEAD) for heading in made.headings], widths, fill=True)
    for place, row in enumerate(made.rows, start=4):
        _append(sheet, place, [_cell(sheet, value, form) for value, form in zip(row, made.forms, strict=True)], widths)
    sheet._tables.add(_named(made, number))  # noqa: SLF001 - add_table() warns, though the columns are there


def _append(sheet: Any, place: int, cells: list[WriteOnlyCell], widths: list[int], *, fill: bool = False) -> None:
    """Append a row that is as high as its wrapped text; office programs do not all work that out by themselves."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        if fill:
            cell.fill = _FILL
        if cell.data_type == "s" and cell.alignment.wrap_text:
            text = str(cell.value)
            lines = max(lines, sum(-(-len(part) // max(width - 2, 1)) or 1 for part in text[:2000].split("\n")))
    if lines > 1:
        sheet.row_dimensions[place].height = min(lines, 25) * _LINE
    sheet.append(cells)


def _named(made: Sheet, number: int) -> NamedTable:
    last = f"{get_column_letter(len(made.headings))}{len(made.rows) + 3}"
    named = NamedTable(displayName=f"T{number}_{re.sub('[^A-Za-z0-9]', '_', made.name)}", ref=f"A3:{last}")
    named.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    named._initialise_columns()  # noqa: SLF001 - a write-only sheet does not do it
    for column, heading in zip(named.tableColumns, made.headings, strict=True):
        column.name = heading
    return named


def _text_width(made: Sheet, place: int) -> int:
    longest = max((len(str(row[place] or "")) for row in made.rows[:200]), default=10)
    return min(max(longest + 2, 12), _WIDEST)


def _cell(sheet: Any, value: Any, form: Form, font: Font = _PLAIN) -> WriteOnlyCell:
    """A cell in its format. Text is set as text, so that nothing a log wrote becomes a formula."""
    cell = WriteOnlyCell(sheet, None if isinstance(value, str) else value)
    cell.font = font
    cell.alignment = _TOP
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        if form == "text":
            cell.alignment = _WRAPPED
    elif form in _FORMATS:
        cell.number_format = _FORMATS[form]
        cell.alignment = _LEFT if form in {"instant", "day"} else _RIGHT
    return cell


def _read_me(report: Report) -> tuple[tuple[str, str], ...]:
    return (
        ("Period", f"{report.period}: {report.period_words}"),
        ("For", report.audience),
        ("State", "DRAFT: not signed off" if report.draft else "signed off"),
        *report.front.facts,
        ("In short", report.front.opening),
        *(("Note", remark) for remark in report.front.remarks),
        ("Times", f"Instants are UTC. Durations are seconds. Days are those of {report.zone}."),
        (
            "Numbers",
            "0: a complete log holds none. Blank: not held, or nothing to measure; the column beside says which.",
        ),
        ("Percentages", "They stand beside their numerator and denominator."),
        (
            "Text",
            "Cells hold text as it was logged; none is a formula. Characters that cannot be seen are written out.",
        ),
        ("Made by", report.tool),
    )


def _first_sheet(book: Workbook, heading: str, lines: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> None:
    sheet = book.create_sheet("read me")
    widths = [32, 100]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = widths
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_cell(sheet, heading, "id", _TITLE)])
    place = 2
    for term, text in lines:
        cells = [_cell(sheet, sheet_text(term), "id", _BOLD), _cell(sheet, sheet_text(text), "text")]
        _append(sheet, place, cells, widths)
        place += 1
    sheet.append([])
    sheet.append([_cell(sheet, "Sheet", "id", _BOLD), _cell(sheet, "What it holds", "id", _BOLD)])
    for made in sheets:
        linked = _cell(sheet, made.name, "id")
        linked.hyperlink = f"#'{made.name}'!A1"
        sheet.append([linked, _cell(sheet, f"{made.section}: {made.title}", "id")])


def _sealed(made: bytes) -> bytes:
    """The same workbook without the moment of its making: fixed times in the archive and in the core properties."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(entry.filename, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, content)
    return buffer.getvalue()
