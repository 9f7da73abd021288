"""A part as it was published: a grid whose columns and rows have been recognised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from compliance.transparency.grid import Grid
from compliance.transparency.model import Part, RowKey
from compliance.transparency.remark import Remark


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of one report. `body`, `keys` and every column run in parallel: one entry per row of the table."""

    part: Part
    grid: Grid
    language: str
    header: int
    """Row of the grid that holds the headers; -1 where there is none."""
    where: Mapping[str, int]
    """Column key to column of the grid; columns that are missing are absent."""
    body: tuple[int, ...]
    """Rows of the grid that belong to the table."""
    keys: tuple[RowKey | None, ...]
    """Row of the template that each is; None where its code or label is unknown."""
    types: tuple[str, ...]
    """Type of the value of each row in parts 1 and 7 to 11; empty where the columns have types or the row is unknown."""
    remarks: tuple[Remark, ...] = ()
    _columns: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _all: list[tuple[str, ...]] = field(default_factory=list, repr=False, compare=False)

    def values(self, key: str) -> tuple[str, ...]:
        """Cells of a column, one per row of the table, as they were written; empty texts where it is missing."""
        if key not in self._columns:
            at = self.where.get(key)
            across = self._across()
            self._columns[key] = across[at] if at is not None and at < len(across) else ("",) * len(self.body)
        return self._columns[key]

    def _across(self) -> list[tuple[str, ...]]:
        """All columns of the table; short rows count as blank at their end."""
        if not self._all:
            rows = [self.grid.rows[number] for number in self.body]
            self._all.extend(zip_longest(*rows, fillvalue=""))
        return self._all
