"""Files that are no native NDJSON: read by their own reader, turned by a mapping, and laid down as lines with an event's text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import InputError, Place
from compliance.events.catalogue import Catalogue
from compliance.events.mapping import Mapping
from compliance.events.readers.csv_file import CsvFile, csv_file
from compliance.events.readers.lines import LineFile, line_file, refused_line
from compliance.events.readers.ndjson import create_in_order, whole_lines
from compliance.events.readers.parquet import parquet_file, rows
from compliance.events.readers.source import SourceFile
from compliance.events.reasons import refusal
from compliance.events.sql import ident, text
from compliance.events.staging import strict
from compliance.events.transform import Cell, event_text, identity, row_filter

if TYPE_CHECKING:
    import duckdb


def is_foreign(source: SourceFile, mapping: Mapping | None) -> bool:
    """True where a file needs more than the native reader of NDJSON."""
    return mapping is not None or source.format != "ndjson"


class Foreign:
    """Reads foreign files into tables `line`, `raw`, `text`, `fault`, one table each."""

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Catalogue, folder: Path, mapping: Mapping | None) -> None:
        self._con = con
        self._catalogue = known
        self._folder = folder
        self._mapping = mapping

    def read(self, source: SourceFile, table: str) -> LineFile:
        """Makes the table of one file and gives its counts. InputError `MAP-COLUMN`, `ING-CSV-HEADER`, `ING-FILE-PARQUET`."""
        form = self._mapping.source.format if self._mapping else source.format
        if form == "csv":
            return self._csv(source, table)
        if form == "parquet":
            found, columns = parquet_file(source, self._folder, self._con)
            mapping = self._fitting(source, tuple(columns), "parquet")
            return self._lay(found, table, mapping, rows(found, columns), _numbered(tuple(columns)))
        return self._ndjson(source, table)

    def _csv(self, source: SourceFile, table: str) -> LineFile:
        shape = self._mapping.source if self._mapping else None
        read = csv_file(
            source,
            self._folder,
            dialect=shape.dialect if shape else "rfc4180",
            separator=shape.separator if shape else ",",
        )
        if not read.header:
            self._con.execute(f"CREATE TABLE {ident(table)} (line BIGINT, raw VARCHAR, text VARCHAR, fault VARCHAR)")
            read.file.table = table
            return read.file
        mapping = self._fitting(source, read.header, "csv")
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {read.query()}")
        self._refuse_missing(read)
        return self._lay(read.file, table, mapping, "FROM cells", _numbered(read.header))

    def _refuse_missing(self, read: CsvFile) -> None:
        if self._con.execute("SELECT count(*) FROM cells").fetchall()[0][0] == len(read.written):
            return
        found = {line for (line,) in self._con.execute("SELECT line FROM cells").fetchall()}
        for line, record in read.missing(found):
            read.file.refused.append(refused_line(line, record, refusal("ING-CSV-FIELDS")))

    def _ndjson(self, source: SourceFile, table: str) -> LineFile:
        assert self._mapping is not None
        found = line_file(source, self._folder, keep_returns=True)
        create_in_order(self._con, "foreign_raw", whole_lines(found.path))
        columns = self._mapping.columns
        shape = text("{" + ", ".join(f'"{name}": "JSON"' for name in columns) + "}") if columns else '\'{"-": "JSON"}\''
        cells = "".join(f", {_member(name)} AS c{index}" for index, name in enumerate(columns))
        raw = "replace(raw, chr(2), chr(13))"
        whole = f"CASE WHEN rowid = 0 THEN chr(65279) || {raw} ELSE {raw} END" if found.bom else raw
        query = (
            f"SELECT line, raw{cells}, coalesce({strict('body')}, FALSE) AS sound FROM (SELECT rowid + 1 AS line, {whole} AS raw, "
            f"CASE WHEN json_valid({raw}) THEN {raw} END AS body, from_json(body, {shape}) AS s FROM foreign_raw WHERE raw <> chr(3))"
        )
        laid = self._lay(found, table, self._mapping, query, _numbered(columns), suspect="sound")
        self._con.execute("DROP TABLE foreign_raw")
        return laid

    def _fitting(self, source: SourceFile, columns: Sequence[str], form: str) -> Mapping:
        """The mapping in use, whose columns the file has."""
        if self._mapping is None:
            return identity(tuple(columns), self._catalogue, form)
        for name in (*self._mapping.columns, *self._mapping.source.columns):
            if name not in columns:
                raise InputError(
                    "MAP-COLUMN",
                    f"{source.name} has no column {name!r}",
                    place=self._mapping.place_of(name) or Place(source.name),
                    hint="the file has: " + ", ".join(columns[:40]),
                )
        return self._mapping

    def _lay(
        self, found: LineFile, table: str, mapping: Mapping, query: str, cell: Cell, suspect: str = "TRUE"
    ) -> LineFile:
        """Makes the table: `fault` names a field that cannot be made, `*` marks a line whose own JSON needs a closer look."""
        body, fault = event_text(mapping, cell, self._catalogue)
        keep = row_filter(mapping, cell)
        self._con.execute(
            f"CREATE TABLE {ident(table)} AS SELECT line, raw, {body} AS text, "
            f"CASE WHEN {suspect} THEN {fault} ELSE '*' END AS fault FROM ({query}) WHERE {keep} OR NOT {suspect}"
        )
        kept = self._con.execute(f"SELECT count(*) FROM {ident(table)}").fetchall()[0][0]
        found.table = table
        found.filtered = found.lines - len(found.blank) - len(found.refused) - kept
        return found


def _numbered(columns: Sequence[str]) -> Cell:
    places = {name: f"c{index}" for index, name in enumerate(columns)}
    return lambda name: f"nullif({places[name]}, '')" if name in places else "NULL::VARCHAR"


def _member(name: str) -> str:
    value = f"s.{ident(name)}::VARCHAR"
    return f"CASE WHEN starts_with({value}, '\"') THEN {value} ->> '$' ELSE {value} END"
