"""Patterns about one event, a series, a set or a statement, one function each: section 3 of docs/semantics.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from compliance.events.catalogue import catalogue
from tests.oracle.court import PENDING, Court, unknown
from tests.oracle.coverage import ANY_CASE, obstacle
from tests.oracle.due import add_months, elapsed, span
from tests.oracle.world import Event, Outcome


def each(court: Court, trigger: Event) -> Outcome:
    """§3 each: the trigger itself satisfies the condition."""
    holds = court.truth(court.rule.expect.each, trigger, court.instant_of(trigger))
    if holds is True:
        return Outcome(court.ok())
    if court.excepted(trigger):
        return Outcome("excepted")
    return unknown("field_not_captured") if holds is None else court.missed(trigger, "condition_failed")


def unique(court: Court) -> dict[str, Outcome]:
    """§3 unique: one instance per combination of `by`, held by its earliest trigger."""
    rule = court.rule.expect.unique
    groups: dict[tuple[Any, ...], list[Event]] = {}
    for trigger in court.triggers():
        keys = tuple(trigger.get(name) for name in rule.by)
        if None not in keys:
            groups.setdefault(keys, []).append(trigger)
    first_day, last = court.period_bounds()
    instances = {}
    for members in groups.values():
        holder = members[0]
        if not court.in_period(court.instant_of(holder)):
            continue
        values = {member.get(rule.distinct) for member in members} - {None} if rule.distinct else members
        case = _own_case(court, holder, rule.by)
        hindrance = obstacle(court.world, holder.type, first_day, last, case)
        instances[holder.id] = _unique(court, holder, len(values) > rule.at_most, hindrance)
    return instances


def _own_case(court: Court, event: Event, by: tuple[str, ...]) -> object:
    case_field = catalogue().types[event.type].case_field
    return event.get(case_field) if case_field in by else ANY_CASE


def _unique(court: Court, holder: Event, too_many: bool, hindrance: str) -> Outcome:
    if court.disputed(holder):
        return unknown("conflicting_records")
    if not too_many and not hindrance:
        return Outcome(court.ok())
    if court.excepted(holder):
        return Outcome("excepted")
    return court.missed(holder, "not_unique") if too_many else unknown(hindrance)


def recurring(court: Court) -> dict[str, Outcome]:
    """§3 recurring: every trigger waits for the next one; the first comes by a given day."""
    rule = court.rule.expect.recurring
    triggers = court.triggers()
    instances = {}
    for number, trigger in enumerate(triggers):
        outcome = _wait(court, trigger, triggers[number + 1 :])
        if _belongs(court, outcome):
            instances[trigger.id] = outcome
    if rule.first_by:
        outcome = _first(court, triggers)
        if outcome is not None:
            instances[f"first:{court.world.project.service.id}"] = outcome
    return instances


def _belongs(court: Court, outcome: Outcome) -> bool:
    return court.in_period(court.as_of if outcome.verdict == "pending" else outcome.due_late)


def _wait(court: Court, trigger: Event, later: list[Event]) -> Outcome:
    every = court.rule.expect.recurring.every
    t = court.instant_of(trigger)
    due, late = court.due(every, t)
    r = court.instant_of(later[0]) if later else None
    outcome = _next_one(court, trigger, r, bool(later) and court.disputed(later[0]), due, late)
    return replace(outcome, due=due, due_late=late)


def _next_one(court: Court, trigger: Event, r: int | None, disputed: bool, due: int, late: int) -> Outcome:
    every = court.rule.expect.recurring.every
    if court.disputed(trigger) or disputed:
        return unknown("conflicting_records")
    if r is not None and r <= due - court.skew:
        return Outcome(court.ok(every))
    if court.excepted(trigger):
        return Outcome("excepted")
    if r is not None and court.skew and min(abs(r - due), abs(r - late)) <= court.skew:
        return unknown("clock_skew")
    if r is not None and r <= late:
        return unknown("deadline_readings_differ")
    if r is None and late >= court.as_of:
        return PENDING
    if hindrance := obstacle(court.world, trigger.type, court.instant_of(trigger), late):
        return unknown(hindrance)
    return court.missed(trigger, "never_done" if r is None else "late", every)


def _first(court: Court, triggers: list[Event]) -> Outcome | None:
    day = court.parameter(court.rule.expect.recurring.first_by).values[0].value
    day = day if isinstance(day, dt.date) else dt.date.fromisoformat(day)
    end = court.almanac.end(day)
    start = court.almanac.start(day)
    if (
        any(court.instant_of(trigger) <= end for trigger in triggers)
        or start > court.as_of
        or not court.in_period(start)
    ):
        return None
    if end >= court.as_of:
        return replace(PENDING, due=end, due_late=end)
    hindrance = obstacle(court.world, court.rule.for_each.event, court.started(), end)
    word = court.missed_word(court.rule.expect.recurring.first_by)
    outcome = unknown(hindrance) if hindrance else Outcome(word, "never_done")
    return replace(outcome, due=end, due_late=end)


def threshold(court: Court) -> dict[str, Outcome]:
    """§3 threshold: a number over many triggers against a bound."""
    return _sliding(court) if court.rule.expect.threshold.window else _bucketed(court)


def _sliding(court: Court) -> dict[str, Outcome]:
    rule = court.rule.expect.threshold
    instances = {}
    triggers = court.triggers()
    for trigger in triggers:
        t = court.instant_of(trigger)
        group = [trigger.get(name) for name in rule.by]
        if not court.in_period(t) or None in group:
            continue
        start = elapsed(t, span(court.value(rule.window[1:], t)), court.almanac, -1)
        members = [
            other
            for other in triggers
            if [other.get(name) for name in rule.by] == group and start < court.instant_of(other) <= t
        ]
        case = _own_case(court, trigger, rule.by)
        hindrance = obstacle(court.world, trigger.type, start + 1, t, case)
        outcome = _measured(court, members, t, hindrance, open_end=t > court.as_of)
        if court.disputed(trigger) and rule.bound is not None:
            outcome = unknown("conflicting_records")
        instances[trigger.id] = outcome
    return instances


def _bucketed(court: Court) -> dict[str, Outcome]:
    rule = court.rule.expect.threshold
    buckets: dict[tuple[dt.date, tuple[Any, ...]], list[Event]] = {}
    for trigger in court.triggers():
        t = court.instant_of(trigger)
        group = tuple(trigger.get(name) for name in rule.by)
        if court.in_period(t) and None not in group:
            buckets.setdefault((_bucket(court, t)[0], group), []).append(trigger)
    instances = {}
    for (day, group), members in buckets.items():
        start, after = court.almanac.start(day), _bucket(court, court.instant_of(members[0]))[1]
        end = court.as_of if after is None else court.almanac.start(after) - 1
        case = _own_case(court, members[0], rule.by)
        hindrance = obstacle(court.world, members[0].type, start, end, case)
        name = f"{','.join(str(value) for value in group)}@{day.isoformat()}"
        instances[name] = _measured(court, members, start, hindrance, open_end=end > court.as_of)
    return instances


def _bucket(court: Court, t: int) -> tuple[dt.date, dt.date | None]:
    """First local day of an instant's bucket and first day after it, cut to the period; None: it ends with the log."""
    first, after = _calendar_bucket(court, t)
    if court.world.period is None or after is None:
        return first, after
    return max(first, court.world.period[0]), min(after, court.world.period[1])


