"""What the engine judges: one typed table, the coverage of its sources, and a way back to every line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import duckdb

    from compliance.errors import Place


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Conservation of one file: `lines == accepted + duplicates + rejected`, blank and filtered lines apart.

    Filtered lines are those that a mapping's row filter says are not events.
    """

    file: str
    sha256: str
    bytes: int
    lines: int
    accepted: int
    duplicates: int
    rejected: int
    blank: int = 0
    filtered: int = 0


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open interval [start, end) in UTC microseconds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CoverageStatement:
    """One source's word on a window: complete, or a gap. `declared_by` is set where a person said so, not the log."""

    source: str
    event_types: tuple[str, ...]
    window: Interval
    gap: bool = False
    declared_by: str = ""


@dataclass(frozen=True, slots=True)
class Hole:
    """A line that may have been the missing event: rejected or conflicting, as far as it could be read.

    `type` None: unreadable (a caveat, and a gap only above the source's tolerance). `case` None: any case of the type.
    `start`/`end` are the closed range of instants it may stand for; the whole log where its time is unreadable.
    """

    type: str | None
    case: str | None
    start: int
    end: int
    file: str
    line: int
    code: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The files behind `ev`, for an engine that reads them itself."""

    files: tuple[str, ...]
    """Absolute paths of the Parquet files of accepted events."""
    columns: tuple[tuple[str, str], ...]
    """Columns of `ev` with their types, `n` first; a file may lack some, which are then NULL in it."""
    gone: tuple[int, ...]
    """Row numbers of events that a correction replaced."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a run needs read: event types and, beyond the envelope, fields. Empty types: all."""

    types: frozenset[str]
    fields: frozenset[str]


class Locator(Protocol):
    """Finds the way back from a row to its line."""

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """File and 1-based line of each row number `n`."""

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """Full native event of each row number `n`, re-read from the log or the store."""


MANY = 50_000
"""Events from which on those of one type are worth a table of their own."""


def of_type(kind: str) -> str:
    """Name of the relation that may stand beside `ev` with the events of one type alone and the fields that it has."""
    return f"ev of {kind}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Accepted events as a table in an open DuckDB connection.

    Table `ev`: `n` BIGINT (unique row number, order of acceptance), `id` VARCHAR, `type` (ENUM or VARCHAR),
    `t` BIGINT (UTC µs), `service` VARCHAR, then one column per required catalogue field, typed by `Kind`
    (STRING, DATE, LIST: VARCHAR; INTEGER, INSTANT: BIGINT; NUMBER: DOUBLE; BOOLEAN: BOOLEAN). Events replaced by a
    correction are not in it. Every accepted envelope is in `ev`, whatever types were required; columns that a type
    does not have are NULL.
    """

    con: duckdb.DuckDBPyConnection
    locator: Locator
    files: tuple[FileCounts, ...]
    statements: tuple[CoverageStatement, ...]
    holes: tuple[Hole, ...]
    conflicts: frozenset[str]
    """Ids of accepted events for which a line with other content was refused."""
    watermark: int | None
    """Latest instant of an accepted event, UTC µs; None where nothing was accepted."""
    first: int | None
    captures: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Event type to the fields its sources record; a type that is absent captures all its fields."""
    warnings: tuple[str, ...] = ()
    sealed: str = ""
    """What seals the events, in words; empty for a log that lies open."""
    parts: Parts | None = None
    """The files of a store; None for a log."""
    everything: str = "ev"
    """Relation of all accepted events, those that a correction replaced among them, with the columns of `ev`."""
    gone: frozenset[int] = frozenset()
    """Row numbers of events that a correction replaced."""
    scratch: Path | None = None
    """A folder that `con` may write to, as long as the dataset lives; None where there is none."""
