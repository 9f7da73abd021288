"""From lines to checked columns inside one connection: every field of every type that occurs, and canonical JSON per class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compliance.events.catalogue import Catalogue, Sensitivity
from compliance.events.columns import TYPE_NAME, Columns, source_columns
from compliance.events.leaf import CLASSES
from compliance.events.session import create_types
from compliance.events.sql import ident, text
from compliance.events.strict_json import MAX_DEPTH

if TYPE_CHECKING:
    import duckdb

_ODD = r"[,\[:]\s*([\]}]|[+-]?(?i:nan|inf|infinity)\s*[,\]}]|-?\d{16})"
"""Trailing commas, NaN, infinities and long integers, or text that looks like them: reasons to look closer."""


def strict(column: str) -> str:
    """True where a valid JSON object in a column certainly is strict JSON, as far as its own members go."""
    return (
        f"len(json_keys({column})) = list_unique(json_keys({column})) AND NOT regexp_matches({column}, {text(_ODD)}) "
        f"AND strlen({column}) - strlen(replace(replace({column}, '{{', ''), '[', '')) <= {MAX_DEPTH}"
    )


def types_in(con: duckdb.DuckDBPyConnection, relation: str, known: Catalogue) -> tuple[str, ...]:
    """Event types of the catalogue that occur in `text` of a relation, sorted."""
    rows = con.execute(
        f'SELECT DISTINCT from_json(CASE WHEN json_valid(text) THEN text END, \'{{"type": "VARCHAR"}}\').type '
        f"FROM {ident(relation)}"
    ).fetchall()
    return tuple(sorted(name for (name,) in rows if name in known.types))


def fields_of(types: Sequence[str], known: Catalogue) -> tuple[str, ...]:
    """All fields that the types have, sorted."""
    return tuple(sorted({name for kind in types for name in known.types[kind].fields}))


class Staging:
    """Makes and fills the table `staged`: `k`, typed columns, `content_<class>` in canonical JSON, and `sound`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Catalogue, types: Sequence[str]) -> None:
        self._con = con
        self.columns = Columns(known, fields_of(types, known))
        create_types(con, known.types)
        self._names = source_columns(self.columns.fields)

    def fill(self, relation: str) -> None:
        """Creates `staged` from a relation of `k`, `text` and `fault`; what a mapping could not make is not sound."""
        source = f"(SELECT k, CASE WHEN fault IS NULL THEN text END AS text FROM {ident(relation)})"
        query = self._select(source, condition=strict("text"))
        self._con.execute(f"CREATE TEMP TABLE staged AS {query}")

    def mend(self, rows: Sequence[tuple[int, str]]) -> None:
        """Puts rows judged to be events after all, in canonical form, in the place of the suspected ones."""
        if not rows:
            return
        self._con.execute(
            "CREATE OR REPLACE TEMP TABLE mended AS SELECT unnest(?::BIGINT[]) AS k, unnest(?::VARCHAR[]) AS text",
            [[row for row, _ in rows], [entry for _, entry in rows]],
        )
        self._con.execute("DELETE FROM staged WHERE k IN (SELECT k FROM mended)")
        self._con.execute(f"INSERT INTO staged {self._select('mended', condition='TRUE', trusted=True)}")

    def _select(self, source: str, *, condition: str, trusted: bool = False) -> str:
        shape = text("{" + ", ".join(f'"{name}": "JSON"' for name in self._names) + "}")
        listed = ", ".join(f"s.{ident(name)}::VARCHAR AS {ident(name)}" for name in self._names)
        inner = (
            f"SELECT k, strict, {listed} FROM (SELECT k, CASE WHEN s IS NOT NULL THEN {condition} END AS strict, s FROM "
            f"(SELECT k, text, from_json(CASE WHEN json_valid(text) THEN text END, {shape}) AS s FROM {source}))"
        )
        sound = "TRUE" if trusted else f"coalesce(strict, FALSE) AND {self.columns.sound()}"
        listed = ", ".join(f"content_{name}" for name in CLASSES)
        return (
            f"SELECT *, sha256(concat_ws(chr(10), {listed})) AS content_digest FROM "
            f"(SELECT k, {self._values()}, {self._contents()}, {sound} AS sound FROM ({self.columns.typed(inner)}))"
        )

    def _values(self) -> str:
        values = [f"{self.columns.value(name)} AS {ident(name)}" for name in ("id", "service", "source", "corrects")]
        values += [f"{TYPE_NAME}::VARCHAR AS type", f"{self.columns.value('time')} AS t"]
        return ", ".join(values + [f"{self.columns.value(name)} AS {ident(name)}" for name in self.columns.fields])

    def _contents(self) -> str:
        return ", ".join(f"{self.columns.canonical(Sensitivity(name))} AS content_{name}" for name in CLASSES)
