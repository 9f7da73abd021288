"""A table as it was published: rows of text, before anything is recognised in it."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.transparency.remark import Remark

MAX_ROWS = 1_000_000
MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of one CSV file or sheet. `source` names it for people: `report.zip!4_notices.csv`, `report.xlsx#4_notices`."""

    source: str
    name: str
    """File name without ending, or title of the sheet: it often holds the number of the part."""
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """Line of the file at which each row begins; for a sheet, its row. 1-based."""
    remarks: tuple[Remark, ...] = ()
    form: str = "csv"
    """csv or xlsx."""
