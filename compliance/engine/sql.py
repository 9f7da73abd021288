"""Prints plans as SQL text. One place knows how identifiers and literals are quoted."""

from __future__ import annotations

import math
from collections.abc import Callable

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

_INFIX = {
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
_PLAIN: dict[str, Callable[..., str]] = {
    "not": lambda a: f"(NOT {a})",
    "is_null": lambda a: f"({a} IS NULL)",
    "is_not_null": lambda a: f"({a} IS NOT NULL)",
    "null_int": lambda _: "CAST(NULL AS BIGINT)",
    "is_unknown": lambda _: "CAST(NULL AS BOOLEAN)",
    "is_true": lambda a: f"coalesce({a}, FALSE)",
    "coalesce": lambda *a: f"coalesce({', '.join(a)})",
    "least": lambda *a: f"least({', '.join(a)})",
    "greatest": lambda *a: f"greatest({', '.join(a)})",
    "in": lambda a, *options: f"({' OR '.join(f'{a} = {option}' for option in options)})",
    "contains": lambda a, b: f"contains({a}, {b})",
    "text": lambda a: f"CAST({a} AS VARCHAR)",
    "double": lambda a: f"CAST({a} AS DOUBLE)",
    "min": lambda a: f"min({a})",
    "max": lambda a: f"max({a})",
    "sum": lambda a: f"CAST(sum({a}) AS BIGINT)",
    "sum_double": lambda a: f"sum({a})",
    "count": lambda *a: f"count({a[0] if a else '*'})",
    "share": lambda a: f"avg(CASE WHEN {a} THEN 1.0 ELSE 0.0 END)",
    "count_distinct": lambda a: f"count(DISTINCT {a})",
    "count_if": lambda a: f"CAST(coalesce(sum(CASE WHEN {a} THEN 1 ELSE 0 END), 0) AS BIGINT)",
    "min_if": lambda a, b: f"min(CASE WHEN {b} THEN {a} END)",
    "max_if": lambda a, b: f"max(CASE WHEN {b} THEN {a} END)",
    "same": lambda a, b: f"({a} IS NOT DISTINCT FROM {b})",
    "min_by": lambda a, b: f"arg_min({a}, {b})",
    "pair": lambda a, b: f"ROW({a}, {b})",
    "median": lambda a: f"quantile_cont({a}, 0.5)",
    "p90": lambda a: f"quantile_disc({a}, 0.9)",
    "p95": lambda a: f"quantile_disc({a}, 0.95)",
}


def identifier(name: str) -> str:
    """Quoted identifier."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(value: Scalar) -> str:
    """SQL literal of a constant. ValueError for a number that is not finite."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise ValueError(f"not a finite number: {value!r}")
        return f"CAST({value!r} AS DOUBLE)" if isinstance(value, float) else str(value)
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def expression(expr: Expr) -> str:
    """SQL text of an expression."""
    match expr:
        case Column(name, side):
            return f"{side}.{identifier(name)}" if side else identifier(name)
        case Literal(value):
            return literal(value)
        case Case(branches, otherwise):
            whens = " ".join(f"WHEN {expression(test)} THEN {expression(value)}" for test, value in branches)
            return f"CASE {whens} ELSE {expression(otherwise)} END"
        case Running(op, args, keys, order, span):
            inner = _PLAIN[op](*(expression(arg) for arg in args))
            partition = f"PARTITION BY {', '.join(expression(key) for key in keys)} " if keys else ""
            return (
                f"{inner} OVER ({partition}ORDER BY {expression(order)} "
                f"RANGE BETWEEN {span - 1} PRECEDING AND CURRENT ROW)"
            )
        case Apply(op, args):
            texts = [expression(arg) for arg in args]
            if op in _INFIX:
                return "(" + f" {_INFIX[op]} ".join(texts) + ")"
            return _PLAIN[op](*texts)


def _columns(columns: tuple[tuple[str, Expr], ...]) -> str:
    return ", ".join(
        text if isinstance(expr, Column) and not expr.side and expr.name == name else f"{text} AS {identifier(name)}"
        for name, expr in columns
        for text in (expression(expr),)
    )


def _source(relation: Relation) -> str:
    return identifier(relation.table) if isinstance(relation, Scan) else f"({select(relation)})"


def select(relation: Relation) -> str:
    """SQL text of a relation, one SELECT."""
    match relation:
        case Scan(table):
            return f"SELECT * FROM {identifier(table)}"
        case Filter(source, where):
            return f"SELECT * FROM {_source(source)} WHERE {expression(where)}"
        case Project(Filter(source, where), columns):
            return f"SELECT {_columns(columns)} FROM {_source(source)} WHERE {expression(where)}"
        case Project(source, columns):
            return f"SELECT {_columns(columns)} FROM {_source(source)}"
        case Join(left, right, on, columns, kind):
            return (
                f"SELECT {_columns(columns)} FROM {_source(left)} AS l {kind.upper()} JOIN {_source(right)} AS r "
                f"ON {expression(on)}"
            )
        case Aggregate(source, keys, values):
            grouping = f" GROUP BY {', '.join(expression(expr) for _, expr in keys)}" if keys else ""
            return f"SELECT {_columns((*keys, *values))} FROM {_source(source)}{grouping}"
        case Top(source, order, limit):
            ordering = ", ".join(identifier(name) for name in order)
            return f"SELECT * FROM {_source(source)} ORDER BY {ordering} LIMIT {int(limit)}"
        case Union(parts):
            return " UNION ALL ".join(f"SELECT * FROM ({select(part)})" for part in parts)
