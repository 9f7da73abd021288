"""Does a well-formed rule make sense? Its events, fields, codes, parameters, dates, sources and placeholders."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from compliance.events.catalogue import Catalogue, FieldSpec, Kind, Sensitivity
from compliance.rules.anatomy import ConditionSite, EventSite, FieldSite, PairSite, ParameterSite, Path, sites
from compliance.rules.condition import ConditionError, parse_condition
from compliance.rules.model import Origin, Parameter, Rule

PLACEHOLDERS = frozenset({"subject", "trigger.at", "limit", "due", "observed", "failed", "value", "service"})
"""What a message may hold besides open fields of the trigger."""

_ORDERED = {Kind.INTEGER, Kind.NUMBER, Kind.INSTANT, Kind.DATE}
_LITERALS: Mapping[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.INSTANT: (str,),
    Kind.DATE: (str,),
    Kind.LIST: (str, int),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a rule file: its path in the file, a code, what it is, and the next step."""

    path: Path
    code: str
    message: str
    hint: str


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
                yield from _reference(path, name, wanted, rule)
            case ConditionSite(path, event, condition):
                yield from _condition(path, event, condition, rule, catalogue)
    yield from _parameters(rule)
    yield from _dates(rule)
    yield from _placeholders(rule, catalogue)
    for index, obligation in enumerate(rule.obligations):
        if obligation not in register:
            yield Fault(
                ("obligations", index),
                "RUL-REGISTER",
                f"the register has no obligation {obligation!r}",
                nearest(obligation, register, "ids stand in rules/register.csv"),
            )


def nearest(word: str, known: Collection[str], otherwise: str) -> str:
    """Next step for an unknown word: the nearest known ones, else `otherwise`."""
    close = get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    return f"did you mean {', '.join(close)}?" if close else otherwise


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


def _unknown(path: Path, event: str, field: str, catalogue: Catalogue) -> Iterator[Fault]:
    """A fault where the type is known and the field is not one of its."""
    if event in catalogue.types and field not in catalogue.types[event].fields:
        fields = catalogue.types[event].fields
        yield Fault(
            path,
            "RUL-FIELD",
            f"{event} has no field {field!r}",
            nearest(field, fields, f"its fields are {', '.join(sorted(set(fields) - {'id', 'corrects'}))}"),
        )


def _field_site(site: FieldSite, catalogue: Catalogue) -> Iterator[Fault]:
    holders = [event for event in site.events if site.field in getattr(catalogue.types.get(event), "fields", ())]
    if not holders:
        known = [event for event in site.events if event in catalogue.types]
        if known and len(known) == len(site.events):
            yield from _unknown(site.path, known[0], site.field, catalogue)
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
        *_unknown(site.path, site.event, site.field, catalogue),
        *_unknown(site.path, site.trigger, site.other, catalogue),
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


def _reference(path: Path, name: str, wanted: tuple[str, ...], rule: Rule) -> Iterator[Fault]:
    parameter = rule.parameters.get(name)
    if parameter is None:
        yield Fault(
            path,
            "RUL-PARAMETER",
            f"${name} is not defined under `parameters`",
            nearest(name, rule.parameters, "define it with type, origin, because and values"),
        )
    elif wanted and parameter.type not in wanted:
        yield Fault(
            path,
            "RUL-KIND",
            f"${name} is a {parameter.type}, wanted: {' or '.join(wanted)}",
            "change its type, or name another",
        )


def _condition(
    path: Path, event: str, condition: Mapping[str, Any], rule: Rule, catalogue: Catalogue
) -> Iterator[Fault]:
    try:
        parse_condition(condition)
    except ConditionError as error:
        yield Fault((*path, *error.path), "RUL-CONDITION", str(error), "see docs/write-a-rule.md, `Conditions`")
        return
    for where, field, op, value in tests_with_paths(condition, path):
        missing = list(_unknown(where[:-1], event, field, catalogue))
        yield from missing
        if not missing and event in catalogue.types:
            yield from _test(where, event, catalogue.types[event].fields[field], op, value, rule, catalogue)


def tests_with_paths(condition: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str, str, Any]]:
    """Path of the operator, field, operator and operand of every comparison of a condition that parses."""
    for key, value in condition.items():
        if key in {"all", "any"}:
            for index, part in enumerate(value):
                yield from tests_with_paths(part, (*path, key, index))
        elif key == "not":
            yield from tests_with_paths(value, (*path, key))
        else:
            for op, operand in value.items():
                yield (*path, key, op), key, op, operand


