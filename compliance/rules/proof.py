"""Which kinds of tests a rule's shape asks for, and which of them its tests are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.clock import local_date, parse_duration
from compliance.events.catalogue import Catalogue
from compliance.rules.condition import evaluate, parse_condition
from compliance.rules.model import ExceptionCase, Link, Origin, Parameter, Rule
from compliance.rules.parameters import value_at, values_on
from compliance.rules.testlog import TestEvent

MET = frozenset({"compliant", "within_target", "attested"})
_WAITING = frozenset({"response", "never", "recurring", "reconcile", "throughout"})


def wanted_kinds(rule: Rule) -> set[str]:
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
    wanted |= {f"the exception {case.id}" for case in rule.exceptions}
    if _elapsed_limit(rule) is not None:
        wanted |= {"exactly on the limit", "one second past the limit"}
    for name, parameter in rule.parameters.items():
        wanted |= {f"the value of {name} from {entry.since}" for entry in parameter.values[1:]}
    return wanted


def kinds_present(rule: Rule, tests: Sequence[tuple[TestEvent, ...]], shapes: Catalogue) -> set[str]:
    """Kinds of tests that the rule's tests are, given the events of each of them."""
    verdicts = {verdict for test in rule.tests for verdict in test.expect.values()}
    found = {"met"} if verdicts & MET else set()
    if verdicts & {"non_compliant", "over_target", "not_attested", "attestation_expired"}:
        found.add("missed")
    if "pending" in verdicts:
        found.add("pending")
    if any(test.coverage and ("undetermined" in {*test.expect.values(), test.rule}) for test in rule.tests):
        found.add("not known for want of coverage")
    if rule.closed_when is not None and "non_compliant" in verdicts:
        found.add("never done and closed")
    found |= {f"the exception {case.id}" for case in rule.exceptions if _shown(rule, case, tests)}
    if any(_has_outsider(rule, test.expect, events, shapes) for test, events in zip(rule.tests, tests, strict=True)):
        found.add("a trigger outside the rule")
    return found | _limits_touched(rule, tests) | _values_used(rule, tests)


def _shown(rule: Rule, case: ExceptionCase, tests: Sequence[tuple[TestEvent, ...]]) -> bool:
    """Whether an instance is excepted in a test whose events hold what the exception asks for."""
    return any(
        "excepted" in test.expect.values() and any(_asked_for(rule, case, event) for event in events)
        for test, events in zip(rule.tests, tests, strict=True)
    )


def _asked_for(rule: Rule, case: ExceptionCase, event: TestEvent) -> bool:
    wanted, where = (case.when.event, case.when.where)
    if wanted is None:
        wanted, where = (rule.for_each.event if rule.for_each else ""), case.when.trigger
    if event.type != wanted:
        return False
    return (
        not where or evaluate(parse_condition(where), event.fields, values_on(rule, local_date(event.t, "UTC"))) is True
    )


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
