"""A narrow layout of events: fields that no type has both of share a column, so that few columns are checked, typed and kept.

Every field arrives as the JSON text of its value, one column per field, as `columns` has it. A row's type says which of the
fields of a slot is its own; that one is taken, checked and typed, and members the type does not have are never looked at. Of the
filled table relations are made in which every field has its name again: all events, and those of one type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from compliance.events.catalogue import Catalogue, EventType, FieldSpec
from compliance.events.columns import (
    ENVELOPE_FIELDS,
    INSTANT,
    TYPE_NAME,
    check_of,
    envelope_sound,
    groups,
    has_all,
    typed,
    value_of,
)
from compliance.events.layout import Layout
from compliance.events.sql import any_of, ident, text

FIXED = (("n", "BIGINT"), ("id", "VARCHAR"), ("type", "event_type"), ("t", "BIGINT"))
"""Columns that every row has; then come the three of the envelope that are text."""
_TEXTS = ("service", "source", "corrects")
_ENVELOPE = ", ".join(ident(name) for name in (*(column for column, _ in FIXED), *_TEXTS))
_WIDTH = 7
"""Bits of a field's place in its slot; zero where the type has none of them."""
_PER_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Slot:
    """A column that several fields of one SQL type share; `fields` in the order of their places, from 1, those alike together."""

    name: str
    kind: str
    fields: tuple[FieldSpec, ...]

    @property
    def place(self) -> str:
        """Column that tells which of its fields a row's type has, 0 for none."""
        return f"at_{self.name}"

    def each(self, expression: Callable[[FieldSpec, str], str]) -> str:
        """An expression of the field that a row has, over the slot's column; NULL where it has none."""
        column = ident(self.name)
        runs = [(said, len(list(places))) for said, places in groupby(expression(spec, column) for spec in self.fields)]
        if len(runs) == 1:
            return runs[0][0]
        cases, last = "", 0
        for said, places in runs:
            last += places
            cases += f" WHEN {self.place} <= {last} THEN {said}"
        return f"CASE{cases} END"