def _test(
    path: Path, event: str, spec: FieldSpec, op: str, value: Any, rule: Rule, catalogue: Catalogue
) -> Iterator[Fault]:
    if not _op_fits(op, spec.kind):
        fits = "present, contains" if spec.kind is Kind.LIST else "present, eq, ne, in, not_in"
        yield Fault(path, "RUL-OP", f"`{op}` does not fit {spec.name!r}, a {spec.kind}", f"tests that fit: {fits}")
    elif op == "present":
        return
    elif isinstance(value, Mapping):
        yield from _unknown(path, event, str(value["field"]), catalogue)
        other = catalogue.fields.get(str(value["field"]))
        if other is not None and other.kind is not spec.kind:
            yield Fault(
                path,
                "RUL-KIND",
                f"{spec.name!r} is a {spec.kind} and {other.name!r} a {other.kind}",
                "compare fields of one kind",
            )
    elif isinstance(value, str) and value.startswith("$"):
        yield from _reference(path, value[1:], _parameter_types(op, spec.kind), rule)
        yield from _parameter_codes(path, spec, rule.parameters.get(value[1:]))
    else:
        yield from _literals(path, spec, tuple(value) if isinstance(value, (list, tuple)) else (value,))


def _op_fits(op: str, kind: Kind) -> bool:
    if op == "present":
        return True
    if kind is Kind.LIST or op == "contains":
        return kind is Kind.LIST and op == "contains"
    return op in {"eq", "ne", "in", "not_in"} or kind in _ORDERED


def _parameter_types(op: str, kind: Kind) -> tuple[str, ...]:
    if op in {"in", "not_in"}:
        return ("list",)
    return {Kind.INTEGER: ("integer",), Kind.NUMBER: ("integer", "ratio"), Kind.DATE: ("date",)}.get(
        kind, ("integer", "ratio", "date")
    )


def _parameter_codes(path: Path, spec: FieldSpec, parameter: Parameter | None) -> Iterator[Fault]:
    if parameter is not None and parameter.type == "list":
        for entry in parameter.values:
            yield from _literals(path, spec, tuple(entry.value))


def _literals(path: Path, spec: FieldSpec, values: tuple[Any, ...]) -> Iterator[Fault]:
    for value in values:
        fits = isinstance(value, _LITERALS[spec.kind]) and (spec.kind is Kind.BOOLEAN or not isinstance(value, bool))
        if not fits:
            yield Fault(
                path,
                "RUL-KIND",
                f"{value!r} is no value for {spec.name!r}, a {spec.kind}",
                "write true or false without quotes" if spec.kind is Kind.BOOLEAN else f"write a {spec.kind}",
            )
        elif spec.codes and value not in spec.codes:
            yield Fault(
                path,
                "RUL-CODE",
                f"{value!r} is not in the code list of {spec.name!r}",
                nearest(str(value), spec.codes, f"codes: {', '.join(spec.codes)}"),
            )


def _parameters(rule: Rule) -> Iterator[Fault]:
    used = {site.name for site in sites(rule) if isinstance(site, ParameterSite)}
    for site in sites(rule):
        if isinstance(site, ConditionSite):
            used |= set(re.findall(r"'\$([a-z][a-z0-9_]*)'", repr(site.condition)))
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


def _dates(rule: Rule) -> Iterator[Fault]:
    since, until = rule.in_force.since, rule.in_force.until
    if until is not None and until < since:
        yield Fault(
            ("in_force", "until"), "RUL-DATES", f"`until` {until} lies before `from` {since}", "put the dates in order"
        )
    for name, parameter in rule.parameters.items():
        first = parameter.values[0].since
        if first > since:
            yield Fault(
                ("parameters", name, "values", 0, "from"),
                "RUL-DATES",
                f"the first value counts from {first}, the rule from {since}",
                "give a value from the rule's first day on",
            )
        for index, entry in enumerate(parameter.values):
            if until is not None and entry.since > until:
                yield Fault(
                    ("parameters", name, "values", index, "from"),
                    "RUL-DATES",
                    f"this value starts {entry.since}, after the rule ends",
                    "remove it, or move `in_force.until`",
                )
    for index, test in enumerate(rule.tests):
        if test.as_of.tzinfo is None:
            yield Fault(
                ("tests", index, "as_of"), "RUL-DATES", "an instant needs an offset", "write it as 2025-08-10T00:00:00Z"
            )
        if test.period is not None and test.period[1] <= test.period[0]:
            yield Fault(
                ("tests", index, "period"),
                "RUL-DATES",
                "the period ends before it starts",
                "give the first day and the first day after",
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
