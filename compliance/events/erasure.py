"""Erasure: content and salts of events go, leaves, proofs and head stay. A hold goes before, and the ledger says what was done.

A segment that holds erased content is written anew beside the old one; the ledger's line is the point at which the erasure counts;
then the old folder goes. Killed before that line, nothing has happened; killed after it, the next run removes what is left.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.clock import Clock, format_us, to_us
from compliance.errors import InputError, Place, StoreError
from compliance.events.canonical import canonical_json
from compliance.events.catalogue import ENVELOPE, Catalogue, Sensitivity, catalogue
from compliance.events.durable import locked, move_folder, remove_folder, sync_file, write_failures, write_file
from compliance.events.leaf import PARTS, class_of
from compliance.events.ledger import Entry, Ledger
from compliance.events.segment import EVENTS, LEAVES, LINES, REJECTS, write_receipt
from compliance.events.session import Scratch, connect
from compliance.events.sql import ident, text, texts
from compliance.events.store import ERASURE, LEDGER, LOCK, SEGMENTS, Store
from compliance.events.stored import StoredLine, event_of, leaf_of, read_lines_of

if TYPE_CHECKING:
    import duckdb

Holds = Callable[[Path], Sequence[Entry]]
"""Holds that stand for a store's folder."""
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be erased and why: rows, whole events or all but their open fields, who decided, on which ground.

    `values`: texts that name a person, which go from the verbatim refused lines too.
    """

    rows: tuple[int, ...]
    whole: bool
    role: str
    reason: str
    ground: str
    values: tuple[str, ...] = ()


def rows_of_person(store: Store, field: str, value: str) -> tuple[int, ...]:
    """Rows of the events in which a field names somebody. InputError `STO-FIELD` where it is no field that can."""
    spec = catalogue().fields.get(field)
    if spec is None or field in ENVELOPE or spec.sensitivity is Sensitivity.OPEN:
        raise InputError(
            "STO-FIELD",
            f"{field!r} names no person",
            place=Place("--field"),
            hint="name a field of the class personal, confidential or restricted; docs/events.md lists them",
        )
    return _rows(store, f"{ident(field)} = ?", [value], needed=field)


def rows_of_ids(store: Store, ids: Sequence[str]) -> tuple[int, ...]:
    """Rows of events by their ids. InputError `STO-EVENT` where one is not there."""
    found = _rows(store, "list_contains(?::VARCHAR[], id)", [list(ids)])
    if len(found) != len(set(ids)):
        raise InputError(
            "STO-EVENT", f"{len(set(ids)) - len(found)} of these events are not in the store", hint="check the ids"
        )
    return found


def rows_before(store: Store, types: Collection[str], before: int) -> tuple[int, ...]:
    """Rows of events of some types from before an instant (UTC µs)."""
    return _rows(store, "list_contains(?::VARCHAR[], type) AND t < ?", [sorted(types), before])


def _rows(store: Store, condition: str, values: list[Any], needed: str = "") -> tuple[int, ...]:
    found: list[int] = []
    con = connect(Scratch().spill)
    for receipt in store.receipts():
        if receipt["leaves"] and (not needed or needed in receipt["fields"]):
            path = texts([str(store.folder(receipt["segment"]) / EVENTS)])
            query = f"SELECT n FROM read_parquet({path}) WHERE {condition} ORDER BY n"
            found += [row[0] for row in con.execute(query, values).fetchall()]
    con.close()
    return tuple(found)


def erase(store: Store, order: Order, *, holds: Holds, clock: Clock, memories: Sequence[str] = ()) -> Entry | None:
    """Erase, and give the ledger's entry; None where no row is named. `memories`: folders of the store that go as well.

    StoreError `STO-HELD` while a hold stands, whatever is asked; InputError `STO-REASON` without role, reason or ground.
    """
    if not (order.role.strip() and order.reason.strip() and order.ground.strip()):
        raise InputError(
            "STO-REASON",
            "an erasure needs a role, a reason and a ground",
            hint="say who decides, why, and on which ground",
        )
    with write_failures(store.path), locked(store.path / LOCK):
        store.ledger = Ledger(store.path / LEDGER)
        store.clear_unfinished()
        _refuse_held(store, holds)
        if not order.rows:
            return None
        written, gone = _write_anew(store, order)
        entry = store.ledger.append(
            ERASURE,
            {
                "at": format_us(to_us(clock())),
                "role": order.role,
                "reason": order.reason,
                "ground": order.ground,
                "extent": "whole" if order.whole else "all but open fields",
                "rows": len(order.rows),
                "gone": gone,
                "segments": written,
            },
        )
        store.clear_unfinished()
        for name in memories:
            shutil.rmtree(store.path / name, ignore_errors=True)
        return entry


def _refuse_held(store: Store, holds: Holds) -> None:
    standing = holds(store.path)
    if standing:
        names = ", ".join(sorted({str(entry["reference"]) for entry in standing}))
        raise StoreError(
            "STO-HELD",
            f"nothing may be erased: a preservation hold stands ({names})",
            place=Place(str(store.path)),
            hint="the hold goes before every period and request of erasure; have it lifted first",
        )


def _write_anew(store: Store, order: Order) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Folders of the segments concerned, written anew, and the time span of what went whole, by type."""
    written: list[dict[str, Any]] = []
    spans: dict[str, tuple[int, int]] = {}
    number = len(store.ledger.of(ERASURE)) + 1
    for receipt in store.receipts():
        rows = [row for row in order.rows if receipt["first"] <= row < receipt["first"] + receipt["leaves"]]
        if not rows:
            continue
        name = f"{receipt['segment']}-{number}"
        draft = store.path / SEGMENTS / f".unfinished-{name}"
        remove_folder(draft)
        draft.mkdir()
        try:
            digest = _segment(store, receipt, rows, order, draft, spans)
            move_folder(draft, store.path / SEGMENTS / name)
        except BaseException:
            remove_folder(draft)
            raise
        written.append({"segment": receipt["segment"], "folder": name, "receipt": digest})
    return written, {kind: [str(first), str(last)] for kind, (first, last) in sorted(spans.items())}


