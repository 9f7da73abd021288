"""Parquet: rows with their numbers, cells as text, and each row as one JSON line that stands for it verbatim."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import InputError, Place
from compliance.events.readers.lines import LineFile
from compliance.events.readers.source import Content, SourceFile
from compliance.events.sql import ident, texts

if TYPE_CHECKING:
    import duckdb

_ROW = "file_row_number"


def parquet_file(source: SourceFile, folder: Path, con: duckdb.DuckDBPyConnection) -> tuple[LineFile, dict[str, str]]:
    """The file with its row count, and its columns with their DuckDB types. InputError `ING-FILE-PARQUET` where it is damaged."""
    import duckdb

    found = LineFile(source, source.path)
    if set("*?[]{}") & set(str(source.path)):
        found.path = folder / f"{source.stamp[0]}.parquet"
        shutil.copyfile(source.path, found.path)
    content = Content(source)
    for _ in content.chunks():
        pass
    found.sha256 = content.digest
    try:
        columns = {
            row[0]: str(row[1])
            for row in con.execute(f"DESCRIBE SELECT * FROM {_read(found)}").fetchall()
            if row[0] != _ROW
        }
        found.lines = con.execute(f"SELECT count(*) FROM {_read(found)}").fetchall()[0][0]
    except duckdb.Error as error:
        raise InputError(
            "ING-FILE-PARQUET",
            f"not a readable Parquet file: {str(error).splitlines()[0]}",
            place=Place(source.name),
            hint="write the file anew; it may be cut off",
        ) from error
    return found, columns


def _read(found: LineFile) -> str:
    return f"read_parquet({texts([str(found.path)])}, {_ROW} = true)"


def rows(found: LineFile, columns: dict[str, str]) -> str:
    """A relation of `line`, `raw` (the row as JSON) and the cells `c0`, `c1`, ... as text."""
    whole = ", ".join(f"{ident(name)} := {ident(name)}" for name in columns)
    cells = "".join(f", {_cell(name, kind)} AS c{index}" for index, (name, kind) in enumerate(columns.items()))
    return f"SELECT {_ROW} + 1 AS line, to_json(struct_pack({whole}))::VARCHAR AS raw{cells} FROM {_read(found)}"


def _cell(name: str, kind: str) -> str:
    column = ident(name)
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"strftime(timezone('UTC', {column}), '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%f')"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"
