"""Runs the tests inside rule files on the real engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from compliance.assess.model import Assessment, Verdict
from compliance.assess.spread import spread
from compliance.assess.testbed import Bed, assess_beds, bench, make_bed
from compliance.errors import ComplianceError, Place
from compliance.events.catalogue import Catalogue, catalogue
from compliance.rules.applicability import Applicability, applies
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule
from compliance.rules.proof_model import Binding, RuleTest
from compliance.rules.testlog import TestEvent
from compliance.rules.trial import profile_of

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


def run_rule_tests(loaded: Sequence[LoadedRule], workers: int | None = None) -> Iterator[RuleTestResult]:
    """One result per row of `binds` and per embedded test, in the order of the rules and of their files.

    Over so many processes; None: one per core, where there are many rules.
    """
    for results in spread(_run_one, loaded, workers):
        yield from results


def _run_one(one: LoadedRule) -> list[RuleTestResult]:
    with bench() as con:
        return [*binding_results(one), *_test_results(con, one)]


def _test_results(con: duckdb.DuckDBPyConnection, one: LoadedRule) -> Iterator[RuleTestResult]:
    beds: dict[int, Bed] = {}
    problems: dict[int, tuple[str, ...]] = {}
    for index in range(len(one.rule.tests)):
        try:
            beds[index] = make_bed(con, one, index)
        except ComplianceError as error:
            problems[index] = (str(error),)
    problems |= problems_of(con, beds)
    for index, test in enumerate(one.rule.tests):
        place = Place(str(one.path), *one.marks.get(("tests", index), (1, 1)))
        yield RuleTestResult(one.rule.id, test.name, place, problems[index])


def problems_of(con: duckdb.DuckDBPyConnection, beds: Mapping[int, Bed]) -> dict[int, tuple[str, ...]]:
    """For each test what differs from what it expects, in words; nothing where it passes."""
    found: dict[int, tuple[str, ...]] = {}
    for index, said in assess_beds(con, beds).items():
        if isinstance(said, ComplianceError):
            found[index] = (str(said),)
        elif isinstance(said, BaseException):
            raise said
        else:
            found[index] = tuple(_problems(said, beds[index].test, beds[index].events))
    return found


def binding_results(one: LoadedRule) -> Iterator[RuleTestResult]:
    """One result per row of `binds`."""
    for index, row in enumerate(one.rule.binds):
        place = Place(str(one.path), *one.marks.get(("binds", index), (1, 1)))
        found = binding_of(one.rule, row)
        problems = () if found.state == row.expect else (f"{found.state}: {found.because}; expected: {row.expect}",)
        yield RuleTestResult(one.rule.id, f"binds on {row.day}: {row.expect}", place, problems)


def binding_of(rule: Rule, row: Binding) -> Applicability:
    """Whether a rule binds the service of a row on its day."""
    return applies(rule, profile_of(row.profile), row.day)


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
    if test.rule is not None and str(result.verdict) != test.rule:
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
