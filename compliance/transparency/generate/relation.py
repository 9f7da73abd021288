"""Queries of a relation: its facts, one aggregation over them with a row for each total, category and scope, and their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from compliance.assess.figures.definition import condition_of
from compliance.assess.figures.query import Query, Scope, condition_sql, quoted
from compliance.clock import HOUR_US
from compliance.transparency.generate.cells import Cell, Presence, Relation, Where
from compliance.transparency.model import OTHER
from compliance.transparency.template import template


@dataclass(frozen=True, slots=True)
class Window:
    """What a run counts: the instants, the days of the report, and the reading of each choice."""

    scope: Scope
    first: date
    last: date
    choices: Mapping[str, str]
    tables: Mapping[str, str] = field(default_factory=dict)
    """Event type to the table its events were taken to; the others are in `ev`."""

    @property
    def months(self) -> int:
        """How many months the period has."""
        return 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1


def facts(relation: Relation, window: Window) -> Query:
    """The common tables of a relation; the last, `coded`, has a row per event and the codes of the template."""
    query = Query("WITH base AS (") + _base(relation, window) + ")"
    for name in relation.links:
        query = query + f", {_link(name)} AS (" + _linked(relation, name, window) + ")"
    return query + ", facts AS (" + _facts(relation, window) + "), " + _coded(relation)


ODD = "category IS NULL OR odd_keyword OR scope IS NULL"
"""Events whose codes are none of the template's, or of none of its scopes."""
LEADING = 10
"""Columns of an aggregated row before those of its cells."""


def aggregate(relation: Relation, window: Window) -> Query:
    """Rows: scope, category, keyword, split, a bit for each (1: of all), words of Other, odd events, of each cell value and number."""
    columns = ", ".join(
        f"{_aggregate(cell, index)}, count(*) FILTER (WHERE c{index} AND v{index} IS NOT NULL)"
        for index, cell in enumerate(relation.cells.values())
    )
    sets = ["()"]
    if relation.categorised:
        sets += ["(category)", "(category, keyword)"]
    if relation.scope:
        sets += ["(scope)", *(f"(scope, {one[1:-1]})" for one in sets[1:])]
    if relation.split:
        sets += [f"({one[1:-1]}{', ' if one != '()' else ''}split)" for one in sets]
    by_category = relation.categorised
    grouped = {
        "scope": bool(relation.scope),
        "category": by_category,
        "keyword": by_category,
        "split": bool(relation.split),
    }
    words = "(list(DISTINCT raw_words) FILTER (WHERE keyword = 'KEYWORD_OTHER'))" if relation.words else "NULL"
    odd = f"count(*) FILTER (WHERE {ODD})"
    bits = ", ".join(f"grouping({name})" if own else "1" for name, own in grouped.items())
    names = ", ".join(name if own else "NULL" for name, own in grouped.items())
    return facts(relation, window) + (
        f" SELECT {names}, {bits}, {words}, {odd}, {columns} FROM coded GROUP BY GROUPING SETS ({', '.join(sets)})"
    )


def listing(relation: Relation, window: Window, cell: str, row: Mapping[str, str]) -> Query:
    """The events behind a cell in one row (`scope`, `category`, `keyword`): n, id, moment, value; by moment."""
    index = list(relation.cells).index(cell)
    query = facts(relation, window) + f" SELECT n, id, moment, v{index} FROM coded WHERE c{index}"
    if relation.cells[cell].value in {"hours", "latest", "mean", "ratio"}:
        query = query + f" AND v{index} IS NOT NULL"
    for name, code in row.items():
        query = query + Query(f" AND {name} = ?", (code,))
    return query + " ORDER BY moment, n"


def oddities(relation: Relation, window: Window) -> Query:
    """Counted events whose codes are none of the part: what was recorded, what is odd, how many, and some of their ids."""
    counted = " OR ".join(f"c{index}" for index in range(len(relation.cells)))
    return facts(relation, window) + (
        " SELECT raw_category, raw_keyword, raw_scope, category IS NULL, odd_keyword, scope IS NULL, count(*), "
        f"list(id ORDER BY n)[:20] FROM coded WHERE {counted} GROUP BY ALL "
        f"HAVING {ODD} ORDER BY ALL"
    )


def _link(name: str) -> str:
    return f"link_{name}"


def _known(event: str, scope: Scope) -> Query:
    query = Query("e.type::VARCHAR = ? AND e.t <= ?", (event, scope.as_of))
    return query if scope.service is None else query + Query(" AND e.service = ?", (scope.service,))


def _fields(names: frozenset[str]) -> str:
    return "".join(f", e.{quoted(name)}" for name in sorted(names))


def _moment(field: str | None) -> str:
    return f"coalesce(e.{quoted(field)}, e.t)" if field else "e.t"


