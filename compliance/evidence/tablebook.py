"""Workbooks of plain tables: text is never a formula, headings stay and filter, and the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from compliance.evidence.staging import unwritable

LONGEST_CELL = 32_767
_PLAIN, _BOLD = Font(name="Calibri", size=11), Font(name="Calibri", size=11, bold=True)
_WRAPPED, _LEFT = Alignment(vertical="top", wrap_text=True), Alignment(vertical="top", horizontal="left")
_WIDEST = 44
"""Width of the widest column, in characters."""
_LINE = 14.5
"""Height of one line of a row, in points."""
_A4 = 9
_UTC = re.compile(r"_utc$|\(UTC\)|, UTC$")
_INSTANT = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3}0*)?Z")
"""What a date cell holds without loss: an office program counts in milliseconds from 1900 on."""
_FIXED = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


@contextmanager
def drawing_room(book: Workbook) -> Iterator[None]:
    """Names a disk that refuses the temporary files in which openpyxl draws up its sheets: EvidenceError `EVD-WRITE`."""
    try:
        yield
    except OSError as error:
        raise unwritable(Path(tempfile.gettempdir()), error) from error
    except Exception as error:
        if not type(error).__module__.startswith("lxml"):
            raise
        for sheet in book.worksheets:
            with suppress(Exception):  # else the half-written sheet fails once more, and aloud, when it is forgotten
                sheet._rows.close()  # noqa: SLF001 - openpyxl has no way to give up a sheet
            with suppress(Exception):
                sheet._writer.xf.close()  # noqa: SLF001 - as above
        number = getattr(
            errno, str(error).removeprefix("IO_"), errno.EIO
        )  # lxml writes the sheets, and says `IO_ENOSPC`
        raise unwritable(Path(tempfile.gettempdir()), OSError(number, os.strerror(number))) from error


def tablebook(sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """Bytes of a workbook with one sheet for each name: its headings and rows."""
    book = Workbook(write_only=True)
    for name, (head, rows) in sheets.items():
        add_sheet(book, name, head, rows)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Bytes of a workbook with fixed dates inside and in the archive. EvidenceError `EVD-WRITE` where the disk is full."""
    buffer = io.BytesIO()
    with drawing_room(book):
        book.save(buffer)
    return _repacked(buffer.getvalue())


def add_sheet(
    book: Workbook, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]], *, styled: bool = True
) -> None:
    """A sheet with one named table: headings stay, filter and are printed on each page, on paper as wide as the sheet.

    Instants of a column whose heading says UTC become dates where a cell can hold all of them exactly. `styled` wraps long text, which
    costs time on long tables.
    """
    sheet = book.create_sheet(name)
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    dated = _dated(head, rows)
    widths = [_width(title, number, rows) for number, title in enumerate(head)]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    with drawing_room(book):
        sheet.append([_cell(sheet, title, bold=True) for title in head])
        for place, row in enumerate(rows, start=2):
            if styled and (lines := _lines(row, widths)) > 1:
                sheet.row_dimensions[place].height = min(lines, 25) * _LINE
            sheet.append(
                [
                    _date(sheet, value) if number in dated else _cell(sheet, value) if styled else _plain(sheet, value)
                    for number, value in enumerate(row)
                ]
            )
    if rows and len({title.lower() for title in head}) == len(head):
        sheet._tables.add(_table(book, name, head, len(rows)))  # noqa: SLF001 - add_table() warns in a write-only sheet


def _width(title: str, number: int, rows: Sequence[Sequence[Any]]) -> int:
    lengths = [len(str(row[number])) for row in rows[:200] if number < len(row) and row[number] is not None]
    return min(_WIDEST, max([len(title), *lengths]) + 3)


def _lines(row: Sequence[Any], widths: Sequence[int]) -> int:
    """Lines that a row needs once its text is wrapped; office programs do not all work that out by themselves."""
    texts = [(str(value)[:2000], width) for value, width in zip(row, widths, strict=False) if isinstance(value, str)]
    return max(
        (sum(-(-len(part) // max(width - 3, 1)) or 1 for part in text.split("\n")) for text, width in texts), default=1
    )


def _table(book: Workbook, name: str, head: Sequence[str], rows: int) -> Table:
    """The sheet's rows as a table with a name of its own in the workbook."""
    shown = f"T{len(book.worksheets)}_{re.sub('[^A-Za-z0-9]', '_', name)}"
    made = Table(displayName=shown, ref=f"A1:{get_column_letter(len(head))}{rows + 1}")
    made.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    made._initialise_columns()  # noqa: SLF001 - a write-only sheet does not do it
    for column, title in zip(made.tableColumns, head, strict=True):
        column.name = title
    return made


def _dated(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> frozenset[int]:
    """Columns of instants in UTC, by number. One instant finer than a millisecond leaves its column as text, exactly as logged."""
    named = [number for number, title in enumerate(head) if _UTC.search(title)]
    return frozenset(
        number
        for number in named
        if rows and all(len(row) > number and (row[number] in (None, "") or _instant(row[number])) for row in rows)
    )


def _instant(value: Any) -> dt.datetime | None:
    """The instant that a date cell can hold without loss; None for anything else."""
    try:
        return dt.datetime.fromisoformat(str(value)) if _INSTANT.fullmatch(str(value)) else None
    except ValueError:
        return None


def _date(sheet: Any, value: Any) -> WriteOnlyCell:
    instant = _instant(value)
    if instant is None:
        return WriteOnlyCell(sheet)
    cell = WriteOnlyCell(sheet, instant.replace(tzinfo=None))
    cell.number_format = "yyyy-mm-dd hh:mm:ss.000" if "." in str(value) else "yyyy-mm-dd hh:mm:ss"
    cell.font, cell.alignment = _PLAIN, _LEFT
    return cell


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    elif value is not None:
        cell.value = _fitting(str(value))
        cell.data_type = "s"  # text stays text, whatever it begins with
    cell.font = _BOLD if bold else _PLAIN
    cell.alignment = _WRAPPED
    return cell


def _plain(sheet: Any, value: Any) -> Any:
    """A value as it is; text that could be taken for a formula, or does not fit, as a text cell."""
    if isinstance(value, bool) or (
        isinstance(value, str) and (value[:1] == "=" or len(value) > 1000 or not value.isprintable())
    ):
        return _cell(sheet, value)
    return value


def _fitting(text: str) -> str:
    """Text a cell can hold: control characters shown, what is too long left to the JSON, and said so."""
    shown: str = ILLEGAL_CHARACTERS_RE.sub(lambda match: f"‹U+{ord(match[0]):04X}›", text)
    note = " [cut; the whole text is in the JSON entry]"
    return shown if len(shown) <= LONGEST_CELL else shown[: LONGEST_CELL - len(note)] + note


def _repacked(raw: bytes) -> bytes:
    """The same workbook with fixed dates inside and in the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(name, date_time=_FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return out.getvalue()
