"""Runs the engine on a world, straight from its dicts, and brings its answer into the oracle's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from compliance.assess.check import check, requirement_of
from compliance.assess.memory import Memory
from compliance.assess.model import Assessment
from compliance.errors import Place
from compliance.events.catalogue import Kind, catalogue
from compliance.events.dataset import Dataset, FileCounts, Requirement
from compliance.rules.loader import LoadedRule
from tests.oracle.world import World, read

COLUMN = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}


@dataclass(frozen=True)
class Rows:
    """A locator: row numbers are line numbers, and the full event is at hand."""

    natives: tuple[dict[str, Any], ...]

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """Line of each row."""
        return {row: Place("log.ndjson", row + 1) for row in rows}

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """Native event of each row."""
        return {row: dict(self.natives[row]) for row in rows}


def dataset_of(world: World, requirement: Requirement) -> Dataset:
    """Dataset of a world, with the columns that were asked for and no others."""
    fields = {name: catalogue().fields[name] for name in sorted(requirement.fields)}
    columns = "".join(f', "{name}" {COLUMN.get(spec.kind, "VARCHAR")}' for name, spec in fields.items())
    con = duckdb.connect(config={"threads": 1})
    con.execute(f"CREATE TABLE ev (n BIGINT, id VARCHAR, type VARCHAR, t BIGINT, service VARCHAR{columns})")
    events = [read(native) for native in world.events]
    replaced = {event.get("corrects") for event in events}
    rows = [
        [number, event.id, event.type, event.time, event.service, *(_cell(event.get(name)) for name in fields)]
        for number, event in enumerate(events)
        if event.id not in replaced
    ]
    everything = [
        [number, event.id, event.type, event.time, event.service, *(_cell(event.get(name)) for name in fields)]
        for number, event in enumerate(events)
    ]
    con.execute("CREATE TABLE accepted AS FROM ev")
    for table, held in (("ev", rows), ("accepted", everything)):
        if held:
            con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (5 + len(fields)))})", held)
    instants = [event.time for event in events]
    counts = FileCounts("log.ndjson", "0" * 64, 0, world.lines, world.lines - len(world.holes), 0, len(world.holes))
    return Dataset(con, Rows(world.events), (counts,), world.statements, world.holes, world.conflicts,
                   max(instants, default=None), min(instants, default=None), world.captures,
                   everything="accepted", gone=frozenset(range(len(events))) - {row[0] for row in rows})  # fmt: skip


def _cell(value: Any) -> Any:
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list) else value


def run(
    world: World,
    *,
    memory: Memory | None = None,
    remember: Callable[[Memory], None] | None = None,
    listing: int = 10_000,
) -> Assessment:
    """Assessment of the world's one rule, from what an earlier check left."""
    loaded = [LoadedRule(world.rule, Path("random.yaml"), "0" * 64, {})]
    dataset = dataset_of(world, requirement_of(loaded, world.project))
    as_of = None if world.as_of == dataset.watermark else world.as_of
    try:
        return check(dataset, loaded, world.project, period=world.period, as_of=as_of, listing=listing,
                     memory=memory, remember=remember)  # fmt: skip
    finally:
        dataset.con.close()
