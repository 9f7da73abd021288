"""Column expressions compiled from the catalogue: values, checks and canonical JSON over JSON-typed columns.

Every field arrives as the JSON text of its value (`"5"` and `5` differ), printed anew by the reader, or NULL. The checks may
suspect a row that is sound (then `judge` decides and the row returns in canonical form); they never pass one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from compliance.events.catalogue import Catalogue, EventType, FieldSpec, Kind, Sensitivity
from compliance.events.judge import LENGTHS
from compliance.events.sql import any_of, ident, text

ENVELOPE_FIELDS = ("id", "time", "service", "source", "corrects")
_INSTANT = r'"[1-9]\d{3}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-](0\d|1[0-4]):[0-5]\d)"'
_DATE = r'"[1-9]\d{3}-\d\d-\d\d"'
_STRINGS = r'\[("([^"\\]|\\.)*"(,"([^"\\]|\\.)*")*)?\]'
_CLEAN_INTEGER = 2**53


def source_columns(fields: Iterable[str]) -> tuple[str, ...]:
    """Names of the JSON members to read: envelope, CloudEvents marker and fields, each once."""
    return tuple(dict.fromkeys((*ENVELOPE_FIELDS, "type", "specversion", *fields)))


def unquoted(column: str) -> str:
    """Text of a JSON string column."""
    return f"CASE WHEN contains({column}, '\\') THEN {column} ->> '$' ELSE substring({column}, 2, length({column}) - 2) END"


def micros(column: str) -> str:
    """UTC microseconds of a JSON string column that holds an instant; NULL where it does not."""
    return f"epoch_us(TRY_CAST(upper(substring({column}, 2, length({column}) - 2)) AS TIMESTAMPTZ))"


def value_of(spec: FieldSpec, column: str) -> str:
    """Typed value of a field: VARCHAR, BIGINT, DOUBLE or BOOLEAN as `dataset.Dataset` promises."""
    if spec.kind in (Kind.STRING, Kind.DATE):
        return unquoted(column)
    if spec.kind is Kind.INSTANT:
        return micros(column)
    if spec.kind is Kind.LIST:
        return f"{column}::VARCHAR"
    types = {Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN"}
    return f"TRY_CAST({column}::VARCHAR AS {types[spec.kind]})"


def check_of(spec: FieldSpec, column: str) -> str:
    """True where a JSON column is certainly sound for the field (or NULL, where the field is absent)."""
    if spec.kind is Kind.INSTANT:
        sound = f"regexp_full_match({column}, {text(_INSTANT)}) AND {micros(column)} IS NOT NULL"
    elif spec.kind is Kind.DATE:
        sound = (
            f"regexp_full_match({column}, {text(_DATE)}) AND "
            f"TRY_CAST(substring({column}, 2, length({column}) - 2) AS DATE) IS NOT NULL"
        )
    elif spec.kind is Kind.LIST:
        sound = f"regexp_full_match({column}, {text(_STRINGS)})"
    elif spec.kind is Kind.BOOLEAN:
        sound = f"({column} = 'true' OR {column} = 'false')"
    elif spec.kind is Kind.INTEGER:
        whole = f"TRY_CAST({column}::VARCHAR AS BIGINT)"
        sound = f"{whole}::VARCHAR = {column} AND abs({whole}) <= {_CLEAN_INTEGER}"
    elif spec.kind is Kind.NUMBER:
        sound = f"regexp_full_match({column}, '-?(0|[1-9]\\d{{0,14}}|(0|[1-9]\\d{{0,6}})\\.\\d{{0,7}}[1-9])')"
    elif spec.codes:
        sound = any_of(column, (f'"{code}"' for code in spec.codes))
    else:
        longest = spec.max_length or LENGTHS.get(spec.name)
        sound = f"starts_with({column}, '\"')"
        if longest:
            sound += f" AND length({column}) BETWEEN 3 AND {longest + 2}"
    return f"({column} IS NULL OR ({sound}))"


TYPE_NAME, INSTANT = "type_name", "time_us"
"""Columns that `typed` adds: the type as ENUM (NULL for an unknown one) and the time in UTC microseconds."""
_BITS = 60


def typed(query: str, numbers: Mapping[str, Sequence[int]]) -> str:
    """The relation of a query with the type, the instant, and columns of whole numbers that are looked up per type.

    `numbers`: one number per type of the catalogue, in the order of the ENUM `event_type` (session.create_types).
    """
    name = f"TRY_CAST({unquoted(ident('type'))} AS event_type)"
    looked_up = "".join(
        f", list_extract([{', '.join(map(str, values))}]::BIGINT[], type_code) AS {column}"
        for column, values in numbers.items()
    )
    return (
        f"SELECT *{looked_up} FROM (SELECT *, enum_code({TYPE_NAME})::BIGINT + 1 AS type_code FROM "
        f"(SELECT *, {name} AS {TYPE_NAME}, {micros(ident('time'))} AS {INSTANT} FROM ({query})))"
    )


def envelope_sound(known: Catalogue) -> str:
    """True where a row that `typed` has wrapped certainly has the envelope of a native event."""
    present = " AND ".join(f"{ident(name)} IS NOT NULL" for name in ("id", "time", "service", TYPE_NAME))
    others = [name for name in ENVELOPE_FIELDS if name != "time"]
    checks = " AND ".join(check_of(known.fields[name], ident(name)) for name in others)
    checks += f" AND {_time_sound()}"
    return f"{ident('specversion')} IS NULL AND {present} AND {checks} AND {ident('corrects')} IS DISTINCT FROM {ident('id')}"


def _time_sound() -> str:
    return f"regexp_full_match({ident('time')}, {text(_INSTANT)}) AND {INSTANT} IS NOT NULL"


def has_all(names: Sequence[str], needs: str) -> str:
    """True where every column is there whose bit is set in the number `needs`."""
    present = " + ".join(f"({ident(name)} IS NOT NULL)::BIGINT * {1 << bit}" for bit, name in enumerate(names))
    return f"{needs} & ({present}) = {needs}"


def groups(names: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Runs of names that fit the bits of one number, with their place."""
    for at in range(0, len(names), _BITS):
        yield at // _BITS, names[at : at + _BITS]


