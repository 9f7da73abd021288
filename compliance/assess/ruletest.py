"""Runs the tests inside rule files on the real engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
from pydantic import ValidationError

from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment, Verdict
from compliance.clock import parse_instant, to_us
from compliance.errors import ComplianceError, Place, RuleError
from compliance.events.catalogue import Catalogue, Kind, catalogue
from compliance.events.dataset import CoverageStatement, Dataset, Interval
from compliance.project import Profile, Project, Service
from compliance.rules.applicability import Applicability, applies
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Binding, Rule, RuleTest
from compliance.rules.testlog import TestEvent, read_events

SERVICE = "test-service"
PROFILE: Mapping[str, Any] = {
    "intermediary": True,
    "offered_in_union": True,
    "hosting": True,
    "online_platform": True,
    "marketplace": True,
    "search_engine": False,
    "enterprise_size": "large",
    "designated": "vlop",
    "designation_notified": "2023-04-25",
    "disseminates_to_public": True,
    "nis2_important_entity": True,
    "publishes_political_ads": True,
    "european_ad_repository_open": True,
    "data_controller": True,
    "hate_speech_code_signatory": True,
    "transposition": {"nis2": "2024-10-18"},
}
"""Profile of the service of a test, where the test says nothing else: everything applies."""

ALWAYS = Interval(parse_instant("2000-01-01T00:00:00Z"), parse_instant("9000-01-01T00:00:00Z"))
_COLUMNS = {
    Kind.STRING: "VARCHAR",
    Kind.DATE: "VARCHAR",
    Kind.LIST: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.INSTANT: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
}
_PLAIN = frozenset({Verdict.COMPLIANT, Verdict.WITHIN_TARGET, Verdict.ATTESTED, Verdict.EXCEPTED})
"""Verdicts that an assessment counts without naming the instance."""


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """One test of one rule: passed where `problems` is empty."""

    rule: str
    name: str
    place: Place
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True where the engine said exactly what the test expects."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Bed:
    """One embedded test made ready: its events as a dataset, and the service it is about."""

    loaded: LoadedRule
    test: RuleTest
    events: tuple[TestEvent, ...]
    dataset: Dataset
    project: Project

    def assess(self, rule: Rule | None = None) -> Assessment:
        """What the engine says of the test; of another version of its rule, where one is given."""
        judged = self.loaded if rule is None else replace(self.loaded, rule=rule)
        return check(self.dataset, [judged], self.project, period=self.test.period, as_of=to_us(self.test.as_of))

    def problems(self, rule: Rule | None = None) -> Iterator[str]:
        """What differs from what the test expects, in words; nothing where it passes."""
        yield from _problems(self.assess(rule), self.test, self.events)


def run_rule_tests(loaded: Sequence[LoadedRule]) -> Iterator[RuleTestResult]:
    """One result per embedded test, in the order of the rules and of their files."""
    with duckdb.connect(config={"threads": 1}) as con:
        for one in loaded:
            yield from binding_results(one)
            for index, test in enumerate(one.rule.tests):
                line, column = one.marks.get(("tests", index), (1, 1))
                try:
                    with con.cursor() as own:  # temporary tables of one test stay out of the next
                        problems = tuple(make_bed(own, one, index).problems())
                except ComplianceError as error:
                    problems = (str(error),)
                yield RuleTestResult(one.rule.id, test.name, Place(str(one.path), line, column), problems)


def binding_results(one: LoadedRule) -> Iterator[RuleTestResult]:
    """One result per row of `binds`."""
    for index, row in enumerate(one.rule.binds):
        place = Place(str(one.path), *one.marks.get(("binds", index), (1, 1)))
        try:
            found = binding_of(one.rule, row, place)
            problems = () if found.state == row.expect else (f"{found.state}: {found.because}; expected: {row.expect}",)
        except RuleError as error:
            problems = (str(error),)
        yield RuleTestResult(one.rule.id, f"binds on {row.day}: {row.expect}", place, problems)


def binding_of(rule: Rule, row: Binding, place: Place) -> Applicability:
    """Whether a rule binds the service of a row on its day. RuleError where the row's profile has no such answer."""
    return applies(rule, _profile(row.profile, place), row.day)


def _profile(answers: Mapping[str, Any] | None, place: Place) -> Profile:
    try:
        return Profile.model_validate({**PROFILE, **(answers or {})})
    except ValidationError as error:
        first = error.errors()[0]
        raise RuleError(
            "RUL-TEST-PROFILE",
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            place=place,
            hint="answers are those of `[profile]` in compliance.toml",
        ) from error


