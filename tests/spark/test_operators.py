"""Every operator of a plan means the same on Spark as in the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from compliance.engine.embedded import Embedded
from compliance.engine.plan import (
    Aggregate,
    Apply,
    Case,
    Expr,
    Filter,
    Join,
    Project,
    Relation,
    Running,
    Scan,
    Top,
    Union,
    call,
    col,
    keep,
    lit,
)
from compliance.engine.spark import Distributed, connect
from compliance.engine.spark_sql import SPARK
from compliance.engine.sql import DUCKDB, DUCKDB_INFIX, DUCKDB_TEXTS
from tests.spark.cluster import Cluster

pytestmark = pytest.mark.filterwarnings("default")
COLUMNS = (("n", "BIGINT"), ("i", "BIGINT"), ("d", "DOUBLE"), ("s", "VARCHAR"), ("b", "BOOLEAN"), ("g", "VARCHAR"))
ROWS: list[tuple[Any, ...]] = [
    (1, 5, 0.5, "plain", True, "a"),
    (2, -7, 1.25, "it's", False, "a"),
    (3, 5, None, 'a "quoted" \\ back', None, "a"),
    (4, None, 2.0, "${spark.home} $1", True, "b"),
    (5, 9_007_199_254_740_993, -3.5, "ß ünï €", True, "b"),
    (6, 0, 0.0, None, False, "b"),
    (7, 1_790_812_800_000_000, 8.0, "", False, None),
    (8, 3, 9.0, "\n\t", True, None),
]
i, d, s, b = col("i"), col("d"), col("s"), col("b")
SCALARS: dict[str, Expr] = {
    "and": call("and", b, call("=", i, lit(5))),
    "or": call("or", b, call("=", i, lit(5))),
    "=": call("=", i, lit(5)),
    "<": call("<", i, lit(5)),
    "<=": call("<=", d, lit(0.5)),
    ">": call(">", s, lit("it's")),
    ">=": call(">=", i, lit(1_790_812_800_000_000)),
    "+": call("+", i, lit(2**31)),
    "-": call("-", i, lit(900_000_000)),
    "*": call("*", call("//", i, lit(3_600_000_000)), lit(3_600_000_000)),
    "//": call("//", i, lit(2)),
    "not": call("not", b),
    "is_null": call("is_null", s),
    "is_not_null": call("is_not_null", s),
    "null_int": call("null_int", lit(None)),
    "null_text": call("null_text", lit(None)),
    "is_unknown": call("or", call("is_unknown", lit(None)), b),
    "is_true": call("is_true", b),
    "coalesce": call("coalesce", i, lit(-1)),
    "least": call("least", i, lit(4)),
    "greatest": call("greatest", i, lit(4)),
    "in": call("in", s, lit("it's"), lit('a "quoted" \\ back'), lit("${spark.home} $1"), lit("")),
    "among": call("among", s, lit("it's"), lit('a "quoted" \\ back'), lit("${spark.home} $1"), lit("")),
    "contains": call("contains", s, lit('"quoted"')),
    "text": call("text", i),
    "double": call("double", i),
    "same": call("same", b, call("=", i, lit(5))),
    "case": Case(((call(">", i, lit(4)), lit("big")), (call("is_null", i), lit(None))), lit("sm\\all '${x}'")),
}
AGGREGATES: dict[str, Expr] = {
    "min": call("min", i),
    "max": call("max", s),
    "sum": call("sum", call("//", i, lit(1000))),
    "sum_wide": call("sum_wide", call("+", call("coalesce", i, lit(0)), lit(2**62))),
    "sum_double": call("sum_double", d),
    "count": call("count", i),
    "share": call("share", b),
    "count_distinct": call("count_distinct", i),
    "count_if": call("count_if", b),
    "min_if": call("min_if", i, b),
    "max_if": call("max_if", s, b),
    "min_by": call("min_by", i, d),
    "max_by": call("max_by", i, call("pair", call("coalesce", d, lit(0.0)), col("n"))),
    "pair": call("min_by", col("n"), call("pair", call("coalesce", d, lit(0.0)), col("n"))),
    "median": call("median", d),
    "p90": call("p90", i),
    "p95": call("p95", d),
}


@pytest.fixture(scope="module")
def both(cluster: Cluster) -> Iterator[tuple[Embedded, Distributed, str, str]]:
    """Both engines, and the name of the same table in each."""
    here, there = Embedded(duckdb.connect()), Distributed(connect(cluster.remote))
    yield here, there, here.table(COLUMNS, ROWS), there.table(COLUMNS, ROWS)
    there.close()


def typed(rows: Any) -> list[tuple[tuple[str, Any], ...]]:
    """Rows in an order of their own, each value with its type: 9 is not 9.0."""
    return sorted((tuple((type(value).__name__, value) for value in row) for row in rows), key=repr)


def compare(both: tuple[Embedded, Distributed, str, str], plan: Any) -> None:
    """Runs a plan, made for the table's name, on both engines."""
    here, there, near, far = both
    expected = typed(here.rows(plan(near)))
    assert expected
    assert typed(there.rows(plan(far))) == expected


