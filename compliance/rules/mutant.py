"""Rules that are a little wrong: each mutant has one limit moved, one operator turned, or one condition dropped.

A mutant that passes all tests of its rule shows something the tests do not prove (mutation testing; DeMillo, Lipton and
Sayward 1978). Words that no log can prove (titles, remedies, severity) are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from compliance.clock import Duration, parse_duration
from compliance.rules.anatomy import Path
from compliance.rules.model import DatedValue, Origin, Parameter, Rule
from compliance.rules.mutant_condition import ALWAYS, changes_of, moved_by_one
from compliance.rules.parameters import spoken


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one change: where in the file, and in words."""

    path: Path
    change: str
    rule: Rule


Edit = tuple[Path, str, Path, Any]
"""Where in the file, in words, which attribute of the model, and its new value."""


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every mutant of a rule, in the order of the file's parts."""
    for place, words, path, value in _edits(rule):
        yield Mutant(place, words, replaced(rule, path, value))


def replaced(part: Any, path: Path, value: Any) -> Any:
    """A copy of a model, mapping or tuple with another value at `path`; nothing is checked again."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(part, BaseModel):
        return part.model_copy(update={str(head): replaced(getattr(part, str(head)), rest, value)})
    if isinstance(part, Mapping):
        return {**part, head: replaced(part.get(str(head)), rest, value)}
    index = int(head)
    return (*part[:index], replaced(part[index], rest, value), *part[index + 1 :])


def _edits(rule: Rule) -> Iterator[Edit]:
    yield from _scope(rule)
    for name, parameter in rule.parameters.items():
        yield from _parameter(name, parameter)
    if rule.for_each is not None:
        yield from _where(rule.for_each.where, ("for_each", "where"))
    for name in ("clock_from", "closed_when", "outer_field"):
        if getattr(rule, name) is not None:
            yield (name,), f"`{name}` dropped", (name,), None
    yield from _pattern(rule)
    if rule.closed_when is not None:
        yield from _link(rule.closed_when, ("closed_when",))
    yield from _exceptions(rule)


def _scope(rule: Rule) -> Iterator[Edit]:
    """The rule binds more services, or on more days, than it should - or fewer."""
    in_force, bound = rule.in_force, rule.applies_to
    for moved in _next_to(in_force.since):
        yield ("in_force", "from"), f"`from: {in_force.since}` turned into {moved}", (), _from(rule, moved)
    for moved in _next_to(in_force.until) if in_force.until else ():
        path: Path = ("in_force", "until")
        yield path, f"`until: {in_force.until}` turned into {moved}", path, moved
    if in_force.or_designation:
        path = ("in_force", "or_designation")
        yield path, "`or_designation` dropped", path, False
    path = ("applies_to", "services")
    if bound.services != ("any",):
        yield path, f"any service, not only {', '.join(bound.services)}", path, ("any",)
    for name in ("services", "unless", "facts"):
        entries: tuple[str, ...] = getattr(bound, name)
        if name == "services" and len(entries) < 2:
            continue
        for index, entry in enumerate(entries):
            rest = entries[:index] + entries[index + 1 :]
            yield ("applies_to", name, index), f"`{entry}` left out of `{name}`", ("applies_to", name), rest
    if bound.transposition is not None:
        path = ("applies_to", "transposition")
        yield path, f"`transposition: {bound.transposition}` dropped", path, None


def _next_to(day: date) -> tuple[date, date]:
    return day + timedelta(days=1), day - timedelta(days=1)


def _from(rule: Rule, day: date) -> Rule:
    """The rule in force from another day; first values that would start later start with it."""
    changed: Rule = replaced(rule, ("in_force", "since"), day)
    for name, parameter in rule.parameters.items():
        if parameter.values[0].since > day:
            changed = replaced(changed, ("parameters", name, "values", 0, "since"), day)
    return changed


def _parameter(name: str, parameter: Parameter) -> Iterator[Edit]:
    top: Path = ("parameters", name, "values")
    for index, entry in enumerate(parameter.values):
        for value in _moved(parameter, entry):
            words = f"{name}: {spoken(parameter, entry.value)} turned into {spoken(parameter, value)}"
            yield (*top, index, "value"), words, (*top, index, "value"), value
        if index:
            for day in _next_to(entry.since):
                words = f"{name}: the value from {entry.since} counts from {day}"
                yield (*top, index, "from"), words, (*top, index, "since"), day
            words = f"{name}: the value from {entry.since} dropped"
            yield (*top, index), words, top, (*parameter.values[:index], *parameter.values[index + 1 :])


def _moved(parameter: Parameter, entry: DatedValue) -> Iterator[Any]:
    if parameter.type == "duration":
        yield from moved_duration(parse_duration(entry.value), parameter.origin)
    elif parameter.type == "list":
        values = list(entry.value)
        if len(values) > 1:
            yield from ([other for other in values if other != value] for value in values)
    else:
        yield from moved_by_one(str(entry.value) if parameter.type == "date" else entry.value)


def moved_duration(duration: Duration, origin: Origin) -> Iterator[str]:
    """A duration longer and shorter by the smallest step that counts for it: a second, or the unit in which the law counts."""
    if duration.working_days:
        yield from (f"{n}WD" for n in (duration.working_days + 1, duration.working_days - 1) if n > 0)
    elif duration.is_clock or (origin is not Origin.STATUTORY and not (duration.years or duration.months)):
        total = duration.seconds + 86_400 * (duration.days + 7 * duration.weeks)
        yield from (f"PT{seconds}S" for seconds in (total + 1, total - 1) if seconds > 0)
    elif duration.years or duration.months:
        months = 12 * duration.years + duration.months
        if origin is Origin.STATUTORY:
            yield from (f"P{n}M" for n in (months + 1, months - 1) if n > 0)
        else:
            yield from (f"P{months}MT1S", f"P{months - 1}M27D" if months > 1 else "P27D")
    else:
        days = duration.days + 7 * duration.weeks
        yield from (f"P{n}D" for n in (days + 1, days - 1) if n >= 0)


def _where(condition: Mapping[str, Any] | None, path: Path, *, needed: bool = False) -> Iterator[Edit]:
    """Changes of a condition; one of which nothing is left goes, or holds always where the form needs one."""
    if condition is None:
        return
    for change in changes_of(condition, path):
        left = ALWAYS if change.condition is None and needed else change.condition
        yield change.path, change.words, path, left


def _link(link: Any, path: Path) -> Iterator[Edit]:
    """Changes of whatever looks for another event: response, precedence, never, reconcile, closing, exception."""
    for field, other in (link.match or {}).items():
        rest = {name: value for name, value in link.match.items() if name != field}
        yield (*path, "match", field), f"the key `{field}: {other}` dropped", (*path, "match"), rest
    yield from _where(link.where, (*path, "where"))


def _limits(link: Any, path: Path) -> Iterator[Edit]:
    for name in ("within", "due_field"):
        if getattr(link, name, None) is not None:
            yield (*path, name), f"`{name}` dropped", (*path, name), None


def _pattern(rule: Rule) -> Iterator[Edit]:
    expect, top = rule.expect, ("expect", rule.expect.pattern)
    yield from _where(expect.each, top, needed=True)
    for link in (expect.response, expect.precedence, expect.reconcile):
        if link is not None:
            yield from _link(link, top)
            yield from _limits(link, top)
    if expect.response is not None:
        order = "after" if expect.response.order == "any" else "any"
        yield (*top, "order"), f"order turned into `{order}`", (*top, "order"), order
    if expect.never is not None:
        yield from _link(expect.never, top)
        if expect.never.until is not None:
            yield from _link(expect.never.until, (*top, "until"))
    yield from _sets(rule, top)
    yield from _states(rule, top)


def _sets(rule: Rule, top: Path) -> Iterator[Edit]:
    unique, pair, level = rule.expect.unique, rule.expect.reconcile, rule.expect.threshold
    if unique is not None:
        yield from _left_out(unique.by, (*top, "by"), least=1)
        if unique.distinct is not None:
            yield (*top, "distinct"), "`distinct` dropped", (*top, "distinct"), None
        yield from _counted(unique.at_most, (*top, "at_most"))
    if pair is not None:
        for field in pair.compare:
            rest = {name: other for name, other in pair.compare.items() if name != field}
            yield (*top, "compare", field), f"`{field}` is not compared", (*top, "compare"), rest
        path: Path = (*top, "both_sides")
        yield path, f"`both_sides` turned into {'false' if pair.both_sides else 'true'}", path, not pair.both_sides
    if level is not None:
        yield from _where(level.where, (*top, "where"), needed=True)
        yield from _left_out(level.by, (*top, "by"), least=0)
        if level.bound is not None:  # without a bound the number is shown, however few it rests on
            yield from _counted(level.min_n, (*top, "min_n"))
        yield from _bucket(level.per, (*top, "per"))
        for operator, reference in (level.bound or {}).items():
            for other in {"le": ("lt", "ge"), "lt": ("le", "gt"), "ge": ("gt", "le"), "gt": ("ge", "lt")}[operator]:
                yield (
                    (*top, "bound", operator),
                    f"`{operator}` turned into `{other}`",
                    (*top, "bound"),
                    {other: reference},
                )


def _left_out(fields: tuple[str, ...], path: Path, *, least: int) -> Iterator[Edit]:
    if len(fields) > least:
        for index, field in enumerate(fields):
            rest = fields[:index] + fields[index + 1 :]
            yield (*path, index), f"`{field}` left out of `{path[-1]}`", path, rest


def _counted(number: int, path: Path) -> Iterator[Edit]:
    yield from ((path, f"{path[-1]} {number} turned into {n}", path, n) for n in (number + 1, number - 1) if n > 0)


def _bucket(per: str | None, path: Path) -> Iterator[Edit]:
    sizes = ("day", "week", "month", "quarter", "period")
    if per is not None:
        near = sizes.index(per)
        for other in sizes[max(near - 1, 0) : near + 2]:
            if other != per:
                yield path, f"per {per} turned into per {other}", path, other


def _states(rule: Rule, top: Path) -> Iterator[Edit]:
    recurring, throughout, attested = rule.expect.recurring, rule.expect.throughout, rule.expect.attested
    if recurring is not None and recurring.first_by is not None:
        yield (*top, "first_by"), "`first_by` dropped", (*top, "first_by"), None
    if throughout is not None:
        for field, other in throughout.match.items():
            rest = {name: value for name, value in throughout.match.items() if name != field}
            yield (*top, "match", field), f"the key `{field}: {other}` dropped", (*top, "match"), rest
        yield from _where(throughout.on.where, (*top, "on", "where"))
        yield from _where(throughout.off.where, (*top, "off", "where"))
    if attested is not None and attested.contradicted_by is not None:
        path: Path = (*top, "contradicted_by")
        yield path, "`contradicted_by` dropped", path, None
        yield from _where(attested.contradicted_by.where, (*path, "where"))


def _exceptions(rule: Rule) -> Iterator[Edit]:
    for index, case in enumerate(rule.exceptions):
        top: Path = ("exceptions", index)
        rest = rule.exceptions[:index] + rule.exceptions[index + 1 :]
        yield top, f"the exception {case.id} dropped", ("exceptions",), rest
        when, path = case.when, (*top, "when")
        yield from _where(when.trigger, (*path, "trigger"), needed=True)
        if when.event is not None:
            yield from _link(when, path)
            if when.within is not None:
                order = when.order or "after"
                yield (
                    (*path, "within"),
                    "`within` dropped",
                    path,
                    when.model_copy(update={"within": None, "order": order}),
                )
            present = when.order or ("after" if when.within else "any")
            for order in ("after", "before", "any"):
                if order != present and not (when.within and order == "before"):
                    yield (*path, "order"), f"order {present} turned into {order}", (*path, "order"), order
