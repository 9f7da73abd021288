"""Patterns about a trigger and other events, one function each: section 3 of docs/semantics.md."""

from __future__ import annotations

from dataclasses import replace

from tests.oracle.court import PENDING, Court, unknown
from tests.oracle.due import elapsed, span
from tests.oracle.world import Event, Outcome


def response(court: Court, trigger: Event) -> Outcome:
    """§3 response: the act follows in time."""
    link = court.rule.expect.response
    t = court.instant_of(trigger)
    due = due_late = None
    if link.within:
        due, due_late = court.due(link.within, t)
    elif link.due_field:
        due = due_late = trigger.get(link.due_field)
    since = t - court.skew
    candidates = [
        event
        for event in court.linked(trigger, link.event, link.match, link.where)
        if link.order == "any" or event.time >= since
    ]
    outcome = _response(court, trigger, candidates, due, due_late)
    return replace(outcome, due=due, due_late=due_late)


def _response(court: Court, trigger: Event, candidates: list[Event], due: int | None, late: int | None) -> Outcome:
    link = court.rule.expect.response
    limited = bool(link.within or link.due_field)
    if candidates and court.disputed(candidates[0]):
        return unknown("conflicting_records")
    r = candidates[0].time if candidates else None
    # (1) plainly met
    if r is not None and (not limited or (due is not None and r <= due - court.skew)):
        return Outcome(court.ok(link.within))
    # (2) excepted
    if court.excepted(trigger):
        return Outcome("excepted")
    # (3) the cases below
    if court.key(trigger, link.match) is None or (limited and due is None):
        return unknown("field_missing")
    return _not_plainly_met(court, trigger, r, due, late)


def _not_plainly_met(court: Court, trigger: Event, r: int | None, due: int | None, late: int | None) -> Outcome:
    link = court.rule.expect.response
    t = court.instant_of(trigger)
    start = court.since_start(t) if link.order == "any" else t
    blind = court.blind(link.event, link.where)
    if r is not None and late is not None:
        if court.skew and min(abs(r - due), abs(r - late)) <= court.skew:
            return unknown("clock_skew")
        if due < r <= late:
            return unknown("deadline_readings_differ")
    closing = _closing(court, trigger)
    if closing is not None and closing <= court.as_of:
        end = closing if late is None else max(closing, late)
        none_before = r is None or r > end
        if end < court.as_of and none_before:
            if blind:
                return unknown("field_not_captured")
            if not court.obstacle(trigger, link.event, link.match, start, end):
                return court.missed(trigger, "never_done", verdict="non_compliant")
    if late is None or (r is None and late >= court.as_of):
        return PENDING
    if blind:
        return unknown("field_not_captured")
    if hindrance := court.obstacle(trigger, link.event, link.match, start, late):
        return unknown(hindrance)
    return court.missed(trigger, "never_done" if r is None else "late", link.within)


def _closing(court: Court, trigger: Event) -> int | None:
    """§3 closed: earliest closing event at or after `t`, or the outer instant, whichever comes first."""
    rule, t = court.rule, court.instant_of(trigger)
    instants = []
    if rule.closed_when is not None:
        found = court.linked(trigger, rule.closed_when.event, rule.closed_when.match, rule.closed_when.where)
        instants += [event.time for event in found if event.time >= t]
    if rule.outer_field is not None and trigger.get(rule.outer_field) is not None:
        instants.append(trigger.get(rule.outer_field))
    return min(instants, default=None)


