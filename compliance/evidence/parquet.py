"""Tables of exhibits as Parquet beside their CSV: numbers as numbers, texts as they are, and the two held against each other."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.events.session import Scratch, close_off, connect
from compliance.events.sql import ident, text, texts
from compliance.evidence.exhibit import cell_plain, cell_text

if TYPE_CHECKING:
    import duckdb

Table = tuple[Sequence[str], Sequence[Sequence[Any]]]
MEMORY = "256MB"
"""For reading: a table of an exhibit is small, and what claims to be one may not be."""
_TYPES: dict[type, str] = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}


def tables_parquet(tables: Sequence[Table]) -> list[bytes]:
    """Parquet files of tables: a column of one kind of number has its type, any other is text. Same tables, same bytes."""
    if not tables:
        return []
    scratch = Scratch()
    con = connect(scratch.spill, threads=1)
    try:
        return [_written(con, scratch.path / f"{number}.parquet", table) for number, table in enumerate(tables)]
    finally:
        con.close()


def difference(table: Path, parquet: Path) -> str | None:
    """Where a Parquet file does not hold the table of a CSV file, in words; None where it does."""
    import duckdb

    scratch = Scratch()
    con = connect(scratch.spill, memory=MEMORY, threads=1)
    try:
        close_off(con, [parquet.parent.resolve(), scratch.path])
        found = con.execute(f"SELECT * FROM read_parquet({texts([str(parquet.resolve())])})")
        with table.open(encoding="utf-8", newline="") as file:
            return _difference(csv.reader(file), found)
    except (duckdb.Error, ValueError, csv.Error, OSError) as error:
        return f"it cannot be read: {str(error).splitlines()[0]}"
    finally:
        con.close()


def _difference(lines: Any, found: duckdb.DuckDBPyConnection) -> str | None:
    if [column[0] for column in found.description or ()] != _names(next(lines, [])):
        return "its columns are not those of the CSV"
    rows = iter(found.fetchone, None)
    for number, (line, row) in enumerate(zip_longest(lines, rows), start=1):
        if line is None or row is None:
            return f"it has {'more' if line is None else 'fewer'} rows than the CSV"
        if any(cell not in (cell_text(value), cell_plain(value)) for cell, value in zip(line, row, strict=True)):
            return f"row {number} is not that of the CSV"
    return None


def _written(con: duckdb.DuckDBPyConnection, path: Path, table: Table) -> bytes:
    names, rows = _names(table[0]), table[1]
    columns = [_typed(values) for values in zip(*rows, strict=True)] if rows else [("VARCHAR", []) for _ in names]
    listed = ", ".join(f"{ident(name)} {kind}" for name, (kind, _) in zip(names, columns, strict=True))
    con.execute(f"CREATE OR REPLACE TEMP TABLE exhibit ({listed})")
    if rows:
        taken = ", ".join(f"unnest(?::{kind}[])" for kind, _ in columns)
        con.execute(f"INSERT INTO exhibit SELECT {taken}", [values for _, values in columns])
    con.execute(f"COPY exhibit TO {text(str(path))} (FORMAT parquet)")
    return path.read_bytes()


def _names(columns: Sequence[str]) -> list[str]:
    """Headings as names of columns, which are told apart whatever the case of their letters."""
    seen: dict[str, int] = {}
    names = []
    for column in columns:
        name = column or "column"
        count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        names.append(name if count == 1 else f"{name} ({count})")
    return names


def _typed(values: Sequence[Any]) -> tuple[str, list[Any]]:
    kinds = {type(value) for value in values if value is not None}
    kind = _TYPES.get(next(iter(kinds))) if len(kinds) == 1 else None
    if kind is None or (kind == "BIGINT" and any(abs(value or 0) >= 2**63 for value in values)):
        return "VARCHAR", [None if value is None else cell_plain(value) for value in values]
    return kind, list(values)