def make_bed(con: duckdb.DuckDBPyConnection, one: LoadedRule, index: int) -> Bed:
    """One test of a rule made ready on a connection of its own. RuleError where its events are malformed."""
    test, shapes = one.rule.tests[index], catalogue()
    line = one.marks.get(("tests", index, "events"), (0, 1))[0] + 1
    events = read_events(test.events, shapes, file=str(one.path), line=line)
    project = Project(
        service=Service.model_validate(
            {"id": SERVICE, "calendar": "BE", "started": "2020-01-01", **(test.service or {})}
        ),
        profile=_profile(test.profile, Place(str(one.path), *one.marks.get(("tests", index), (1, 1)))),
    )
    return Bed(one, test, events, _dataset(con, one, test, events, shapes), project)


def _problems(assessment: Assessment, test: RuleTest, events: Sequence[TestEvent]) -> Iterator[str]:
    result = assessment.rules[0]
    if result.verdict is Verdict.ERROR:
        yield f"the engine failed: {result.reason}"
        return
    cases = _cases(events, catalogue())
    expected = {key: Verdict(verdict) for key, verdict in test.expect.items()}
    found: dict[str, str] = {}
    for finding in assessment.findings:
        names = (finding.trigger, cases.get(finding.trigger, finding.case))
        said = f"{finding.verdict} ({finding.reason})"
        key = next((name for name in names if name in expected), None)
        if key is None:
            yield f"{names[1] or names[0]} is {said}, expected: no instance"
        elif key in found:
            yield f"{key} names more than one instance; give the events an id"
        else:
            found[key] = said
    yield from _differences(expected, found, result.counts)
    if test.rule is not None and result.verdict != test.rule:
        yield f"the rule is {result.verdict} ({result.reason}), expected: {test.rule}"


def _differences(
    expected: Mapping[str, Verdict], found: Mapping[str, str], counts: Mapping[Verdict, int]
) -> Iterator[str]:
    for key, verdict in expected.items():
        if verdict in _PLAIN and key in found:
            yield f"{key} is {found[key]}, expected: {verdict}"
        elif verdict not in _PLAIN and found.get(key, "").partition(" ")[0] != verdict:
            yield f"{key} is {found.get(key, 'no finding')}, expected: {verdict}"
    wanted = Counter(expected.values())
    for verdict in sorted(_PLAIN):
        if counts.get(verdict, 0) != wanted[verdict]:
            yield f"{counts.get(verdict, 0)} instance(s) {verdict}, expected: {wanted[verdict]}"


def _cases(events: Iterable[TestEvent], shapes: Catalogue) -> dict[str, str | None]:
    return {event.id: event.fields.get(shapes.types[event.type].case_field) for event in events}


def _dataset(
    con: duckdb.DuckDBPyConnection, one: LoadedRule, test: RuleTest, events: Sequence[TestEvent], shapes: Catalogue
) -> Dataset:
    corrected = {event.fields["corrects"] for event in events if event.fields.get("corrects")}
    live = [event for event in events if event.id not in corrected]
    names = sorted(requirement_of([one]).fields)
    kinds = {name: shapes.fields[name].kind for name in names}
    columns = {
        "n": "BIGINT",
        "id": "VARCHAR",
        "type": "VARCHAR",
        "t": "BIGINT",
        "service": "VARCHAR",
        **{name: _COLUMNS[kind] for name, kind in kinds.items()},
    }
    rows = [
        [
            number,
            event.id,
            event.type,
            event.t,
            SERVICE,
            *(_stored(kind, event.fields.get(name)) for name, kind in kinds.items()),
        ]
        for number, event in enumerate(live)
    ]
    values = ", ".join(f'unnest(CAST(? AS {kind}[])) AS "{name}"' for name, kind in columns.items())
    lists = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
    con.execute(f"CREATE OR REPLACE TEMP TABLE ev AS SELECT {values}", lists)
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
    yield CoverageStatement("test", ("*",), ALWAYS)
    for glob, windows in (test.coverage.gaps if test.coverage else {}).items():
        types = shapes.matching([glob])
        if not types:
            raise RuleError(
                "RUL-TEST-GAP",
                f"no event type is called {glob!r}",
                place=Place(str(one.path)),
                hint="name an event type, or a glob such as notice.*",
            )
        for window in windows:
            start, _, end = window.partition("/")
            try:
                yield CoverageStatement("test", types, Interval(parse_instant(start), parse_instant(end)), gap=True)
            except ValueError as error:
                raise RuleError(
                    "RUL-TEST-GAP",
                    f"not a window: {window!r}",
                    place=Place(str(one.path)),
                    hint="write start/end, both as 2025-08-01T10:00:00Z",
                ) from error


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