def _base(relation: Relation, window: Window) -> Query:
    moment, scope = _moment(relation.at), window.scope
    table = window.tables.get(relation.event, "ev")
    own_id = "e.id" if table == "ev" else "NULL AS id"
    query = Query(f"SELECT e.n, {own_id}, {moment} AS moment{_fields(relation.own_fields)} FROM {table} AS e WHERE ")
    query = query + _known(relation.event, scope) + " AND " + condition_sql(condition_of(relation.where), "e")
    for name, asked in relation.choices.items():
        query = query + " AND " + condition_sql(condition_of(asked.get(window.choices[name], {})), "e")
    if relation.days != "moment":
        signs = ("=", "=") if relation.days == "exactly" else (">=", "<=")
        days = (window.first.isoformat(), window.last.isoformat())
        query = query + Query(f" AND e.period_start {signs[0]} ? AND e.period_end {signs[1]} ?", days)
    elif relation.standing:
        query = query + Query(f" AND {moment} < ?", (scope.end,))
    else:
        query = query + Query(f" AND {moment} >= ? AND {moment} < ?", (scope.start, scope.end))
    if relation.standing:
        fields = ", ".join(f"e.{quoted(name)}" for name in relation.standing)
        query = query + f" QUALIFY row_number() OVER (PARTITION BY {fields} ORDER BY {moment} DESC, e.n DESC) = 1"
    return query


def _linked(relation: Relation, name: str, window: Window) -> Query:
    link = relation.links[name]
    other = Query(
        f"SELECT e.n, {_moment(link.at)} AS moment, e.{quoted(link.to or link.match)} AS k"
        f"{_fields(relation.link_fields(name))} FROM {window.tables.get(link.event, 'ev')} AS e WHERE "
    )
    other = other + _known(link.event, window.scope) + " AND " + condition_sql(condition_of(link.where), "e")
    after = "" if link.any_time else " AND f.moment >= b.moment"
    return (
        Query("SELECT b.n AS of_n, f.* FROM base AS b JOIN (")
        + other
        + f") AS f ON f.k = b.{quoted(link.match)}{after} "
        + "QUALIFY row_number() OVER (PARTITION BY b.n ORDER BY f.moment, f.n) = 1"
    )


def _facts(relation: Relation, window: Window) -> Query:
    query = Query("SELECT b.n, b.id, b.moment, ") + _recorded(relation)
    for index, cell in enumerate(relation.cells.values()):
        query = query + ", " + _counts(cell, window) + f" AS c{index}, " + _value(cell, window) + f" AS v{index}"
    joins = "".join(f" LEFT JOIN {_link(name)} ON {_link(name)}.of_n = b.n" for name in relation.links)
    return query + " FROM base AS b" + joins


def _recorded(relation: Relation) -> str:
    category = keyword = scope = words = split = "NULL::VARCHAR"
    if relation.categorised:
        own = "category" in relation.own_fields
        category, keyword = ("b.category", "b.keyword") if own else (category, keyword)
        keyword = own_keyword = "b.keyword" if "keyword" in relation.own_fields else "NULL::VARCHAR"
        words = "b.keyword_description" if relation.words else words
        if relation.category_from:
            link = _link(relation.category_from)
            keyword = f"CASE WHEN {link}.category IS NULL THEN {own_keyword} ELSE {link}.keyword END"
            category = f"coalesce({link}.category, {category})"
            words = f"coalesce({link}.keyword_description, {words})" if relation.words else words
    if relation.scope:
        alias = _link(relation.scope.link) if relation.scope.link else "b"
        scope = f"{alias}.{quoted(relation.scope.field)}"
        if relation.scope.each:
            scope = f"unnest(json_extract_string({scope}, '$[*]'))"
    if relation.split:
        split = f"b.{quoted(relation.split)}"
    named = {"category": category, "keyword": keyword, "scope": scope, "words": words}
    return ", ".join(f"{text} AS raw_{name}" for name, text in named.items()) + f", {split} AS split"


def _counts(cell: Cell, window: Window) -> Query:
    query = condition_sql(condition_of(cell.where), "b") + _present(cell) + _so(cell.linked)
    for option in cell.options(window.choices):
        query = query + " AND " + condition_sql(condition_of(option.where), "b") + _so(option.linked)
        for name, tested in option.not_linked.items():
            query = query + " AND NOT (TRUE" + _so({name: tested}) + ")"
    if cell.unless:
        query = query + f" AND NOT (TRUE{_present(cell.unless)})"
    return Query("(") + query + ")"


def _so(linked: Mapping[str, Where]) -> Query:
    """The conditions on linked records, each of which has to be there."""
    query = Query("")
    for name, tested in linked.items():
        query = query + f" AND {_link(name)}.n IS NOT NULL AND " + condition_sql(condition_of(tested), _link(name))
    return query


def _present(presence: Presence) -> str:
    has = "".join(f" AND {_link(name)}.n IS NOT NULL" for name in presence.has)
    return has + "".join(f" AND {_link(name)}.n IS NULL" for name in presence.lacks)


