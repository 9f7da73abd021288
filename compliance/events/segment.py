"""One segment of the store: accepted events in columns, their verbatim lines, their leaves, and the refused lines.

The files of a folder `segments/NNNNNN`: events.parquet, lines.parquet, leaves.bin, rejects.ndjson, receipt.json. Nothing in it changes
once the ledger names it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.events.canonical import canonical_json
from compliance.events.durable import sync_file, write_file
from compliance.events.leaf import CLASSES, leaf_sql
from compliance.events.sift import Reject
from compliance.events.sql import ident, text

if TYPE_CHECKING:
    import duckdb

EVENTS, LINES, LEAVES, REJECTS, RECEIPT = (
    "events.parquet",
    "lines.parquet",
    "leaves.bin",
    "rejects.ndjson",
    "receipt.json",
)
_BLOCK = 4096
_AT_ONCE = 64 * _BLOCK


def write_events(
    con: duckdb.DuckDBPyConnection, folder: Path, *, first: int, secret: str, fields: Sequence[str]
) -> int:
    """Writes events.parquet, lines.parquet and leaves.bin of the rows of `chosen` (k, f, line), and gives their number.

    `secret` makes the events' salts: SHA-256 of it and the row number, cut to 16 bytes. It is forgotten after the ingest, so
    that each salt stands alone.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE numbered AS SELECT k, f, line, ? + row_number() OVER (ORDER BY k) - 1 AS n FROM chosen",
        [first],
    )
    envelope = "n, id, type, t, service, source, corrects, f AS file, line"
    listed = "".join(f", {ident(name)}" for name in fields)
    _copy(con, f"SELECT {envelope}{listed} FROM staged JOIN numbered USING (k) ORDER BY type, n", folder / EVENTS)
    contents = {name: f"content_{name}" for name in CLASSES} | {"line": "raw"}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sealed AS SELECT *, " + leaf_sql(contents, "salt") + " AS leaf FROM ("
        "SELECT n, f, line, raw, CASE WHEN text = raw THEN NULL ELSE text END AS event, content_digest, "
        f"substring(sha256(? || ' ' || n::VARCHAR), 1, 32) AS salt, {', '.join(contents[name] for name in CLASSES)} "
        "FROM staged JOIN numbered USING (k) JOIN lines USING (k))",
        [secret],
    )
    _copy(
        con,
        "SELECT n, f AS file, line, raw, event, content_digest AS digest, salt FROM sealed ORDER BY n",
        folder / LINES,
    )
    write_file(folder / LEAVES, b"".join(_leaves(con)))
    return int(con.execute("SELECT count(*) FROM numbered").fetchall()[0][0])


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
