"""Names of an engine's tables: those of a rule go with it, those of a check stand, whatever was judged before."""

from __future__ import annotations

import duckdb

from compliance.engine.embedded import Embedded
from compliance.engine.plan import Project, Scan, keep

COLUMNS = (("n", "BIGINT"),)


def test_a_second_check_keeps_its_own_tables() -> None:
    """What is made before a rule is judged is not overwritten by what a rule keeps, on an engine that judged before too."""
    engine = Embedded(duckdb.connect())
    for number in (1, 2):
        standing = engine.table(COLUMNS, [(number,)])
        for _ in range(2):
            engine.begin()
            other = engine.table(COLUMNS, [(7,), (8,)])
            kept = engine.keep(Project(Scan(standing), keep("n")))
            assert (other, kept) == ("kept_1", "kept_2"), "the same run prints the same SQL"
            engine.end()
            assert list(engine.rows(Scan(standing))) == [(number,)]


def test_what_a_rule_made_goes_with_it() -> None:
    """After `end` nothing of a rule is left; what stood before is."""
    con = duckdb.connect()
    engine = Embedded(con)
    engine.table(COLUMNS, [(1,)])
    engine.begin()
    engine.table(COLUMNS, [(2,)])
    engine.end()
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("run_1",)]
