"""Tables of single types: the same rows as from the whole log, and a trace that names the log alone."""

from __future__ import annotations

import duckdb
import pytest

from compliance.engine import by_type
from compliance.engine.embedded import Elsewhere, Embedded
from compliance.engine.plan import Aggregate, Filter, Join, Project, Relation, Scan, Union, both, call, col, keep, lit

RECEIVED, DECIDED = "notice.received", "notice.decided"


def _log() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TEMP TABLE ev (n BIGINT, id VARCHAR, type VARCHAR, t BIGINT, service VARCHAR, notice_id VARCHAR)"
    )
    rows = [(n, f"e{n}", (RECEIVED, DECIDED)[n % 2], n, "halcyon-live", f"N{n // 2}") for n in range(10)]
    con.executemany("INSERT INTO ev VALUES (?, ?, ?, ?, ?, ?)", rows)
    return con


def _of(kind: str, *more: object) -> Filter:
    return Filter(Scan("ev"), both(call("=", col("type"), lit(kind)), *more))  # type: ignore[arg-type]


PLANS: dict[str, Relation] = {
    "all of a type": Project(_of(RECEIVED), keep("n", "type", "notice_id")),
    "some of a type": Project(_of(RECEIVED, call("<=", col("t"), lit(4))), keep("n")),
    "two types": Join(
        Project(_of(RECEIVED), keep("n", "notice_id")),
        Project(_of(DECIDED), keep("n", "notice_id")),
        call("=", col("notice_id", "l"), col("notice_id", "r")),
        (("a", col("n", "l")), ("b", col("n", "r"))),
    ),
    "one after the other": Union((Project(_of(RECEIVED), keep("n")), Project(_of(DECIDED), keep("n")))),
    "a type without events": Aggregate(_of("complaint.received"), (), (("c", call("count")),)),
    "a type that no catalogue has": Aggregate(_of("no.such_type"), (), (("c", call("count")),)),
    "every type": Aggregate(Scan("ev"), keep("type"), (("c", call("count")),)),
    "whatever its type": Project(Filter(Scan("ev"), call("<=", col("t"), lit(3))), keep("n")),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_says_the_same_from_tables_of_single_types(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, and the SQL that is shown, do not depend on where they were read from."""
    said = []
    for many in (by_type.MANY, 0):
        monkeypatch.setattr(by_type, "MANY", many)
        engine = Embedded(_log())
        engine.begin()
        said.append((sorted(engine.rows(PLANS[name])), engine.trace))
    assert said[0] == said[1]


def test_what_a_large_log_holds_of_a_type_is_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One table per type that was asked for; it stands when the rule ends."""
    monkeypatch.setattr(by_type, "MANY", 10)
    con = _log()
    engine = Embedded(con)
    for _ in range(2):
        engine.begin()
        engine.keep(PLANS["two types"])
        engine.end()
    names = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert names == [("ev",), ("ev.notice.decided",), ("ev.notice.received",)]


def test_a_small_log_is_read_as_it_is() -> None:
    """Below so many events nothing is copied."""
    con = _log()
    engine = Embedded(con)
    list(engine.rows(PLANS["two types"]))
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("ev",)]


def test_other_events_are_not_taken_from_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan over other events than the log's reads those, whatever was copied of the log."""
    monkeypatch.setattr(by_type, "MANY", 0)
    con = _log()
    con.execute("CREATE TEMP TABLE few AS SELECT * FROM ev WHERE n = 2")
    engine = Embedded(con)
    plan = PLANS["all of a type"]
    assert len(list(engine.rows(plan))) == 5
    assert list(Elsewhere(engine, {"ev": "few"}).rows(plan)) == [(2, RECEIVED, "N1")]
