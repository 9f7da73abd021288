"""How Spark SQL (4.0 and later, ANSI mode) writes the operators of a plan with the meaning they have in DuckDB."""

from __future__ import annotations

from collections.abc import Callable

from compliance.engine.sql import DUCKDB_INFIX, DUCKDB_TEXTS, Dialect


def _escaped(value: str) -> str:
    """Inside of a Spark string: backslash escapes, and no `${...}` that its variable substitution would read."""
    return value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")


def _nearest_rank(tenths: str) -> Callable[[str], str]:
    """The value of a rank, by sorting: Spark's own functions turn whole numbers into floating ones."""
    return lambda a: f"get(sort_array(collect_list({a})), CAST(ceil({tenths} * count({a})) AS INT) - 1)"


_TEXTS: dict[str, Callable[..., str]] = {
    **DUCKDB_TEXTS,
    "text": lambda a: f"CAST({a} AS STRING)",
    "null_text": lambda _: "CAST(NULL AS STRING)",
    # the sum of whole numbers is 64 bits wide, and what does not fit an error
    "sum_wide": lambda a: f"CAST(sum(CAST({a} AS DECIMAL(20, 0))) AS DECIMAL(38, 0))",
    "share": lambda a: f"avg(CASE WHEN {a} THEN CAST(1 AS DOUBLE) ELSE CAST(0 AS DOUBLE) END)",
    "same": lambda a, b: f"({a} <=> {b})",
    # DuckDB leaves rows out whose first argument is unknown
    "min_by": lambda a, b: f"min_by({a}, {b}) FILTER (WHERE {a} IS NOT NULL)",
    "max_by": lambda a, b: f"max_by({a}, {b}) FILTER (WHERE {a} IS NOT NULL)",
    "pair": lambda a, b: f"struct({a}, {b})",
    "median": lambda a: f"percentile({a}, 0.5)",
    "p90": _nearest_rank("0.90"),
    "p95": _nearest_rank("0.95"),
}

SPARK = Dialect(
    _TEXTS,
    {**DUCKDB_INFIX, "//": "div"},
    quote="`",
    escape=_escaped,
    ascending=" ASC NULLS LAST",
    whole=lambda value: f"{value}L",
)
"""Whole numbers are written as BIGINT (`5L`): Spark would take small ones for 32-bit and refuse what overflows them."""