def _calendar_bucket(court: Court, t: int) -> tuple[dt.date, dt.date | None]:
    day = court.almanac.day(t)
    match court.rule.expect.threshold.per:
        case "day":
            return day, day + dt.timedelta(days=1)
        case "week":
            monday = day - dt.timedelta(days=day.weekday())
            return monday, monday + dt.timedelta(days=7)
        case "month":
            return day.replace(day=1), add_months(day.replace(day=1), 1)
        case "quarter":
            first = day.replace(month=day.month - (day.month - 1) % 3, day=1)
            return first, add_months(first, 3)
    if court.world.period is not None:
        return court.world.period
    return court.almanac.day(court.period_bounds()[0]), None


def _measured(court: Court, members: list[Event], t: int, hindrance: str, *, open_end: bool) -> Outcome:
    rule = court.rule.expect.threshold
    if rule.bound is None:
        return Outcome("within_target")
    values = [member.get(rule.field) for member in members] if rule.field else list(range(len(members)))
    values = [value for value in values if value is not None]
    (op, reference), *_ = rule.bound.items()
    bound = court.value(reference[1:], t)
    enough = len(values) >= rule.min_n
    met = enough and _meets(_metric(court, members, values), op, bound)
    grows = rule.metric in {"count", "sum", "max"}
    stands = enough and grows and met == (op in {"ge", "gt"})
    if not stands and open_end:
        return PENDING
    if not stands and hindrance:
        return unknown(hindrance)
    if not enough:
        return unknown("small_sample")
    return Outcome(court.ok(reference)) if met else Outcome(court.missed_word(reference), "limit_exceeded")


def _meets(value: float, op: str, bound: float) -> bool:
    return {"le": value <= bound, "lt": value < bound, "ge": value >= bound, "gt": value > bound}[op]


def _metric(court: Court, members: list[Event], values: list[Any]) -> float:
    rule = court.rule.expect.threshold
    ordered = sorted(values)
    n = len(values)
    match rule.metric:
        case "count":
            return n
        case "share":
            return sum(court.truth(rule.where, one, court.instant_of(one)) is True for one in members) / n
        case "sum":
            return sum(values)
        case "max":
            return ordered[-1]
        case "min":
            return ordered[0]
        case "median":
            return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    share = int(rule.metric[1:])
    return ordered[-(-share * n // 100) - 1]  # nearest rank: the smallest with at least that share at or below it


def attested(court: Court) -> dict[str, Outcome]:
    """§3 attested: a person's statement in force, and events that contradict one."""
    rule = court.rule.expect.attested
    made = [e for e in court.live if e.type == "attestation.made" and e.get("statement") == rule.statement]
    valid = [event for event in made if _force(court, event)[0] <= court.as_of]
    instances = {f"attestation:{rule.statement}": _statement(court, valid)}
    if rule.contradicted_by is not None:
        for event in court.live:
            chosen = event.type == rule.contradicted_by.event and court.in_period(event.time)
            if not chosen or court.truth(rule.contradicted_by.where, event, event.time) is not True:
                continue
            if any(_force(court, one)[0] <= event.time < _force(court, one)[1] for one in made):
                contradiction = Outcome("non_compliant", "attestation_contradicted")
                instances[event.id] = unknown("conflicting_records") if court.disputed(event) else contradiction
    return instances


def _force(court: Court, made: Event) -> tuple[int, int]:
    """From when to (exclusive) when an attestation is in force; one calendar year where it names no end."""
    since = made.get("valid_from") if made.get("valid_from") is not None else made.time
    until = made.get("expires_at")
    return since, elapsed(made.time, span("P1Y"), court.almanac) if until is None else until


def _statement(court: Court, valid: list[Event]) -> Outcome:
    if not valid:
        return Outcome("not_attested", "attestation_missing")
    newest = max(event.time for event in valid)
    latest = sorted((event for event in valid if event.time == newest), key=lambda event: event.id)
    if court.disputed(latest[-1]):
        return unknown("conflicting_records")
    in_force = _force(court, latest[-1])[1] > court.as_of
    return Outcome("attested" if in_force else "attestation_expired")
