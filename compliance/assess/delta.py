"""The events that must be judged again after new ones came: those that changed, and all that share a case with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.assess.affected import Band, Change, Edge, Port
from compliance.assess.memory import Memory
from compliance.engine.joint import LANE
from compliance.events.sql import ident, text

if TYPE_CHECKING:
    import duckdb

    from compliance.events.dataset import Dataset

THEN, NOW = 0, 1
"""Lanes of `WORLDS`: the events to be judged again as they were known to the last check, and as they are known now."""
WORLDS, PRESENT = "again_worlds", "again_now"
"""Table of both, with a lane to tell them apart; table of the events as they are known now."""
WIDE = 0.02
"""Share of all events that one field may lead to from what changed; by a field that leads to more, nothing is sought."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Tables `WORLDS` and `PRESENT`, the edges that lead to few events, how many events there are, and their types."""

    narrow: frozenset[Edge]
    events: int
    types: frozenset[str]


def find(
    dataset: Dataset,
    memory: Memory,
    changed: Change,
    bands: Mapping[str, Sequence[tuple[str | None, Band]]],
    edges: tuple[frozenset[Edge], frozenset[Edge]],
    rows: int,
) -> Delta:
    """Makes `WORLDS` and `PRESENT`. `bands`: per event type, each with the field of its clock (None: the event's own time).

    `edges`: forth, from changed events to those they bear on; back, from these to all that they rest on.
    """
    most = max(1000, int(rows * WIDE))
    work = _Work(dataset)
    disputed = sorted(dataset.conflicts ^ memory.conflicts)
    taken = sorted(dataset.gone ^ memory.gone)
    work.make(
        "again_first",
        f"SELECT n, 0 AS step FROM {work.base} WHERE t <= ? AND (n >= ? OR t >= ? OR n IN (SELECT unnest(?::BIGINT[])) "
        "OR id IN (SELECT unnest(?::VARCHAR[])))",
        [changed.until, memory.rows, changed.since, taken, disputed],
    )
    forth = work.follow("again_first", edges[0], most=most)
    work.add_bands("again_first", bands, changed.until)
    back = work.follow("again_first", edges[1], most=max(most, 4 * work.count("again_first")))
    return work.finish(memory, sorted(memory.gone), sorted(dataset.gone), forth & back | _alone(edges, forth, back))


def _alone(
    edges: tuple[frozenset[Edge], frozenset[Edge]], forth: frozenset[Edge], back: frozenset[Edge]
) -> frozenset[Edge]:
    """Edges that are walked one way only, and led to few events."""
    return (forth - edges[1]) | (back - edges[0])


def _order(edge: Edge) -> tuple[str, ...]:
    return edge.target.event, edge.target.field, edge.source.event, edge.source.field


