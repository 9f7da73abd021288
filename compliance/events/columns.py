"""Column expressions compiled from the catalogue: values, checks and canonical JSON over JSON-typed columns.

Every field arrives as the JSON text of its value (`"5"` and `5` differ), printed anew by the reader, or NULL. The checks may
suspect a row that is sound (then `judge` decides and the row returns in canonical form); they never pass one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


class Columns:
    """Expressions for one set of fields over one relation whose columns are JSON; `prefix` names a struct column."""

    __slots__ = ("_all_types", "_catalogue", "_prefix", "fields", "types")

    def __init__(
        self, catalogue: Catalogue, fields: Sequence[str], types: Sequence[str] | None = None, *, prefix: str = ""
    ) -> None:
        self._catalogue = catalogue
        self._prefix = f"{ident(prefix)}." if prefix else ""
        self.fields = tuple(dict.fromkeys(name for name in fields if name not in ENVELOPE_FIELDS and name != "type"))
        self.types = tuple(types if types is not None else catalogue.types)
        self._all_types = frozenset(self.types)

    def column(self, name: str) -> str:
        """The JSON column of a member."""
        return self._prefix + ident(name)

    def spec(self, name: str) -> FieldSpec:
        """The catalogue's word on a field."""
        return self._catalogue.fields[name]

    @property
    def type_text(self) -> str:
        """The event type as text."""
        return unquoted(self.column("type"))

    def owned(self, name: str, expression: str) -> str:
        """The expression where the row's type has the field, else NULL."""
        owners = self._owners(name)
        if len(owners) == len(self._all_types):
            return expression
        return f"CASE WHEN {self._is_type(owners)} THEN {expression} END"

    def _owners(self, name: str) -> tuple[str, ...]:
        return tuple(kind for kind in self.types if name in self._catalogue.types[kind].fields)

    def _is_type(self, kinds: Iterable[str]) -> str:
        return any_of(self.column("type"), (f'"{kind}"' for kind in kinds))

    def value(self, name: str) -> str:
        """Typed value of a field, NULL where the row's type does not have it."""
        return self.owned(name, value_of(self.spec(name), self.column(name)))

    def sound(self) -> str:
        """True where the whole row is certainly an event of the catalogue, as far as the fields read can tell."""
        checks = [self._envelope(), self._required()]
        for name in self.fields:
            owners = self._owners(name)
            if owners:
                check = check_of(self.spec(name), self.column(name))
                everywhere = len(owners) == len(self._all_types)
                checks.append(
                    check if everywhere else f"(CASE WHEN {self._is_type(owners)} THEN {check} ELSE TRUE END)"
                )
        return f"coalesce({' AND '.join(checks)}, FALSE)"

    def _envelope(self) -> str:
        present = " AND ".join(f"{self.column(name)} IS NOT NULL" for name in ("id", "type", "time", "service"))
        checks = " AND ".join(check_of(self.spec(name), self.column(name)) for name in ENVELOPE_FIELDS)
        other = f"{self.column('corrects')} IS DISTINCT FROM {self.column('id')}"
        return f"{self.column('specversion')} IS NULL AND {present} AND {checks} AND {other}"

    def _required(self) -> str:
        """True where the type is known and has the fields it requires, among those read."""
        read = {*self.fields, "source", "corrects"}
        branches = []
        for kind in self.types:
            needed = [name for name in self._catalogue.types[kind].required if name in read]
            condition = " AND ".join(f"{self.column(name)} IS NOT NULL" for name in needed) or "TRUE"
            branches.append(f"WHEN {text(chr(34) + kind + chr(34))} THEN {condition}")
        return f"(CASE {self.column('type')} {' '.join(branches)} ELSE FALSE END)" if branches else "FALSE"

    def canonical(self, sensitivity: Sensitivity) -> str:
        """RFC 8785 JSON of the row's fields of one class, `{}` where it has none."""
        names = [name for name in (*ENVELOPE_FIELDS, "type", *self.fields) if self._class_of(name) is sensitivity]
        parts = [self._member(name) for name in sorted(names)]
        if not parts:
            return "'{}'"
        return _lower_escapes(f"('{{' || concat_ws(',', {', '.join(parts)}) || '}}')")

    def _class_of(self, name: str) -> Sensitivity:
        return Sensitivity.OPEN if name == "type" else self.spec(name).sensitivity

    def _member(self, name: str) -> str:
        member = f"{text(chr(34) + name + chr(34) + ':')} || {self.column(name)}::VARCHAR"
        return member if name in (*ENVELOPE_FIELDS, "type") else self.owned(name, member)


def _lower_escapes(json_text: str) -> str:
    """Control characters with lower-case digits, as RFC 8785 wants and the reader's printer does not."""
    lowered = f"replace({json_text}, '\\\\', chr(1))"
    for digits in ("000B", "000E", "000F", "001A", "001B", "001C", "001D", "001E", "001F"):
        lowered = f"replace({lowered}, '\\u{digits}', '\\u{digits.lower()}')"
    return f"CASE WHEN contains({json_text}, '\\u00') THEN replace({lowered}, chr(1), '\\\\') ELSE {json_text} END"
