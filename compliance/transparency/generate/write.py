"""The generated report on disk: a CSV file per part, one workbook, and the record of how each figure was made."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from compliance.clock import format_us
from compliance.errors import InputError, Place
from compliance.evidence.staging import staged_folder, write_new
from compliance.transparency.csv_text import csv_text
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import choices, relations
from compliance.transparency.generate.made import Report, Setting
from compliance.transparency.generate.measure import Measured
from compliance.transparency.model import Part
from compliance.transparency.template import template

WORKBOOK, RECORD = "transparency-report.xlsx", "figures.json"
_WHEN = (2000, 1, 1, 0, 0, 0)
_EDGE = Side(style="thin")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FONT, _HEAD, _MINOR = (
    Font(name="Times New Roman", size=10, **look) for look in ({}, {"bold": True}, {"italic": True})
)
_GREY = PatternFill("solid", fgColor="FFD0CECE")
_WRAPPED, _FLAT = (Alignment(horizontal="left", vertical="center", wrap_text=wrap) for wrap in (True, None))
_HEADS_WRAPPED = frozenset({2, 3, 4, 5, 6, 9, 10})
"""Parts whose header the official workbook wraps."""
_HEAD_HEIGHT = 109.5
"""Points, as the official workbook has it in parts 5 and 6; the other parts of many columns need it as much."""
_Look = tuple[bool, bool, bool]
"""Whether a cell is of the header, wrapped, grey."""
_PLAIN_FIRST = frozenset({4, 5, 6})
"""Parts in which the first column is not grey in the rows of sub-categories."""


def files_of(report: Report, measured: Measured, setting: Setting) -> dict[str, bytes]:
    """Name and bytes of each file; the same report gives the same bytes."""
    files = {
        f"{part.sheet}.csv": csv_text(part.headers, report.rows[number]).encode()
        for number, part in template().parts.items()
    }
    return {**files, WORKBOOK: _workbook(report), RECORD: _record(report, measured, setting)}


def write_files(files: Mapping[str, bytes], out: Path) -> tuple[Path, ...]:
    """Write the files into a new or empty folder: all of them, or nothing under its name.

    InputError `TRG-OUT` where something is in the way; EvidenceError `EVD-WRITE` where the disk is full or refuses.
    """
    if os.path.lexists(out) and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            "TRG-OUT",
            "the folder for the report is not empty",
            hint="name a new or an empty folder; nothing is overwritten",
            place=Place(str(out)),
        )
    if out.is_dir():
        out.rmdir()
    with staged_folder(out) as staging:
        for name, content in files.items():
            write_new(staging / name, content)
    return tuple(out / name for name in files)


def _workbook(report: Report) -> bytes:
    book = Workbook()
    book.remove(book.active)
    looks: dict[_Look, Any] = {}
    for number, part in template().parts.items():
        sheet = book.create_sheet(part.sheet)
        sheet.sheet_view.showGridLines = False
        for at, cells in enumerate([list(part.headers), *report.rows[number]], start=1):
            grey = _grey_from(part, cells) if at > 1 else len(cells)
            wrapped = at == 1 and number in _HEADS_WRAPPED
            for place, text in enumerate(cells):
                cell = sheet.cell(at, place + 1)
                if text:
                    cell.value = text
                    cell.data_type = "s"
                _dress(cell, (at == 1, wrapped, place >= grey), looks)
        if 3 <= number <= 6:
            sheet.row_dimensions[1].height = _HEAD_HEIGHT
        for place, column in enumerate(part.columns, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
    stream = io.BytesIO()
    book.save(stream)
    return _sealed(stream.getvalue())


def _dress(cell: Cell, look: _Look, looks: dict[_Look, Any]) -> None:
    """Give a cell the official look of its place: the first of its kind is dressed piece by piece, all others like it."""
    if look in looks:
        cell._style = copy(looks[look])  # noqa: SLF001 - each public setter looks all styles up anew, four for each cell
        return
    head, wrapped, grey = look
    cell.font = _HEAD if head else _MINOR if grey else _FONT
    cell.border = _BORDER
    cell.alignment = _WRAPPED if wrapped else _FLAT
    if grey:
        cell.fill = _GREY
    looks[look] = cell._style  # noqa: SLF001


def _grey_from(part: Part, cells: Sequence[str]) -> int:
    """First column that is grey in a row: where it is one of a sub-category; else beyond the last."""
    if part.shape not in {"categories", "codebook"} or not any(text.startswith("KEYWORD_") for text in cells[:4]):
        return len(cells)
    return 1 if part.number in _PLAIN_FIRST else 0


def _sealed(made: bytes) -> bytes:
    """The same workbook without the moment of its making."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(entry.filename, _WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return stream.getvalue()


def _record(report: Report, measured: Measured, setting: Setting) -> bytes:
    """Definitions, queries and populations by relation, and for each filled cell its value, holding and definition."""
    known = {relation.id: relation for relation in relations()}
    cells: dict[str, Any] = {}
    for place, figure in report.filled.items():
        if figure is None:
            cells[place] = {"declared": True}
        else:
            cells[place] = {
                "value": figure.value,
                "records": figure.records,
                "holding": str(figure.holding),
                "note": figure.note,
                "relation": figure.relation,
                "cell": figure.cell,
            }
    used = {figure.relation for figure in report.filled.values() if figure}
    document = {
        "service": setting.service,
        "period": [setting.first, setting.last],
        "tier": setting.tier,
        "as_of": format_us(setting.as_of),
        "choices": {
            name: {"taken": taken, "of": list(choices()[name].options), "about": choices()[name].about}
            for name, taken in setting.choices.items()
        },
        "declared": setting.declared.model_dump(mode="json", exclude_none=True),
        "problems": report.problems,
        "relations": {
            name: {
                "population": known[name].population,
                "provision": known[name].provision,
                "definitions": {cell: one.definition for cell, one in known[name].cells.items()},
                "query": query.sql,
                "parameters": list(query.values),
            }
            for name, query in measured.queries.items()
            if name in used
        },
        "cells": cells,
        "systems": {
            address(template().parts[part], key, column): {
                system: {"value": figure.value, "records": figure.records} for system, figure in sorted(own.items())
            }
            for (part, column, key), own in sorted(measured.apart.items())
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
