"""One table per event type, made when the first plan asks for it: many rules ask for few types, over and over.

A log holds all types mixed. A plan that selects one of them reads every row's type, and of a store every file, each time; what
it selects is copied once instead, with the columns that the type has. Plans say what they said before, of other tables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.engine.plan import Apply, Column, Expr, Filter, Join, Literal, Relation, Scan, Union, both
from compliance.engine.sql import identifier, literal
from compliance.events.catalogue import EventType, catalogue
from compliance.events.dataset import MANY, of_type

if TYPE_CHECKING:
    import duckdb

EVENTS = "ev"
_NONE = "ev of no type"
"""A table without rows, for all types of which there is no event."""
_ENVELOPE = ("n", "id", "type", "t", "service", "source", "corrects")


class ByType:
    """The tables of single types beside the table `ev` of one connection, which must not change any more."""

    __slots__ = ("_columns", "_con", "_held", "_laid", "_names")

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._columns: frozenset[str] = frozenset()
        self._held: frozenset[str] | None = None
        self._laid: frozenset[str] = frozenset()
        self._names: dict[str, str] = {}

    def narrowed(self, relation: Relation) -> Relation:
        """The relation with each selection of one type's events from that type's table. The same object where there is none."""
        match relation:
            case Filter(Scan("ev"), where) if (kind := _type_of(where)) is not None:
                name = self._table(kind)
                return relation if name is None else Filter(Scan(name), _without_type(where))
            case Scan():
                return relation
            case Join(left, right):
                one, other = self.narrowed(left), self.narrowed(right)
                return relation if one is left and other is right else replace(relation, left=one, right=other)
            case Union(parts):
                narrowed = tuple(self.narrowed(part) for part in parts)
                same = all(one is other for one, other in zip(parts, narrowed, strict=True))
                return relation if same else Union(narrowed)
        source = self.narrowed(relation.source)
        return relation if source is relation.source else replace(relation, source=source)

    def _table(self, kind: str) -> str | None:
        """Name of the type's table; None where the log is small, or the type is not in the catalogue."""
        spec = catalogue().types.get(kind)
        if spec is None or not self._worth():
            return None
        if kind not in self._names:
            self._names[kind] = self._made(spec) if self._held is not None and kind in self._held else self._empty()
        return self._names[kind]

    def _made(self, kind: EventType) -> str:
        """The copy of the type's events, out of the relation that is laid out for it, if there is one."""
        name = f"{EVENTS}.{kind.name}"
        source = f"{identifier(EVENTS)} WHERE type = {literal(kind.name)}"
        if of_type(kind.name) in self._laid:
            source = identifier(of_type(kind.name))
        listed = ", ".join(
            identifier(one)
            for one in (*_ENVELOPE, *sorted(kind.fields.keys() - set(_ENVELOPE)))
            if one in self._columns
        )
        self._con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {identifier(name)} AS SELECT {listed} FROM {source}")
        return name

    def _empty(self) -> str:
        if _NONE not in self._names.values():
            self._con.execute(
                f"CREATE TEMP TABLE IF NOT EXISTS {identifier(_NONE)} AS SELECT * FROM {identifier(EVENTS)} LIMIT 0"
            )
        return _NONE

    def _worth(self) -> bool:
        """Whether the log is large; looked up once, with its types and columns."""
        if self._held is None:
            counts = dict(
                self._con.execute(f"SELECT type::VARCHAR, count(*) FROM {identifier(EVENTS)} GROUP BY 1").fetchall()
            )
            self._held = frozenset(counts) if sum(counts.values()) >= MANY else frozenset()
            described = self._con.execute(f"SELECT * FROM {identifier(EVENTS)} LIMIT 0").description
            self._columns = frozenset(str(column[0]) for column in described)
            views = self._con.execute("SELECT view_name FROM duckdb_views() WHERE temporary").fetchall()
            self._laid = frozenset(str(name) for (name,) in views)
        return bool(self._held)


def _type_of(where: Expr) -> str | None:
    """The one type that a condition lets through, where it begins with that."""
    first = where.args[0] if isinstance(where, Apply) and where.op == "and" else where
    match first:
        case Apply("=", (Column("type", ""), Literal(str(kind)))):
            return kind
    return None


def _without_type(where: Expr) -> Expr:
    rest = where.args[1:] if isinstance(where, Apply) and where.op == "and" else ()
    return both(*rest)
