"""What patterns ask of an engine. Two may exist side by side: embedded (default) and distributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from compliance.engine.plan import Relation
from compliance.errors import ComplianceError


class EngineError(ComplianceError):
    """A plan could not be run: memory, disk, or a value the engine refuses."""


class Engine(Protocol):
    """Runs plans over the events of one dataset."""

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan, streamed."""

    def keep(self, plan: Relation) -> str:
        """Name of a temporary table that holds the plan's rows."""

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary table with these columns (name, `BIGINT` or `VARCHAR`) and rows."""

    def drop(self, name: str) -> None:
        """Forgets a temporary table."""

    @property
    def trace(self) -> tuple[str, ...]:
        """SQL texts run since `begin`, in order."""

    def begin(self) -> None:
        """Starts a new trace; tables made from here on go with `end`."""

    def end(self) -> None:
        """Forgets the tables made since `begin`."""


def worked_out(name: str, columns: Sequence[tuple[str, str]], rows: int) -> str:
    """What a trace says of a table that no statement makes: a calendar, or cases that lines were refused of."""
    listed = ", ".join(f"{column} {kind}" for column, kind in columns)
    return f"-- {name} ({listed}): {rows:,} rows, worked out before"
