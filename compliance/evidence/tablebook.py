"""Workbooks of plain tables: text is never a formula, headings stay and filter, and the same content gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

LONGEST_CELL = 32_767
_BOLD, _WRAPPED = Font(bold=True), Alignment(vertical="top", wrap_text=True)
_FIXED = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def tablebook(sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """Bytes of a workbook with one sheet for each name: its headings and rows."""
    book = Workbook(write_only=True)
    for name, (head, rows) in sheets.items():
        add_sheet(book, name, head, rows)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Bytes of a workbook with fixed dates inside and in the archive."""
    buffer = io.BytesIO()
    book.save(buffer)
    return _repacked(buffer.getvalue())


def add_sheet(
    book: Workbook, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]], *, styled: bool = True
) -> None:
    """A sheet with a heading that stays and filters; `styled` wraps long text, which costs time on long tables."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, title in enumerate(head):
        lengths = [len(str(row[number])) for row in rows[:200] if number < len(row) and row[number] is not None]
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(60, max([len(title), *lengths]) + 3)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{len(rows) + 1}"
    sheet.append([_cell(sheet, title, bold=True) for title in head])
    for row in rows:
        sheet.append([_cell(sheet, value) if styled else _plain(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    elif value is not None:
        cell.value = _fitting(str(value))
        cell.data_type = "s"  # text stays text, whatever it begins with
    if bold:
        cell.font = _BOLD
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
