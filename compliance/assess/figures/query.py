"""Queries of figures over the table `ev`: names come from the catalogue and are quoted, every value is bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from compliance.assess.figures.definition import (
    Count,
    Definition,
    Highest,
    Latest,
    Overlap,
    Paired,
    Ratio,
    Selection,
    Share,
    Sum,
    Times,
    condition_of,
)
from compliance.assess.figures.model import BUCKETS
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


def _events(event: str, scope: Scope) -> Query:
    known = Query("e.type::VARCHAR = ? AND e.t <= ?", (event, scope.as_of))
    return known if scope.service is None else known + Query(" AND e.service = ?", (scope.service,))


def _instant(field: str | None) -> str:
    return f"coalesce(e.{quoted(field)}, e.t)" if field else "e.t"


def _chosen(
    chosen: Selection, scope: Scope, by: str | None, parts: tuple[Part, ...], extra: Node | None, columns: Query
) -> Query:
    """The selected events of the period: `n, moment, g` (group) and the columns asked for."""
    moment = _instant(chosen.at)
    group, joined = "NULL::VARCHAR", Query("")
    if parts:
        rows = ", ".join(["(?::VARCHAR, ?::BIGINT, ?::BIGINT)"] * len(parts))
        joined = Query(
            f" JOIN (VALUES {rows}) AS part(label, since, until) ON {moment} >= part.since AND {moment} < part.until",
            tuple(value for part in parts for value in (part.label, part.start, part.end)),
        )
        group = "part.label"
    elif by:
        group = f"e.{quoted(by)}::VARCHAR"
    return (
        Query(f"SELECT e.n, {moment} AS moment, {group} AS g")
        + columns
        + " FROM ev AS e"
        + joined
        + " WHERE "
        + _events(chosen.event, scope)
        + Query(f" AND {moment} >= ? AND {moment} < ? AND ", (scope.start, scope.end))
        + condition_sql(condition_of(chosen.where), "e")
        + " AND "
        + condition_sql(extra, "e")
    )


def figure_query(
    definition: Definition,
    scope: Scope,
    *,
    by: str | None = None,
    parts: tuple[Part, ...] = (),
    extra: Node | None = None,
) -> Query:
    """Query of one figure, a row per group: group, value, denominator.

    For times: group, n, open, total, median, p90, maximum, buckets.
    """
    measure = definition.measure

    def chosen(columns: Query) -> Query:
        return _chosen(measure, scope, by, parts, extra, columns)

    match measure:
        case Times():
            return _times(measure, scope, chosen(_column(measure.match, "k")))
        case Overlap():
            return _overlap(measure, scope, chosen(_column(measure.match, "k")))
        case Paired():
            shown = _column(measure.match, "k")
            for name in measure.differs:
                shown = shown + _column(name, quoted(name))
            return _paired(measure, scope, chosen(shown))
        case _:
            value, whole, columns = _aggregate(measure)
            return Query(f"SELECT g, {value}, {whole} FROM (") + chosen(columns) + ") AS c GROUP BY g ORDER BY g"


def _column(name: str, alias: str = "x") -> Query:
    return Query(f", e.{quoted(name)} AS {alias}")


def _aggregate(measure: Count | Sum | Highest | Latest | Share | Ratio) -> tuple[str, str, Query]:
    """Value and denominator of a group, and the columns `x` and `y` they are made from."""
    match measure:
        case Share():
            hit = Query(", ") + condition_sql(condition_of(measure.part), "e") + " AS x"
            return "count(*) FILTER (WHERE x)", "count(*)", hit
        case Sum():
            column = Query(f", coalesce(e.{quoted(measure.field)}, ?) AS x", (measure.missing,))
            return "sum(x)::HUGEINT", "NULL", column
        case Highest():
            return "max(x)", "NULL", _column(measure.field)
        case Latest():
            return "arg_max(x, (moment, n))", "NULL", _column(measure.field)
        case Ratio():
            top, bottom = (
                " + ".join(f"coalesce(e.{quoted(name)}, 0)" for name in names)
                for names in (measure.top, measure.bottom)
            )
            return "sum(x)::HUGEINT", "sum(y)::HUGEINT", Query(f", {top} AS x, {bottom} AS y")
        case Count(distinct=str() as name):
            return "count(DISTINCT x)", "NULL", _column(name)
        case Count():
            return "count(*)", "NULL", Query("")


def _times(measure: Times, scope: Scope, chosen: Query) -> Query:
    ends = (
        Query(f"SELECT e.{quoted(measure.match)} AS k, {_instant(measure.to_at)} AS moment FROM ev AS e WHERE ")
        + _events(measure.to, scope)
        + " AND "
        + condition_sql(condition_of(measure.to_where), "e")
    )
    buckets, low = [], -1
    for _, high in BUCKETS:
        buckets.append(f"count(*) FILTER (WHERE d > {low} AND d <= {high})")
        low = high
    buckets.append(f"count(*) FILTER (WHERE d > {low})")
    return (
        Query("WITH chosen AS (") + chosen + "), ended AS (" + ends + "), paired AS ("
        "SELECT c.n, c.g, min(e.moment) - c.moment AS d FROM chosen AS c "
        "LEFT JOIN ended AS e ON e.k = c.k AND e.moment >= c.moment GROUP BY c.n, c.g, c.moment), ranked AS ("
        "SELECT g, d, row_number() OVER (PARTITION BY g ORDER BY d NULLS LAST, n) AS r, "
        "count(d) OVER (PARTITION BY g) AS c "
        "FROM paired) SELECT g, count(d), count(*) - count(d), coalesce(sum(d), 0)::HUGEINT, "
        "(max(d) FILTER (WHERE r = (c + 1) // 2) + max(d) FILTER (WHERE r = (c + 2) // 2)) // 2, "
        f"max(d) FILTER (WHERE r = (9 * c + 9) // 10), max(d), "
        f"[{', '.join(buckets)}] FROM ranked GROUP BY g ORDER BY g"
    )


def _paired(measure: Paired, scope: Scope, chosen: Query) -> Query:
    differs = " OR ".join(f"e.{quoted(name)} IS DISTINCT FROM c.{quoted(name)}" for name in measure.differs)
    exists = (
        Query(f"EXISTS (SELECT 1 FROM ev AS e WHERE e.{quoted(measure.match)} = c.k AND ")
        + _events(measure.other, scope)
        + (f" AND ({differs})" if differs else "")
        + ")"
    )
    return (
        Query("WITH chosen AS (")
        + chosen
        + ") SELECT g, count(*) FILTER (WHERE "
        + ("" if measure.found else "NOT ")
        + exists
        + "), count(*) FROM chosen AS c GROUP BY g ORDER BY g"
    )


def _overlap(measure: Overlap, scope: Scope, chosen: Query) -> Query:
    def states(starts: Query, event: str, match: str) -> Query:
        ends = Query(f"SELECT e.{quoted(match)} AS k, e.t FROM ev AS e WHERE ") + _events(event, scope)
        return (
            Query("SELECT s.g, s.moment AS a, coalesce(min(f.t), ?) AS z FROM (", (scope.as_of,))
            + starts
            + ") AS s LEFT JOIN ("
            + ends
            + ") AS f ON f.k = s.k AND f.t >= s.moment GROUP BY s.n, s.g, s.moment"
        )

    others = Query(
        f"SELECT e.n, {_instant(measure.with_at)} AS moment, NULL AS g, e.{quoted(measure.with_match)} AS k "
        "FROM ev AS e WHERE "
    ) + _events(measure.with_event, scope)
    return (
        Query("WITH one AS (")
        + states(chosen, measure.end, measure.match)
        + "), two AS ("
        + states(others, measure.with_end, measure.with_match)
        + ") SELECT one.g, "
        "sum(least(one.z, two.z) - greatest(one.a, two.a))::HUGEINT, count(*) "
        "FROM one JOIN two ON one.a < two.z AND two.a < one.z GROUP BY one.g ORDER BY one.g"
    )
