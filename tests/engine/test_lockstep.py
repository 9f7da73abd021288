"""Runs in lockstep are told exactly what each would be told alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import duckdb
import pytest

from compliance.assess.testbed import assess_beds, make_bed
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine, EngineError
from compliance.engine.lockstep import in_lockstep
from compliance.engine.plan import Aggregate, Apply, Filter, Project, Relation, Scan, Top, call, col, keep, lit
from compliance.rules.loader import LoadedRule, load_rules

BY_PATTERN = {one.rule.expect.pattern: one for one in load_rules()}


def _content(assessment: Any) -> dict[str, Any]:
    return {**asdict(assessment), "rules": [{**asdict(rule), "sql": ""} for rule in assessment.rules]}


@pytest.mark.parametrize("one", BY_PATTERN.values(), ids=BY_PATTERN)
def test_a_rule_says_the_same_in_lockstep_and_alone(one: LoadedRule) -> None:
    """For each pattern every test of a shipped rule gives the same assessment both ways."""
    with duckdb.connect(config={"threads": 1}) as con:
        beds = {index: make_bed(con, one, index) for index in range(len(one.rule.tests))}
        together = assess_beds(con, beds)
        for index, bed in beds.items():
            with con.cursor() as own:
                (alone,) = assess_beds(own, {0: bed}).values()
                assert _content(alone) == _content(together[index])
                own.execute("ALTER TABLE ev DROP lane")
                assert _content(bed.assess(Embedded(own))) == _content(together[index])


@pytest.fixture
def engine() -> Embedded:
    """Lanes 0, 1 and 2 with three, one and no rows."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(
        "CREATE TABLE ev AS SELECT * FROM (VALUES (0, 1, 'a'), (0, 2, 'b'), (0, 3, 'b'), (1, 5, 'a')) t(lane, t, k)"
    )
    return Embedded(con)


def _ask(plan: Relation) -> Any:
    return lambda lane: list(lane.rows(plan))


def test_each_lane_sees_its_own_rows(engine: Embedded) -> None:
    """Rows come back to the lane they belong to, without its number."""
    plan = Project(Scan("ev"), keep("t"))
    assert in_lockstep(engine, dict.fromkeys(range(3), _ask(plan))) == {0: [(1,), (2,), (3,)], 1: [(5,)], 2: []}


def test_constants_may_differ_from_lane_to_lane(engine: Embedded) -> None:
    """A bound of one lane leaves the others alone."""

    def above(bound: int) -> Any:
        return _ask(Project(Filter(Scan("ev"), call(">", col("t"), lit(bound))), keep("t")))

    assert in_lockstep(engine, {0: above(1), 1: above(4), 2: above(0)}) == {0: [(2,), (3,)], 1: [(5,)], 2: []}


def test_a_lane_without_rows_counts_nothing(engine: Embedded) -> None:
    """An aggregate without keys has one row in every lane: counts are 0, extremes NULL."""
    values: tuple[tuple[str, Apply], ...] = (
        ("c", call("count")),
        ("d", call("count_if", call(">", col("t"), lit(1)))),
        ("e", call("max", col("t"))),
    )
    plan = Aggregate(Scan("ev"), (), values)
    assert in_lockstep(engine, dict.fromkeys(range(3), _ask(plan))) == {
        0: [(3, 2, 3)],
        1: [(1, 1, 5)],
        2: [(0, 0, None)],
    }


def test_lanes_may_ask_different_things_and_end_at_different_times(engine: Embedded) -> None:
    """Plans of other shapes are asked apart, and tables that a lane kept stay its own."""

    def keeps(lane: Engine) -> Any:
        kept = lane.keep(Project(Scan("ev"), (("u", call("+", col("t"), lit(1))),)))
        more = lane.table((("v", "BIGINT"),), [(7,), (8,)])
        return [*lane.rows(Scan(kept)), *lane.rows(Top(Scan(more), ("v",), 1000))]

    assert in_lockstep(engine, {0: keeps, 1: keeps, 2: _ask(Scan("ev"))}) == {
        0: [(2,), (3,), (4,), (7,), (8,)],
        1: [(6,), (7,), (8,)],
        2: [],
    }


def test_what_a_run_raises_is_its_result(engine: Embedded) -> None:
    """A lane that fails does not hold up the others; a plan that the engine refuses fails in every lane that asked it."""

    def fails(_: Engine) -> Any:
        raise ValueError("no")

    found = in_lockstep(
        engine, {0: fails, 1: _ask(Project(Scan("ev"), keep("t"))), 2: _ask(Project(Scan("ev"), keep("missing")))}
    )
    assert isinstance(found[0], ValueError)
    assert found[1] == [(5,)]
    assert isinstance(found[2], EngineError)


def test_nothing_is_left_behind(engine: Embedded) -> None:
    """Temporary tables are gone when all lanes are done."""
    in_lockstep(engine, {0: lambda lane: lane.keep(Scan("ev"))})
    tables = engine._con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert tables == []
