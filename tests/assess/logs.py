"""Small datasets for tests of figures and reports: native events in, a Dataset out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from compliance.clock import parse_instant
from compliance.errors import Place
from compliance.events.catalogue import Kind, catalogue
from compliance.events.dataset import CoverageStatement, Dataset, FileCounts, Hole, Interval

_SQL = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}


@dataclass(frozen=True, slots=True)
class NoPlaces:
    """A locator of events that stand in no file."""

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """Nothing is known of places."""
        return {}

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """Nothing can be read again."""
        return {}


@dataclass(frozen=True, slots=True)
class InOneFile:
    """A locator of events that stand line by line in `log.ndjson`."""

    log: tuple[dict[str, Any], ...]

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """Row n stands in line n + 1."""
        return {n: Place("log.ndjson", n + 1) for n in rows}

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """The events themselves."""
        return {n: self.log[n] for n in rows}


def covered(since: str, until: str, *types: str) -> CoverageStatement:
    """Statement that one source is complete for the types (default: all) in `[since, until)`."""
    return CoverageStatement("test", types or ("*",), Interval(parse_instant(since), parse_instant(until)))


def dataset(
    events: Iterable[dict[str, Any]],
    *coverage: CoverageStatement,
    holes: tuple[Hole, ...] = (),
    captures: Mapping[str, frozenset[str]] | None = None,
    located: bool = False,
) -> Dataset:
    """Dataset of native events with every catalogue field as a column."""
    log = tuple(events)
    fields = {name: spec for name, spec in catalogue().fields.items() if name not in {"id", "type", "time", "service"}}
    columns = ", ".join(f'"{name}" {_SQL.get(spec.kind, "VARCHAR")}' for name, spec in fields.items())
    con = duckdb.connect()
    con.execute(f"CREATE TABLE ev (n BIGINT, id VARCHAR, type VARCHAR, t BIGINT, service VARCHAR, {columns})")
    held = log
    used = [name for name in fields if any(name in event for event in held)]
    rows = [_row(number, event, {name: fields[name] for name in used}) for number, event in enumerate(held)]
    if rows:
        names = ", ".join(f'"{name}"' for name in ("n", "id", "type", "t", "service", *used))
        marks = f"({', '.join('?' * (5 + len(used)))})"
        con.execute(
            f"INSERT INTO ev ({names}) VALUES {', '.join([marks] * len(rows))}",
            [value for row in rows for value in row],
        )
    instants = [row[3] for row in rows]
    counts = FileCounts("log.ndjson", "0" * 64, 0, len(rows), len(rows), 0, 0)
    return Dataset(
        con,
        InOneFile(log) if located else NoPlaces(),
        (counts,),
        tuple(coverage),
        holes,
        frozenset(),
        max(instants, default=None),
        min(instants, default=None),
        captures or {},
    )


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind is Kind.INSTANT:
        return parse_instant(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if kind is Kind.LIST else value


def _row(number: int, event: dict[str, Any], fields: Mapping[str, Any]) -> list[Any]:
    values = [_cell(event.get(name), spec.kind) for name, spec in fields.items()]
    return [
        number,
        event.get("id", f"e{number}"),
        event["type"],
        parse_instant(event["time"]),
        event.get("service", "s"),
        *values,
    ]
