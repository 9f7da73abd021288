"""What can have changed since the last check: from which instant on, in which triggers of a rule, and by which keys.

An instance of a rule rests on its trigger, on linked events of the same keys, on what is known of their absence up to its
limit, and on how far the log is known. So it can say something else than before only where one of these changed:

- an event of it is new, or was taken away, or is disputed since (the *delta*), or shares a key with such an event;
- its limit, or an instant in a field of it, lies between what was known then and what is known now.

docs/semantics.md, section 8, has the argument pattern by pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from compliance.assess.memory import Memory, Windows
from compliance.clock import DAY_US, HOUR_US
from compliance.patterns.coverage import FAR_FUTURE, FAR_PAST, Knowing, Knowns
from compliance.patterns.exception import exception_order
from compliance.patterns.limit import Days, LimitRule, elapsed_us
from compliance.patterns.needs import types_read
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import ExceptionCase, Link, Never, Reconcile, Rule

JUDGED_AGAIN = frozenset({"response", "precedence", "never", "each", "unique", "reconcile"})
"""Patterns whose instances rest on keys and limits alone; the others are few or cheap, and judged anew."""

_SLACK = 2 * DAY_US
"""Calendar limits that are targets keep the hour of the clock, so that of two clocks the later may fall due up to a day sooner."""


@dataclass(frozen=True, slots=True)
class Change:
    """The time over which knowledge changed: nothing known before `since` changed; now the log is known up to `until`."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Band:
    """Triggers whose clock, or whose field, lies in `[start, end]` (UTC µs)."""

    field: str | None
    start: int
    end: int


def first_difference(before: Windows, after: Windows) -> int:
    """First instant that lies in one set of disjoint, sorted windows and not in the other; FAR_FUTURE where they are equal."""
    for one, other in zip_longest(before, after):
        if one == other:
            continue
        if one is None or other is None:
            return int((one or other)[0])
        return min(one[0], other[0]) if one[0] != other[0] else min(one[1], other[1])
    return FAR_FUTURE


def change(memory: Memory, knowns: Knowns, as_of: int, types: Iterable[str], skew: int) -> Change | None:
    """From when on what is known of these types may differ; None where it cannot be told apart from everything."""
    if memory.unreadable != knowns.too_many_unreadable or as_of < memory.as_of:
        return None
    since = memory.as_of
    read = frozenset(types)
    for name in read:
        windows = tuple((window.start, window.end) for window in knowns.of(name).windows)
        since = min(since, first_difference(memory.known.get(name, ()), windows))
    holes = set(memory.holes) ^ set(knowns.holes)
    since = min([since, *(hole.start for hole in holes if hole.type in read)])
    return None if since <= FAR_PAST // 2 else Change(since - skew - 1_000_000, as_of)


def may_be_judged_again(rule: Rule, then: Knowing, now: Knowing, changed: Change, span: tuple[int, int, int]) -> bool:
    """Whether all that the rule's other instances rest on is as it was. `span`: start of the period, last instant then and now."""
    if rule.expect.pattern not in JUDGED_AGAIN:
        return False
    for event_type in _to_the_end(rule):
        old, new = then.of(event_type), now.of(event_type)
        at = changed.since
        if old.covered(at, old.as_of) != new.covered(at, new.as_of):
            return False
        if any(hole.end >= at for hole in (*old.holes, *new.holes)):
            return False
    if rule.expect.unique is not None:
        assert rule.for_each is not None
        old, new = then.of(rule.for_each.event), now.of(rule.for_each.event)
        start, last_then, last_now = span
        if old.covered(start, last_then) != new.covered(start, last_now) or set(old.holes) != set(new.holes):
            return False
    return True


def _to_the_end(rule: Rule) -> set[str]:
    """Event types of which the rule asks for absence up to the end of the log, however old the trigger."""
    found = {
        case.when.event
        for case in rule.exceptions
        if case.when.event is not None and (exception_order(case) == "any" or _open_after(case))
    }
    pair = rule.expect.reconcile
    if pair is not None:
        if pair.within is None:
            found.add(pair.event)
        if pair.both_sides and rule.for_each is not None:
            found.add(rule.for_each.event)
    return found


def _open_after(case: ExceptionCase) -> bool:
    return exception_order(case) == "after" and case.when.within is None


def bands(rule: Rule, changed: Change, days: Days) -> list[Band]:
    """Triggers that passing time alone may change."""
    found = [Band(None, changed.since, FAR_FUTURE)]
    main: Link | Never | Reconcile | None = rule.expect.response or rule.expect.never or rule.expect.reconcile
    if main is not None and main.within is not None:
        found += _due(rule, main.within, changed, days)
    for name in (getattr(main, "due_field", None), getattr(main, "until_field", None), rule.outer_field):
        if name is not None:
            found.append(Band(name, changed.since, changed.until))
    for case in rule.exceptions:
        if case.when.within is not None and exception_order(case) == "after":
            found += [Band(None, band.start, FAR_FUTURE) for band in _due(rule, case.when.within, changed, days)]
    return found


