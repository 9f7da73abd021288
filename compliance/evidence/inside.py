"""The events inside a bundle as a dataset: what a method is run on again, by people who have nothing but the bundle."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.clock import parse_instant
from compliance.errors import Place
from compliance.events.catalogue import ENVELOPE, Kind, catalogue
from compliance.events.dataset import CoverageStatement, Dataset
from compliance.events.session import Scratch, close_off, connect
from compliance.events.sql import ident, text

_TYPES = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
_ROWS = {"n": "BIGINT", "id": "VARCHAR", "type": "VARCHAR", "t": "BIGINT", "service": "VARCHAR", "source": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class InsideLocator:
    """The way back from rows to the events of a bundle, and to the log lines it names."""

    held: Mapping[int, Mapping[str, Any]]
    lines: Mapping[int, Place]

    def places(self, rows: Iterable[int]) -> dict[int, Place]:
        """Log file and line of each row; an empty name where the bundle names none."""
        return {row: self.lines.get(row, Place("")) for row in rows}

    def events(self, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Event of each row, as disclosed."""
        return {row: dict(self.held[row]) for row in rows}


def dataset_inside(
    events: Mapping[int, Mapping[str, Any]],
    *,
    fields: Collection[str] = (),
    lines: Mapping[int, Place] | None = None,
    statements: Sequence[CoverageStatement] = (),
    known_to: int | None = None,
) -> Dataset:
    """Disclosed events by row number (their leaf's index) as a dataset with their own fields and `fields` as columns.

    Events that another one inside corrects are left out of `ev`, as everywhere. `known_to`: instant (UTC µs) up to which the
    log was known; default the latest event inside.
    """
    known = catalogue()
    scratch = Scratch()
    gone = {str(event["corrects"]) for event in events.values() if event.get("corrects")}
    live = {row: event for row, event in events.items() if str(event["id"]) not in gone}
    names = {name for event in live.values() for name in event} | set(fields)
    own = sorted(name for name in names if name in known.fields and name not in ENVELOPE)
    columns = {**_ROWS, **{name: _TYPES.get(known.fields[name].kind, "VARCHAR") for name in own}}
    path = scratch.path / "events.ndjson"
    with path.open("w", encoding="utf-8") as file:
        for row, event in live.items():
            file.write(json.dumps(_row(row, event, own)) + "\n")
    con = connect(scratch.spill)
    listed = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in columns.items())
    con.execute(
        f"CREATE TABLE ev AS SELECT {', '.join(map(ident, columns))} FROM read_json({text(str(path))}, "
        f"format = 'newline_delimited', columns = {{{listed}}})"
    )
    close_off(con, [scratch.path])
    times = [parse_instant(str(event["time"])) for event in live.values()]
    return Dataset(
        con,
        InsideLocator(events, lines or {}),
        (),
        tuple(statements),
        (),
        frozenset(),
        known_to if known_to is not None else max(times, default=None),
        min(times, default=None),
        scratch=scratch.path,
    )


def _row(row: int, event: Mapping[str, Any], own: Sequence[str]) -> dict[str, Any]:
    fields = catalogue().fields
    found: dict[str, Any] = {"n": row, "t": parse_instant(str(event["time"]))}
    found |= {name: event.get(name) for name in ("id", "type", "service", "source")}
    for name in own:
        value = event.get(name)
        if value is not None and fields[name].kind is Kind.INSTANT:
            value = parse_instant(str(value))
        elif isinstance(value, list):
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        found[name] = value
    return found
