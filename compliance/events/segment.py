"""One segment of the store: accepted events in columns, their verbatim lines, their leaves, and the refused lines.

The files of a folder `segments/NNNNNN`: events.parquet, lines.parquet, leaves.bin, rejects.ndjson, receipt.json. Nothing in it changes
once the ledger names it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.events.canonical import canonical_json
from compliance.events.durable import sync_file, write_file
from compliance.events.layout import Layout
from compliance.events.sift import Reject
from compliance.events.sql import ident, text
from compliance.events.staging import salt_of

if TYPE_CHECKING:
    import duckdb

EVENTS, LINES, LEAVES, REJECTS, RECEIPT = (
    "events.parquet",
    "lines.parquet",
    "leaves.bin",
    "rejects.ndjson",
    "receipt.json",
)
SECRET = 20
"""Bytes of the secret that salts are made of: with a row number they fit into one block of SHA-256."""
_BLOCK = 4096
_AT_ONCE = 64 * _BLOCK


def number_rows(con: duckdb.DuckDBPyConnection, *, first: int, secret: str) -> None:
    """Makes `numbered` (k, f, line, n, salt) of the rows of `chosen` (k, f, line): their places in the log and their salts.

    `secret` made the events' salts already (`staging.salt_of`). It is forgotten after the ingest, so that each salt stands alone.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE numbered AS SELECT *, {salt_of('k')} AS salt FROM "
        "(SELECT k, f, line, ? + row_number() OVER (ORDER BY k) - 1 AS n FROM chosen)",
        [secret, first],
    )


def write_columns(con: duckdb.DuckDBPyConnection, folder: Path, layout: Layout) -> None:
    """Writes events.parquet: the numbered rows in the order of type and row, each field in a column of its own."""
    columns = "".join(f", {column.name}" for column in layout.columns)
    rows = f"SELECT n, id, type, t, service, source, corrects, f, line{columns} FROM staged JOIN numbered USING (k) ORDER BY type, n"
    listed = "".join(f", {ident(name)}" for name in layout.fields)
    envelope = "n, id, type::VARCHAR AS type, t, service, source, corrects, f AS file, line"
    _copy(con, f"SELECT {envelope}{listed} FROM ({layout.apart(rows, layout.fields)})", folder / EVENTS)


def write_lines(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Writes lines.parquet: the numbered rows' lines as they stood, the events made of them, their digests and salts."""
    _copy(
        con,
        "SELECT n, f AS file, line, raw, CASE WHEN text = raw THEN NULL ELSE text END AS event, content_digest AS digest, salt "
        "FROM lines JOIN numbered USING (k) JOIN staged USING (k) ORDER BY n",
        folder / LINES,
    )


def write_leaves(con: duckdb.DuckDBPyConnection, folder: Path) -> bytes:
    """Writes leaves.bin of the numbered rows, and gives it: their leaves' hashes in order."""
    con.execute("CREATE OR REPLACE TEMP TABLE sealed AS SELECT n, leaf FROM staged JOIN numbered USING (k)")
    leaves = b"".join(_leaves(con))
    write_file(folder / LEAVES, leaves)
    return leaves


def _copy(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    con.execute(f"COPY ({query}) TO {text(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    sync_file(path)


def _leaves(con: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """The leaves' hashes in order, some at a time: put together at once they would be all in memory, whatever the limit."""
    first, last = con.execute("SELECT min(n), max(n) FROM sealed").fetchall()[0]
    for start in range(first, last + 1, _AT_ONCE) if first is not None else ():
        result = con.execute(
            f"SELECT string_agg(leaf, '' ORDER BY n) FROM sealed WHERE n BETWEEN ? AND ? GROUP BY n // {_BLOCK} ORDER BY min(n)",
            [start, start + _AT_ONCE - 1],
        )
        for (block,) in result.fetchall():
            yield bytes.fromhex(block)


def write_rejects(folder: Path, rejects: Iterable[Reject], *, segment: str) -> None:
    """Writes rejects.ndjson: the refused lines, verbatim, with file, line, code, field, reason and the hole each leaves."""
    lines = [
        canonical_json(_reject_record(f"{segment}-{number}", reject)) for number, reject in enumerate(rejects, start=1)
    ]
    write_file(folder / REJECTS, b"".join(line + b"\n" for line in lines))


def _reject_record(name: str, reject: Reject) -> dict[str, Any]:
    refused, hole = reject.refused, reject.hole
    record: dict[str, Any] = {
        "reject": name,
        "file": reject.file,
        "line": refused.line,
        "code": refused.why.code,
        "field": refused.why.field,
        "reason": refused.why.message,
        "hint": refused.why.hint,
        "length": refused.length,
        "sha256": refused.sha256,
        "hole": {"type": hole.type, "case": hole.case, "from": str(hole.start), "until": str(hole.end)},
    }
    if reject.event is not None:
        record["event"] = reject.event
    try:
        record["raw"] = refused.raw.decode("utf-8")
    except UnicodeDecodeError:
        record["raw_base64"] = base64.b64encode(refused.raw).decode("ascii")
    return record


def write_receipt(folder: Path, receipt: dict[str, Any]) -> str:
    """Writes receipt.json with the digests of the other files added, and gives the receipt's own SHA-256."""
    digests = {name: file_digest(folder / name) for name in (EVENTS, LINES, LEAVES, REJECTS)}
    content = (
        json.dumps({**receipt, "digests": digests}, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")
        + b"\n"
    )
    write_file(folder / RECEIPT, content)
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
