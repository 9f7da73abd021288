"""Does a well-formed rule make sense? Its events, fields, codes, parameters, dates, sources and placeholders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress

from compliance.events.catalogue import Catalogue, Kind, Sensitivity
from compliance.rules.anatomy import ConditionSite, EventSite, FieldSite, PairSite, ParameterSite, Path, sites
from compliance.rules.comparison import condition_faults
from compliance.rules.condition import ConditionError, fields_of, parameters_of, parse_condition
from compliance.rules.dates import date_faults
from compliance.rules.fault import Fault, nearest, reference, unknown_field
from compliance.rules.meaning import meaning_faults
from compliance.rules.model import Origin, Rule
from compliance.rules.trial import trial_faults

PLACEHOLDERS = frozenset({"subject", "trigger.at", "limit", "due", "observed", "failed", "value", "service"})
"""What a message may hold besides open fields of the trigger."""

FILL = "FILL IN -"
"""Mark of a text that `compliance rules new` leaves to the author."""


def faults_in(rule: Rule, catalogue: Catalogue, register: Collection[str]) -> Iterator[Fault]:
    """Everything unsound in one rule, given the event catalogue and the ids of the obligations register."""
    for site in sites(rule):
        match site:
            case EventSite(path, event):
                yield from _event(path, event, catalogue)
            case FieldSite():
                yield from _field_site(site, catalogue)
            case PairSite():
                yield from _pair(site, catalogue)
            case ParameterSite(path, name, wanted):
                yield from reference(path, name, wanted, rule)
            case ConditionSite(path, event, condition):
                yield from condition_faults(path, event, condition, rule, catalogue)
    yield from _parameters(rule)
    yield from date_faults(rule)
    yield from trial_faults(rule, catalogue)
    yield from _persons(rule, catalogue)
    yield from _unfilled(rule.model_dump(mode="json", by_alias=True, exclude_unset=True), ())
    yield from meaning_faults(rule)
    yield from _placeholders(rule, catalogue)
    for index, obligation in enumerate(rule.obligations):
        if obligation not in register:
            yield Fault(
                ("obligations", index),
                "RUL-REGISTER",
                f"the register has no obligation {obligation!r}",
                nearest(obligation, register, "ids stand in rules/register.csv"),
            )


def _event(path: Path, event: str, catalogue: Catalogue) -> Iterator[Fault]:
    if event in catalogue.types:
        return
    renamed = catalogue.successor(event)
    hint = (
        f"it is now called {renamed}"
        if renamed
        else nearest(event, catalogue.types, "`compliance schema` lists the event types")
    )
    yield Fault(path, "RUL-EVENT", f"unknown event type {event!r}", hint)


def _field_site(site: FieldSite, catalogue: Catalogue) -> Iterator[Fault]:
    fields = {name for event in site.events if event in catalogue.types for name in catalogue.types[event].fields}
    if site.field not in fields:
        if all(event in catalogue.types for event in site.events):
            hint = nearest(site.field, fields, f"known: {', '.join(sorted(fields - {'id', 'corrects'}))}")
            yield Fault(site.path, "RUL-FIELD", f"{' and '.join(site.events)} has no field {site.field!r}", hint)
        return
    kind = catalogue.fields[site.field].kind
    if site.wanted == "instant" and kind is not Kind.INSTANT:
        yield Fault(
            site.path, "RUL-KIND", f"{site.field!r} is a {kind}, not an instant", "name a field with format date-time"
        )
    if site.wanted == "number" and kind not in {Kind.INTEGER, Kind.NUMBER}:
        yield Fault(
            site.path, "RUL-KIND", f"{site.field!r} is a {kind}, not a number", "name an integer or number field"
        )


def _pair(site: PairSite, catalogue: Catalogue) -> Iterator[Fault]:
    missing = [
        *unknown_field(site.path, site.event, site.field, catalogue),
        *unknown_field(site.path, site.trigger, site.other, catalogue),
    ]
    yield from missing
    left, right = catalogue.fields.get(site.field), catalogue.fields.get(site.other)
    if not missing and left and right and left.kind != right.kind:
        yield Fault(
            site.path,
            "RUL-KIND",
            f"{site.field!r} is a {left.kind} and {site.other!r} a {right.kind}",
            "compare fields of one kind; the linked event's field stands first",
        )


def _parameters(rule: Rule) -> Iterator[Fault]:
    used = {site.name for site in sites(rule) if isinstance(site, ParameterSite)}
    for site in sites(rule):
        if isinstance(site, ConditionSite):
            with suppress(ConditionError):  # said elsewhere, at its place
                used |= parameters_of(parse_condition(site.condition))
    for name, parameter in rule.parameters.items():
        path: Path = ("parameters", name)
        if name not in used:
            yield Fault(
                path, "RUL-UNUSED", f"parameter {name!r} is defined and never used", f"use ${name}, or remove it"
            )
        if parameter.origin is not Origin.POLICY and not parameter.source:
            yield Fault(
                path,
                "RUL-SOURCE",
                f"parameter {name!r} is {parameter.origin} and names no `source`",
                "name the provision (statutory) or the document (guidance) that fixes it",
            )
        if parameter.origin is Origin.POLICY and not parameter.approved_by:
            yield Fault(
                path,
                "RUL-APPROVAL",
                f"parameter {name!r} is policy and nobody approved it",
                "name the role under `approved_by`",
            )


def _unfilled(part: object, path: Path) -> Iterator[Fault]:
    """Texts that a new file leaves to its author."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _unfilled(value, (*path, key))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _unfilled(value, (*path, index))
    elif isinstance(part, str) and part.startswith(FILL):
        yield Fault(path, "RUL-UNFILLED", f"{path[-1]} is still to be written", part.removeprefix(FILL).strip())


