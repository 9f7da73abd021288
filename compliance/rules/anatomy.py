"""Every place in a rule that names an event type, a field or a parameter, with its path in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.rules.model import Link, Never, Rule, Selector, When

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class EventSite:
    """An event type named by the rule."""

    path: Path
    event: str


@dataclass(frozen=True, slots=True)
class FieldSite:
    """A field named by the rule: of which event types (any of them will do), and what it must be."""

    path: Path
    events: tuple[str, ...]
    field: str
    wanted: str = ""
    """`instant`, `number`, or empty where any kind fits."""


@dataclass(frozen=True, slots=True)
class PairSite:
    """Two fields that are compared: of a linked event, and of the trigger."""

    path: Path
    event: str
    field: str
    trigger: str
    other: str


@dataclass(frozen=True, slots=True)
class ParameterSite:
    """A parameter named by the rule, and the type it must have (empty: the field compared decides)."""

    path: Path
    name: str
    wanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionSite:
    """A condition, and the event type on whose fields it speaks."""

    path: Path
    event: str
    condition: Mapping[str, Any]


Site = EventSite | FieldSite | PairSite | ParameterSite | ConditionSite


def sites(rule: Rule) -> Iterator[Site]:
    """All sites of the rule, in the order of the file."""
    trigger = rule.for_each.event if rule.for_each else ""
    if rule.for_each is not None:
        yield from _selector(rule.for_each, ("for_each",))
    for name in ("clock_from", "outer_field"):
        field = getattr(rule, name)
        if field is not None:
            yield FieldSite((name,), (trigger,), field, "instant")
    yield from _pattern(rule, trigger)
    if rule.closed_when is not None:
        yield from _link(rule.closed_when, ("closed_when",), trigger)
    for index, case in enumerate(rule.exceptions):
        yield from _when(case.when, ("exceptions", index, "when"), trigger)
    named = event_types(rule)
    for index, field in enumerate(rule.evidence.pseudonymise):
        yield FieldSite(("evidence", "pseudonymise", index), named, field)


def event_types(rule: Rule) -> tuple[str, ...]:
    """Every event type the rule looks at, sorted; `attestation.made` for an attested rule."""
    trigger = rule.for_each.event if rule.for_each else "attestation.made"
    parts: list[Iterator[Site]] = [_pattern(rule, trigger)]
    if rule.closed_when is not None:
        parts.append(_link(rule.closed_when, (), trigger))
    parts += [_when(case.when, (), trigger) for case in rule.exceptions]
    return tuple(sorted({trigger} | {site.event for part in parts for site in part if isinstance(site, EventSite)}))


def _selector(selector: Selector, path: Path) -> Iterator[Site]:
    yield EventSite((*path, "event"), selector.event)
    if selector.where is not None:
        yield ConditionSite((*path, "where"), selector.event, selector.where)


def _link(link: Link, path: Path, trigger: str) -> Iterator[Site]:
    yield from _selector(link, path)
    yield from _match(link.match, (*path, "match"), link.event, trigger)
    yield from _reference(link.within, (*path, "within"), "duration")
    if link.due_field is not None:
        yield FieldSite((*path, "due_field"), (trigger,), link.due_field, "instant")
    if isinstance(link, Never):
        if link.until_field is not None:
            yield FieldSite((*path, "until_field"), (trigger,), link.until_field, "instant")
        if link.until is not None:
            yield from _link(link.until, (*path, "until"), trigger)


def _match(match: Mapping[str, str], path: Path, event: str, trigger: str) -> Iterator[Site]:
    for field, other in match.items():
        yield PairSite((*path, field), event, field, trigger, other)


def _reference(name: str | None, path: Path, *wanted: str) -> Iterator[Site]:
    if name is not None:
        yield ParameterSite(path, name.removeprefix("$"), wanted)


def _when(when: When, path: Path, trigger: str) -> Iterator[Site]:
    if when.trigger is not None:
        yield ConditionSite((*path, "trigger"), trigger, when.trigger)
    if when.event is not None:
        yield EventSite((*path, "event"), when.event)
        yield from _match(when.match or {}, (*path, "match"), when.event, trigger)
        if when.where is not None:
            yield ConditionSite((*path, "where"), when.event, when.where)
        yield from _reference(when.within, (*path, "within"), "duration")


def _pattern(rule: Rule, trigger: str) -> Iterator[Site]:
    expect, path = rule.expect, ("expect", rule.expect.pattern)
    if expect.each is not None:
        yield ConditionSite(path, trigger, expect.each)
    for link in (expect.response, expect.precedence, expect.never):
        if link is not None:
            yield from _link(link, path, trigger)
    yield from _sets(rule, trigger, path)
    yield from _states(rule, trigger, path)
    if expect.attested is not None and expect.attested.contradicted_by is not None:
        yield from _selector(expect.attested.contradicted_by, (*path, "contradicted_by"))


def _sets(rule: Rule, trigger: str, path: Path) -> Iterator[Site]:
    unique, reconcile, threshold = rule.expect.unique, rule.expect.reconcile, rule.expect.threshold
    if unique is not None:
        yield from (FieldSite((*path, "by", index), (trigger,), field) for index, field in enumerate(unique.by))
        if unique.distinct is not None:
            yield FieldSite((*path, "distinct"), (trigger,), unique.distinct)
    if reconcile is not None:
        yield from _selector(Selector(event=reconcile.event, where=reconcile.where), path)
        yield from _match(reconcile.match, (*path, "match"), reconcile.event, trigger)
        yield from _match(reconcile.compare, (*path, "compare"), reconcile.event, trigger)
        yield from _reference(reconcile.within, (*path, "within"), "duration")
    if threshold is not None:
        if threshold.field is not None:
            yield FieldSite((*path, "field"), (trigger,), threshold.field, "number")
        if threshold.where is not None:
            yield ConditionSite((*path, "where"), trigger, threshold.where)
        yield from (FieldSite((*path, "by", index), (trigger,), field) for index, field in enumerate(threshold.by))
        yield from _reference(threshold.window, (*path, "window"), "duration")
        for operator, name in (threshold.bound or {}).items():
            yield from _reference(name, (*path, "bound", operator), "integer", "ratio")


def _states(rule: Rule, trigger: str, path: Path) -> Iterator[Site]:
    recurring, throughout = rule.expect.recurring, rule.expect.throughout
    if recurring is not None:
        yield from _reference(recurring.every, (*path, "every"), "duration")
        yield from _reference(recurring.first_by, (*path, "first_by"), "date")
    if throughout is not None:
        for name, switch in (("on", throughout.on), ("off", throughout.off)):
            yield from _selector(switch, (*path, name))
            yield from _match(throughout.match, (*path, "match"), switch.event, trigger)
        yield from _reference(throughout.within, (*path, "within"), "duration")
        if throughout.until_field is not None:
            yield FieldSite((*path, "until_field"), (trigger,), throughout.until_field, "instant")