class Slots:
    """Expressions for a set of fields over a relation of JSON columns, and the table that they fill."""

    __slots__ = ("_catalogue", "_of", "fields", "slots")

    def __init__(self, catalogue: Catalogue, fields: Iterable[str]) -> None:
        self._catalogue = catalogue
        self.fields = tuple(dict.fromkeys(name for name in fields if name not in ENVELOPE_FIELDS and name != "type"))
        self.slots = _divided(catalogue, self.fields)
        self._of = {spec.name: slot for slot in self.slots for spec in slot.fields}

    def table(self, name: str) -> str:
        """Statement that makes the empty table: fixed columns, slots, and `sound`."""
        kept = [f"{ident(column)} {kind}" for column, kind in FIXED] + [f"{ident(column)} VARCHAR" for column in _TEXTS]
        kept += [f"{ident(slot.name)} {slot.kind}" for slot in self.slots]
        return f"CREATE TEMP TABLE {ident(name)} ({', '.join([*kept, 'sound BOOLEAN'])})"

    def named(self, table: str) -> str:
        """Query for all events of the table: the fixed columns, then each field, NULL where the row's type does not have it."""
        fields = ", ".join(f"{self._read(field)} AS {ident(field)}" for field in self.fields)
        return f"SELECT {_ENVELOPE}{', ' if fields else ''}{fields} FROM {ident(table)}"

    def of_type(self, table: str, kind: EventType) -> str:
        """Query for the events of one type: the fixed columns, then the fields that the type has."""
        own = (name for name in self.fields if name in kind.fields)
        fields = "".join(f", {ident(self._of[name].name)} AS {ident(name)}" for name in own)
        return f"SELECT {_ENVELOPE}{fields} FROM {ident(table)} WHERE type = {text(kind.name)}"

    @property
    def listed(self) -> str:
        """Names of the columns that `rows` fills, in its order."""
        fixed = [column for column, _ in FIXED]
        return ", ".join(map(ident, (*fixed, *_TEXTS, *(slot.name for slot in self.slots), "sound")))

    def rows(self, source: str, number: str = "NULL::BIGINT", sound: str | None = None) -> str:
        """Query for the columns `listed` from a relation of JSON members. `sound`: said beforehand, or worked out (None)."""
        envelope = [value_of(self._catalogue.fields[name], ident(name)) for name in _TEXTS]
        values = [
            number,
            value_of(self._catalogue.fields["id"], ident("id")),
            TYPE_NAME,
            INSTANT,
            *envelope,
            *(slot.each(value_of) for slot in self.slots),
            self._sound() if sound is None else sound,
        ]
        return f"SELECT {', '.join(values)} FROM ({self._chosen(source)})"

    def _chosen(self, source: str) -> str:
        """The relation with each slot as the JSON text of the one of its fields that the row's type has."""
        kinds = self._catalogue.types.values()
        numbers = {f"places_{at}": [_places(group, kind) for kind in kinds] for at, group in enumerate(self._groups())}
        numbers |= {f"needs_{at}": [self._need(names, kind) for kind in kinds] for at, names in self._required()}
        places = "".join(
            f", (places_{at} >> {_WIDTH * bit}) & {(1 << _WIDTH) - 1} AS {slot.place}"
            for at, group in enumerate(self._groups())
            for bit, slot in enumerate(group)
        )
        taken = "".join(f", {self._taken(slot)}" for slot in self.slots)
        return f"SELECT *{taken} FROM (SELECT *{places} FROM ({typed(source, numbers)}))"

    def _taken(self, slot: Slot) -> str:
        cases = " ".join(f"WHEN {slot.place} = {at} THEN {ident(spec.name)}" for at, spec in enumerate(slot.fields, 1))
        return f"CASE {cases} END AS {ident(slot.name)}"

    def _groups(self) -> list[tuple[Slot, ...]]:
        return [self.slots[at : at + _PER_NUMBER] for at in range(0, len(self.slots), _PER_NUMBER)]

    def _required(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Groups of the columns that a type may need."""
        return groups([*(slot.name for slot in self.slots), "source", "corrects"])

    def _need(self, columns: Sequence[str], kind: EventType) -> int:
        """A bit per column that must not be empty in an event of the type."""
        fields = {slot.name: {spec.name for spec in slot.fields} for slot in self.slots}
        return sum(1 << bit for bit, name in enumerate(columns) if fields.get(name, {name}) & set(kind.required))

    def _sound(self) -> str:
        checks = [envelope_sound(self._catalogue)]
        checks += [f"({ident(slot.name)} IS NULL OR {slot.each(check_of)})" for slot in self.slots]
        checks += [has_all(columns, f"needs_{at}") for at, columns in self._required()]
        return f"coalesce({' AND '.join(checks)}, FALSE)"

    def _read(self, field: str) -> str:
        """The slot where the row's type has the field."""
        slot = self._of[field]
        if len(slot.fields) == 1:
            return ident(slot.name)
        owners = (kind.name for kind in self._catalogue.types.values() if field in kind.fields)
        return f"CASE WHEN {any_of('type', owners)} THEN {ident(slot.name)} END"


def _places(group: Sequence[Slot], kind: EventType) -> int:
    """Which field of each slot the type has: its place from 1, `_WIDTH` bits each."""
    return sum(
        at << (_WIDTH * bit)
        for bit, slot in enumerate(group)
        for at, spec in enumerate(slot.fields, 1)
        if spec.name in kind.fields
    )


def _divided(catalogue: Catalogue, fields: Sequence[str]) -> tuple[Slot, ...]:
    """Slots for the fields, never two of one type in the same; the fields of a slot by what is checked and how they are typed."""
    layout = Layout(catalogue)
    layout.add(fields)
    return tuple(
        Slot(
            f"slot_{number}",
            column.kind,
            tuple(sorted((catalogue.fields[name] for name in column.fields), key=_alike)),
        )
        for number, column in enumerate(layout.columns)
    )


def _alike(spec: FieldSpec) -> tuple[str, str, str]:
    return (spec.kind.value, check_of(spec, ""), spec.name)