def _segment(
    store: Store,
    receipt: Mapping[str, Any],
    rows: Sequence[int],
    order: Order,
    draft: Path,
    spans: dict[str, tuple[int, int]],
) -> str:
    old, known, scratch = store.folder(receipt["segment"]), catalogue(), Scratch()
    con = connect(scratch.spill)
    try:
        _left(store, rows, known, scratch.path / "left.ndjson", whole=order.whole)
        con.execute(
            f"CREATE TABLE gone AS SELECT n, parts FROM read_json({text(str(scratch.path / 'left.ndjson'))}, "
            "format = 'newline_delimited', columns = {'n': 'BIGINT', 'parts': 'VARCHAR'})"
        )
        if order.whole:
            _span(con, old / EVENTS, spans)
        _events(con, old / EVENTS, draft / EVENTS, known, whole=order.whole)
        _lines(con, old / LINES, draft / LINES, erased_before=bool(receipt.get("erasures")))
    finally:
        con.close()
    write_file(draft / LEAVES, (old / LEAVES).read_bytes())
    write_file(draft / REJECTS, _rejects(old / REJECTS, order.values))
    kept = {name: value for name, value in receipt.items() if name != "digests"}
    return write_receipt(draft, {**kept, "erasures": int(receipt.get("erasures", 0)) + 1})


def _left(store: Store, rows: Sequence[int], known: Catalogue, path: Path, *, whole: bool) -> None:
    """Write what is left of each row: open fields and their salt, commitments of all that goes; with `whole`, commitments only."""
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(rows), _BATCH):
            for row, stored in read_lines_of(store, rows[start : start + _BATCH]).items():
                parts = canonical_json(_parts(row, stored, known, whole=whole)).decode()
                file.write(json.dumps({"n": row, "parts": parts}) + "\n")


def _parts(row: int, stored: StoredLine, known: Catalogue, *, whole: bool) -> dict[str, Any]:
    leaf, event = leaf_of(row, stored, known), event_of(stored, known)
    stay = () if whole else tuple(name for name in ("open",) if name in leaf.salts)
    return {
        "event": {field: value for field, value in event.items() if class_of(field, known).value in stay},
        "salts": {name: leaf.salts[name].hex() for name in stay},
        "commitments": {name: leaf.commitments[name].hex() for name in PARTS if name not in stay},
    }


def _span(con: duckdb.DuckDBPyConnection, path: Path, spans: dict[str, tuple[int, int]]) -> None:
    query = (
        f"SELECT type, min(t), max(t) FROM read_parquet({texts([str(path)])}) JOIN gone USING (n) GROUP BY 1 ORDER BY 1"
    )
    for kind, first, last in con.execute(query).fetchall():
        known = spans.get(kind, (first, last))
        spans[kind] = (min(first, known[0]), max(last, known[1]))


def _events(con: duckdb.DuckDBPyConnection, old: Path, new: Path, known: Catalogue, *, whole: bool) -> None:
    """Columns without what goes: whole rows, or every field that is not open."""
    source = f"read_parquet({texts([str(old)])})"
    if whole:
        _copy(con, f"SELECT * FROM {source} ANTI JOIN gone USING (n) ORDER BY type, n", new)
        return
    names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
    closed = [name for name in names if name in known.fields and known.fields[name].sensitivity is not Sensitivity.OPEN]
    listed = ", ".join(
        f"CASE WHEN g.n IS NULL THEN e.{ident(name)} END AS {ident(name)}" if name in closed else f"e.{ident(name)}"
        for name in names
    )
    _copy(con, f"SELECT {listed} FROM {source} AS e LEFT JOIN gone AS g ON g.n = e.n ORDER BY e.type, e.n", new)


def _lines(con: duckdb.DuckDBPyConnection, old: Path, new: Path, *, erased_before: bool) -> None:
    """Verbatim lines without those that go, nor their salts and digests; `parts` holds what is left of them."""
    emptied = ", ".join(
        f"CASE WHEN g.n IS NULL THEN l.{name} ELSE '' END AS {name}" for name in ("raw", "event", "digest", "salt")
    )
    parts = "coalesce(g.parts, l.parts)" if erased_before else "g.parts"
    source = f"read_parquet({texts([str(old)])})"
    _copy(
        con,
        f"SELECT l.n, l.file, l.line, {emptied}, {parts} AS parts FROM {source} AS l LEFT JOIN gone AS g ON g.n = l.n ORDER BY l.n",
        new,
    )


def _rejects(path: Path, values: Sequence[str]) -> bytes:
    """Refused lines; of those that name the person only what was wrong with them stays."""
    kept = []
    for line in path.read_bytes().splitlines():
        record = json.loads(line)
        if any(value in record.get("raw", "") for value in values):
            del record["raw"]
            record["raw_erased"] = True
        kept.append(canonical_json(record) + b"\n")
    return b"".join(kept)


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    con.execute(f"COPY ({query}) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    sync_file(path)
