"""XLSX workbooks of any publisher: values as text, formulas and macros remarked on, nothing in them run."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from compliance.errors import InputError, Place
from compliance.transparency.grid import MAX_COLUMNS, MAX_ROWS, Grid
from compliance.transparency.packed import packed
from compliance.transparency.remark import Remark, shown


def workbook_grids(content: bytes, source: str) -> tuple[Grid, ...]:
    """One grid per sheet. InputError `TRP-WORKBOOK` where it cannot be opened, `TRP-UNSAFE` where it may not be."""
    remarks = _looked_through(content, source)
    formulas = _sheets(content, source, values=False)
    computed = _sheets(content, source, values=True) if any(sheet.formulas for sheet in formulas) else formulas
    grids = []
    for number, (written, valued) in enumerate(zip(formulas, computed, strict=True)):
        own = [*written.remarks, *(remarks if number == 0 else ())]
        if written.formulas:
            row, column, text = written.formulas[0]
            own.append(
                Remark(
                    "TRL-FILE-FORMULA",
                    f"{len(written.formulas)} formula(s), first {shown(text)}",
                    "values",
                    row=row,
                    column=column,
                )
            )
        lines = tuple(range(1, len(valued.rows) + 1))
        grids.append(Grid(f"{source}#{written.title}", written.title, tuple(valued.rows), lines, tuple(own), "xlsx"))
    return tuple(grids)


class _Sheet:
    """Rows of one sheet as text, and where formulas stand."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[tuple[str, ...]] = []
        self.formulas: list[tuple[int, int, str]] = []
        self.remarks: list[Remark] = []


def _looked_through(content: bytes, source: str) -> list[Remark]:
    """Remarks on macros and links. Refuses packed bombs and documents that define entities."""
    with packed(content, source, partial(_unreadable, source)) as opened:
        names = opened.namelist()
        for name in names:
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in opened.open(name).read(2048):
                raise InputError(
                    "TRP-UNSAFE",
                    f"the workbook defines entities in {shown(name)}; it was not opened",
                    hint="save it anew from a spreadsheet program",
                    place=Place(source),
                )
    remarks = []
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        remarks.append(Remark("TRL-FILE-MACRO", "macros (vbaProject.bin); they were not run", "a workbook without"))
    if any("externallinks/" in name.lower() for name in names):
        remarks.append(Remark("TRL-FILE-LINK", "links to other workbooks", "values"))
    return remarks


def _sheets(content: bytes, source: str, *, values: bool) -> list[_Sheet]:
    from openpyxl import load_workbook

    made = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                made.append(_sheet(sheet))
            book.close()
    except Exception as error:  # the reader of workbooks raises whatever a broken file makes it raise
        raise _unreadable(source, f"{type(error).__name__}: {error}") from error
    return made


def _sheet(sheet: Any) -> _Sheet:
    made = _Sheet(sheet.title)
    if sheet.sheet_state != "visible":
        made.remarks.append(Remark("TRL-FILE-HIDDEN", "a hidden sheet", "a visible one"))
    for cells in sheet.rows:
        row: list[str] = []
        for cell in cells[:MAX_COLUMNS]:
            value = cell.value
            if value is not None and cell.data_type == "f":
                made.formulas.append((len(made.rows), len(row), str(value)))
            row.append("" if value is None else value if isinstance(value, str) else _text(value))
        while row and not row[-1]:
            row.pop()
        made.rows.append(tuple(row))
        if len(made.rows) >= MAX_ROWS:
            made.remarks.append(Remark("TRL-FILE-LARGE", f"more than {MAX_ROWS} rows", "a report"))
            break
    while made.rows and not any(made.rows[-1]):
        made.rows.pop()
    return made


def _text(value: Any) -> str:
    """A value as the CSV would hold it: days without a time of midnight, whole numbers without decimals."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, timedelta):
        return repr(value.total_seconds() / 3600)
    if isinstance(value, float) and "e" in repr(value):
        return f"{value:.15f}".rstrip("0").rstrip(".")
    return str(value)


def _unreadable(source: str, cause: str) -> InputError:
    return InputError(
        "TRP-WORKBOOK",
        f"the workbook cannot be opened: {shown(cause)}",
        hint="open it in a spreadsheet program and save it as .xlsx, or give the CSV files",
        place=Place(source),
    )
