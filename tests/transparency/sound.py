"""A made-up report without fault, to be written as files and spoilt in one place by each test."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from compliance.transparency.model import TOTAL, Part, Row
from compliance.transparency.template import template

SERVICE = "Halcyon Live (synthetic)"
PERIOD = "2026-01-01/2026-06-30"
DAYS = {
    "provider": "Halcyon Media Ltd (synthetic)",
    "published": "2026-08-28",
    "previous": "2026-02-27",
    "first_day": "2026-01-01",
    "last_day": "2026-06-30",
}
STATES = ("DE", "IE")
Report = dict[int, list[list[str]]]
"""Part to its rows, headers first."""


def sound_report() -> Report:
    """Rows of all eleven parts: everything adds up, and each row carries other numbers."""
    return {number: [list(row) for row in rows] for number, rows in _sound().items()}


@cache
def _sound() -> Report:
    return {
        number: [list(part.headers), *(_filled(part, row) for row in _rows(part))] for number, part in parts().items()
    }


def parts() -> Mapping[int, Part]:
    """Parts of the template."""
    return template().parts


def _rows(part: Part) -> tuple[Row, ...]:
    if part.number == 3:
        return part.rows_for(STATES)
    scopes = {"languages": template().languages, "member_states": tuple(template().member_states), "": ()}
    return part.rows_for(scopes[part.expands])


def _filled(part: Part, row: Row) -> list[str]:
    cells = list(row.cells)
    for column in part.columns:
        at = part.index(column.key)
        if column.role == "service":
            cells[at] = SERVICE
        elif column.role == "period":
            cells[at] = PERIOD
        elif column.role == "other" and cells[at]:
            cells[at] = f"Other matters of {row.key[1].rpartition('_')[2].lower()}"
        elif column.role == "figure":
            cells[at] = _figure(part, row, column.key, column.type)
        elif column.role == "value":
            cells[at] = _value(part, row)
    return cells


def weight(part: Part, row: Row) -> int:
    """How many rows of one sub-category, or of a category without any, a row holds; a Member State has half of TOTAL."""
    keywords = template().keywords(part.number)
    scope, category, keyword = row.key
    own = 1 if keyword else max(len(keywords.get(category, ())), 1)
    if category == TOTAL:
        own = sum(max(len(codes), 1) for codes in keywords.values())
    return own * (len(STATES) if scope == TOTAL else 1)


_UNIT = {
    "orders_to_act": 2, "items": 7, "orders_to_inform": 3, "notices": 5, "notices_tf": 2, "items_tf": 3, "actions_law": 2,
    "actions_law_tf": 1, "actions_terms": 3, "actions_terms_tf": 0, "measures": 20, "automated_detection": 4,
    "visibility_removal": 14, "account_suspension": 6, "actions": 1,
}  # fmt: skip
NOT_POSSIBLE = {"monetary_suspension", "monetary_termination", "monetary_other"}
"""Restrictions that the service cannot impose."""


def _figure(part: Part, row: Row, column: str, kind: str) -> str:
    if kind == "hours":
        return "12.5"
    if column in NOT_POSSIBLE:
        return ""
    return str(_UNIT.get(column, 0) * weight(part, row))


def _value(part: Part, row: Row) -> str:
    if part.number == 1:
        return DAYS[row.key[0]]
    if part.number == 11:
        return f"What {SERVICE} has to say about {row.key[0].replace('_', ' ')}."
    if part.number == 10:
        return "2700000" if row.key[1] == "total" else "100000"
    if part.number == 9:
        return {"internal": "40", "external": "60", "linguistic": "90" if row.key[1] == "total" else "4"}[row.key[0]]
    return _appeal(row) if part.number == 7 else _automated(row)


def _appeal(row: Row) -> str:
    if row.key[1] in {"upheld", "reversed"}:
        return "4" if row.key[0] in {"complaints", "disputes"} else "2"
    if row.key[1] == "median":
        return "30.25"
    if row.key[0] in {"complaints", "disputes"}:
        return {"total": "10", "implemented": "0.75"}.get(row.key[1], "1")
    return {"total": "5", "partially_reversed": "1"}[row.key[1]]


def _automated(row: Row) -> str:
    indicator, scope = row.key
    if row.type == "share":
        return "0.95"
    measures, notices, trusted = _totals()
    automated, rest = {
        "total": (measures[0] + 10, measures[1] + 90),
        "own_initiative": measures,
        "notices": (5, notices - 5),
        "notices_tf": (1, trusted - 1),
    }.get(scope, (2, 3))
    return str(automated if indicator.endswith("_automated") and "not" not in indicator.split("_") else rest)


def _totals() -> tuple[tuple[int, int], int, int]:
    """Own-initiative measures (automated, others), notices and notices of trusted flaggers, as parts 4 to 6 have them."""
    found = {}
    for number in (4, 5, 6):
        part = parts()[number]
        found[number] = weight(part, next(row for row in part.rows if row.key[1] == TOTAL))
    measures = found[5] + found[6]
    return (4 * measures, 16 * measures), 5 * found[4], 2 * found[4]


def place(report: Report, number: int, column: str, *key: str) -> tuple[int, int]:
    """Row and column (0-based, headers are row 0) of a cell by part, column and key of the row."""
    part = parts()[number]
    rows = _rows(part)
    at = next(
        place for place, row in enumerate(rows) if row.key == key or (part.shape == "categories" and row.key[1:] == key)
    )
    return at + 1, part.index(column)


def put(report: Report, number: int, column: str, *key: str, text: str) -> Report:
    """The report with another text in one cell."""
    row, at = place(report, number, column, *key)
    report[number][row][at] = text
    return report


def csv_bytes(rows: list[list[str]], separator: str = ",") -> bytes:
    """Rows as CSV."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode()


def write_folder(report: Report, folder: Path) -> Path:
    """The report as CSV files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, rows in report.items():
        (folder / f"{parts()[number].sheet}.csv").write_bytes(csv_bytes(rows))
    return folder


def write_workbook(report: Report, path: Path) -> Path:
    """The report as a workbook; figures are numbers."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in report.items():
        sheet = book.create_sheet(parts()[number].sheet)
        for row in rows:
            sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(path)
    return path
