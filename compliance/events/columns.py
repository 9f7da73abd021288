"""Column expressions compiled from the catalogue: values, checks and canonical JSON over JSON-typed columns.

Every field arrives as the JSON text of its value (`"5"` and `5` differ), printed anew by the reader, or NULL. The checks may
suspect a row that is sound (then `judge` decides and the row returns in canonical form); they never pass one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable

from compliance.events.catalogue import Catalogue, FieldSpec, Kind, Sensitivity
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


TYPE_CODE = "type_code"
"""Column with the place of the row's type in the catalogue, from 1; NULL for an unknown type."""


class Columns:
    """Expressions for a set of fields over a relation of JSON columns that `with_type_code` has wrapped.

    Which types have a field is a constant string of 0 and 1, looked up by the type's code: one short expression per field, however
    many types there are. The ENUM `event_type` (session.create_types) gives the codes.
    """

    __slots__ = ("_catalogue", "_names", "fields")

    def __init__(self, catalogue: Catalogue, fields: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._names = tuple(catalogue.types)
        self.fields = tuple(dict.fromkeys(name for name in fields if name not in ENVELOPE_FIELDS and name != "type"))

    @staticmethod
    def with_type_code(query: str) -> str:
        """The relation of a query with the column `type_code` added."""
        code = f"enum_code(TRY_CAST({unquoted(ident('type'))} AS event_type))::BIGINT + 1"
        return f"SELECT *, {code} AS {TYPE_CODE} FROM ({query})"

    @property
    def type_name(self) -> str:
        """The event type as ENUM, NULL where it is unknown."""
        return f"TRY_CAST({unquoted(ident('type'))} AS event_type)"

    def value(self, name: str) -> str:
        """Typed value of a field, NULL where the row's type does not have it."""
        value = value_of(self._catalogue.fields[name], ident(name))
        return value if name in ENVELOPE_FIELDS else self._owned(name, value)

    def sound(self) -> str:
        """True where the whole row is certainly an event of the catalogue, as far as the fields read can tell."""
        checks = [self._envelope()]
        for name in self.fields:
            check = check_of(self._catalogue.fields[name], ident(name))
            checks.append(f"(CASE WHEN {self._has(name, required=False)} THEN {check} ELSE TRUE END)")
        for name in ("source", "corrects", *self.fields):
            if any(name in spec.required for spec in self._catalogue.types.values()):
                checks.append(f"({ident(name)} IS NOT NULL OR NOT {self._has(name, required=True)})")
        return f"coalesce({' AND '.join(checks)}, FALSE)"

    def _envelope(self) -> str:
        present = " AND ".join(f"{ident(name)} IS NOT NULL" for name in ("id", "time", "service", TYPE_CODE))
        checks = " AND ".join(check_of(self._catalogue.fields[name], ident(name)) for name in ENVELOPE_FIELDS)
        return f"{ident('specversion')} IS NULL AND {present} AND {checks} AND {ident('corrects')} IS DISTINCT FROM {ident('id')}"

    def _has(self, name: str, *, required: bool) -> str:
        """True where the row's type has (or requires) the field."""
        types = self._catalogue.types
        bits = "".join("01"[name in (types[kind].required if required else types[kind].fields)] for kind in self._names)
        return "TRUE" if "0" not in bits else f"substring({text(bits)}, {TYPE_CODE}, 1) = '1'"

    def _owned(self, name: str, expression: str) -> str:
        return f"CASE WHEN {self._has(name, required=False)} THEN {expression} END"

    def canonical(self, sensitivity: Sensitivity) -> str:
        """RFC 8785 JSON of the row's fields of one class, `{}` where it has none."""
        names = [name for name in (*ENVELOPE_FIELDS, "type", *self.fields) if self._class_of(name) is sensitivity]
        parts = [self._member(name) for name in sorted(names)]
        if not parts:
            return "'{}'"
        return _lower_escapes(f"('{{' || concat_ws(',', {', '.join(parts)}) || '}}')")

    def _member(self, name: str) -> str:
        member = f"{text(chr(34) + name + chr(34) + ':')} || {ident(name)}::VARCHAR"
        return member if name in (*ENVELOPE_FIELDS, "type") else self._owned(name, member)

    def _class_of(self, name: str) -> Sensitivity:
        return Sensitivity.OPEN if name == "type" else self._catalogue.fields[name].sensitivity


def _lower_escapes(json_text: str) -> str:
    """Control characters with lower-case digits, as RFC 8785 wants and the reader's printer does not."""
    lowered = f"replace({json_text}, '\\\\', chr(1))"
    for digits in ("000B", "000E", "000F", "001A", "001B", "001C", "001D", "001E", "001F"):
        lowered = f"replace({lowered}, '\\u{digits}', '\\u{digits.lower()}')"
    return f"CASE WHEN contains({json_text}, '\\u00') THEN replace({lowered}, chr(1), '\\\\') ELSE {json_text} END"
