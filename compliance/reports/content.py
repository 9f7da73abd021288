"""What a report says, before it is drawn: sections of text, facts, tables and charts. Every renderer draws the same values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "id", "count", "time", "share", "instant", "day", "mixed"]
"""How a column is read: `time` is µs, `instant` UTC µs, `day` an ISO date, `share` a count of a count, `mixed` cell by cell."""
Bound = Literal["", "at least", "of the records held", "not held", "none"]
"""How far a number carries: exact, a lower bound, partial, not in any log, or nothing to measure."""
Tone = Literal["", "missed", "over", "unknown", "fine", "muted"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. `of`: denominator of a share. `link`: a key inside the report. `tone`: never the only carrier of meaning."""

    value: str | int | None
    of: int | None = None
    bound: Bound = ""
    link: str = ""
    tone: Tone = ""
    kind: Kind | None = None
    """How this cell is read, in a column of mixed kinds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, what its values are, and its share of the width on paper."""

    title: str
    kind: Kind = "text"
    weight: float = 1.0
    paper: bool = True
    """Shown on paper; False: only where there is room."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `id` is unique in the report. On paper it shows the rows `picked`, else the first `short`; elsewhere all."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    short: int = 40
    empty: str = "Nothing to list."
    picked: tuple[int, ...] | None = None
    listed: bool = False
    """Stands in the table of contents."""
    anchored: bool = False
    """Rows can be linked to: the first cell of each names the place by its `link`."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars, up to two series. `alt` says what it shows; its numbers stand at the bars and in the table `of`."""

    id: str
    title: str
    alt: str
    kind: Kind
    series: tuple[str, ...]
    bars: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. `note`: set apart; `small`: method and sources."""

    text: str
    manner: Literal["body", "note", "small"] = "body"


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what holds of them, in order."""

    id: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A heading inside a section. `key` is unique in the report and can be linked to."""

    text: str
    key: str


Block = Words | Facts | Table | Chart | Subtitle


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """Page one, for the management body."""

    facts: tuple[tuple[str, str], ...]
    opening: str
    """One sentence that says what the numbers say, and what they do not."""
    matters: Table
    deadlines: Table
    unjudged: Table
    signatures: Table
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be drawn. `draft`: nobody has signed it off."""

    title: str
    service: str
    provider: str
    audience: str
    period: str
    period_words: str
    as_of: str
    zone: str
    draft: bool
    synthetic: bool
    front: Front
    sections: tuple[Section, ...]
    tool: str

    def tables(self) -> tuple[Table, ...]:
        """Every table, page one first."""
        inside = tuple(block for section in self.sections for block in section.blocks if isinstance(block, Table))
        front = self.front
        return (front.matters, front.deadlines, front.unjudged, front.signatures, *inside)
