"""What a rule must see: event types and fields. Only these are read from a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    maps: list[Mapping[str, str]] = [link.match for link in (expect.response, expect.precedence, expect.never, expect.reconcile,
                                                              expect.throughout, rule.closed_when) if link is not None]
    if expect.never is not None and expect.never.until is not None:
        maps.append(expect.never.until.match)
    maps += [exception.when.match for exception in rule.exceptions if exception.when.match]
    for mapping in maps:
        yield from mapping.values()
    if expect.reconcile is not None:
        yield from expect.reconcile.compare.values()
    singles = [rule.clock_from, rule.outer_field]
    for link in (expect.response, expect.precedence, expect.never):
        if link is not None:
            singles.append(link.due_field)
    for part in (expect.never, expect.throughout):
        if part is not None:
            singles.append(part.until_field)
    yield from (name for name in singles if name is not None)
    if expect.unique is not None:
        yield from expect.unique.by
        yield from (expect.unique.distinct,) if expect.unique.distinct else ()
    if expect.threshold is not None:
        yield from expect.threshold.by
        yield from (expect.threshold.field,) if expect.threshold.field else ()
        yield from fields_of(parse_condition(expect.threshold.where)) if expect.threshold.where else ()
    if expect.each is not None:
        yield from fields_of(parse_condition(expect.each))
    for exception in rule.exceptions:
        if exception.when.trigger is not None:
            yield from fields_of(parse_condition(exception.when.trigger))


def types_read(rule: Rule) -> frozenset[str]:
    """Event types a rule looks at."""
    return frozenset(selector.event for selector, _ in selectors(rule))


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
