"""Proof that a changed condition says the same as before, for every event there can be.

A condition compares fields with constants, parameters and other fields of its event, and with nothing else. So a few
values per field stand for all: each constant, one value on either side of it, null where the field may be missing, and
the state in which no source records the field. Where both conditions agree on every combination, they agree on every
event. Too many combinations prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from math import prod
from typing import Any

from pydantic import BaseModel

from compliance.clock import format_us, parse_instant
from compliance.events.catalogue import Catalogue, EventType, FieldSpec, Kind
from compliance.rules.anatomy import ConditionSite, Path, sites
from compliance.rules.condition import FieldRef, Node, ParameterRef, evaluate, fields_of, parse_condition, tests_of
from compliance.rules.model import Rule
from compliance.rules.mutant import Mutant

MOST = 60_000
"""Combinations that are tried; with more of them nothing is claimed."""
_UNRECORDED = object()


def says_the_same(rule: Rule, mutant: Mutant, catalogue: Catalogue) -> bool:
    """True where the mutant provably says the same: in the one condition that it changes, or by a key of no weight.

    A run judges one service and its events only (docs/semantics.md, section 1), so that `service: service` always agrees.
    """
    if mutant.path[-1] == "service" and "match" in mutant.path:
        return bool(_at(rule, mutant.path) == "service")
    for site in sites(rule):
        if isinstance(site, ConditionSite) and mutant.path[: len(site.path)] == site.path:
            changed = _at(mutant.rule, site.path)
            given = rule.for_each.where if rule.for_each and _on_trigger(site.path) else None
            event = catalogue.types.get(site.event)
            if changed is None or event is None:
                return False
            states = _States(rule, event)
            return states.agree(parse_condition(site.condition), parse_condition(changed), given)
    return False


def _on_trigger(path: Path) -> bool:
    """Whether the condition is asked only of events that `for_each.where` has selected."""
    return path in {("expect", "each"), ("expect", "threshold", "where")} or path[-1] == "trigger"


def _at(part: Any, path: Path) -> Any:
    for step in path:
        if part is None:
            return None
        part = getattr(part, str(step)) if isinstance(part, BaseModel) else part[step]
    return part


@dataclass(frozen=True, slots=True)
class _States:
    """The events of one type, as far as conditions can tell them apart."""

    rule: Rule
    event: EventType

    def agree(self, first: Node, second: Node, given: Mapping[str, Any] | None) -> bool:
        """True where both say the same of every event of which `given` holds."""
        nodes = [first, second, *([parse_condition(given)] if given else [])]
        names = sorted(frozenset().union(*(fields_of(node) for node in nodes)))
        if any(name not in self.event.fields for name in names):
            return False
        choices = [self._values(name, nodes) for name in names]
        parameters = list(self._parameters(nodes))
        if prod(map(len, choices)) * len(parameters) > MOST:
            return False
        for values, chosen in product(product(*choices), parameters):
            event = {name: value for name, value in zip(names, values, strict=True) if value is not _UNRECORDED}
            recorded = frozenset(event)
            if given and evaluate(nodes[2], event, chosen, recorded) is not True:
                continue
            if evaluate(first, event, chosen, recorded) is not evaluate(second, event, chosen, recorded):
                return False
        return True

    def _values(self, name: str, nodes: Sequence[Node]) -> list[Any]:
        spec = self.event.fields[name]
        known = _representatives(spec, list(self._constants(name, nodes)), self._peers(nodes))
        if name in {"id", "time"}:  # every event has them, and every source records them
            return known
        return [_UNRECORDED, *known] if name in self.event.required else [None, _UNRECORDED, *known]

    def _peers(self, nodes: Sequence[Node]) -> int:
        """How many fields are compared with one another: so many further values tell every order of them apart."""
        return 1 + sum(isinstance(test.value, FieldRef) for node in nodes for test in tests_of(node))

    def _constants(self, name: str, nodes: Sequence[Node]) -> Iterator[Any]:
        """Constants that the field, or a field of its kind, is compared with."""
        kind = self.event.fields[name].kind
        for test in (test for node in nodes for test in tests_of(node) if test.op != "present"):
            spec = self.event.fields.get(test.field)
            if spec is None or spec.kind is not kind:
                continue
            if isinstance(test.value, ParameterRef):
                entries = self.rule.parameters[test.value.name].values
                values = [value for entry in entries for value in _listed(entry.value)]
            else:
                values = [] if isinstance(test.value, FieldRef) else list(_listed(test.value))
            yield from values

    def _parameters(self, nodes: Sequence[Node]) -> Iterator[dict[str, Any]]:
        """Every combination of the dated values of the parameters that are asked."""
        names = sorted(
            {test.value.name for node in nodes for test in tests_of(node) if isinstance(test.value, ParameterRef)}
        )
        for values in product(*([entry.value for entry in self.rule.parameters[name].values] for name in names)):
            yield dict(zip(names, values, strict=True))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _representatives(spec: FieldSpec, constants: Sequence[Any], more: int) -> list[Any]:
    """Values of a field that stand for all its values."""
    match spec.kind:
        case Kind.BOOLEAN:
            return [True, False]
        case Kind.STRING:
            others = [f"another {number}" for number in range(more)]
            return list(spec.codes or dict.fromkeys([*map(str, constants), *others]))
        case Kind.LIST:
            known = list(dict.fromkeys(constants))
            return [[entry for entry, taken in zip(known, chosen, strict=True) if taken] for chosen in _subsets(known)]
        case Kind.INTEGER | Kind.NUMBER:
            numbers = sorted({float(value) for value in constants} or {0.0})
            return sorted({*numbers, *_around(numbers, more)})
        case Kind.INSTANT:
            instants = sorted({parse_instant(str(value)) for value in constants} or {0})
            return [format_us(value) for value in sorted({*instants, *map(int, _around(instants, more, 1_000_000))})]
        case Kind.DATE:
            return _days(constants, more)
    return []


def _around(values: Sequence[float], more: int, step: float = 1.0) -> Iterator[float]:
    """Values between the given ones, and on either side of them, so many of each."""
    for number in range(1, more + 1):
        yield values[0] - number * step
        yield values[-1] + number * step
        for low, high in pairwise(values):
            yield low + (high - low) * number / (more + 1)


def _days(constants: Sequence[Any], more: int) -> list[str]:
    """Each day, and the days next to it: days are whole, so that nothing else lies between."""
    days = sorted({date.fromisoformat(str(value)) for value in constants} or {date(2025, 1, 1)})
    near = {day + timedelta(days=step * number) for day in days for step in (-1, 1) for number in range(more + 1)}
    return [str(day) for day in sorted(near)]


def _subsets(known: Sequence[object]) -> Iterator[tuple[bool, ...]]:
    return product((False, True), repeat=len(known))
