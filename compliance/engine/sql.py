"""Prints plans as SQL text. One place knows how identifiers and literals are quoted.

A dialect is a table of texts, one per operator; `DUCKDB` is the one that the embedded engine reads.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from compliance.engine.plan import (
    Aggregate,
    Apply,
    Case,
    Column,
    Expr,
    Filter,
    Join,
    Literal,
    Project,
    Relation,
    Running,
    Scalar,
    Scan,
    Top,
    Union,
)

DUCKDB_INFIX = {
    "and": "AND",
    "or": "OR",
    "=": "=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "+": "+",
    "-": "-",
    "*": "*",
    "//": "//",
}
DUCKDB_TEXTS: dict[str, Callable[..., str]] = {
    "not": lambda a: f"(NOT {a})",
    "is_null": lambda a: f"({a} IS NULL)",
    "is_not_null": lambda a: f"({a} IS NOT NULL)",
    "null_text": lambda _: "CAST(NULL AS VARCHAR)",
    "null_int": lambda _: "CAST(NULL AS BIGINT)",
    "is_unknown": lambda _: "CAST(NULL AS BOOLEAN)",
    "is_true": lambda a: f"coalesce({a}, FALSE)",
    "coalesce": lambda *a: f"coalesce({', '.join(a)})",
    "least": lambda *a: f"least({', '.join(a)})",
    "greatest": lambda *a: f"greatest({', '.join(a)})",
    "in": lambda a, *options: f"({' OR '.join(f'{a} = {option}' for option in options)})",
    "among": lambda a, *options: f"({a} IN ({', '.join(options)}))",
    "contains": lambda a, b: f"contains({a}, {b})",
    "text": lambda a: f"CAST({a} AS VARCHAR)",
    "double": lambda a: f"CAST({a} AS DOUBLE)",
    "min": lambda a: f"min({a})",
    "max": lambda a: f"max({a})",
    "sum": lambda a: f"CAST(sum({a}) AS BIGINT)",
    "sum_wide": lambda a: f"CAST(sum({a}) AS DECIMAL(38, 0))",
    "sum_double": lambda a: f"sum({a})",
    "count": lambda *a: f"count({a[0] if a else '*'})",
    "share": lambda a: f"avg(CASE WHEN {a} THEN 1.0 ELSE 0.0 END)",
    "count_distinct": lambda a: f"count(DISTINCT {a})",
    "count_if": lambda a: f"CAST(coalesce(sum(CASE WHEN {a} THEN 1 ELSE 0 END), 0) AS BIGINT)",
    "min_if": lambda a, b: f"min(CASE WHEN {b} THEN {a} END)",
    "max_if": lambda a, b: f"max(CASE WHEN {b} THEN {a} END)",
    "same": lambda a, b: f"({a} IS NOT DISTINCT FROM {b})",
    "min_by": lambda a, b: f"arg_min({a}, {b})",
    "max_by": lambda a, b: f"arg_max({a}, {b})",
    "pair": lambda a, b: f"ROW({a}, {b})",
    "median": lambda a: f"quantile_cont({a}, 0.5)",
    "p90": lambda a: f"quantile_disc({a}, 0.9)",
    "p95": lambda a: f"quantile_disc({a}, 0.95)",
}


_SEALED, _SEAL = "\x02{}\x03", re.compile("\x02([^\x02\x03]*)\x03")
"""A given value inside a text that is about to be marked: JSON writes neither control character as it is."""


def _doubled(value: str) -> str:
    return value.replace("'", "''")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one engine writes identifiers, strings and operators."""

    texts: Mapping[str, Callable[..., str]]
    """Operator name to a function of its printed arguments."""
    infix: Mapping[str, str]
    quote: str = '"'
    escape: Callable[[str], str] = _doubled
    """The inside of a string literal."""
    ascending: str = ""
    """What follows a column of ORDER BY, so that unknown values come last."""
    whole: Callable[[int], str] = str
    """A whole number."""
    marks: bool = False
    """Given values are sealed in the text instead of printed: what `marked` does."""

    def identifier(self, name: str) -> str:
        """Quoted identifier."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def literal(self, value: Scalar) -> str:
        """SQL literal of a constant. ValueError for a number that is not finite."""
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int):
            return self.whole(value)
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ValueError(f"not a finite number: {value!r}")
            return f"CAST({value!r} AS DOUBLE)"
        return f"'{self.escape(value)}'"

    def expression(self, expr: Expr) -> str:
        """SQL text of an expression."""
        match expr:
            case Column(name, side):
                return f"{side}.{self.identifier(name)}" if side else self.identifier(name)
            case Literal(value, given):
                return _SEALED.format(json.dumps(value)) if given and self.marks else self.literal(value)
            case Case(branches, otherwise):
                whens = " ".join(
                    f"WHEN {self.expression(test)} THEN {self.expression(value)}" for test, value in branches
                )
                return f"CASE {whens} ELSE {self.expression(otherwise)} END"
            case Running(op, args, keys, order, span):
                inner = self.texts[op](*(self.expression(arg) for arg in args))
                parts = [f"PARTITION BY {', '.join(self.expression(key) for key in keys)}"] if keys else []
                if order is not None:
                    since = "UNBOUNDED" if span is None else str(span - 1)
                    parts.append(f"ORDER BY {self.expression(order)} RANGE BETWEEN {since} PRECEDING AND CURRENT ROW")
                return f"{inner} OVER ({' '.join(parts)})"
            case Apply(op, args):
                texts = [self.expression(arg) for arg in args]
                if op in self.infix:
                    return "(" + f" {self.infix[op]} ".join(texts) + ")"
                return self.texts[op](*texts)

    def select(self, relation: Relation) -> str:
        """SQL text of a relation, one SELECT."""
        match relation:
            case Scan(table):
                return f"SELECT * FROM {self.identifier(table)}"
            case Filter(source, where):
                return f"SELECT * FROM {self._source(source)} WHERE {self.expression(where)}"
            case Project(Filter(source, where), columns):
                return f"SELECT {self._columns(columns)} FROM {self._source(source)} WHERE {self.expression(where)}"
            case Project(source, columns):
                return f"SELECT {self._columns(columns)} FROM {self._source(source)}"
            case Join(left, right, on, columns, kind):
                return (
                    f"SELECT {self._columns(columns)} FROM {self._source(left)} AS l {kind.upper()} "
                    f"JOIN {self._source(right)} AS r ON {self.expression(on)}"
                )
            case Aggregate(source, keys, values):
                grouping = f" GROUP BY {', '.join(self.expression(expr) for _, expr in keys)}" if keys else ""
                return f"SELECT {self._columns((*keys, *values))} FROM {self._source(source)}{grouping}"
            case Top(source, order, limit):
                ordering = ", ".join(self.identifier(name) + self.ascending for name in order)
                return f"SELECT * FROM {self._source(source)} ORDER BY {ordering} LIMIT {int(limit)}"
            case Union(parts):
                return " UNION ALL ".join(f"SELECT * FROM ({self.select(part)})" for part in parts)

    def marked(self, relation: Relation) -> tuple[str, tuple[Scalar, ...]]:
        """SQL text of a relation with a `?` for each value given to it, and the values in the order of their marks."""
        text = replace(self, marks=True).select(relation)
        return _SEAL.sub("?", text), tuple(json.loads(value) for value in _SEAL.findall(text))

    def _columns(self, columns: tuple[tuple[str, Expr], ...]) -> str:
        return ", ".join(
            text
            if isinstance(expr, Column) and not expr.side and expr.name == name
            else f"{text} AS {self.identifier(name)}"
            for name, expr in columns
            for text in (self.expression(expr),)
        )

    def _source(self, relation: Relation) -> str:
        return self.identifier(relation.table) if isinstance(relation, Scan) else f"({self.select(relation)})"


DUCKDB = Dialect(DUCKDB_TEXTS, DUCKDB_INFIX)
identifier, literal, expression, select = DUCKDB.identifier, DUCKDB.literal, DUCKDB.expression, DUCKDB.select
