"""From lines to checked columns inside one connection: the fields of every type that occurs, and canonical JSON per class.

Each type is read by a query of its own: it has a tenth of the fields that all types have together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from compliance.events.catalogue import Catalogue, Kind, Sensitivity
from compliance.events.columns import INSTANT, TypeColumns, lower_escapes, micros, source_columns
from compliance.events.layout import Layout
from compliance.events.leaf import CLASSES
from compliance.events.sql import any_of, ident, text
from compliance.events.strict_json import MAX_DEPTH

if TYPE_CHECKING:
    import duckdb

_ODD = r"[,\[:]\s*([\]}]|[+-]?(?i:nan|inf|infinity)\s*[,\]}]|-?\d{16})"
"""Trailing commas, NaN, infinities and long integers, or text that looks like them: reasons to look closer."""
_KEYS = "array_to_string(json_keys(text), chr(1))"
_SAMPLE = 1 << 15
"""Rows whose members are looked at beforehand, to know the usual ones."""
_USUAL = 24
"""Usual orders of members per type; a row with another one is checked member by member."""
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.@$:/-]{1,64}\Z")
_MOST_STRAYS = 24
_ENVELOPE = ("id", "service", "source", "corrects")


def type_of(column: str) -> str:
    """Event type of a line as ENUM; NULL where it names none of the catalogue or is no JSON."""
    return f"TRY_CAST(TRY(json_extract_string({column}, '$.type')) AS event_type)"


def strict(column: str) -> str:
    """True where a valid JSON object in a column certainly is strict JSON, as far as its own members go."""
    return (
        f"len(json_keys({column})) = list_unique(json_keys({column})) AND NOT regexp_matches({column}, {text(_ODD)}) "
        f"AND strlen({column}) - strlen(replace(replace({column}, '{{', ''), '[', '')) <= {MAX_DEPTH}"
    )


class Staging:
    """Makes and fills the table `staged`: `k`, type, typed columns, canonical JSON per class, its digest, and `sound`.

    Its columns of fields are those of `layout`.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Catalogue) -> None:
        self._con = con
        self._catalogue = known
        self.layout = Layout(known)
        con.execute(
            "CREATE TEMP TABLE staged (k BIGINT, type event_type, id VARCHAR, t BIGINT, service VARCHAR, source VARCHAR, "
            f"corrects VARCHAR, sound BOOLEAN, {', '.join(f'content_{name} VARCHAR' for name in CLASSES)}, content_digest VARCHAR)"
        )

    def fill(self, relation: str) -> None:
        """Fills the table from a relation of `k`, `text` and `type`; rows whose type is NULL do not get in."""
        usual = self._usual(relation)
        kinds = self._types(relation)
        self._widen(kinds)
        for kind in kinds:
            self._insert(relation, kind, usual.get(kind, ()))

    def mend(self, rows: Sequence[tuple[int, str]]) -> None:
        """Puts rows judged to be events after all, in canonical form, in the place of the suspected ones."""
        if not rows:
            return
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE mended AS SELECT k, text, {type_of('text')} AS type FROM "
            "(SELECT unnest(?::BIGINT[]) AS k, unnest(?::VARCHAR[]) AS text)",
            [[row for row, _ in rows], [entry for _, entry in rows]],
        )
        self._con.execute("DELETE FROM staged WHERE k IN (SELECT k FROM mended)")
        kinds = self._types("mended")
        self._widen(kinds)
        for kind in kinds:
            self._insert("mended", kind, None)

    def _widen(self, kinds: Sequence[str]) -> None:
        for column in self.layout.add(name for kind in kinds for name in self._catalogue.types[kind].fields):
            self._con.execute(f"ALTER TABLE staged ADD COLUMN {column.name} {column.kind}")

    def _types(self, relation: str) -> list[str]:
        rows = self._con.execute(f"SELECT DISTINCT type::VARCHAR FROM {relation} WHERE type IS NOT NULL").fetchall()
        return sorted(kind for (kind,) in rows)

    def _usual(self, relation: str) -> dict[str, list[str]]:
        """Names of members in the usual orders of each type, joined as `_KEYS` joins them, none of them twice in one row."""
        lines = self._con.execute(f"SELECT count(*) FROM {relation} WHERE type IS NOT NULL").fetchall()[0][0]
        found: dict[str, list[str]] = {}
        for kind, keys in self._con.execute(
            f"SELECT type, keys FROM (SELECT type::VARCHAR AS type, {_KEYS} AS keys FROM {relation} "
            f"WHERE type IS NOT NULL AND k % {lines // _SAMPLE + 1} = 0) GROUP BY ALL ORDER BY type, count(*) DESC, keys"
        ).fetchall():
            names = keys.lower().split(chr(1))
            listed = found.setdefault(kind, [])
            if len(listed) < _USUAL and len(set(names)) == len(names) and all(map(_PLAIN_KEY.match, names)):
                listed.append(keys)
        return found

    def _insert(self, relation: str, kind: str, usual: Sequence[str] | None) -> None:
        """Inserts the rows of a type; where `usual` is None, they are known to be events."""
        columns = TypeColumns(self._catalogue, self._catalogue.types[kind])
        names = [name for name in source_columns(columns.fields) if name != "type"]
        kept, strays = _strays(usual or (), {*names, "type"})
        shape = text(json.dumps(dict.fromkeys([*names, *strays], "JSON")))
        listed = [f"s.{ident(name)}::VARCHAR AS {ident(name)}" for name in names]
        listed += [f"s.{ident(name)}::VARCHAR AS stray_{at}" for at, name in enumerate(strays)]
        read = (
            f"SELECT k, text, {', '.join(listed)} FROM "
            f"(SELECT k, text, from_json(text, {shape}) AS s FROM {relation} WHERE type = {text(kind)})"
        )
        sound = "TRUE" if usual is None else f"({self._strict(columns, kept, len(strays))}) AND {columns.sound()}"
        values = [f"{columns.value(name)} AS {ident(name)}" for name in _ENVELOPE]
        values += [f"{columns.value(name)} AS {self.layout.column(name)}" for name in columns.fields]
        values += [f"{columns.canonical(Sensitivity(name))} AS content_{name}" for name in CLASSES]
        values += [f"{text(kind)} AS type", f"{INSTANT} AS t", f"coalesce({sound}, FALSE) AS sound"]
        query = f"SELECT k, {', '.join(values)} FROM (SELECT *, {micros('time')} AS {INSTANT} FROM ({read}))"
        if usual is None:
            lowered = ", ".join(f"{lower_escapes(f'content_{name}')} AS content_{name}" for name in CLASSES)
            query = f"SELECT * REPLACE ({lowered}) FROM ({query})"
        contents = ", ".join(f"content_{name}" for name in CLASSES)
        self._con.execute(
            f"INSERT INTO staged BY NAME SELECT *, sha256(concat_ws(chr(10), {contents})) AS content_digest FROM ({query})"
        )

    def _strict(self, columns: TypeColumns, usual: Sequence[str], strays: int) -> str:
        """True where a row certainly is strict JSON: seen at once where its members are the usual ones and none is nested."""
        lists = [ident(name) for name in columns.fields if self._catalogue.fields[name].kind is Kind.LIST]
        plain = [any_of(_KEYS, usual), _ends_plainly("text")]
        plain += [_plain(f"stray_{at}") for at in range(strays)]
        if lists:
            plain.append(f"(coalesce({', '.join(lists)}) IS NULL OR NOT regexp_matches(text, '[,\\s]\\]'))")
        seen = f"CASE WHEN {' AND '.join(plain)} THEN TRUE ELSE {strict('text')} END"
        return f"NOT contains(text, '\\u000') AND NOT contains(text, '\\u001') AND {seen}"


