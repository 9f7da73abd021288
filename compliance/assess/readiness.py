"""What is missing before rules can be judged, ranked by how many rules each missing thing would unlock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from compliance.assess.applied import applied
from compliance.events.catalogue import ENVELOPE, Catalogue, catalogue
from compliance.events.dataset import Dataset
from compliance.patterns.coverage import windows_of
from compliance.patterns.needs import selectors, types_read
from compliance.project import Project
from compliance.rules.applicability import State
from compliance.rules.condition import fields_of, parse_condition
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Rule

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class MissingSource:
    """A family of events without coverage. `unlocks`: rules that lack nothing else; `helps`: those that lack more."""

    family: str
    unseen: tuple[str, ...]
    """Event types of which the log holds none and no source speaks."""
    uncovered: tuple[str, ...]
    """Event types that occur, but no source says that it is complete."""
    unlocks: tuple[str, ...]
    helps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """An answer that the profile lacks, in words, and the rules that wait for it."""

    because: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that rules read and no source of the type records."""

    event_type: str
    field: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between the rules that may bind the service and a verdict; each list begins with what pays most."""

    facts: tuple[MissingFact, ...]
    sources: tuple[MissingSource, ...]
    fields: tuple[MissingField, ...]
    ready: tuple[str, ...]
    """Rules that bind and whose event types all have coverage."""
    not_applicable: tuple[str, ...]


def readiness(rules: Sequence[LoadedRule], project: Project, dataset: Dataset) -> Readiness:
    """What is missing in `dataset` and `project` for the rules that may bind the service during the log's span."""
    shapes = catalogue()
    start, end = dataset.first or 0, (dataset.watermark or 0) + 1
    said = {loaded.rule.id: applied(loaded.rule, project, start, end) for loaded in rules}
    binding = [loaded.rule for loaded in rules if said[loaded.rule.id].state is not State.NOT_APPLICABLE]
    lacking = {rule.id: _uncovered(rule, dataset, shapes) for rule in binding}
    waiting: dict[str, list[str]] = defaultdict(list)
    for rule in binding:
        if said[rule.id].state is State.UNDETERMINED:
            waiting[said[rule.id].because].append(rule.id)
    facts = tuple(MissingFact(because, tuple(ids)) for because, ids in _by_size(waiting))
    return Readiness(
        facts,
        _sources(lacking, _seen(dataset), shapes),
        _fields(binding, dataset),
        tuple(rule.id for rule in binding if not lacking[rule.id] and said[rule.id].state is State.APPLIES),
        tuple(rule_id for rule_id, answer in said.items() if answer.state is State.NOT_APPLICABLE),
    )


def _uncovered(rule: Rule, dataset: Dataset, shapes: Catalogue) -> frozenset[str]:
    return frozenset(name for name in types_read(rule) if not windows_of(dataset.statements, name, shapes))


def _seen(dataset: Dataset) -> frozenset[str]:
    return frozenset(str(row[0]) for row in dataset.con.execute("SELECT DISTINCT type FROM ev").fetchall())


def _sources(
    lacking: Mapping[str, frozenset[str]], seen: frozenset[str], shapes: Catalogue
) -> tuple[MissingSource, ...]:
    """Families ranked greedily: each next one unlocks the most rules, given those before it."""
    open_rules = {rule: names for rule, names in lacking.items() if names}
    families = {shapes.types[name].family for names in open_rules.values() for name in names if name in shapes.types}
    ranked: list[MissingSource] = []
    while families and open_rules:
        entries = [_source(family, open_rules, seen, shapes) for family in sorted(families)]
        best = max(entries, key=lambda entry: (len(entry.unlocks), len(entry.helps)))
        ranked.append(best)
        families.remove(best.family)
        own = {*best.unseen, *best.uncovered}
        open_rules = {rule: names - own for rule, names in open_rules.items() if names - own}
    return tuple(ranked)


def _source(
    family: str, lacking: Mapping[str, frozenset[str]], seen: frozenset[str], shapes: Catalogue
) -> MissingSource:
    own = {
        name
        for names in lacking.values()
        for name in names
        if name in shapes.types and shapes.types[name].family == family
    }
    return MissingSource(
        family,
        tuple(sorted(own - seen)),
        tuple(sorted(own & seen)),
        tuple(sorted(rule for rule, names in lacking.items() if names <= own)),
        tuple(sorted(rule for rule, names in lacking.items() if names & own and not names <= own)),
    )


def _fields(rules: Sequence[Rule], dataset: Dataset) -> tuple[MissingField, ...]:
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in rules:
        for selector, extra in selectors(rule):
            recorded = dataset.captures.get(selector.event)
            if recorded is not None:
                own = fields_of(parse_condition(selector.where)) if selector.where is not None else ()
                for field in sorted({*extra, *own} - recorded - set(ENVELOPE)):
                    wanted[selector.event, field].append(rule.id)
    return tuple(MissingField(name, field, tuple(ids)) for (name, field), ids in _by_size(wanted))


def _by_size(groups: Mapping[K, list[str]]) -> list[tuple[K, list[str]]]:
    return sorted(groups.items(), key=lambda item: (-len(item[1]), str(item[0])))
