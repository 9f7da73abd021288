"""The window of a figure and its parts; and conditions as SQL: names come from the catalogue and are quoted, every value is bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from compliance.clock import midnight_us
from compliance.events.catalogue import catalogue
from compliance.rules.condition import All, AnyOf, FieldRef, Node, Not, ParameterRef, Test


@dataclass(frozen=True, slots=True)
class Query:
    """SQL text with `?` marks and the values bound to them, in order."""

    sql: str
    values: tuple[Any, ...] = ()

    def __add__(self, other: Query | str) -> Query:
        if isinstance(other, str):
            return Query(self.sql + other, self.values)
        return Query(self.sql + other.sql, self.values + other.values)


@dataclass(frozen=True, slots=True)
class Scope:
    """The window a figure is about, in UTC µs: `[start, end)`, with events known up to and including `as_of`."""

    start: int
    end: int
    as_of: int
    service: str | None = None
    """Only this service's events, where the log holds those of several."""


@dataclass(frozen=True, slots=True)
class Part:
    """One month, week or day of the period: its label and its window in UTC µs."""

    label: str
    start: int
    end: int


def parts_of(period: tuple[date, date], zone: str, unit: str) -> tuple[Part, ...]:
    """Months (`2026-07`), weeks (`2026-W31`) or days (`2026-07-01`) of the period, cut to it, in the service's zone."""
    cuts: list[tuple[str, date]] = []
    day = period[0]
    while day < period[1]:
        year, week, _ = day.isocalendar()
        label = {"month": f"{day:%Y-%m}", "week": f"{year}-W{week:02}", "day": day.isoformat()}[unit]
        if not cuts or cuts[-1][0] != label:
            cuts.append((label, day))
        day += timedelta(days=1)
    ends = [start for _, start in cuts[1:]] + [period[1]]
    return tuple(
        Part(label, midnight_us(start, zone), midnight_us(end, zone))
        for (label, start), end in zip(cuts, ends, strict=True)
    )


def quoted(name: str) -> str:
    """A field name as an SQL identifier. ValueError where the catalogue does not know it."""
    if name not in catalogue().fields and name not in {"id", "type", "t", "n", "service"}:
        raise ValueError(f"not a field of the catalogue: {name!r}")
    return '"' + name.replace('"', '""') + '"'


def condition_sql(node: Node | None, alias: str) -> Query:
    """A condition as SQL that is never null: an empty field fails all tests but `present: false` and the negations."""
    match node:
        case None:
            return Query("TRUE")
        case Test(field, op, value):
            return _test_sql(f"{alias}.{quoted(field)}", op, value, alias)
        case Not(part):
            return Query("NOT (") + condition_sql(part, alias) + ")"
        case All(parts) | AnyOf(parts):
            joined = Query("(")
            for index, part in enumerate(parts):
                joined = (
                    joined
                    + ((" AND " if isinstance(node, All) else " OR ") if index else "")
                    + condition_sql(part, alias)
                )
            return joined + ")"


def _test_sql(column: str, op: str, value: Any, alias: str) -> Query:
    if isinstance(value, ParameterRef):
        raise TypeError("a figure has no parameters")
    if op == "present":
        return Query(f"{column} IS {'NOT ' if value else ''}NULL")
    if op == "contains":
        return Query(f"coalesce(list_contains(json_extract_string({column}, '$[*]'), ?), FALSE)", (value,))
    if op in {"in", "not_in"}:
        found = Query(f"coalesce({column} IN ({', '.join('?' * len(value))}), FALSE)", tuple(value))
        return found if op == "in" else Query("NOT ") + found
    sign = {"eq": "=", "ne": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[op]
    operand = Query(f"{alias}.{quoted(value.name)}") if isinstance(value, FieldRef) else Query("?", (value,))
    compared = Query(f"coalesce({column} {sign} ") + operand + ", FALSE)"
    return Query("NOT ") + compared if op == "ne" else compared
