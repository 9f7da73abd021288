"""Reading a store: the dataset over its Parquet files, and the way back to lines, by row number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.errors import InputError, IntegrityError, Place
from compliance.events import coverage
from compliance.events.catalogue import ENVELOPE, Catalogue, Kind, catalogue
from compliance.events.dataset import Dataset, Hole, Parts, Requirement
from compliance.events.erased import erased_gaps
from compliance.events.judge import Event, accepted_event
from compliance.events.leaf import Leaf, class_content, commitment, make_leaf
from compliance.events.replaced import replaced_rows
from compliance.events.segment import EVENTS, LINES
from compliance.events.session import Scratch, close_off, connect, create_types
from compliance.events.sql import ident, texts
from compliance.project import Project

if TYPE_CHECKING:
    import duckdb

    from compliance.events.store import Store

_TYPES = {
    Kind.STRING: "VARCHAR",
    Kind.DATE: "VARCHAR",
    Kind.LIST: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.INSTANT: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class VerbatimLine:
    """A log line as it stood: file, 1-based line, bytes without the line feed."""

    file: str
    line: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A row's verbatim line, the native event as JSON (the line itself, or what a mapping made of it), and its salt."""

    line: VerbatimLine
    event: bytes
    salt: bytes
    erased: Mapping[str, Any] | None = None
    """What an erasure left of the row: `event` (fields that stay), `salts` of these parts, `commitments` of the others."""


def not_sealed(row: int, file: str, line: int) -> IntegrityError:
    """The failure of a row that does not give the leaf that was sealed."""
    return IntegrityError(
        "STO-LEAF",
        f"the line of row {row} is not the one that was sealed",
        layer="leaves",
        place=Place(file, line),
        hint="run `compliance store verify`",
    )


class StoreLocator:
    """The way back from rows of a store's dataset."""

    def __init__(self, store: Store, known: Catalogue, scratch: Scratch) -> None:
        self._store = store
        self._scratch = scratch  # what the dataset spilled lives as long as it does
        self._catalogue = known

    def places(self, rows: Iterable[int]) -> dict[int, Place]:
        """File and 1-based line of each row."""
        return {
            row: Place(entry.line.file, entry.line.line)
            for row, entry in read_lines_of(self._store, rows, content=False).items()
        }

    def events(self, rows: Iterable[int]) -> dict[int, Event]:
        """Full native event of each row."""
        return {row: event_of(entry, self._catalogue) for row, entry in read_lines_of(self._store, rows).items()}


def event_of(stored: StoredLine, known: Catalogue) -> Event:
    """Native event of a stored line, as far as it was not erased."""
    return dict(stored.erased["event"]) if stored.erased is not None else accepted_event(stored.event, known)


def leaf_of(row: int, stored: StoredLine, known: Catalogue) -> Leaf:
    """Leaf of a stored line. Parts that were erased stand by their commitments, without a salt. Refused where it is no event any more."""
    if stored.erased is None:
        return make_leaf(row, accepted_event(stored.event, known), stored.line.raw, stored.salt, known)
    salts = {name: bytes.fromhex(salt) for name, salt in stored.erased["salts"].items()}
    found = {name: bytes.fromhex(each) for name, each in stored.erased["commitments"].items()}
    for name, salt in salts.items():
        found[name] = commitment(name, salt, class_content(stored.erased["event"], name, known))
    return Leaf(row, salts, found)


def read_lines_of(store: Store, rows: Iterable[int], *, content: bool = True) -> dict[int, StoredLine]:
    """Stored lines of rows, in order of rows; without `content` only their places. KeyError for a row that is not there."""
    wanted = sorted(set(rows))
    if not wanted:
        return {}
    found: dict[int, StoredLine] = {}
    scratch = Scratch()
    con = connect(scratch.spill)
    try:
        for receipt in store.receipts():
            first, last = receipt["first"], receipt["first"] + receipt["leaves"]
            inside = [row for row in wanted if first <= row < last]
            if inside:
                found |= _lines(con, store, receipt, inside, content=content)
    finally:
        con.close()
    missing = [row for row in wanted if row not in found]
    if missing:
        raise KeyError(missing[0])
    return {row: found[row] for row in wanted}


def _lines(
    con: duckdb.DuckDBPyConnection, store: Store, receipt: dict[str, Any], rows: Sequence[int], *, content: bool
) -> dict[int, StoredLine]:
    folder = store.folder(receipt["segment"])
    names = [entry["file"] for entry in receipt["files"]]
    kept = "parts" if receipt.get("erasures") else "NULL"
    columns = f"raw, coalesce(event, raw), salt, {kept}" if content else "'', '', '', NULL"
    path = folder / (LINES if content else EVENTS)
    query = (
        f"SELECT n, file, line, {columns} FROM read_parquet({texts([str(path)])}) "
        "WHERE n BETWEEN ? AND ? AND n IN (SELECT unnest(?::BIGINT[]))"
    )
    return {
        n: StoredLine(
            VerbatimLine(names[file], line, raw.encode()),
            event.encode(),
            bytes.fromhex(salt),
            json.loads(parts) if parts else None,
        )
        for n, file, line, raw, event, salt, parts in con.execute(query, [rows[0], rows[-1], list(rows)]).fetchall()
    }


AT_HAND = 60_000_000
"""Cells (events times fields) up to which what a run requires of a store is taken into memory at once."""


