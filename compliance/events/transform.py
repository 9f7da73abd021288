"""A mapping as column expressions: cells in, the JSON text of a native event out, or the field that cannot be made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from compliance.events.catalogue import Catalogue, Kind
from compliance.events.mapping import FieldRule, Mapping, Scalar
from compliance.events.sql import text

Cell = Callable[[str], str]
"""Source column to the SQL expression of its cell: text, NULL where empty."""
_OFFSET = r".*(Z|z|[+-]\d{2}:?\d{2})"
_NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"


def event_text(mapping: Mapping, cell: Cell, known: Catalogue) -> tuple[str, str]:
    """Expressions for the event's JSON text and for the name of a field that a code list cannot translate (else NULL)."""
    rules = {"type": mapping.type, **mapping.fields}
    members: list[str] = []
    faults: list[str] = []
    for name, rule in sorted(rules.items()):
        kind = Kind.STRING if name == "type" else known.fields[name].kind
        value = _value(rule, cell, mapping.time_zone if kind is Kind.INSTANT else None, kind)
        members.append(f"{text(json.dumps(name) + ': ')} || {value}")
        if rule.codes is not None and rule.otherwise == "refuse" and rule.column:
            source = cell(rule.column)
            listed = " AND ".join(f"{source} <> {text(key)}" for key in rule.codes) or "TRUE"
            faults.append(f"CASE WHEN {source} IS NOT NULL AND {listed} THEN {text(name)} END")
    if mapping.service is not None and "service" not in rules:
        members.append(text(f'"service": {json.dumps(mapping.service)}'))
    return f"'{{' || concat_ws(', ', {', '.join(members)}) || '}}'", f"coalesce({', '.join([*faults, 'NULL'])})"


def row_filter(mapping: Mapping, cell: Cell) -> str:
    """True for rows that are events: `where` holds, and the type's codes do not say otherwise."""
    conditions = []
    for column, values in sorted(mapping.where.items()):
        conditions.append(_listed(cell(column), values))
    rule = mapping.type
    if rule.column is not None and rule.codes is not None:
        source = cell(rule.column)
        conditions.append(f"NOT {_listed(source, (key for key, value in rule.codes.items() if value is None))}")
        if rule.otherwise == "drop":
            conditions.append(_listed(source, rule.codes))
    return " AND ".join(conditions) or "TRUE"


def _listed(source: str, values: Iterable[str]) -> str:
    return "(" + (" OR ".join(f"{source} IS NOT DISTINCT FROM {text(value)}" for value in values) or "FALSE") + ")"


def _value(rule: FieldRule, cell: Cell, zone: str | None, kind: Kind) -> str:
    """JSON text of a field, NULL where it is absent."""
    if rule.constant is not None:
        return text(_json(rule.constant))
    assert rule.column is not None
    source = cell(rule.column)
    if rule.first:
        source = f"CASE WHEN json_valid({source}) THEN {source} ->> '$[0]' ELSE {source} END"
    if rule.codes is not None:
        return _coded(rule, source)
    if rule.date:
        source = f"substring({source}, 1, 10)"
    if kind is Kind.INSTANT:
        source = _instant(rule, source, zone)
    if rule.prefix:
        source = f"{text(rule.prefix)} || {source}"
    return _typed(rule, source, kind)


def _json(value: Scalar) -> str:
    return json.dumps(value, ensure_ascii=False)


def _coded(rule: FieldRule, source: str) -> str:
    branches = " ".join(
        f"WHEN {text(key)} THEN {'NULL' if value is None else text(_json(value))}"
        for key, value in sorted((rule.codes or {}).items())
    )
    otherwise = f"to_json({source})::VARCHAR" if rule.otherwise == "keep" else "NULL"
    return f"CASE {source} {branches} ELSE {otherwise} END"


def _instant(rule: FieldRule, source: str, zone: str | None) -> str:
    """RFC 3339 text of an instant; what has no offset is read in the declared zone, or left as it is without one."""
    if zone is None:
        return source
    naive = f"try_strptime({source}, {text(rule.instant)})" if rule.instant else f"TRY_CAST({source} AS TIMESTAMP)"
    moment = f"timezone({text(zone)}, {naive})"
    utc = f"strftime(timezone('UTC', {moment}), '%Y-%m-%dT%H:%M:%S.%fZ')"
    if rule.instant:
        return f"coalesce({utc}, {source})"
    return f"CASE WHEN regexp_full_match({source}, {text(_OFFSET)}) THEN {source} ELSE coalesce({utc}, {source}) END"


def _typed(rule: FieldRule, source: str, kind: Kind) -> str:
    quoted = f"to_json({source})::VARCHAR"
    if kind in (Kind.INTEGER, Kind.NUMBER):
        return f"CASE WHEN regexp_full_match({source}, {text(_NUMBER)}) THEN {source} ELSE {quoted} END"
    if kind is Kind.BOOLEAN:
        return f"CASE WHEN lower({source}) = 'true' OR lower({source}) = 'false' THEN lower({source}) ELSE {quoted} END"
    if kind is Kind.LIST:
        separator = rule.list if rule.list not in (None, "json") else "|"
        split = f"to_json(string_split({source}, {text(str(separator))}))::VARCHAR"
        if rule.list not in (None, "json"):
            return split
        return f"CASE WHEN starts_with({source}, '[') AND json_valid({source}) THEN {source} ELSE {split} END"
    return quoted


def identity(columns: tuple[str, ...], known: Catalogue, form: str) -> Mapping:
    """The mapping of a log whose columns are native fields already; further columns stay in the verbatim line only."""
    fields = {name: FieldRule(column=name) for name in columns if name in known.fields}
    return Mapping.model_validate(
        {
            "format": "mapping/1",
            "name": "native",
            "title": "native columns",
            "source": {"format": form},
            "type": FieldRule(column="type") if "type" in columns else FieldRule(constant=""),
            "fields": fields,
        }
    )