def _value(cell: Cell, window: Window) -> Query:
    match cell.value:
        case "sum":
            return Query(f"coalesce(b.{quoted(str(cell.field))}, ?)", (cell.missing,))
        case "hours":
            taken = f"{_link(str(cell.to))}.moment - b.moment"
            nil = max((option.nil_within for option in cell.options(window.choices)), default=0)
            return Query(f"CASE WHEN {taken} <= ? THEN 0 ELSE {taken} END", (nil * HOUR_US,)) if nil else Query(taken)
        case "share":
            return Query(f"({_link(str(cell.part))}.n IS NOT NULL)")
        case "ratio":
            sides = (" + ".join(f"coalesce(b.{quoted(one)}, 0)" for one in names) for names in (cell.top, cell.bottom))
            known = ", ".join(f"b.{quoted(one)}" for one in cell.bottom)
            return Query(
                "CASE WHEN coalesce({}) IS NOT NULL THEN {{'top': {}, 'bottom': {}}} END".format(known, *sides)
            )
        case "latest" | "mean" | "fte":
            return Query(f"b.{quoted(str(cell.field))}")
        case _:
            return Query("TRUE")


def _aggregate(cell: Cell, index: int) -> str:
    c, v = f"c{index}", f"v{index}"
    match cell.value:
        case "sum":
            return f"coalesce(sum({v}) FILTER (WHERE {c}), 0)::DOUBLE"
        case "hours":
            return f"median({v}) FILTER (WHERE {c})"
        case "share":
            return f"count(*) FILTER (WHERE {c} AND {v}) / nullif(count(*) FILTER (WHERE {c}), 0)"
        case "ratio":
            return f"sum({v}.top) FILTER (WHERE {c}) / nullif(sum({v}.bottom) FILTER (WHERE {c}), 0)"
        case "fte":
            return f"(2 * coalesce(sum({v}) FILTER (WHERE {c}), 0) + 10)::HUGEINT // 20"
        case "mean":
            own = f"FILTER (WHERE {c})"
            return f"(2 * sum({v}) {own} + count({v}) {own})::HUGEINT // nullif(2 * count({v}) {own}, 0)"
        case "latest":
            return f"arg_max({v}, (moment, n)) FILTER (WHERE {c})"
        case _:
            return f"count(*) FILTER (WHERE {c})"


def _values(rows: Sequence[Sequence[Any]], name: str, columns: str, width: int) -> Query:
    marks = ", ".join([f"({', '.join(['?::VARCHAR'] * width)})"] * len(rows))
    return Query(f"{name}({columns}) AS (VALUES {marks})", tuple(cell for row in rows for cell in row))


def _coded(relation: Relation) -> Query:
    """The facts with the codes of the template: category, sub-category and scope, null where there is none."""
    category = keyword = scope = "''"
    odd, joins, tables = "FALSE", "", Query("")
    if relation.categorised:
        tables = _codes(relation.part) + ", "
        category = (
            "h.category" if not relation.uncategorised else "CASE WHEN raw_category IS NULL THEN ? ELSE h.category END"
        )
        keyword = (
            "CASE WHEN k.keyword IS NOT NULL THEN k.keyword WHEN coalesce(h.other, own.other) = 'y' THEN ? ELSE '' END"
        )
        odd = "(h.other = 'y' AND raw_keyword IS NOT NULL AND k.keyword IS NULL)"
        joins = (
            " LEFT JOIN heads AS h ON h.category = raw_category"
            " LEFT JOIN codes AS k ON k.category = raw_category AND k.keyword = raw_keyword"
            " LEFT JOIN heads AS own ON raw_category IS NULL AND own.category = ?"
        )
    if relation.scope:
        tables = tables + _scopes(relation.part) + ", "
        scope = "s.code"
        joins += " LEFT JOIN scopes AS s ON s.written = lower(raw_scope)"
    bound: list[Any] = []
    if relation.categorised:
        bound = [*([relation.uncategorised] if relation.uncategorised else []), OTHER, relation.uncategorised]
    body = (
        f"coded AS (SELECT f.*, {category} AS category, {keyword} AS keyword, {scope} AS scope, "
        f"coalesce({odd}, FALSE) AS odd_keyword FROM facts AS f{joins})"
    )
    return tables + Query(body, tuple(bound))


def _codes(part: int) -> Query:
    known = template().keywords(part)
    heads = [(category, "y" if OTHER in keywords else "n") for category, keywords in known.items()]
    pairs = [(category, keyword) for category, keywords in known.items() for keyword in keywords]
    return _values(heads, "heads", "category, other", 2) + ", " + _values(pairs, "codes", "category, keyword", 2)


def _scopes(part: int) -> Query:
    known: list[tuple[str, str]] = []
    if template().parts[part].expands == "member_states":
        known = [(code.lower(), code) for code in template().member_states]
        known += [(written.lower(), code) for written, code in template().also_written.items()]
    else:
        known = [(code, code) for code in template().languages]
    return _values(known, "scopes", "written, code", 2)