def _strays(usual: Sequence[str], own: Iterable[str]) -> tuple[list[str], list[str]]:
    """The usual orders of members whose strays can be read beside the type's own members, and those strays."""
    known = set(own)
    kept: list[str] = []
    strays: list[str] = []
    lowered = {name.lower() for name in known}
    for keys in usual:
        new = [name for name in keys.split(chr(1)) if name not in known]
        fits = len(strays) + len(new) <= _MOST_STRAYS and not any(name.lower() in lowered for name in new)
        if fits:
            kept.append(keys)
            strays += new
            known.update(new)
            lowered.update(name.lower() for name in new)
    return kept, strays


def _plain(column: str) -> str:
    """True for a text, a truth value, a short whole number, or nothing: no nesting, no NaN, nothing to be rounded."""
    return (
        f"({column} IS NULL OR starts_with({column}, '\"') OR {column} = 'true' OR {column} = 'false' "
        f"OR regexp_full_match({column}, '-?\\d{{1,15}}'))"
    )


def _ends_plainly(column: str) -> str:
    """True where no comma stands before the last brace, for the usual ends of a line."""
    ends = ('"}', "e}", "]}", "l}", *(f"{digit}}}" for digit in range(10)))
    return "(" + " OR ".join(f"suffix({column}, {text(end)})" for end in ends) + ")"
