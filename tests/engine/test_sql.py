"""How plans are printed: quoted, and with the meaning that both engines share."""

from __future__ import annotations

import duckdb
import pytest

from compliance.engine.plan import Aggregate, Filter, Project, Running, Scan, Top, both, call, col, given, keep, lit
from compliance.engine.sql import DUCKDB, expression, identifier, literal, select


@pytest.mark.parametrize("text", ["plain", "it's", '"quoted"', "a;b -- c", "\\", "\n", "ünï", "%", "{x}"])
def test_literals_come_back_as_they_went_in(text: str) -> None:
    """Whatever a value holds, the engine reads that value and nothing else."""
    assert duckdb.connect().execute(f"SELECT {literal(text)}").fetchone() == (text,)


def test_identifiers_are_always_quoted() -> None:
    """Names that are words of SQL are names all the same."""
    con = duckdb.connect()
    con.execute(f"CREATE TABLE t ({identifier('at')} INTEGER, {identifier('select')} INTEGER)")
    con.execute("INSERT INTO t VALUES (1, 2)")
    assert con.execute(select(Project(Scan("t"), keep("at", "select")))).fetchone() == (1, 2)


def test_a_number_that_is_not_finite_is_refused() -> None:
    """Infinity has no portable literal."""
    with pytest.raises(ValueError, match="finite"):
        literal(float("inf"))


def test_unknown_stays_unknown() -> None:
    """A test on a field that is not recorded is neither true nor false, and stays so under NOT."""
    con = duckdb.connect()
    unknown = call("is_unknown", lit(None))
    row = con.execute(f"SELECT {expression(call('not', unknown))}, {expression(call('or', unknown, lit(True)))}")
    assert row.fetchone() == (None, True)


def test_nearest_rank_and_middle_are_exact() -> None:
    """The 90th percentile is a value that occurs; the median of an even number is the mean of the middle two."""
    con = duckdb.connect()
    con.execute("CREATE TABLE v AS SELECT * FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS x(n)")
    plan = Aggregate(Scan("v"), (), (("p90", call("p90", col("n"))), ("median", call("median", col("n")))))
    assert con.execute(select(plan)).fetchone() == (9, 5.5)


def test_a_running_count_leaves_out_its_open_end() -> None:
    """A sliding window is (t - span, t]: an event exactly one span earlier is outside."""
    con = duckdb.connect()
    con.execute("CREATE TABLE e AS SELECT * FROM (VALUES (0), (5), (10)) AS x(t)")
    plan = Project(Scan("e"), (("t", col("t")), ("c", Running("count", (), (), col("t"), 10))))
    assert sorted(con.execute(select(plan)).fetchall()) == [(0, 1), (5, 2), (10, 2)]


def test_the_first_rows_are_taken_in_order() -> None:
    """Top keeps the smallest by its columns."""
    con = duckdb.connect()
    con.execute("CREATE TABLE e AS SELECT * FROM (VALUES (3), (1), (2)) AS x(t)")
    assert con.execute(select(Top(Scan("e"), ("t",), 2))).fetchall() == [(1,), (2,)]


def test_a_window_without_span_reaches_back_to_the_start() -> None:
    """Rows of the same order count together; without an order all rows of the keys do."""
    con = duckdb.connect()
    con.execute("CREATE TABLE e AS SELECT * FROM (VALUES ('a', 1), ('a', 2), ('a', 2), ('b', 9)) AS x(g, t)")
    upto, whole = Running("count", (), (col("g"),), col("t")), Running("count", (), (col("g"),))
    plan = Project(Scan("e"), (*keep("g", "t"), ("upto", upto), ("whole", whole)))
    assert sorted(con.execute(select(plan)).fetchall()) == [
        ("a", 1, 1, 3),
        ("a", 2, 3, 3),
        ("a", 2, 3, 3),
        ("b", 9, 1, 1),
    ]


def test_given_values_are_marked_in_the_order_of_the_text() -> None:
    """The text with marks and the values beside it is the same query; constants of the plan itself stay in the text."""
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE e AS SELECT * FROM (VALUES (1, 'it''s ? \x02'), (2, 'b'), (3, 'it''s ? \x02')) AS x(n, s)"
    )
    where = both(call("=", col("s"), given("it's ? \x02")), call(">", col("n"), given(1)), call("<", col("n"), lit(9)))
    plan = Aggregate(
        Project(Filter(Scan("e"), where), (("x", call("+", col("n"), given(40))),)),
        (("k", call("*", col("x"), given(2))),),
        (("most", call("max", col("x"))),),
    )
    text, values = DUCKDB.marked(plan)
    assert values == (2, 40, "it's ? \x02", 1, 2)
    assert "9" in text
    assert text.count("?") == len(values)
    assert con.execute(select(plan)).fetchall() == [(86, 43)]
