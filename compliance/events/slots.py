"""A narrow layout of events: fields that no type has both of share a column, so that few columns are checked, typed and kept.

Every field arrives as the JSON text of its value, one column per field, as `columns` has it. A row's type says which of the
fields of a slot is its own; that one is taken, checked and typed, and members the type does not have are never looked at. The
table of slots has every field by its name as well: a virtual column that reads the slot where the type has the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compliance.events.catalogue import Catalogue, EventType, FieldSpec, Kind
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
from compliance.events.sql import ident

FIXED = (("n", "BIGINT"), ("id", "VARCHAR"), ("type", "event_type"), ("t", "BIGINT"))
"""Columns that every row has; then come the three of the envelope that are text."""
_TEXTS = ("service", "source", "corrects")
_SQL_TYPES = {Kind.INTEGER: "BIGINT", Kind.INSTANT: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
_WIDTH = 6
"""Bits of a field's place in its slot; zero where the type has none of them."""
_PER_NUMBER = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """A column that several fields of one kind share; `fields` in the order of their places, from 1."""

    name: str
    fields: tuple[FieldSpec, ...]

    @property
    def place(self) -> str:
        """Column that tells which of its fields a row has, 0 for none."""
        return f"at_{self.name}"

    @property
    def kind(self) -> Kind:
        """How all of them are typed."""
        return self.fields[0].kind


class Slots:
    """Expressions for a set of fields over a relation of JSON columns, and the table that they fill."""

    __slots__ = ("_catalogue", "_of", "fields", "slots")

    def __init__(self, catalogue: Catalogue, fields: Iterable[str]) -> None:
        self._catalogue = catalogue
        self.fields = tuple(dict.fromkeys(name for name in fields if name not in ENVELOPE_FIELDS and name != "type"))
        self.slots = _divided(catalogue, self.fields)
        self._of = {spec.name: slot for slot in self.slots for spec in slot.fields}

    def table(self, name: str) -> str:
        """Statement that makes the empty table: fixed columns, slots, `sound`, and each field as a virtual column."""
        kept = [f"{ident(column)} {kind}" for column, kind in FIXED] + [f"{ident(column)} VARCHAR" for column in _TEXTS]
        kept += [f"{slot.place} UTINYINT" for slot in self._shared()]
        kept += [f"{ident(slot.name)} {_SQL_TYPES.get(slot.kind, 'VARCHAR')}" for slot in self.slots]
        named = [
            f"{ident(field)} {_SQL_TYPES.get(self._of[field].kind, 'VARCHAR')} GENERATED ALWAYS AS ({self._read(field)}) VIRTUAL"
            for field in self.fields
        ]
        return f"CREATE TEMP TABLE {ident(name)} ({', '.join([*kept, 'sound BOOLEAN', *named])})"

    @property
    def listed(self) -> str:
        """Names of the columns that `rows` fills, in its order."""
        fixed = [column for column, _ in FIXED]
        places = [slot.place for slot in self._shared()]
        return ", ".join(map(ident, (*fixed, *_TEXTS, *places, *(slot.name for slot in self.slots), "sound")))

    def _shared(self) -> Iterator[Slot]:
        return (slot for slot in self.slots if len(slot.fields) > 1)

    def rows(self, source: str, number: str = "NULL::BIGINT", sound: str | None = None) -> str:
        """Query for the columns `listed` from a relation of JSON members. `sound`: said beforehand, or worked out (None)."""
        envelope = [value_of(self._catalogue.fields[name], ident(name)) for name in _TEXTS]
        values = [
            number,
            value_of(self._catalogue.fields["id"], ident("id")),
            TYPE_NAME,
            INSTANT,
            *envelope,
            *(f"{slot.place}::UTINYINT" for slot in self._shared()),
            *(value_of(slot.fields[0], ident(slot.name)) for slot in self.slots),
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
        checks = [envelope_sound(self._catalogue), *map(self._checked, self.slots)]
        checks += [has_all(columns, f"needs_{at}") for at, columns in self._required()]
        return f"coalesce({' AND '.join(checks)}, FALSE)"

    def _checked(self, slot: Slot) -> str:
        column = ident(slot.name)
        if not slot.fields[0].codes:
            return check_of(slot.fields[0], column)
        cases = " ".join(
            f"WHEN {slot.place} = {at} THEN {check_of(spec, column)}" for at, spec in enumerate(slot.fields, 1)
        )
        return f"({column} IS NULL OR CASE {cases} END)"

    def _read(self, field: str) -> str:
        """The slot where the row's type has the field."""
        slot = self._of[field]
        if len(slot.fields) == 1:
            return ident(slot.name)
        place = next(at for at, spec in enumerate(slot.fields, 1) if spec.name == field)
        return f"CASE WHEN {slot.place} = {place} THEN {ident(slot.name)} END"


def _places(group: Sequence[Slot], kind: EventType) -> int:
    """Which field of each slot the type has: its place from 1, six bits each."""
    return sum(
        at << (_WIDTH * bit)
        for bit, slot in enumerate(group)
        for at, spec in enumerate(slot.fields, 1)
        if spec.name in kind.fields
    )


def _divided(catalogue: Catalogue, fields: Sequence[str]) -> tuple[Slot, ...]:
    """Slots for the fields: alike in kind and in what is checked, and never two of one type in the same (greedy, widest first)."""
    owners = {name: frozenset(kind.name for kind in catalogue.types.values() if name in kind.fields) for name in fields}
    shared: dict[tuple[str, bool, int | None], list[tuple[list[FieldSpec], set[str]]]] = {}
    for name in sorted(fields, key=lambda name: (-len(owners[name]), name)):
        spec = catalogue.fields[name]
        alike = shared.setdefault((spec.kind.value, bool(spec.codes), spec.max_length), [])
        free = next((slot for slot in alike if not slot[1] & owners[name] and len(slot[0]) < (1 << _WIDTH) - 1), None)
        if free is None:
            free = ([], set())
            alike.append(free)
        free[0].append(spec)
        free[1].update(owners[name])
    found = [members for key in sorted(shared, key=str) for members, _ in shared[key]]
    return tuple(Slot(f"slot_{number}", tuple(members)) for number, members in enumerate(found))
