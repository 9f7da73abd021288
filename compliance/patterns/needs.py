"""What a rule must see: event types and fields. Only these are read from a log."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from compliance.events.catalogue import Catalogue
from compliance.rules.condition import fields_of, parse_condition
from compliance.rules.model import Rule, Selector


def selectors(rule: Rule) -> Iterator[tuple[Selector, tuple[str, ...]]]:
    """Every event selector of a rule with the extra fields it reads of that event."""
    expect = rule.expect
    trigger = tuple(trigger_fields(rule))
    if rule.for_each is not None:
        yield rule.for_each, trigger
    for link in (expect.response, expect.precedence, rule.closed_when):
        if link is not None:
            yield link, tuple(link.match)
    if expect.never is not None:
        yield expect.never, tuple(expect.never.match)
        if expect.never.until is not None:
            yield expect.never.until, tuple(expect.never.until.match)
    if expect.reconcile is not None:
        pair = expect.reconcile
        yield Selector(event=pair.event, where=pair.where), (*pair.match, *pair.compare)
    if expect.throughout is not None:
        yield expect.throughout.on, tuple(expect.throughout.match)
        yield expect.throughout.off, tuple(expect.throughout.match)
    if expect.attested is not None:
        yield Selector(event="attestation.made"), ("statement", "valid_from", "expires_at")
        if expect.attested.contradicted_by is not None:
            yield expect.attested.contradicted_by, ()
    for exception in rule.exceptions:
        if exception.when.event is not None:
            yield Selector(event=exception.when.event, where=exception.when.where), tuple(exception.when.match or ())


def trigger_fields(rule: Rule) -> Iterator[str]:
    """Fields of the trigger that the rule reads, apart from `for_each.where`."""
    expect = rule.expect
    for mapping in matches(rule):
        yield from mapping.values()
    if expect.reconcile is not None:
        yield from expect.reconcile.compare.values()
    singles = [rule.clock_from, rule.outer_field]
    singles += [link.due_field for link in (expect.response, expect.precedence, expect.never) if link is not None]
    singles += [part.until_field for part in (expect.never, expect.throughout) if part is not None]
    if expect.unique is not None:
        singles += [*expect.unique.by, expect.unique.distinct]
    if expect.threshold is not None:
        singles += [*expect.threshold.by, expect.threshold.field]
    yield from (name for name in singles if name is not None)
    conditions = [expect.each, expect.threshold.where if expect.threshold else None]
    conditions += [exception.when.trigger for exception in rule.exceptions]
    for condition in conditions:
        if condition is not None:
            yield from fields_of(parse_condition(condition))


def matches(rule: Rule) -> Iterator[Mapping[str, str]]:
    """Of every link of a rule: fields of the linked event to fields of the trigger that must be equal to them."""
    expect = rule.expect
    linked = (expect.response, expect.precedence, expect.never, expect.reconcile, expect.throughout, rule.closed_when)
    yield from (link.match for link in linked if link is not None)
    if expect.never is not None and expect.never.until is not None:
        yield expect.never.until.match
    yield from (exception.when.match for exception in rule.exceptions if exception.when.match)


def types_read(rule: Rule) -> frozenset[str]:
    """Event types a rule looks at."""
    return frozenset(selector.event for selector, _ in selectors(rule))


def may_have_instances(rule: Rule, seen: Collection[str]) -> bool:
    """Whether a log with events of these types may have instances of a rule; without, nothing need be asked of it.

    An attestation and a first date have an instance of their own, and so has a counterpart without a trigger.
    """
    expect = rule.expect
    if rule.for_each is None or rule.for_each.event in seen:
        return True
    if expect.recurring is not None:
        return expect.recurring.first_by is not None
    return expect.reconcile is not None and expect.reconcile.both_sides and expect.reconcile.event in seen


def fields_read(rule: Rule, catalogue: Catalogue) -> frozenset[str]:
    """Catalogue fields a rule reads, case fields included."""
    names: set[str] = set()
    for selector, extra in selectors(rule):
        names.update(extra)
        if selector.where is not None:
            names.update(fields_of(parse_condition(selector.where)))
        if selector.event in catalogue.types:
            names.add(catalogue.types[selector.event].case_field)
    return frozenset(names & set(catalogue.fields))
