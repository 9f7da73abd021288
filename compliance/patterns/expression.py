"""Conditions as plan expressions: three-valued, so that what is not recorded stays unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.clock import midnight_us, parse_instant
from compliance.engine.plan import Case, Expr, call, col, either, lit
from compliance.events.catalogue import Catalogue, Kind
from compliance.rules.condition import All, AnyOf, FieldRef, Node, Not, ParameterRef, Test
from compliance.rules.model import Parameter

_ENVELOPE = {"id": Kind.STRING, "type": Kind.STRING, "time": Kind.INSTANT, "service": Kind.STRING}


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns conditions on events of one type into expressions over the columns of `ev`."""

    catalogue: Catalogue
    event_type: str
    captured: frozenset[str] | None
    parameters: Mapping[str, Parameter]
    zone: str
    instant: Expr
    """What dates the parameters: the instant of the event that is asked."""

    def condition(self, node: Node) -> Expr:
        """TRUE, FALSE, or NULL where a field is not captured."""
        match node:
            case All(parts):
                return call("and", *(self.condition(part) for part in parts))
            case AnyOf(parts):
                return either(*(self.condition(part) for part in parts))
            case Not(part):
                return call("not", self.condition(part))
            case Test():
                return self._test(node)

    def kind(self, field: str) -> Kind:
        """Kind of a field of this type."""
        if field in _ENVELOPE:
            return _ENVELOPE[field]
        return self.catalogue.fields[field].kind

    def column(self, field: str) -> Expr:
        """Column of a field; NULL for a field that the type does not have."""
        if field == "time":
            return col("t")
        spec = self.catalogue.types.get(self.event_type)
        if field not in _ENVELOPE and spec is not None and field not in spec.fields:
            return lit(None)
        return col(field)

    def _uncaptured(self, field: str) -> bool:
        return self.captured is not None and field not in self.captured and field not in _ENVELOPE

    def _test(self, test: Test) -> Expr:
        other = test.value.name if isinstance(test.value, FieldRef) else None
        if self._uncaptured(test.field) or (other is not None and self._uncaptured(other)):
            return call("is_unknown", lit(None))
        column = self.column(test.field)
        if test.op == "present":
            return call("is_not_null" if test.value else "is_null", column)
        if test.op in {"ne", "not_in"}:
            positive = Test(test.field, "eq" if test.op == "ne" else "in", test.value)
            return call("not", self._test(positive))
        return call("is_true", self._holds(test, column))

    def _holds(self, test: Test, column: Expr) -> Expr:
        kind = self.kind(test.field)
        if isinstance(test.value, ParameterRef):
            return self._dated(self.parameters[test.value.name], test, column, kind)
        if isinstance(test.value, FieldRef):
            return _compare(test.op, column, self.column(test.value.name))
        return _literal_test(test.op, column, kind, test.value)

    def _dated(self, parameter: Parameter, test: Test, column: Expr, kind: Kind) -> Expr:
        branches = tuple(
            (
                call(">=", self.instant, lit(midnight_us(entry.since, self.zone))),
                _literal_test(test.op, column, kind, entry.value),
            )
            for entry in reversed(parameter.values)
        )
        return Case(branches, lit(False))


def _literal_test(op: str, column: Expr, kind: Kind, value: Any) -> Expr:
    if op == "in":
        return call("in", column, *(lit(_constant(kind, item)) for item in value))
    if op == "contains":
        return call("contains", column, lit(json.dumps(str(value), ensure_ascii=False)))
    return _compare(op, column, lit(_constant(kind, value)))


def _compare(op: str, left: Expr, right: Expr) -> Expr:
    return call({"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "contains": "contains"}[op], left, right)


def _constant(kind: Kind, value: Any) -> str | int | float | bool | None:
    if kind is Kind.INSTANT and isinstance(value, str):
        return parse_instant(value)
    if kind in {Kind.STRING, Kind.DATE} and value is not None:
        return str(value)
    if kind is Kind.NUMBER and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value  # type: ignore[no-any-return]
