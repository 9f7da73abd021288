"""The default engine: DuckDB inside the process, over the dataset's own connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compliance.engine.by_type import ByType
from compliance.engine.interface import Engine, EngineError, worked_out
from compliance.engine.plan import Relation, renamed
from compliance.engine.sql import identifier, select
from compliance.engine.traced import Traced

if TYPE_CHECKING:
    import duckdb

_BATCH = 2048


class Embedded(Traced):
    """Runs plans on one DuckDB connection and remembers their SQL."""

    __slots__ = ("_by_type", "_con")

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._con = con
        self._by_type = ByType(con)

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan, streamed: read them to the end before running another plan."""
        text = select(plan)
        self._trace.append(text)
        result = self._run(self._narrowed(plan, text))
        while batch := result.fetchmany(_BATCH):
            yield from batch

    def keep(self, plan: Relation) -> str:
        """Name of a temporary table that holds the plan's rows."""
        name, text = self._name(), select(plan)
        self._trace.append(f"CREATE TEMP TABLE {identifier(name)} AS {text}")
        self._run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {self._narrowed(plan, text)}")
        return name

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary table with these columns and rows."""
        name = self._name()
        self._trace.append(worked_out(identifier(name), columns, len(rows)))
        spec = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns)
        self._run(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} ({spec})")
        if rows:
            lists = [list(values) for values in zip(*rows, strict=True)]
            unnest = ", ".join(f"unnest(CAST(? AS {kind}[]))" for _, kind in columns)
            self._run(f"INSERT INTO {identifier(name)} SELECT {unnest}", lists)
        return name

    def drop(self, name: str) -> None:
        """Forgets a temporary table."""
        self._con.execute(f"DROP TABLE IF EXISTS {identifier(name)}")

    def _narrowed(self, plan: Relation, text: str) -> str:
        """The text that runs: of the same plan over the tables of single types, where there are any."""
        with _as_engine_error():
            narrowed = self._by_type.narrowed(plan)
        return text if narrowed is plan else select(narrowed)

    def _run(self, text: str, values: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        with _as_engine_error():
            return self._con.execute(text, values) if values else self._con.execute(text)


@contextmanager
def _as_engine_error() -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise EngineError(
            "ENG-FAILED",
            str(error).strip().splitlines()[0],
            hint="with `--memory` and free disk the run can spill; otherwise report this rule",
        ) from error


class Elsewhere:
    """An engine of which some tables are called otherwise: the same plans over other events."""

    __slots__ = ("_engine", "_names")

    def __init__(self, engine: Engine, names: Mapping[str, str]) -> None:
        self._engine, self._names = engine, names

    def rows(self, plan: Relation) -> Iterator[tuple[Any, ...]]:
        """Rows of a plan, streamed."""
        return self._engine.rows(renamed(plan, self._names))

    def keep(self, plan: Relation) -> str:
        """Name of a temporary table that holds the plan's rows."""
        return self._engine.keep(renamed(plan, self._names))

    def table(self, columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> str:
        """Name of a temporary table with these columns and rows."""
        return self._engine.table(columns, rows)

    def drop(self, name: str) -> None:
        """Forgets a temporary table."""
        self._engine.drop(name)

    @property
    def trace(self) -> tuple[str, ...]:
        """SQL texts run since `begin`, in order."""
        return self._engine.trace

    def begin(self) -> None:
        """Nothing to do: what is made belongs to what the engine itself began."""

    def end(self) -> None:
        """Nothing to do: tables go when the engine's own run ends."""
