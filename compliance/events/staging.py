"""From lines to checked columns inside one connection: the fields of every type that occurs, and canonical JSON per class.

Each type is read by a query of its own: it has a tenth of the fields that all types have together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from compliance.events.catalogue import Catalogue, Kind, Sensitivity
from compliance.events.columns import INSTANT, TypeColumns, lower_escapes, micros, source_columns
from compliance.events.layout import Layout
from compliance.events.leaf import CLASSES, leaf_sql
from compliance.events.sql import any_of, ident, text
from compliance.events.strict_json import MAX_DEPTH
from compliance.progress import stage

if TYPE_CHECKING:
    import duckdb

_ODD = r"[,\[:]\s*([\]}]|[+-]?(?i:nan|inf|infinity)\s*[,\]}]|-?\d{16})"
"""Trailing commas, NaN, infinities and long integers, or text that looks like them: reasons to look closer."""
_KEYS = "array_to_string(json_keys(text), chr(1))"
_SAMPLE = 1 << 15
"""Rows whose members are looked at beforehand, to know the usual ones; strewn, since events often come in turns."""
_USUAL = 24
"""Usual orders of members per type; a row with another one is checked member by member."""
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.@$:/-]{1,64}\Z")
_MOST_STRAYS = 24
_ENVELOPE = ("id", "service", "source", "corrects")
_CONTENTS = {name: f"content_{name}" for name in CLASSES}
"""Disclosure class to the column of its canonical JSON."""


def type_of(column: str) -> str:
    """Event type of a line as ENUM; NULL where it names none of the catalogue or is no JSON."""
    return f"TRY_CAST(TRY(json_extract_string({column}, '$.type')) AS event_type)"


def salt_of(row: str) -> str:
    """Salt of a row in hexadecimal, from a secret that is bound (`?`): SHA-256 of it and the row's number, cut to 16 bytes."""
    return f"substring(sha256(? || ' ' || {row}::VARCHAR), 1, 32)"


def strict(column: str) -> str:
    """True where a valid JSON object in a column certainly is strict JSON, as far as its own members go."""
    return (
        f"len(json_keys({column})) = list_unique(json_keys({column})) AND NOT regexp_matches({column}, {text(_ODD)}) "
        f"AND strlen({column}) - strlen(replace(replace({column}, '{{', ''), '[', '')) <= {MAX_DEPTH}"
    )


