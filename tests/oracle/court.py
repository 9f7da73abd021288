"""What every pattern asks of a world: triggers, linked events, limits, exceptions, and the words for met and missed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.rules.model import ExceptionCase, Parameter, RuleClass
from tests.oracle.condition import Truth, fields_named, truth
from tests.oracle.coverage import ANY_CASE, known_windows, obstacle
from tests.oracle.due import Almanac, readings
from tests.oracle.world import Event, Outcome, World, read


class Court:
    """One world, ready to be asked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rule = world.rule
        self.as_of = world.as_of
        self.skew = world.project.skew_us
        self.almanac = Almanac(world.project.service.zone, world.project.service.calendar)
        accepted = [read(native) for native in world.events]
        replaced = {event.get("corrects") for event in accepted}
        live = [event for event in accepted if event.id not in replaced]
        self.first_accepted = min((event.time for event in accepted), default=None)
        service = world.project.service.id
        self.live = [event for event in live if event.time <= self.as_of and event.service == service]

    # §1: triggers, instants, periods

    def instant_of(self, trigger: Event) -> int:
        """`t`: the field of `clock_from` where it is not null, else the event's own time."""
        name = self.rule.clock_from
        given = trigger.get(name) if name else None
        return trigger.time if given is None else given

    def chosen(self, event: Event) -> Truth:
        """Whether the event satisfies `for_each.where`."""
        return self.truth(self.rule.for_each.where, event, self.instant_of(event))

    def triggers(self) -> list[Event]:
        """All triggers up to `as_of`, whatever the period, by (t, id)."""
        found = [event for event in self.live if event.type == self.rule.for_each.event and self.chosen(event) is True]
        return sorted(found, key=lambda event: (self.instant_of(event), event.id))

    def in_period(self, t: int) -> bool:
        """Whether an instant falls into the period, in days of the service's zone."""
        if self.world.period is None:
            return True
        first, after = self.world.period
        return first <= self.almanac.day(t) < after

    def period_bounds(self) -> tuple[int | None, int]:
        """First and last instant of the period; without one, from the start of the service to `as_of`."""
        if self.world.period is not None:
            first, after = self.world.period
            return self.almanac.start(first), self.almanac.start(after) - 1
        started = self.started()
        return (started if started is not None else self.first_accepted), self.as_of

    def started(self) -> int | None:
        """First instant of the service's logs, where it is known."""
        day = self.world.project.service.started
        return None if day is None else self.almanac.start(day)

    def start_of_logs(self, event_type: str, t: int) -> int | None:
        """From where an exception's look-back starts: §5, last sentence."""
        if self.since_start(t) is not None:
            return self.since_start(t)
        for start, end in known_windows(self.world, event_type):
            if start <= t and (t < end or end >= self.as_of):
                return start
        return None

    def since_start(self, t: int) -> int | None:
        """Start of the service's logs, or `t` where that is earlier; None where it is not known."""
        started = self.started()
        return None if started is None else min(started, t)

    # §4: conditions

    def captured(self, event_type: str, field: str) -> bool:
        """Whether the type's sources record the field."""
        recorded = self.world.captures.get(event_type)
        return recorded is None or field in recorded or field in {"id", "type", "time", "service"}

    def truth(self, condition: Mapping[str, Any] | None, event: Event, t: int) -> Truth:
        """Truth of a condition, `$parameters` taken on the day of `t`."""
        return truth(condition, event, self.captured, lambda name: self.value(name, t))

    def blind(self, event_type: str, where: Mapping[str, Any] | None) -> bool:
        """Whether a `where` mentions a field that the type does not capture."""
        return any(not self.captured(event_type, name) for name in fields_named(where))

    # §1: limits

    def value(self, name: str, t: int) -> Any:
        """Value of a parameter in force on the day of `t`."""
        day = self.almanac.day(t)
        values = [entry.value for entry in self.parameter(name).values if entry.since <= day]
        return values[-1]

    def parameter(self, name: str) -> Parameter:
        """Parameter by its name, with or without `$`."""
        return self.rule.parameters[name.removeprefix("$")]

    def due(self, reference: str, t: int) -> tuple[int, int]:
        """Both readings of a limit that starts at `t`."""
        name = reference.removeprefix("$")
        return readings(t, self.value(name, t), self.parameter(name).origin, self.almanac)

    # linked events

    def key(self, trigger: Event, match: Mapping[str, str]) -> dict[str, Any] | None:
        """The keys a linked event must have; None where one is null, which equals nothing."""
        wanted = {linked: trigger.get(own) for linked, own in match.items()}
        return None if None in wanted.values() else wanted

    def linked(
        self, trigger: Event, event_type: str, match: Mapping[str, str], where: Mapping[str, Any] | None
    ) -> list[Event]:
        """Live events of the type with the trigger's keys that satisfy the condition, by (time, conflict first, id)."""
        wanted = self.key(trigger, match)
        found = [
            event
            for event in self.live
            if event.type == event_type
            and wanted is not None
            and all(event.get(name) == value for name, value in wanted.items())
            and self.truth(where, event, event.time) is True
        ]
        return self.in_order(found)

    def in_order(self, events: list[Event]) -> list[Event]:
        """Events by time; at equal instants the conflicting one first, since it decides, then by id."""
        return sorted(events, key=lambda event: (event.time, event.id not in self.world.conflicts, event.id))

    def disputed(self, event: Event) -> bool:
        """Whether a line with other content was refused for the event's id."""
        return event.id in self.world.conflicts

    def case(self, trigger: Event, event_type: str, match: Mapping[str, str]) -> object:
        """The case that a hole of the linked type must have to matter to the trigger."""
        case_field = catalogue().types[event_type].case_field
        key = trigger.get(match[case_field]) if case_field in match else None
        return ANY_CASE if key is None else key

    def obstacle(self, trigger: Event, event_type: str, match: Mapping[str, str], a: int | None, b: int) -> str:
        """Reason why absence of the linked event in `[a, b]` proves nothing; empty where it does."""
        return obstacle(self.world, event_type, a, b, self.case(trigger, event_type, match))

    # §5: exceptions

    def excepted(self, trigger: Event) -> bool:
        """Whether an exception holds."""
        return any(self._holds(case, trigger) for case in self.rule.exceptions)

    def _holds(self, case: ExceptionCase, trigger: Event) -> bool:
        when, t = case.when, self.instant_of(trigger)
        if when.event is None:
            return self.truth(when.trigger, trigger, t) is True
        for event in self.linked(trigger, when.event, when.match or {}, when.where):
            if self._order(case) == "any":
                return True
            if self._order(case) == "before" and event.time <= t:
                return True
            if self._order(case) == "after" and t <= event.time <= self._exception_end(case, t):
                return True
        return False

    @staticmethod
    def _order(case: ExceptionCase) -> str:
        return case.when.order or ("after" if case.when.within else "any")

    def _exception_end(self, case: ExceptionCase, t: int) -> int:
        return self.due(case.when.within, t)[1] if case.when.within else self.as_of

    def exception_doubt(self, trigger: Event) -> str:
        """Reason why an exception may hold unseen; empty where none can."""
        t = self.instant_of(trigger)
        for case in self.rule.exceptions:
            when = case.when
            if self.blind(when.event or trigger.type, when.where or when.trigger):
                return "field_not_captured"
            if when.event is None:
                continue
            order = self._order(case)
            start = t if order == "after" else self.start_of_logs(when.event, t)
            end = {"after": self._exception_end(case, t), "before": t, "any": self.as_of}[order]
            if hindrance := self.obstacle(trigger, when.event, when.match or {}, start, min(end, self.as_of)):
                return hindrance
        return ""

    # §3: the words for met and missed

    def ok(self, decisive: str | None = None) -> str:
        """Word for a duty met; `decisive` is the parameter that decides."""
        return self._word("compliant", "within_target", decisive)

    def missed_word(self, decisive: str | None = None) -> str:
        """Word for a duty missed."""
        return self._word("non_compliant", "over_target", decisive)

    def _word(self, hard: str, soft: str, decisive: str | None) -> str:
        if self.rule.rule_class in {RuleClass.HARD, RuleClass.ATTESTATION}:
            return hard
        statutory = decisive is not None and self.parameter(decisive).origin == "statutory"
        return hard if statutory and self.rule.rule_class is not RuleClass.SOFT else soft

    def missed(
        self, trigger: Event, reason: str, decisive: str | None = None, *, verdict: str | None = None
    ) -> Outcome:
        """A miss, unless an exception may hold unseen."""
        if doubt := self.exception_doubt(trigger):
            return Outcome("undetermined", doubt)
        return Outcome(verdict or self.missed_word(decisive), reason)


def unknown(reason: str) -> Outcome:
    """An undetermined instance."""
    return Outcome("undetermined", reason)


PENDING = Outcome("pending", "open")


def days_between(first: dt.date, after: dt.date) -> list[dt.date]:
    """Days from the first to the one before `after`."""
    return [first + dt.timedelta(days=n) for n in range((after - first).days)]
