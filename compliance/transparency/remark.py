"""What was seen in a published report: the raw form of a finding, before its check's severity and words are added."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.transparency.model import RowKey


@dataclass(frozen=True, slots=True)
class Remark:
    """One departure: the check that names it, where it stands in a grid (0-based), what was found and what is wanted."""

    check: str
    found: str = ""
    wanted: str = ""
    fix: str = ""
    """The next step in words, or the text to write instead; empty: as the check says."""
    row: int | None = None
    column: int | None = None
    key: RowKey | None = None
    """Row of the template, where it is known."""
    figure: str = ""
    """Key of the column, where it is known."""
    mended: bool = False
    """`fix` is the text that the corrected copy has in this cell."""
    severity: str = ""
    """Instead of that of the check, where this case weighs less."""


def shown(text: str, limit: int = 80) -> str:
    """Text for a message: control characters and line ends made visible, at most `limit` characters."""
    seen = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text[: limit + 1])
    return seen if len(text) <= limit else f"{seen[:limit]}... ({len(text)} characters)"
