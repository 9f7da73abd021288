"""What became of codes when the schema changed: renamed, retired without a successor, or new, from `schemas/sor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final, Literal

from compliance.sor.schema import document

List = Literal["category", "keyword"]
LIST_OF: Final[Mapping[str, List]] = {
    "category": "category",
    "category_addition": "category",
    "category_specification": "keyword",
}
"""Fields whose code lists changed, and the list that each draws on."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of code lists on one day: successors of renamed codes, retired codes without one, and new codes."""

    day: date
    """First day of the new codes."""
    renamed: Mapping[str, str]
    retired: frozenset[str]
    new: frozenset[str]

    @property
    def last_day(self) -> date:
        """Last day of the old codes."""
        return self.day - timedelta(days=1)

    def is_old(self, code: str) -> bool:
        """True for a code that the new schema no longer has."""
        return code in self.renamed or code in self.retired

    def is_new(self, code: str) -> bool:
        """True for a code that the old schema did not have, under its own name or by renaming."""
        return code in self.new or code in self.renamed.values()


@cache
def change_of(name: List) -> Change:
    """The change of 1 July 2025 for one code list."""
    found: dict[str, Any] = document("changes-2025-07")
    codes = found[name]
    return Change(
        date.fromisoformat(found["date"]), codes["renamed"], frozenset(codes["retired"]), frozenset(codes["new"])
    )
