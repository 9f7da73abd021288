"""A report as a workbook: read-me first, one named table per sheet, real dates, text that never becomes a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableStyleInfo

from compliance.clock import from_us
from compliance.reports.content import Cell, Column, Report, Table
from compliance.reports.look import ACCENT, INK
from compliance.reports.wording import cell_words

LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_000
_WHEN = (2000, 1, 1, 0, 0, 0)
_TOP = Alignment(vertical="top")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMATS = {
    "count": "#,##0",
    "time": "#,##0.######",
    "instant": "yyyy-mm-dd hh:mm:ss",
    "day": "yyyy-mm-dd",
    "percent": "0.0%",
}
_WIDTHS = {"id": 24, "count": 13, "time": 16, "instant": 20, "day": 12, "percent": 10}


def to_xlsx(report: Report) -> bytes:
    """The report as XLSX bytes, the same for the same report."""
    book = Workbook(write_only=True)
    sheets = list(_sheets(report))
    _read_me(book, report, sheets)
    for number, (name, title, columns, rows) in enumerate(sheets, start=1):
        _sheet(book, name, title, columns, rows, number)
    _properties(book, report)
    buffer = io.BytesIO()
    book.save(buffer)
    return _sealed(buffer.getvalue())


def _sheets(report: Report) -> Iterator[tuple[str, str, tuple[Column, ...], tuple[tuple[Cell, ...], ...]]]:
    """Name, title, columns and rows of every sheet; a table too long for a sheet goes on in further ones, and says so."""
    used: set[str] = set()
    for place, table in _numbered(report):
        if not table.rows:
            continue
        pieces = [table.rows[start : start + MOST_ROWS] for start in range(0, len(table.rows), MOST_ROWS)]
        for part, rows in enumerate(pieces, start=1):
            name = _unique(f"{place} {table.title}" if len(pieces) == 1 else f"{place} part {part}", used)
            title = table.title if len(pieces) == 1 else f"{table.title} (part {part} of {len(pieces)})"
            yield name, title, table.columns, rows


def _numbered(report: Report) -> Iterator[tuple[str, Table]]:
    """Tables with their place: `P1` on page one, `4.2` in section 4."""
    front = report.front
    for number, table in enumerate((front.matters, front.deadlines, front.unjudged, front.signatures), start=1):
        yield f"P{number}", table
    for number, section in enumerate(report.sections, start=1):
        tables = [block for block in section.blocks if isinstance(block, Table)]
        for place, table in enumerate(tables, start=1):
            yield f"{number}.{place}", table


def _unique(name: str, used: set[str]) -> str:
    """A sheet name of at most 31 characters that no other sheet has, whatever the case."""
    clean = re.sub(r"[\[\]:*?/\\']", "", name)[:31].strip() or "sheet"
    found, number = clean, 2
    while found.lower() in used:
        found, number = f"{clean[: 31 - len(str(number)) - 1]} {number}", number + 1
    used.add(found.lower())
    return found


def _wide(
    columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    """Headings with their formats, and values: a share takes three columns, a partial number one more that says so."""
    wide: list[tuple[str, str]] = []
    values: list[list[Any]] = [[] for _ in rows]
    for place, column in enumerate(columns):
        for heading, form, made in _columns_of(column, [row[place] for row in rows]):
            wide.append((heading, form))
            for row, value in zip(values, made, strict=True):
                row.append(value)
    return wide, values


def _columns_of(column: Column, cells: list[Cell]) -> Iterator[tuple[str, str, list[Any]]]:
    title = column.title or "Value"
    match column.kind:
        case "share":
            yield title, "count", [cell.value if _plain(cell) else None for cell in cells]
            yield f"{title}: of", "count", [cell.of if _plain(cell) else None for cell in cells]
            yield (
                f"{title}: %",
                "percent",
                [
                    cell.value / cell.of if _plain(cell) and isinstance(cell.value, int) and cell.of else None
                    for cell in cells
                ],
            )
        case "mixed":
            yield (
                f"{title} (times in seconds)",
                "time",
                [_seconds(cell) if cell.kind == "time" else cell.value if _plain(cell) else None for cell in cells],
            )
            yield f"{title}: of", "count", [cell.of if _plain(cell) else None for cell in cells]
        case "count":
            yield title, "count", [cell.value if _plain(cell) else None for cell in cells]
        case "time":
            yield f"{title} (seconds)", "time", [_seconds(cell) for cell in cells]
        case "instant":
            yield title, "instant", [_moment(cell) for cell in cells]
        case "day":
            yield title, "day", [_day(cell) for cell in cells]
        case _:
            yield (
                title,
                column.kind,
                [_text(cell_words(cell, column.kind)) if cell.value != "" else "" for cell in cells],
            )
            return
    if any(cell.bound for cell in cells):
        yield (
            f"{title}: how far it carries",
            "text",
            [{"": "exact", "none": "nothing to measure"}.get(cell.bound, cell.bound) for cell in cells],
        )


def _plain(cell: Cell) -> bool:
    return cell.bound not in {"not held", "none"} and cell.value is not None


def _seconds(cell: Cell) -> int | float | None:
    if not _plain(cell) or not isinstance(cell.value, int):
        return None
    return cell.value // 1_000_000 if cell.value % 1_000_000 == 0 else cell.value / 1_000_000


def _moment(cell: Cell) -> datetime | str | None:
    if not isinstance(cell.value, int):
        return None
    moment = from_us(cell.value).replace(tzinfo=None)
    return moment if moment.year >= 1900 else moment.isoformat(sep=" ")


def _day(cell: Cell) -> date | str | None:
    try:
        return date.fromisoformat(str(cell.value)) if cell.value else None
    except ValueError:
        return str(cell.value)


def _text(text: str) -> str:
    """Text that a cell can hold: control characters written out; what is too long cut with a word about it."""
    shown = _CONTROL.sub(lambda found: f"‹U+{ord(found[0]):04X}›", text)
    if len(shown) <= LONGEST_TEXT:
        return shown
    note = f" … ({len(text):,} characters; the whole text is in the JSON)"
    return shown[: LONGEST_TEXT - len(note)] + note


def _sheet(
    book: Workbook, name: str, title: str, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...], number: int
) -> None:
    sheet = book.create_sheet(name)
    wide, values = _wide(columns, rows)
    headings = _headings([heading for heading, _ in wide])
    forms = [form for _, form in wide]
    for place, form in enumerate(forms):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _WIDTHS.get(form) or _text_width(values, place)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_cell(sheet, title, "text", Font(bold=True, size=13, color=INK[1:]))])
    sheet.append([])
    sheet.append(
        [
            _cell(sheet, heading, "text", Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT[1:]))
            for heading in headings
        ]
    )
    for row in values:
        sheet.append([_cell(sheet, value, form) for value, form in zip(row, forms, strict=True)])
    last = f"{get_column_letter(len(wide))}{len(values) + 3}"
    named = SheetTable(displayName=f"T{number}_{re.sub(r'[^A-Za-z0-9]', '_', name)}", ref=f"A3:{last}")
    named.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    named._initialise_columns()  # noqa: SLF001 - a write-only sheet does not do it
    for column, heading in zip(named.tableColumns, headings, strict=True):
        column.name = heading
    sheet._tables.add(named)  # noqa: SLF001 - add_table() warns, though the columns are there


def _headings(names: list[str]) -> list[str]:
    """Headings that differ whatever the case, as a named table demands."""
    found: list[str] = []
    for name in names:
        shown, number = name, 2
        while shown.lower() in {other.lower() for other in found}:
            shown, number = f"{name} ({number})", number + 1
        found.append(shown)
    return found


def _text_width(values: list[list[Any]], place: int) -> int:
    longest = max((len(str(row[place] or "")) for row in values[:200]), default=10)
    return min(max(longest + 2, 12), 70)


def _cell(
    sheet: Any, value: Any, form: str, font: Font | None = None, fill: PatternFill | None = None
) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, None if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.alignment = _WRAPPED if form == "text" and len(value) > 40 else _TOP
    elif form in _FORMATS:
        cell.number_format = _FORMATS[form]
        cell.alignment = _TOP
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _read_me(
    book: Workbook, report: Report, sheets: list[tuple[str, str, tuple[Column, ...], tuple[tuple[Cell, ...], ...]]]
) -> None:
    sheet = book.create_sheet("read me")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 100
    lines = [
        (report.title, report.period_words),
        ("Service", report.service),
        ("Provider", report.provider),
        ("For", report.audience),
        ("State", "DRAFT: not signed off" if report.draft else "signed off"),
        *report.front.facts,
        ("In short", report.front.opening),
        *(("Note", remark) for remark in report.front.remarks),
        ("Times", "Instants are UTC. Durations are seconds. Days are those of " + report.zone + "."),
        (
            "Numbers",
            "0: a complete log holds none. Blank: not held, or nothing to measure; the column beside says which. Percentages "
            "stand beside their numerator and denominator.",
        ),
        ("Text", "Cells hold text as it was logged; none is a formula."),
        ("Made by", report.tool),
        ("", ""),
        ("Sheet", "What it holds"),
        *((name, title) for name, title, _, _ in sheets),
    ]
    for number, (term, text) in enumerate(lines):
        bold = Font(bold=True, size=14 if number == 0 else 11)
        cells = [_cell(sheet, _text(term), "id", bold), _cell(sheet, _text(text), "text")]
        if any(term == name for name, _, _, _ in sheets):
            cells[0].hyperlink = f"#'{term}'!A1"
        sheet.append(cells)


def _properties(book: Workbook, report: Report) -> None:
    properties = book.properties
    properties.creator = report.service
    properties.title = f"{report.title}, {report.period}"
    properties.created = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    properties.modified = properties.created


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


__all__ = ["LONGEST_TEXT", "MOST_ROWS", "Table", "to_xlsx"]
