"""Findings of the linter: each departure with its place, what was found, what the template wants and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.transparency.check import SEVERITIES
from compliance.transparency.model import Part, RowKey

_NAMED = {"figure", "value", "context", "other"}
"""Roles of the columns whose cells have an address."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure. `row` and `letter` are those a spreadsheet shows; `line` is that of the file."""

    check: str
    severity: str
    title: str
    basis: str
    part: int | None
    file: str
    line: int | None
    row: int | None
    letter: str
    header: str
    cell: str
    """Address in the template, `4:NOTICES:TOTAL`, where the cell is one of its cells."""
    found: str
    wanted: str
    fix: str
    mended: bool
    """The corrected copy has `fix` in this cell."""

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON values; what is unknown is null."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: None if value == "" else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Linted:
    """One report and its findings. `counts` are exact; `findings` lists at most so many of each check and part."""

    name: str
    services: tuple[str, ...]
    period: str
    parts: tuple[int, ...]
    rows: int
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    """Severity to number of findings."""

    def at_least(self, severity: str) -> int:
        """Number of findings of that severity or a worse one."""
        worse = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return sum(self.counts.get(one, 0) for one in worse)

    @property
    def unlisted(self) -> int:
        """Findings that are counted and not listed."""
        return sum(self.counts.values()) - len(self.findings)


def address(part: Part, key: RowKey | None, figure: str) -> str:
    """A cell as `explain` takes it: `4:NOTICES:TOTAL`, `3:ITEMS:STATEMENT_CATEGORY_X/KEYWORD_Y@DE`, `7:COMPLAINTS:MEDIAN`."""
    if key is None or not figure or part.columns[part.index(figure)].role not in _NAMED:
        return ""
    if part.shape == "categories":
        scope, category, keyword = key
        row = f"{category}/{keyword}" if keyword else category
        return f"{part.number}:{figure.upper()}:{row}" + (f"@{scope}" if scope else "")
    name = "_CONTEXT" if figure == "context" else ""
    return ":".join([str(part.number), key[0].upper() + name, *(scope.upper() for scope in key[1:])])