def test_no_operator_is_left_out() -> None:
    """An operator that is added must be compared here."""
    assert {*DUCKDB_TEXTS, *DUCKDB_INFIX} <= {*SCALARS, *AGGREGATES}
    assert SPARK.texts.keys() == DUCKDB.texts.keys()


@pytest.mark.parametrize("name", SCALARS)
def test_a_scalar_has_the_same_value(both: Any, name: str) -> None:
    """For every row, unknown ones included, and under NOT where it is a condition."""
    compare(both, lambda table: Project(Scan(table), (*keep("n"), ("x", SCALARS[name]))))


@pytest.mark.parametrize("name", AGGREGATES)
@pytest.mark.parametrize("keys", [(), ("g",)])
def test_an_aggregate_has_the_same_value(both: Any, name: str, keys: tuple[str, ...]) -> None:
    """Over all rows and by group, the group of unknown key included; also over no row at all."""
    compare(both, lambda table: Aggregate(Scan(table), keep(*keys), (("x", AGGREGATES[name]),)))
    if not keys:
        none = call("=", col("n"), lit(-1))
        compare(both, lambda table: Aggregate(Filter(Scan(table), none), (), (("x", AGGREGATES[name]),)))


def relations() -> dict[str, Any]:
    """Plans of every relational operator, made for a table."""
    window = Running("count", (i,), (col("g"),), col("n"), 3)

    def joined(kind: str) -> Any:
        on = call("=", col("i", "l"), col("i", "r"))
        return lambda table: Join(Scan(table), Scan(table), on, (("a", col("n", "l")), ("z", col("n", "r"))), kind=kind)

    return {
        "filter": lambda table: Filter(Scan(table), call("=", col("b"), lit(True))),
        "project": lambda table: Project(Filter(Scan(table), col("b")), (("select", col("s")), ("at", col("n")))),
        "inner": joined("inner"),
        "left": joined("left"),
        "union": lambda table: Union((Project(Scan(table), keep("n", "s")), Project(Scan(table), keep("n", "g")))),
        "top": lambda table: Top(Project(Scan(table), keep("i", "n")), ("i", "n"), 7),
        "running": lambda table: Project(Scan(table), (*keep("n"), ("x", window))),
        "running up to": lambda table: Project(
            Scan(table), (*keep("n"), ("x", Running("count", (i,), (col("g"),), call("coalesce", i, lit(-1)))))
        ),
        "running backwards": lambda table: Project(
            Scan(table), (*keep("n"), ("x", Running("min", (i,), (col("g"),), call("-", lit(0), col("n")))))
        ),
        "over all": lambda table: Project(Scan(table), (*keep("n"), ("x", Running("count", (i,), (col("g"),))))),
        "sum running": lambda table: Project(
            Scan(table), (*keep("n"), ("x", Running("sum_double", (col("d"),), (), col("n"), 4)))
        ),
    }


@pytest.mark.parametrize("name", relations())
def test_a_relation_has_the_same_rows(both: Any, name: str) -> None:
    """Joins leave unknown keys alone, unions keep doubles, windows leave out their open end, unknown values come last."""
    compare(both, relations()[name])


def test_what_is_kept_can_be_asked_again(both: Any) -> None:
    """A kept plan stands on another kept plan until both are forgotten."""
    here, there, near, far = both

    def ask(engine: Any, table: str) -> list[Any]:
        engine.begin()
        first = engine.keep(Filter(Scan(table), col("b")))
        second = engine.keep(Project(Scan(first), keep("n")))
        found = typed(engine.rows(Scan(second)))
        engine.end()
        return found

    assert ask(there, far) == ask(here, near)
    assert ask(there, far) == ask(here, near), "names can be used again"


def test_the_plan_is_text() -> None:
    """Whole numbers are written wide, and nothing in a value is read as Spark's own."""
    plan: Relation = Filter(Scan("e`v"), Apply("=", (col("s"), lit("$x\\'"))))
    assert SPARK.select(plan) == r"SELECT * FROM `e``v` WHERE (`s` = '\u0024x\\\'')"
    assert SPARK.literal(5) == "5L"
