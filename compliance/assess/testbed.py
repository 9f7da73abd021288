"""Tests inside rule files made ready for the engine: events as a dataset, the service, and what its log leaves out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import duckdb

from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment
from compliance.clock import parse_instant, to_us
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine
from compliance.engine.lockstep import in_lockstep
from compliance.errors import Place
from compliance.events.catalogue import Catalogue, Kind, catalogue
from compliance.events.dataset import CoverageStatement, Dataset, Interval
from compliance.patterns.needs import types_read
from compliance.project import Project
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule
from compliance.rules.proof_model import RuleTest
from compliance.rules.testlog import TestEvent, read_events
from compliance.rules.trial import SERVICE, profile_of, service_of

ALWAYS = Interval(parse_instant("2000-01-01T00:00:00Z"), parse_instant("9000-01-01T00:00:00Z"))
_FIRST = {"n": "BIGINT", "id": "VARCHAR", "type": "VARCHAR", "t": "BIGINT", "service": "VARCHAR"}
_COLUMNS = {
    Kind.STRING: "VARCHAR",
    Kind.DATE: "VARCHAR",
    Kind.LIST: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.INSTANT: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
}


@cache
def _process_wide() -> duckdb.DuckDBPyConnection:
    """One database in memory for all tests of a process: opening one takes longer than a test."""
    return duckdb.connect(config={"threads": 1})


def bench() -> duckdb.DuckDBPyConnection:
    """A connection of its own for the tests of one rule; its tables are temporary and go when it is closed."""
    return _process_wide().cursor()


@dataclass(frozen=True, slots=True)
class Bed:
    """One embedded test made ready: its events, what is known of their log, and the service it is about."""

    loaded: LoadedRule
    judged: Rule
    """The rule as its file has it, or another version of it."""
    test: RuleTest
    events: tuple[TestEvent, ...]
    dataset: Dataset
    project: Project

    @property
    def live(self) -> tuple[TestEvent, ...]:
        """Events that no other one corrects, in order."""
        return _live(self.events)

    def assess(self, engine: Engine) -> Assessment:
        """What the engine says of the test."""
        rules = [replace(self.loaded, rule=self.judged)]
        as_of = to_us(self.test.as_of)
        return check(self.dataset, rules, self.project, period=self.test.period, as_of=as_of, engine=engine)


def make_bed(con: duckdb.DuckDBPyConnection, one: LoadedRule, index: int) -> Bed:
    """One test of a rule made ready for a connection. RuleError where its events are malformed."""
    test, shapes = one.rule.tests[index], catalogue()
    line = one.marks.get(("tests", index, "events"), (0, 1))[0] + 1
    events = read_events(test.events, shapes, file=str(one.path), line=line)
    project = Project(service=service_of(test.service), profile=profile_of(test.profile))
    return Bed(one, one.rule, test, events, _dataset(con, one, test, _live(events), shapes), project)


def assess_beds(con: duckdb.DuckDBPyConnection, beds: Mapping[int, Bed]) -> dict[int, Assessment | BaseException]:
    """What the engine says of several tests of one rule, or of versions of it, asked together."""
    if not beds:
        return {}
    _lay_out(con, beds)
    return in_lockstep(Embedded(con), {number: bed.assess for number, bed in beds.items()})


def _lay_out(con: duckdb.DuckDBPyConnection, beds: Mapping[int, Bed]) -> None:
    """Puts the events of the tests into the table `ev`, each with the number of its test as `lane`."""
    shapes = catalogue()
    names = sorted(requirement_of([next(iter(beds.values())).loaded]).fields)
    kinds = {name: shapes.fields[name].kind for name in names}
    columns = {"lane": "BIGINT", **_FIRST, **{name: _COLUMNS[kind] for name, kind in kinds.items()}}
    rows = [
        [
            lane,
            n,
            event.id,
            event.type,
            event.t,
            SERVICE,
            *(_stored(kinds[name], event.fields.get(name)) for name in names),
        ]
        for lane, bed in beds.items()
        for n, event in enumerate(bed.live)
    ]
    values = ", ".join(f'unnest(CAST(? AS {kind}[])) AS "{name}"' for name, kind in columns.items())
    lists = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    con.execute(f"CREATE OR REPLACE TEMP TABLE ev AS SELECT {values}", lists)


def _live(events: Sequence[TestEvent]) -> tuple[TestEvent, ...]:
    corrected = {event.fields["corrects"] for event in events if event.fields.get("corrects")}
    return tuple(event for event in events if event.id not in corrected)


def _dataset(
    con: duckdb.DuckDBPyConnection, one: LoadedRule, test: RuleTest, live: Sequence[TestEvent], shapes: Catalogue
) -> Dataset:
    instants = [event.t for event in live]
    coverage = test.coverage
    return Dataset(
        con=con,
        locator=_Lines(str(one.path), live),
        files=(),
        statements=tuple(_statements(test, shapes, one)),
        holes=(),
        conflicts=frozenset(),
        watermark=max(instants, default=None),
        first=min(instants, default=None),
        captures={name: frozenset(fields) for name, fields in (coverage.captures if coverage else {}).items()},
    )


def _stored(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.INSTANT:
        return parse_instant(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if kind is Kind.LIST else value


def _statements(test: RuleTest, shapes: Catalogue, one: LoadedRule) -> Iterator[CoverageStatement]:
    yield CoverageStatement("test", tuple(sorted(types_read(one.rule))), ALWAYS)
    for glob, windows in (test.coverage.gaps if test.coverage else {}).items():
        types = shapes.matching([glob])
        for window in windows:
            start, _, end = window.partition("/")
            yield CoverageStatement("test", types, Interval(parse_instant(start), parse_instant(end)), gap=True)


class _Lines:
    """The way back from a row to its line in the rule file."""

    def __init__(self, file: str, events: Sequence[TestEvent]) -> None:
        self._file = file
        self._events = events

    def places(self, rows: Iterable[int]) -> Mapping[int, Place]:
        """File and line of each row."""
        return {row: Place(self._file, self._events[row].line) for row in rows}

    def events(self, rows: Iterable[int]) -> Mapping[int, dict[str, Any]]:
        """Native event of each row."""
        return {row: self._events[row].native(SERVICE) for row in rows}
