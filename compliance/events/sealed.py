"""Sealed rows of a store as they lie there, streamed in the order of the log."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from compliance.events.segment import LINES
from compliance.events.session import Scratch, connect
from compliance.events.sql import texts
from compliance.events.unseal import Sealed

if TYPE_CHECKING:
    import duckdb

    from compliance.events.store import Store


def sealed_rows(store: Store, rows: Sequence[int], many: int) -> Iterator[list[Sealed]]:
    """The rows, which ascend, at most `many` at a time. KeyError for one that is not there."""
    scratch = Scratch()
    con = connect(scratch.spill, threads=1)  # further threads read ahead, and hold what they read
    try:
        con.execute("SET enable_external_file_cache = false")
        at = 0
        for receipt in store.receipts():
            until = bisect_left(rows, receipt["first"] + receipt["leaves"], at)
            if at < until:
                yield from _of_segment(con, store, receipt, rows[at:until], many)
            at = until
        if at < len(rows):
            raise KeyError(rows[at])
    finally:
        con.close()


def _of_segment(
    con: duckdb.DuckDBPyConnection, store: Store, receipt: dict[str, Any], rows: Sequence[int], many: int
) -> Iterator[list[Sealed]]:
    path = str(store.folder(receipt["segment"]) / LINES)
    parts = "parts" if receipt.get("erasures") else "NULL"
    names = [entry["file"] for entry in receipt["files"]]
    query = (
        f"SELECT n, list_extract(?::VARCHAR[], file + 1), line, raw, event, salt, {parts} FROM read_parquet({texts([path])}) "
        "WHERE n BETWEEN ? AND ?"
    )
    bound: list[Any] = [names, rows[0], rows[-1]]
    if rows[-1] - rows[0] + 1 != len(rows):
        query += " AND n IN (SELECT unnest(?::BIGINT[])) ORDER BY n"
        bound.append(list(rows))
    result = con.execute(query, bound)
    at = 0
    while found := result.fetchmany(many):
        for row, wanted in zip(found, rows[at : at + len(found)], strict=True):
            if row[0] != wanted:
                raise KeyError(wanted)
        at += len(found)
        yield found
    if at != len(rows):
        raise KeyError(rows[at])