def precedence(court: Court, trigger: Event) -> Outcome:
    """§3 precedence: the other event came first, not too long ago."""
    link = court.rule.expect.precedence
    t, s = court.instant_of(trigger), court.skew
    if link.within:
        earliest = elapsed(t, span(court.value(link.within[1:], t)), court.almanac, -1)
        start = earliest
    else:
        earliest, start = None, court.since_start(t)
    found = court.linked(trigger, link.event, link.match, link.where)
    before = [event for event in found if event.time < t - s and (earliest is None or event.time >= earliest)]
    around = [event for event in found if abs(event.time - t) <= s]
    if any(not court.disputed(event) for event in before):
        return Outcome(court.ok(link.within))
    if before:
        return unknown("conflicting_records")
    if court.excepted(trigger):
        return Outcome("excepted")
    if court.key(trigger, link.match) is None:
        return unknown("field_missing")
    if around:
        return unknown("ordering_unknown")
    if t > court.as_of:
        return PENDING
    if court.blind(link.event, link.where):
        return unknown("field_not_captured")
    if hindrance := court.obstacle(trigger, link.event, link.match, start, t):
        return unknown(hindrance)
    return court.missed(trigger, "not_preceded", link.within)


def never(court: Court, trigger: Event) -> Outcome:
    """§3 never: the forbidden event stays away from `t` to the end of the window."""
    ban = court.rule.expect.never
    t = court.instant_of(trigger)
    end = None
    until = []
    if ban.within:
        end = court.due(ban.within, t)[1]
    elif ban.until_field:
        end = trigger.get(ban.until_field)
    else:
        until = [e.time for e in court.linked(trigger, ban.until.event, ban.until.match, ban.until.where) if e.time > t]
        end = min(until) - 1 if until else None
    seen = [
        event
        for event in court.linked(trigger, ban.event, ban.match, ban.where)
        if event.time > t and (end is None or event.time <= end)
    ]
    outcome = _never(court, trigger, seen, end)
    return replace(outcome, due=end, due_late=end)


def _never(court: Court, trigger: Event, seen: list[Event], end: int | None) -> Outcome:
    ban = court.rule.expect.never
    t = court.instant_of(trigger)
    nullkey = court.key(trigger, ban.match) is None or (ban.until and court.key(trigger, ban.until.match) is None)
    missing = nullkey or (ban.until_field and end is None)
    if not missing and seen and court.disputed(seen[0]):
        return unknown("conflicting_records")
    over = end is not None and end < court.as_of
    blind = court.blind(ban.event, ban.where)
    hindrance = court.obstacle(trigger, ban.event, ban.match, t, end) if over else ""
    if not seen and not missing and over and not hindrance and not blind:
        return Outcome(court.ok(ban.within))
    if court.excepted(trigger):
        return Outcome("excepted")
    if missing:
        return unknown("field_missing")
    if seen:
        return court.missed(trigger, "forbidden_event", ban.within)
    if not over:
        return PENDING
    return unknown("field_not_captured" if blind else hindrance)


def reconcile(court: Court, trigger: Event) -> Outcome:
    """§3 reconcile, seen from a trigger: its counterpart exists, in time, and says the same."""
    pair = court.rule.expect.reconcile
    t = court.instant_of(trigger)
    due = late = None
    if pair.within:
        due, late = court.due(pair.within, t)
    outcome = _reconcile(court, trigger, late)
    return replace(outcome, due=due, due_late=late)


def _reconcile(court: Court, trigger: Event, late: int | None) -> Outcome:
    pair = court.rule.expect.reconcile
    t = court.instant_of(trigger)
    found = court.linked(trigger, pair.event, pair.match, pair.where)
    first = found[0] if found else None
    if first is not None and court.disputed(first):
        return unknown("conflicting_records")
    lawful = pair.within is not None and court.parameter(pair.within).origin == "statutory"
    in_time = first is not None and (not lawful or late is None or first.time <= late)
    told = all(
        court.captured(pair.event, theirs) and court.captured(trigger.type, own) for theirs, own in pair.compare.items()
    )
    same = in_time and told and all(first.get(theirs) == trigger.get(own) for theirs, own in pair.compare.items())
    if same:
        return Outcome(court.ok())
    if court.excepted(trigger):
        return Outcome("excepted")
    if court.key(trigger, pair.match) is None:
        return unknown("field_missing")
    if in_time and not told:
        return unknown("field_not_captured")
    if in_time:
        return court.missed(trigger, "differs")
    if first is None and late is not None and late >= court.as_of:
        return PENDING
    if court.blind(pair.event, pair.where):
        return unknown("field_not_captured")
    start, end = (court.started(), court.as_of) if late is None else (t, late)
    if hindrance := court.obstacle(trigger, pair.event, pair.match, start, end):
        return unknown(hindrance)
    return court.missed(trigger, "missing_counterpart" if first is None else "late")