class _Work:
    """Carries the row numbers found from one step to the next, in one temporary table."""

    def __init__(self, dataset: Dataset) -> None:
        self.con: duckdb.DuckDBPyConnection = dataset.con
        self.base = ident(dataset.everything)
        described = self.con.execute(f"SELECT * FROM {self.base} LIMIT 0").description
        self.held = {str(column[0]): str(column[1]) for column in described}

    def follow(self, rows: str, edges: frozenset[Edge], *, most: int) -> frozenset[Edge]:
        """Adds the events that the edges lead to from those of `rows`; the edges that led to at most so many."""
        targets: dict[Port, list[Edge]] = {}
        for edge in sorted(filter(self._comparable, edges), key=_order):
            targets.setdefault(edge.target, []).append(edge)
        if not targets:
            return frozenset()
        ports = list(targets)
        self.make("again_keys", self._keys(rows, [targets[port] for port in ports]))
        asked = {int(row[0]) for row in self.con.execute("SELECT DISTINCT port FROM again_keys").fetchall()}
        led = " UNION ALL ".join(
            f"(SELECT {number} AS port, n FROM {self.base} SEMI JOIN (SELECT v FROM again_keys WHERE port = {number}) "
            f"ON {ident(port.field)} = v WHERE type = {text(port.event)} LIMIT {most + 1})"
            for number, port in enumerate(ports)
            if number in asked
        )
        self.make("again_led", led or "SELECT 0 AS port, 0::BIGINT AS n WHERE FALSE")
        query = "SELECT port FROM again_led GROUP BY port HAVING count(*) > ?"
        wide = {int(row[0]) for row in self.con.execute(query, [most]).fetchall()}
        self.con.execute(
            f"INSERT INTO {rows} SELECT DISTINCT n, 1 FROM again_led ANTI JOIN {rows} USING (n) "
            "WHERE NOT list_contains(?::INTEGER[], port)",
            [sorted(wide)],
        )
        return frozenset(edge for number, port in enumerate(ports) if number not in wide for edge in targets[port])

    def _keys(self, rows: str, sources: Sequence[Sequence[Edge]]) -> str:
        """Query for what is looked for: number of the target port, and a value that stands in a source port of `rows`."""
        fields = sorted({edge.source.field for edges in sources for edge in edges})
        types = sorted({edge.source.event for edges in sources for edge in edges})
        edges = ", ".join(
            f"({number}, {text(edge.source.event)}, {text(edge.source.field)})"
            for number, listed in enumerate(sources)
            for edge in listed
        )
        held = (
            f"SELECT type::VARCHAR AS kind, unnest([{', '.join(map(text, fields))}]) AS field, "
            f"unnest([{', '.join(map(ident, fields))}]) AS v FROM {self.base} SEMI JOIN {rows} USING (n) "
            f"WHERE type IN ({', '.join(map(text, types))})"
        )
        return (
            f"SELECT DISTINCT port, v FROM ({held}) JOIN (VALUES {edges}) AS led(port, kind, field) USING (kind, field) "
            "WHERE v IS NOT NULL"
        )

    def _comparable(self, edge: Edge) -> bool:
        """Whether both fields are there and hold texts: numbers and instants are nobody's key."""
        return self.held.get(edge.source.field) == self.held.get(edge.target.field) == "VARCHAR"

    def add_bands(self, rows: str, bands: Mapping[str, Sequence[tuple[str | None, Band]]], until: int) -> None:
        """Adds the triggers, known by `until`, that passing time may change."""
        tests, values = [], []
        for event_type, listed in sorted(bands.items()):
            conditions = []
            for clock, band in dict.fromkeys(listed):
                name = f"coalesce({ident(clock)}, t)" if clock else "t"
                conditions.append(f"{ident(band.field) if band.field else name} BETWEEN ? AND ?")
                values += [band.start, band.end]
            tests.append(f"(type = {text(event_type)} AND ({' OR '.join(conditions)}))")
        if tests:
            query = f"INSERT INTO {rows} SELECT n, 2 FROM {self.base} ANTI JOIN {rows} USING (n) WHERE t <= ? AND "
            self.con.execute(f"{query}({' OR '.join(tests)})", [until, *values])

    def finish(
        self, memory: Memory, gone_then: Sequence[int], gone_now: Sequence[int], narrow: frozenset[Edge]
    ) -> Delta:
        """The tables of the events found, as they were known then and as they are known now."""
        self.make("again_events", f"SELECT * FROM {self.base} SEMI JOIN again_first USING (n)")
        without = "ANTI JOIN (SELECT unnest(?::BIGINT[]) AS n) USING (n)"
        self.make(PRESENT, f"SELECT * FROM again_events {without}", [list(gone_now)])
        self.make(
            WORLDS,
            f"SELECT {THEN}::BIGINT AS {LANE}, * FROM again_events {without} WHERE n < ? "
            f"UNION ALL SELECT {NOW}, * FROM {PRESENT}",
            [list(gone_then), memory.rows],
        )
        types = self.con.execute("SELECT DISTINCT type::VARCHAR FROM again_events").fetchall()
        return Delta(narrow, self.count("again_events"), frozenset(str(row[0]) for row in types))

    def make(self, name: str, query: str, values: Sequence[object] = ()) -> None:
        """A temporary table of a query's rows."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", list(values))

    def count(self, name: str) -> int:
        """Number of its rows."""
        row = self.con.execute(f"SELECT count(*) FROM {name}").fetchone()
        return int(row[0]) if row else 0
