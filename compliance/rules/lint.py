"""All faults of all rule files at once, and what a careful author would still add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compliance.clock import local_date, parse_duration
from compliance.errors import Place, RuleError
from compliance.events.catalogue import Catalogue, catalogue
from compliance.rules.loader import LoadedRule, read_rules
from compliance.rules.model import Link, Origin, Parameter, Rule, RuleClass
from compliance.rules.parameters import value_at
from compliance.rules.testlog import TestEvent, read_events

_MET = frozenset({"compliant", "within_target", "attested"})
_PLAIN = _MET | {"excepted"}
_WAITING = frozenset({"response", "never", "recurring", "reconcile", "throughout"})


@dataclass(frozen=True, slots=True)
class Note:
    """One thing lint says of a rule file: a fault keeps the rules from loading, a warning does not."""

    level: Literal["fault", "warning"]
    code: str
    place: Place
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Lint:
    """Rules that were read, and every note on their files by place."""

    rules: tuple[LoadedRule, ...]
    notes: tuple[Note, ...]

    @property
    def faults(self) -> int:
        """Number of notes that keep the rules from loading."""
        return sum(note.level == "fault" for note in self.notes)


def lint(folders: Sequence[Path] | None = None) -> Lint:
    """Every fault and warning of the rule files below the folders (None: the shipped packs)."""
    loaded, faults = read_rules(folders)
    notes = [_fault(error) for error in faults]
    for one in loaded:
        notes += _notes(one, catalogue())
    return Lint(
        loaded, tuple(sorted(notes, key=lambda n: (n.place.file, n.place.line or 0, n.place.column or 0, n.code)))
    )


def _fault(error: RuleError) -> Note:
    return Note("fault", error.code, error.place or Place(""), error.message, error.hint)


def _notes(one: LoadedRule, shapes: Catalogue) -> Iterator[Note]:
    tests: list[tuple[TestEvent, ...]] = []
    for index, test in enumerate(one.rule.tests):
        line = one.marks.get(("tests", index, "events"), (0, 1))[0] + 1
        try:
            tests.append(read_events(test.events, shapes, file=str(one.path), line=line))
        except RuleError as error:
            yield _fault(error)
    if len(tests) == len(one.rule.tests):
        yield from _missing_tests(one, tests, shapes)
    yield from _habits(one)


def _habits(one: LoadedRule) -> Iterator[Note]:
    rule = one.rule
    if one.path.stem != rule.id:
        yield _warning(one, ("id",), "LNT-NAME", f"the file is called {one.path.name}", f"call it {rule.id}.yaml")
    policy = any(parameter.origin is Origin.POLICY for parameter in rule.parameters.values())
    if rule.rule_class is RuleClass.HARD and policy and not rule.doubt:
        yield _warning(
            one,
            ("class",),
            "LNT-DOUBT",
            "a hard rule judges by a limit that is not law",
            "say under `doubt` what is the service's own measure, or make the rule soft",
        )
    if rule.status == "deprecated" and rule.superseded_by is None:
        yield _warning(one, ("status",), "LNT-SUCCESSOR", "a deprecated rule names no successor", "add `superseded_by`")
    for index, test in enumerate(rule.tests):
        if len(_PLAIN & set(test.expect.values())) > 1:
            yield _warning(
                one,
                ("tests", index),
                "LNT-MIXED",
                "the test expects two different plain verdicts",
                "split it: the engine counts plain instances, so two kinds in one test could change places unseen",
            )


def _missing_tests(one: LoadedRule, tests: Sequence[tuple[TestEvent, ...]], shapes: Catalogue) -> Iterator[Note]:
    rule = one.rule
    for kind in _wanted_kinds(rule) - _kinds_present(rule, tests, shapes):
        yield _warning(one, ("tests",), "LNT-TEST", f"no test for: {kind}", "add one; see docs/write-a-rule.md")


def _wanted_kinds(rule: Rule) -> set[str]:
    """Kinds of tests that the shape of the rule asks for."""
    unbounded = rule.expect.threshold is not None and rule.expect.threshold.bound is None
    wanted = {"met"} if unbounded else {"met", "missed"}
    compared_at_once = rule.expect.reconcile is not None and rule.expect.reconcile.within is None
    if rule.expect.pattern in _WAITING and not compared_at_once:
        wanted.add("pending")
    if rule.expect.attested is None and not unbounded:
        wanted.add("not known for want of coverage")
    if rule.for_each is not None and rule.for_each.where is not None:
        wanted.add("a trigger outside the rule")
    if rule.closed_when is not None:
        wanted.add("never done and closed")
    if rule.exceptions:
        wanted.add("an exception")
    if _elapsed_limit(rule) is not None:
        wanted |= {"exactly on the limit", "one second past the limit"}
    for name, parameter in rule.parameters.items():
        wanted |= {f"the value of {name} from {entry.since}" for entry in parameter.values[1:]}
    return wanted


def _kinds_present(rule: Rule, tests: Sequence[tuple[TestEvent, ...]], shapes: Catalogue) -> set[str]:
    verdicts = {verdict for test in rule.tests for verdict in test.expect.values()}
    found = {"met"} if verdicts & _MET else set()
    if verdicts & {"non_compliant", "over_target", "not_attested", "attestation_expired"}:
        found.add("missed")
    if "pending" in verdicts:
        found.add("pending")
    if any(test.coverage and ("undetermined" in {*test.expect.values(), test.rule}) for test in rule.tests):
        found.add("not known for want of coverage")
    if rule.closed_when is not None and "non_compliant" in verdicts:
        found.add("never done and closed")
    if "excepted" in verdicts:
        found.add("an exception")
    if any(_has_outsider(rule, test.expect, events, shapes) for test, events in zip(rule.tests, tests, strict=True)):
        found.add("a trigger outside the rule")
    return found | _limits_touched(rule, tests) | _values_used(rule, tests)


def _has_outsider(rule: Rule, expect: Mapping[str, str], events: Sequence[TestEvent], shapes: Catalogue) -> bool:
    trigger = rule.for_each.event if rule.for_each else ""
    return any(
        event.type == trigger
        and event.id not in expect
        and event.fields.get(shapes.types[trigger].case_field) not in expect
        for event in events
    )


def _elapsed_limit(rule: Rule) -> tuple[Link, Parameter] | None:
    """The link and the limit of a response whose limit is plain elapsed time."""
    link = rule.expect.response
    if link is None or link.within is None:
        return None
    parameter = rule.parameters[link.within.removeprefix("$")]
    plain = parameter.origin is Origin.POLICY or parse_duration(parameter.values[-1].value).is_clock
    return (link, parameter) if plain else None


def _limits_touched(rule: Rule, tests: Sequence[tuple[TestEvent, ...]]) -> set[str]:
    """Whether some answer comes exactly on the limit, or one second after it."""
    elapsed = _elapsed_limit(rule)
    if elapsed is None or rule.for_each is None:
        return set()
    link, parameter = elapsed
    found = set()
    for events in tests:
        for trigger in (event for event in events if event.type == rule.for_each.event):
            for answer in (event for event in events if event.type == link.event):
                after = (answer.t - trigger.t) // 1_000_000
                for entry in parameter.values:
                    limit = parse_duration(entry.value)
                    seconds = limit.seconds + 86_400 * (limit.days + 7 * limit.weeks)
                    found |= {"exactly on the limit"} if after == seconds else set()
                    found |= {"one second past the limit"} if after == seconds + 1 else set()
    return found


def _values_used(rule: Rule, tests: Sequence[tuple[TestEvent, ...]]) -> set[str]:
    """Dated values on whose days some trigger of a test falls."""
    days = {
        local_date(e.t, "UTC") for events in tests for e in events if rule.for_each and e.type == rule.for_each.event
    }
    used = {
        (name, entry.since)
        for name, parameter in rule.parameters.items()
        for day in days
        if (entry := value_at(parameter, day)) is not None
    }
    return {f"the value of {name} from {since}" for name, since in used}


def _warning(one: LoadedRule, path: tuple[str | int, ...], code: str, message: str, hint: str) -> Note:
    line, column = one.marks.get(path, (1, 1))
    return Note("warning", code, Place(str(one.path), line, column, one.rule.id), message, hint)