def extra_counterparts(court: Court) -> dict[str, tuple[Event, Outcome]]:
    """§3 reconcile, seen from the other side: linked events in the period without any trigger."""
    pair = court.rule.expect.reconcile
    instances: dict[str, tuple[Event, Outcome]] = {}
    owned = {event.id for trigger in court.triggers() for event in court.linked(trigger, pair.event, pair.match, None)}
    for event in court.live:
        chosen = event.type == pair.event and court.truth(pair.where, event, event.time) is True
        if not chosen or event.id in owned or not court.in_period(event.time):
            continue
        instances[event.id] = event, _extra(court, event)
    return instances


def _extra(court: Court, event: Event) -> Outcome:
    pair = court.rule.expect.reconcile
    back = {own: theirs for theirs, own in pair.match.items()}
    if court.disputed(event):
        return unknown("conflicting_records")
    if court.key(event, back) is None:
        return unknown("field_missing")
    if court.blind(court.rule.for_each.event, court.rule.for_each.where):
        return unknown("field_not_captured")
    if hindrance := court.obstacle(event, court.rule.for_each.event, back, court.started(), court.as_of):
        return unknown(hindrance)
    return Outcome(court.missed_word(), "extra_counterpart")


def throughout(court: Court, trigger: Event) -> Outcome:
    """§3 throughout: the state is on at `t` and stays on to the end."""
    state = court.rule.expect.throughout
    t = court.instant_of(trigger)
    end = court.due(state.within, t)[1] if state.within else trigger.get(state.until_field)
    return replace(_throughout(court, trigger, end), due=end, due_late=end)


def _throughout(court: Court, trigger: Event, end: int | None) -> Outcome:
    state = court.rule.expect.throughout
    t = court.instant_of(trigger)
    on = court.linked(trigger, state.on.event, state.match, state.on.where)
    off = court.linked(trigger, state.off.event, state.match, state.off.where)
    stops = [event for event in off if end is not None and t < event.time <= end]
    before = [event for event in on + off if event.time <= t]
    latest = max((event.time for event in before), default=None)
    last = [event for event in before if event.time == latest]
    is_on = bool(last) and not any(event in off for event in last)
    deciders = [event for event in stops if event.time == stops[0].time] if stops else last
    missing = court.key(trigger, state.match) is None or end is None
    if not missing and any(court.disputed(event) for event in deciders):
        return unknown("conflicting_records")
    over = end is not None and end < court.as_of and t <= court.as_of
    hindrance = court.obstacle(trigger, state.off.event, state.match, t, end) if over else ""
    blind = court.blind(state.off.event, state.off.where)
    if is_on and not stops and over and not hindrance and not blind:
        return Outcome(court.ok(state.within))
    if court.excepted(trigger):
        return Outcome("excepted")
    if missing:
        return unknown("field_missing")
    if t > court.as_of:
        return PENDING
    if stops or (last and not is_on):
        return court.missed(trigger, "interrupted", state.within)
    if not last:
        if court.blind(state.on.event, state.on.where):
            return unknown("field_not_captured")
        if why := court.obstacle(trigger, state.on.event, state.match, court.since_start(t), t):
            return unknown(why)
        return court.missed(trigger, "never_done", state.within)
    if not over:
        return PENDING
    return unknown("field_not_captured" if blind else hindrance)
