"""The structure of a table over all the pages it runs on: rows as they are drawn, and what heads each cell."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.reports.structure import Element, Scope, Structure


class TableTags:
    """Rows and cells of one table. `origin`: the table of which this is a part; a table is one element, however often cut."""

    def __init__(
        self, structure: Structure, origin: object, titles: Sequence[str], *, headed: bool, beside: bool
    ) -> None:
        self._element = structure.of(origin, "Table")
        self._width = len(titles)
        self._headed = headed and any(titles)
        self._beside = beside and len(titles) > 1
        if not self._element.name:
            self._element.name = structure.table_name()

    def heading(self) -> list[Element]:
        """Cells of the heading row; none where it was drawn on an earlier page, or says nothing."""
        if self._element.kids or not self._headed:
            return []
        cells = self._row("TH")
        for position, cell in enumerate(cells):
            self._heads(cell, "Column", f"c{position}")
        return cells

    def row(self, number: int) -> list[Element]:
        """Cells of a row, counted over the whole table. Where the table is headed at its side, the first heads the others."""
        cells = self._row("TD")
        for position, cell in enumerate(cells):
            above = (self._name(f"c{position}"),) if self._headed else ()
            side = self._beside and position > 0
            cell.headers = (*above, self._name(f"r{number}")) if side else above
        if self._beside:
            cells[0].kind = "TH"
            self._heads(cells[0], "Row", f"r{number}")
        return cells

    def _row(self, kind: str) -> list[Element]:
        row = self._element.add("TR")
        return [row.add(kind) for _ in range(self._width)]

    def _heads(self, cell: Element, scope: Scope, name: str) -> None:
        cell.scope, cell.name = scope, self._name(name)

    def _name(self, of: str) -> str:
        return f"{self._element.name}{of}"