def _persons(rule: Rule, catalogue: Catalogue) -> Iterator[Fault]:
    """Fields that name a person and are read by the rule are pseudonymised in what it shows."""
    read: dict[str, Path] = {}
    for site in sites(rule):
        match site:
            case FieldSite(path, _, field) if path[0] != "evidence":
                read.setdefault(field, path)
            case PairSite(path, _, field, _, other):
                read.setdefault(field, path)
                read.setdefault(other, path)
            case ConditionSite(path, _, condition):
                with suppress(ConditionError):
                    read |= {name: path for name in fields_of(parse_condition(condition)) if name not in read}
    for name, path in read.items():
        spec = catalogue.fields.get(name)
        if spec is not None and spec.sensitivity is Sensitivity.PERSONAL and name not in rule.evidence.pseudonymise:
            yield Fault(
                path,
                "RUL-PERSONAL",
                f"{name!r} is personal data and is not pseudonymised",
                f"name it under `evidence.pseudonymise: [{name}]`",
            )


def _placeholders(rule: Rule, catalogue: Catalogue) -> Iterator[Fault]:
    event = catalogue.types.get(rule.for_each.event if rule.for_each else "attestation.made")
    fields = {spec.name for spec in event.fields.values() if spec.sensitivity is Sensitivity.OPEN} if event else set()
    if re.search(r"[{}]", re.sub(r"\{[a-z_.]+\}", "", rule.message)):
        yield Fault(("message",), "RUL-PLACEHOLDER", "a brace is left open or empty", "write placeholders as {subject}")
    for name in re.findall(r"\{([a-z_.]+)\}", rule.message):
        if name not in PLACEHOLDERS and name not in fields:
            secret = event is not None and name in event.fields
            yield Fault(
                ("message",),
                "RUL-PLACEHOLDER",
                f"{{{name}}} is not disclosed openly" if secret else f"unknown placeholder {{{name}}}",
                nearest(
                    name,
                    PLACEHOLDERS | fields,
                    f"known: {', '.join(sorted(PLACEHOLDERS))}, and open fields of the trigger",
                ),
            )