def dataset_of(store: Store, requirement: Requirement | None, project: Project) -> Dataset:
    """Dataset of a store: `ev` is a view over Parquet, read when a query asks, or a table where it is small enough.

    Hundreds of queries each plan a view anew, over the columns of every segment.
    """
    known = catalogue()
    scratch = Scratch()
    con = connect(scratch.spill)
    receipts = store.receipts()
    fields = _fields(requirement, known)
    files, columns = _files(store, receipts), _columns(fields, known)
    _create_view(con, files, columns, {name for receipt in receipts if receipt["leaves"] for name in receipt["fields"]})
    warnings: list[str] = []
    gone = replaced_rows(con, "accepted", warnings)
    if gone:
        con.execute("CREATE TEMP TABLE gone AS SELECT unnest(?::BIGINT[]) AS n", [sorted(gone)])
    events = sum(receipt["leaves"] for receipt in receipts)
    kind = "TABLE" if requirement is not None and events * len(fields) <= AT_HAND else "VIEW"
    selected = "*"
    if kind == "TABLE" and {name for receipt in receipts for name in receipt["types"]} <= set(known.types):
        create_types(con, known.types)
        selected = "* REPLACE (TRY_CAST(type AS event_type) AS type)"
    con.execute(
        f"CREATE TEMP {kind} ev AS SELECT {selected} FROM accepted" + (" ANTI JOIN gone USING (n)" if gone else "")
    )
    first, last = con.execute("SELECT min(t), max(t) FROM ev").fetchall()[0]
    mapped = {
        name: fields_
        for receipt in receipts
        for name, fields_ in (receipt["mapping"] or {}).get("captures", {}).items()
    }
    stated = tuple(coverage.statement_of(record) for receipt in receipts for record in receipt["statements"])
    statements = coverage.logged(con.execute(coverage.QUERY).fetchall()) + stated + coverage.declared(project)
    statements += erased_gaps(store.ledger.of("erasure"), statements, known)
    reduced = _reduced(con, store, receipts)
    close_off(con, [store.path.resolve(), scratch.path])
    rejects = store.rejects()
    live = [record for record in rejects if not record["dismissed"]]
    conflicts = frozenset(record["event"] for record in live if "event" in record) | reduced
    if len(rejects) > len(live):
        warnings.append(
            f"{len(rejects) - len(live)} refused line(s) were dismissed as gaps; the ledger says by whom and why"
        )
    return Dataset(
        con,
        StoreLocator(store, known, scratch),
        store.files(),
        statements,
        tuple(map(_hole, live)),
        conflicts,
        last,
        first,
        coverage.captures_of(project, known, mapped),
        tuple(warnings),
        f"{events:,} events in {len(receipts)} sealed segment(s)",
        Parts(tuple(map(str, files)), (("n", "BIGINT"), *columns), tuple(sorted(gone))),
        "accepted",
        frozenset(gone),
        scratch.path,
    )


def _reduced(con: duckdb.DuckDBPyConnection, store: Store, receipts: Sequence[dict[str, Any]]) -> frozenset[str]:
    """Ids of events of which some fields were erased: what is missing in them proves nothing, so their cases are undetermined."""
    found: set[str] = set()
    for receipt in receipts:
        if receipt.get("erasures"):
            events, lines = (texts([str(store.folder(receipt["segment"]) / name)]) for name in (EVENTS, LINES))
            query = (
                f"SELECT id FROM read_parquet({events}) JOIN read_parquet({lines}) USING (n) WHERE parts IS NOT NULL"
            )
            found |= {row[0] for row in con.execute(query).fetchall()}
    return frozenset(found)


def _fields(requirement: Requirement | None, known: Catalogue) -> tuple[str, ...]:
    wanted = set(known.fields) if requirement is None else set(requirement.fields)
    unknown = wanted - set(known.fields) - set(ENVELOPE)
    if unknown:
        raise InputError("ING-FIELD", f"no event type has the field {min(unknown)!r}", hint="see schemas/events")
    return tuple(sorted((wanted | set(coverage.FIELDS)) - set(ENVELOPE)))


def _files(store: Store, receipts: Sequence[dict[str, Any]]) -> list[Path]:
    return [store.folder(receipt["segment"]) / EVENTS for receipt in receipts if receipt["leaves"]]


_ENVELOPE = (
    ("id", "VARCHAR"),
    ("type", "VARCHAR"),
    ("t", "BIGINT"),
    ("service", "VARCHAR"),
    ("source", "VARCHAR"),
    ("corrects", "VARCHAR"),
)


def _columns(fields: Sequence[str], known: Catalogue) -> tuple[tuple[str, str], ...]:
    return (*_ENVELOPE, *((name, _TYPES[known.fields[name].kind]) for name in fields))


def _create_view(
    con: duckdb.DuckDBPyConnection, files: Sequence[Path], columns: Sequence[tuple[str, str]], held: set[str]
) -> None:
    always = {name for name, _ in _ENVELOPE}
    listed = ", ".join(
        ident(name) if files and (name in held or name in always) else f"NULL::{kind} AS {ident(name)}"
        for name, kind in columns
    )
    if files:
        con.execute(
            f"CREATE TEMP VIEW accepted AS SELECT n, {listed} FROM read_parquet({texts(map(str, files))}, union_by_name = true)"
        )
    else:
        con.execute(f"CREATE TEMP VIEW accepted AS SELECT NULL::BIGINT AS n, {listed} WHERE FALSE")


def _hole(record: dict[str, Any]) -> Hole:
    hole = record["hole"]
    return Hole(
        hole["type"],
        hole["case"],
        int(hole["from"]),
        int(hole["until"]),
        record["file"],
        record["line"],
        record["code"],
    )