class TypeColumns:
    """Expressions for the fields of one event type over a relation with a JSON column for each of them, and `time_us`."""

    __slots__ = ("_catalogue", "_kind", "fields")

    def __init__(self, catalogue: Catalogue, kind: EventType) -> None:
        self._catalogue = catalogue
        self._kind = kind
        self.fields = tuple(sorted(name for name in kind.fields if name not in (*ENVELOPE_FIELDS, "type")))

    def value(self, name: str) -> str:
        """Typed value of a field."""
        return INSTANT if name == "time" else value_of(self._catalogue.fields[name], ident(name))

    def sound(self) -> str:
        """True where the whole row is certainly an event of the type, as far as these members can tell."""
        names = [name for name in (*self._kind.required, "id", "time", "service") if name != "type"]
        present = [f"{ident(name)} IS NOT NULL" for name in dict.fromkeys(names)]
        others = [name for name in (*ENVELOPE_FIELDS, *self.fields) if name != "time"]
        checks = [check_of(self._catalogue.fields[name], ident(name)) for name in others]
        envelope = f"specversion IS NULL AND {_time_sound()} AND corrects IS DISTINCT FROM id"
        return f"coalesce({' AND '.join([envelope, *present, *checks])}, FALSE)"

    def canonical(self, sensitivity: Sensitivity) -> str:
        """JSON of the fields of one class in the order of RFC 8785, `{}` where it has none. `lower_escapes` makes it RFC 8785."""
        names = [name for name in (*ENVELOPE_FIELDS, "type", *self.fields) if self._class_of(name) is sensitivity]
        if not names:
            return "'{}'"
        return f"('{{' || concat_ws(',', {', '.join(map(self._member, sorted(names)))}) || '}}')"

    def _member(self, name: str) -> str:
        key = f'"{name}":'
        return text(f'{key}"{self._kind.name}"') if name == "type" else f"{text(key)} || {ident(name)}"

    def _class_of(self, name: str) -> Sensitivity:
        return Sensitivity.OPEN if name == "type" else self._catalogue.fields[name].sensitivity


def lower_escapes(json_text: str) -> str:
    """Control characters with lower-case digits, as RFC 8785 wants and the reader's printer does not."""
    lowered = f"replace({json_text}, '\\\\', chr(1))"
    for digits in ("000B", "000E", "000F", "001A", "001B", "001C", "001D", "001E", "001F"):
        lowered = f"replace({lowered}, '\\u{digits}', '\\u{digits.lower()}')"
    return f"CASE WHEN contains({json_text}, '\\u00') THEN replace({lowered}, chr(1), '\\\\') ELSE {json_text} END"
