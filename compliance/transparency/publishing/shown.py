"""What a published report shows, cell by cell, and where two reports differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compliance.transparency.figures import NUMERIC, Figures
from compliance.transparency.finding import address
from compliance.transparency.report import Published


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: its text, its number where it is one, and its type."""

    text: str
    value: float | int | None
    type: str
    keyword: bool
    """Whether its row is one of a sub-category."""
    words: bool
    """Whether somebody wrote it: a text of part 11, or a contextual cell."""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that two reports show differently."""

    cell: str
    before: str
    after: str


def cells_of(report: Published) -> Mapping[str, Shown]:
    """Every cell that says something, by address, in the order of the template: figures, contexts and texts."""
    found: dict[str, Shown] = {}
    for number, sheet in sorted(report.parts.items()):
        figures = Figures(sheet)
        columns = [column for column in sheet.part.columns if column.key in sheet.where]
        for _, rows in figures.each():
            for key, (at, *_) in rows.items():
                for column in columns:
                    name, text = address(sheet.part, key, column.key), sheet.values(column.key)[at].strip()
                    if not name or not text:
                        continue
                    kind = column.type or sheet.types[at]
                    value = figures.numbers(column.key)[at].value if kind in NUMERIC else None
                    keyword = sheet.part.shape == "categories" and bool(key[-1])
                    words = column.role == "context" or number == QUALITATIVE
                    found[name] = Shown(text, value, kind, keyword, words)
    return found


QUALITATIVE = 11
"""Part of the texts."""


def changes(before: Published, after: Published) -> Iterator[Change]:
    """Cells that two reports show differently, in the order of the later one; then those that are gone."""
    old, new = cells_of(before), cells_of(after)
    for cell, shown in new.items():
        text = old[cell].text if cell in old else ""
        if text != shown.text:
            yield Change(cell, text, shown.text)
    for cell, shown in old.items():
        if cell not in new:
            yield Change(cell, shown.text, "")
