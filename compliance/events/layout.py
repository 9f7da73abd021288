"""Columns that fields share: two fields that no event type has both of lie in the same column, so that a table stays narrow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from compliance.events.catalogue import Catalogue, Kind
from compliance.events.columns import ENVELOPE_FIELDS
from compliance.events.sql import ident

_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}


@dataclass(slots=True)
class Shared:
    """One column: its name, its SQL type, its fields in the order of their places from 1, and the types that have them."""

    name: str
    kind: str
    fields: list[str] = field(default_factory=list)
    owners: set[str] = field(default_factory=set)


class Layout:
    """Gives fields their columns, and keeps to what it gave: later fields join a column only where no type has both."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._owners: dict[str, set[str]] = {}
        for kind in catalogue.types.values():
            for name in kind.fields:
                self._owners.setdefault(name, set()).add(kind.name)
        self._of: dict[str, Shared] = {}
        self.columns: list[Shared] = []

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that have a column, sorted."""
        return tuple(sorted(self._of))

    def column(self, name: str) -> str:
        """Column of a field."""
        return self._of[name].name

    def add(self, names: Iterable[str]) -> list[Shared]:
        """Gives further fields their columns, those of most types first; the columns that are new."""
        before = len(self.columns)
        new = sorted(set(names) - set(self._of) - {*ENVELOPE_FIELDS, "type"})
        for name in sorted(new, key=lambda one: -len(self._owners[one])):
            kind = _SQL_TYPES.get(self._catalogue.fields[name].kind, "VARCHAR")
            free = (one for one in self.columns if one.kind == kind and not one.owners & self._owners[name])
            column = next(free, None)
            if column is None:
                column = Shared(f"c_{len(self.columns)}", kind)
                self.columns.append(column)
            column.fields.append(name)
            column.owners |= self._owners[name]
            self._of[name] = column
        return self.columns[before:]

    def apart(self, query: str, names: Iterable[str]) -> str:
        """The relation of a query of `type` and the columns with these fields by their names again."""
        listed = [name for name in names if name in self._of]
        wanted = {self.column(name) for name in listed}
        shared = [column for column in self.columns if len(column.fields) > 1 and column.name in wanted]
        places = "".join(
            f", list_extract({[self._place(column, kind) for kind in self._catalogue.types]}::UTINYINT[], "
            f"enum_code(type)::BIGINT + 1) AS at_{column.name}"
            for column in shared
        )
        return f"SELECT *{''.join(f', {self._read(name)}' for name in listed)} FROM (SELECT *{places} FROM ({query}))"

    def _read(self, name: str) -> str:
        column = self._of[name]
        place = column.fields.index(name) + 1
        value = (
            f"CASE WHEN at_{column.name} = {place} THEN {column.name} END" if len(column.fields) > 1 else column.name
        )
        return f"{value} AS {ident(name)}"

    def _place(self, column: Shared, kind: str) -> int:
        return next((at for at, name in enumerate(column.fields, 1) if kind in self._owners[name]), 0)