class Staging:
    """Makes and fills the table `staged` of sound events: `k`, type, typed columns, the digest of their contents, and their leaf.

    Its columns of fields are those of `layout`. Lines are checked some at a time, in the table `part`, where they lie beside the
    canonical JSON of each class: that is needed for the leaf, and is as large as the lines themselves.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, known: Catalogue, secret: str) -> None:
        """`secret` makes the events' salts (`salt_of`)."""
        self._con = con
        self._catalogue = known
        self._secret = secret
        self.layout = Layout(known)
        fixed = "k BIGINT, type event_type, id VARCHAR, t BIGINT, service VARCHAR, source VARCHAR, corrects VARCHAR"
        con.execute(f"CREATE TEMP TABLE staged ({fixed}, content_digest VARCHAR, leaf VARCHAR)")
        contents = ", ".join(f"{name} VARCHAR" for name in _CONTENTS.values())
        con.execute(f"CREATE TEMP TABLE part ({fixed}, content_digest VARCHAR, sound BOOLEAN, raw VARCHAR, {contents})")

    def fill(self, relation: str, spans: Iterable[tuple[int, int]]) -> None:
        """Fills the table from a relation of `k`, `raw`, `text` and `type`, one span of `k` (first, first after) after the other.

        Rows whose type is NULL do not get in.
        """
        for first, after in spans:
            held = f"SELECT * FROM {relation} WHERE k >= {first:d} AND k < {after:d}"
            self._con.execute(f"CREATE OR REPLACE TEMP VIEW held AS {held}")
            usual = self._usual("held")
            self._check("held", usual)
            self._seal()

    def mend(self, relation: str, rows: Sequence[tuple[int, str]]) -> None:
        """Puts in rows of the relation that were judged to be events after all, in canonical form."""
        if not rows:
            return
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE mended AS SELECT k, raw, text, {type_of('text')} AS type FROM "
            f"(SELECT unnest(?::BIGINT[]) AS k, unnest(?::VARCHAR[]) AS text) JOIN (SELECT k, raw FROM {relation}) USING (k)",
            [[row for row, _ in rows], [entry for _, entry in rows]],
        )
        self._check("mended", None)
        self._seal()

    def _check(self, relation: str, usual: Mapping[str, Sequence[str]] | None) -> None:
        """Puts the rows of a relation into `part`; where `usual` is None, they are known to be events."""
        kinds = self._types(relation)
        self._widen(kinds)
        for kind in kinds:
            self._insert(relation, kind, None if usual is None else usual.get(kind, ()))

    def _seal(self) -> None:
        """Moves the sound rows of `part` to `staged`, with their leaves."""
        with stage("sealing events"):
            leaf = leaf_sql({**_CONTENTS, "line": "raw"}, "salt")
            self._con.execute(
                f"INSERT INTO staged BY NAME SELECT * EXCLUDE (sound, raw, salt, {', '.join(_CONTENTS.values())}), {leaf} AS leaf "
                f"FROM (SELECT *, {salt_of('k')} AS salt FROM part WHERE sound)",
                [self._secret],
            )
            self._con.execute("CREATE OR REPLACE TEMP TABLE part AS SELECT * FROM part LIMIT 0")

    def _widen(self, kinds: Sequence[str]) -> None:
        for column in self.layout.add(name for kind in kinds for name in self._catalogue.types[kind].fields):
            for table in ("staged", "part"):
                self._con.execute(f"ALTER TABLE {table} ADD COLUMN {column.name} {column.kind}")

    def _types(self, relation: str) -> list[str]:
        rows = self._con.execute(f"SELECT DISTINCT type::VARCHAR FROM {relation} WHERE type IS NOT NULL").fetchall()
        return sorted(kind for (kind,) in rows)

    def _usual(self, relation: str) -> dict[str, list[str]]:
        """Names of members in the usual orders of each type, joined as `_KEYS` joins them, none of them twice in one row."""
        lines = self._con.execute(f"SELECT count(*) FROM {relation} WHERE type IS NOT NULL").fetchall()[0][0]
        found: dict[str, list[str]] = {}
        for kind, keys in self._con.execute(
            f"SELECT type, keys FROM (SELECT type::VARCHAR AS type, {_KEYS} AS keys FROM {relation} "
            f"WHERE type IS NOT NULL AND hash(k) % {lines // _SAMPLE + 1} = 0) GROUP BY ALL ORDER BY type, count(*) DESC, keys"
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
            f"SELECT k, raw, text, {', '.join(listed)} FROM "
            f"(SELECT k, raw, text, from_json(text, {shape}) AS s FROM {relation} WHERE type = {text(kind)})"
        )
        sound = "TRUE" if usual is None else f"({self._strict(columns, kept, len(strays))}) AND {columns.sound()}"
        values = [f"{columns.value(name)} AS {ident(name)}" for name in _ENVELOPE]
        values += [f"{columns.value(name)} AS {self.layout.column(name)}" for name in columns.fields]
        values += [f"{columns.canonical(Sensitivity(name))} AS {content}" for name, content in _CONTENTS.items()]
        values += [f"{text(kind)} AS type", f"{INSTANT} AS t", f"coalesce({sound}, FALSE) AS sound"]
        query = f"SELECT k, raw, {', '.join(values)} FROM (SELECT *, {micros('time')} AS {INSTANT} FROM ({read}))"
        if usual is None:
            lowered = ", ".join(f"{lower_escapes(content)} AS {content}" for content in _CONTENTS.values())
            query = f"SELECT * REPLACE ({lowered}) FROM ({query})"
        contents = ", ".join(_CONTENTS.values())
        self._con.execute(
            f"INSERT INTO part BY NAME SELECT *, sha256(concat_ws(chr(10), {contents})) AS content_digest FROM ({query})"
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