def _due(rule: Rule, reference: str, changed: Change, days: Days) -> list[Band]:
    """Clocks whose limit runs out while knowledge changed, for each dated value of the limit."""
    limit = LimitRule.of(reference[1:], rule.parameters[reference[1:]], days)
    found = []
    ends = [segment.start - 1 for segment in limit.segments[1:]] + [changed.until]
    for segment, end in zip(limit.segments, ends, strict=True):
        last, slack = (
            min(end, changed.until),
            0 if limit.statutory or elapsed_us(segment.duration) is not None else _SLACK,
        )
        first = _first(limit, segment.start, last, reading=1, least=changed.since - slack)
        after = _first(limit, segment.start, last, reading=0, least=changed.until + slack + 1)
        if first < after:
            found.append(Band(None, first, after - 1))
    return found


def _first(limit: LimitRule, start: int, end: int, *, reading: int, least: int) -> int:
    """First clock in `[start, end]` whose limit is not before `least`; `end + 1` where there is none. Later clocks, later limits."""
    low, high = start, end + 1
    while low < high:
        middle = (low + high) // 2
        due = limit.due(middle)
        if due is not None and due[reading] >= least:
            high = middle
        else:
            low = middle + 1
    return low


_AHEAD = 3
"""Lengths of a full list of open waits that are looked at behind its end, to fill it up where the first of it ran out."""


def refills(outcomes: Iterable[Outcome], listing: int) -> dict[Reason, Band]:
    """Triggers behind the end of each list of open waits that is full: those that would be listed next."""
    clocks: dict[Reason, list[int]] = {}
    for outcome in outcomes:
        if outcome.verdict is Verdict.PENDING:
            clocks.setdefault(outcome.reason, []).append(outcome.t)
    return {
        reason: Band(None, max(listed), max(listed) + _AHEAD * (max(listed) - min(listed)) + HOUR_US)
        for reason, listed in clocks.items()
        if len(listed) >= listing
    }


@dataclass(frozen=True, slots=True)
class Port:
    """A field of an event type by which rules find events of a case."""

    event: str
    field: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Two ports that a rule holds equal: events at `source` bear on those at `target`."""

    source: Port
    target: Port


def links_of(rule: Rule) -> list[tuple[Edge, ...]]:
    """Of every link of a rule: from the linked event to the trigger, one edge for each field; a group links triggers with triggers."""
    if rule.for_each is None:
        return []
    own = rule.for_each.event
    expect = rule.expect
    linked: list[tuple[str, Mapping[str, str]]] = [
        (link.event, link.match)
        for link in (expect.response, expect.precedence, expect.never, rule.closed_when)
        if link
    ]
    if expect.never is not None and expect.never.until is not None:
        linked.append((expect.never.until.event, expect.never.until.match))
    if expect.reconcile is not None:
        linked.append((expect.reconcile.event, expect.reconcile.match))
    linked += [(case.when.event, case.when.match) for case in rule.exceptions if case.when.event and case.when.match]
    if expect.unique is not None:
        linked.append((own, {name: name for name in expect.unique.by}))
    return [
        tuple(Edge(Port(event, theirs), Port(own, mine)) for theirs, mine in match.items()) for event, match in linked
    ]


def both_ways(rule: Rule) -> bool:
    """Whether the linked events have instances of their own, which triggers bear on."""
    return rule.expect.reconcile is not None


def edges_of(rules: Iterable[Rule]) -> tuple[frozenset[Edge], frozenset[Edge]]:
    """Edges from changed events to what they bear on, and back from there to all that it rests on."""
    forth: set[Edge] = set()
    back: set[Edge] = set()
    for rule in rules:
        edges = {edge for link in links_of(rule) for edge in link}
        turned = {Edge(edge.target, edge.source) for edge in edges}
        forth |= edges | (turned if both_ways(rule) else set())
        back |= turned | (edges if both_ways(rule) else set())
    return frozenset(forth), frozenset(back)


def linkable(rule: Rule, narrow: frozenset[Edge]) -> bool:
    """Whether every link of the rule has a field by which few events are found, in each direction that is needed."""
    for link in links_of(rule):
        turned = [Edge(edge.target, edge.source) for edge in link]
        forth = [edge in narrow for edge in link]
        back = [edge in narrow for edge in turned]
        if not any(one and other for one, other in zip(forth, back, strict=True)):
            return False
    return True


def types_of(rules: Sequence[Rule]) -> frozenset[str]:
    """Event types that the rules look at."""
    return frozenset[str]().union(*(types_read(rule) for rule in rules))
