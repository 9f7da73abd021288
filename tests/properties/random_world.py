"""Random small worlds in which ties, limits hit exactly, gaps, holes and missing fields are the usual case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from random import Random
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.events.dataset import CoverageStatement, Hole, Interval
from compliance.project import Gates, Join, Profile, Project, Service, Source
from compliance.rules.model import Rule
from tests.oracle.condition import fields_named
from tests.oracle.court import Court
from tests.oracle.due import Almanac, elapsed, span
from tests.oracle.gate import meant
from tests.oracle.world import EPOCH, World, instant
from tests.properties.random_rule import CLOSING, GAUGE, LINKED, PATTERNS, STATEMENT, TRIGGER, random_rule

SERVICE = "fictional-live"
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
PLACES = (("UTC", "BE"), ("Europe/Dublin", "IE"), ("Europe/Brussels", "BE"), ("Europe/Athens", "GR"))
DAYS = (
    "2023-02-28", "2023-12-31", "2024-02-28", "2024-02-29", "2024-10-31", "2025-01-31", "2025-03-29", "2025-03-30",
    "2025-04-17", "2025-04-18", "2025-06-30", "2025-08-13", "2025-08-15", "2025-10-25", "2025-10-26", "2025-12-24",
    "2025-12-31", "2026-01-02", "2026-08-31",
)  # fmt: skip
CLOCKS = (dt.time(0), dt.time(1, 30), dt.time(9, 15, 7), dt.time(12), dt.time(23, 59, 59, 999_999))
INVOLVED = ("response", "response", "reconcile", "throughout", "never", "precedence")
"""Patterns with more cases than the others; they are drawn more often."""
STRUCTURAL = {
    "share",
    "attempts",
    "country",
    "functionality",
    "order_id",
    "recipient_id",
    "source_authority",
    "delivered_at",
    "due_at",
    "hold_until",
    "category",
}
"""Fields by which rules link, group, compare and time; what a source does not capture is drawn from the others."""


def text(micros: int) -> str:
    """RFC 3339 text of an instant, in UTC."""
    return (EPOCH + dt.timedelta(microseconds=micros)).isoformat()


class Worlds:
    """Makes one world."""

    def __init__(self, rng: Random, pattern: str | None = None) -> None:
        self.rng = rng
        zone, country = rng.choice(PLACES)
        self.almanac = Almanac(zone, country)
        self.day = dt.date.fromisoformat(rng.choice(DAYS))
        self.started = self.day - dt.timedelta(days=rng.choice((1, 40, 500))) if self.often(0.6) else None
        self.skew = rng.choice((0, 0, 0, 1, 5, 90))
        self.calm = self.often(0.5)
        """Calm worlds are fully known, so that what decides is the pattern alone."""
        self.gated = self.often(0.25)
        """Gated worlds have counters, seals, measured clocks and demands on them."""
        self.rule = random_rule(rng, self.day, pattern or rng.choice((*PATTERNS, *INVOLVED)))
        self.marks: list[int] = []
        """Instants that matter: triggers, ends of limits; everything else is placed on or close to them."""
        self.events: list[dict[str, Any]] = []
        self.peers: list[tuple[dict[str, Any], list[int]]] = []
        """Triggers, each with the instants that matter to it."""

    def often(self, share: float) -> bool:
        """True in about this share of the worlds."""
        return self.rng.random() < share

    def near(self, marks: list[int] | None = None) -> int:
        """An instant on, beside, or some way from one that matters."""
        beside = (
            0,
            0,
            0,
            1,
            -1,
            self.skew * SECOND,
            -self.skew * SECOND,
            self.skew * SECOND + 1,
            -self.skew * SECOND - 1,
        )
        away = (SECOND, 30 * 60 * SECOND, HOUR, 5 * HOUR, DAY, 3 * DAY, 20 * DAY, 70 * DAY)
        step = self.rng.choice(beside) if self.often(0.7) else self.rng.choice((1, 1, -1)) * self.rng.choice(away)
        return self.rng.choice(marks or self.marks) + step

    # events

    def add(self, kind: str, time: int, **fields: Any) -> None:
        """One event; null and missing fields both occur."""
        service = "other-live" if self.often(0.04) else SERVICE
        kept = {name: value for name, value in fields.items() if value is not None or self.often(0.5)}
        if self.gated and self.often(0.5):
            kept["source"] = self.rng.choice(("one", "two"))
        self.events.append({"id": f"e{len(self.events)}", "type": kind, "time": text(time), "service": service} | kept)

    def maybe(self, *values: Any, null: float = 0.15) -> Any:
        """One of the values, or null."""
        return None if self.often(null) else self.rng.choice(values)

    def case(self) -> str | None:
        """One of few keys."""
        return self.maybe("o1", "o1", "o2", "o3", "o4", "o5", "o6", null=0.04)

    def trigger(self) -> None:
        """An order, with limits of its own close by; marks its instant and the ends of its limits."""
        clock = self.rng.choice(CLOCKS)
        day = self.day + dt.timedelta(days=self.rng.choice((0, 0, 0, 1, -1, 2, 7, -30)))
        t = self.almanac.at(day, clock)
        if self.marks and self.often(0.4):
            t = self.near()
        self.marks.append(t)
        delivered = self.maybe(t, t - HOUR, t + 2 * HOUR, t + 3 * DAY, null=0.5)
        start = delivered if self.rule.clock_from and delivered is not None else t
        ends = self.ends(start)
        own = [t, t, start, *ends]
        due, hold = self._instant(start), self._instant(start)
        own += [instant(moment) for moment in (due, hold) if moment]
        self.marks += own
        self.add(
            TRIGGER,
            t,
            order_id=self.case(),
            order_kind="act",
            authority=self.maybe("a", "b", "c"),
            category=self.maybe("a", "b"),
            recipient_id=self.maybe("r1", "r2"),
            item_count=self.maybe(0, 1, 2, 3),
            territorial_scope=self.maybe(["IE"], ["IE", "FR"], ["FR"], []),
            delivered_at=None if delivered is None else text(delivered),
            due_at=due,
            hold_until=hold,
        )
        self.peers.append((self.events[-1], own))

    def gauge(self) -> None:
        """A sample of availability."""
        t = self.near()
        self.marks.append(t)
        self.add(GAUGE, t, functionality=self.maybe("form", "feed"), country=self.maybe("IE", "FR"),
                 attempts=self.maybe(0, 1, 2, 3), share=self.maybe(0.25, 0.5, 0.75, 1.0))  # fmt: skip

    def _instant(self, start: int) -> str | None:
        moment = self.maybe(start, start + HOUR, start + DAY, start + 20 * DAY, start - HOUR)
        return None if moment is None else text(moment)

    def ends(self, start: int) -> list[int]:
        """Ends of the rule's limits for a clock that starts at `start`, forward and backward."""
        court = Court(World((), self.rule, Project(service=self.service()), start))
        found = []
        for name, parameter in self.rule.parameters.items():
            if parameter.type == "duration":
                due, late = court.due(name, start)
                found += [due, late]
                found += 4 * [(due + late) // 2] if due < late else []  # between the readings
                found.append(elapsed(start, span(court.value(name, start)), self.almanac, -1))
        return found

    def linked(self) -> None:
        """An event that may answer, precede, forbid, close or except; mostly of a type and a case that the rule meets."""
        kinds = sorted(_types(self.rule) & {*LINKED, CLOSING})
        kind = self.rng.choice(kinds) if kinds and self.often(0.85) else self.rng.choice((*LINKED, CLOSING))
        peer, marks = self.rng.choice(self.peers) if self.peers and self.often(0.85) else ({}, self.marks)
        order = peer.get("order_id") or self.case()
        t = self.near(marks)
        if kind == "order.effect_reported":
            self.add(kind, t, order_id=order, effect_given=self.maybe(True, False), channel=self.maybe("api", "mail"))
        elif kind == "recipient.informed":
            recipient = peer.get("recipient_id") or self.maybe("r1", "r2")
            message = self.maybe(peer.get("category"), "a", "b")
            self.add(kind, t, order_id=order, recipient_id=recipient, reasons_given=self.maybe(True, False),
                     message_id=message)  # fmt: skip
        elif kind == "order.acknowledged":
            source = peer.get("authority") or self.maybe("a", "b", "c")
            self.add(kind, t, order_id=order, source_authority=source,
                     channel=self.maybe(peer.get("category"), "a", "b", "api", "mail"))  # fmt: skip
        else:
            self.add(kind, t, order_id=order, reason=self.maybe("done", "moot"))

    def attestation(self) -> None:
        """A statement by a person."""
        statement = STATEMENT if self.often(0.85) else "another"
        t = self.near()
        if self.often(0.4):
            t = elapsed(t, span("P1Y"), self.almanac, -1)
        valid, expires = (self.maybe(t, self.near(), null=0.6), self.maybe(self.near(), t + 90 * DAY, null=0.4))
        self.add("attestation.made", t, statement=statement, valid_from=None if valid is None else text(valid),
                 expires_at=None if expires is None else text(expires))  # fmt: skip

    # gates of evidence

    def gate_facts(self) -> None:
        """What sources and counters say of themselves: heartbeats, counts, seals; mostly right, sometimes one off."""
        globs = (["*"], ["order.*"], [TRIGGER], [self.rng.choice(LINKED)], ["recipient.*", "attestation.*"])
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            window = self._window()
            limit = self.skew * 1000
            self.add("log.heartbeat", self.near(), event_types=self.rng.choice(globs), **window,
                     clock_offset_ms=self.maybe(0, limit, -limit, limit + 1, -limit - 1, null=0.5),
                     sampled_share=self.maybe(1, 1.0, 0.5, null=0.6))  # fmt: skip
            self.events[-1]["source"] = self.rng.choice(("one", "two"))
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            window, kinds = self._window(), self.rng.choice(globs)
            count = self._held(window, meant(kinds), None)
            self.add("log.counted", self.near(), event_types=kinds, **window, event_count=count)
            self.events[-1]["source"] = "gateway"
        digest = "d0"
        for number in range(self.rng.choice((0, 0, 0, 1, 2))):
            window = self._window()
            count = self._held(window, None, "one")
            previous, digest = digest, f"d{number + 1}"
            self.add("log.segment_sealed", self.near() + number * HOUR, **window, digest=self.maybe(digest, null=0.1),
                     previous_digest=self.maybe(previous, previous, "dx", null=0.3),
                     event_count=self.maybe(count, null=0.3))  # fmt: skip
            self.events[-1]["source"] = "one"

    def _window(self) -> dict[str, str]:
        a, b = sorted((self.near(), self.near()))
        if self.often(0.5):
            a, b = min(self.marks) - 900 * DAY, max(self.marks) + self.rng.choice((1, HOUR))
        return {"complete_from": text(a), "complete_until": text(b)}

    def _held(self, window: dict[str, str], kinds: set[str] | None, source: str | None) -> int:
        """Number of events of some types, or of a source, in a window; sometimes one more."""
        a, b = instant(window["complete_from"]), instant(window["complete_until"])
        held = [
            event
            for event in self.events
            if event["service"] == SERVICE and not event["type"].startswith("log.")
            and (kinds is None or event["type"] in kinds) and (source is None or event.get("source") == source)
            and a <= instant(event["time"]) < b
        ]  # fmt: skip
        return len(held) + self.rng.choice((0, 0, 0, 1))

    def demands(self) -> dict[str, Any]:
        """Gates, sources and profile of the configuration."""
        if not self.gated:
            return {}
        required = self.rng.sample(("E1", "E3", "E4", "E5", "E6", "E7", "E8"), self.rng.choice((0, 0, 1, 1, 2)))
        joins = [
            Join(event=self.rng.choice(LINKED[:3]), to=TRIGGER, by="order_id", tolerance=self.rng.choice((0, 0.5)))
        ]
        most = self.maybe("PT0S", "PT5S", "PT90S", null=0.6)
        gates = Gates(require=tuple(required), skew_at_most=most, count_tolerance=self.rng.choice((0, 0, 0.5)),
                      joins=tuple(joins) if self.often(0.5) else ())  # fmt: skip
        source = Source(name="one", event_types=self.rng.choice(((), ("order.*",), (TRIGGER,))),
                        lateness=self.rng.choice(("PT0S", "PT0S", "PT1H", "PT1S")),
                        sampled=self.maybe(1, 0.5, null=0.7))  # fmt: skip
        signed = self.maybe(self.day, self.day - dt.timedelta(days=365), self.day - dt.timedelta(days=366), null=0.4)
        expires = self.maybe(self.day, self.day + dt.timedelta(days=400), null=0.7)
        profile = Profile(owner=self.rng.choice(("", "officer")), as_of=signed, expires=expires)
        return {"gates": gates, "sources": (source,) if self.often(0.5) else (), "profile": profile}

    # what is known

    def as_of(self) -> int:
        """Before, at, or after what matters."""
        if self.often(0.6):
            return max(self.marks) + self.rng.choice((0, 1, DAY, 400 * DAY))
        return self.near()

    def statements(self, as_of: int) -> tuple[CoverageStatement, ...]:
        """Full, no, or patchy coverage, by one source or two."""
        low, high = min(self.marks) - 800 * DAY, max(*self.marks, as_of) + self.rng.choice((1, DAY, 800 * DAY))
        form = self.rng.choice(("full", "full", "to_as_of", "none", "patchy", "patchy", "patchy"))
        if form == "none" and not self.calm:
            return ()
        if form == "to_as_of":
            high = as_of + self.rng.choice((0, 0, 1, -1))
        said = [CoverageStatement("one", ("*",), Interval(low, high))]
        if form == "patchy" and not self.calm:
            said = self._patches(low, high)
        return tuple(one for one in said if one.window.start < one.window.end)

    def _patches(self, low: int, high: int) -> list[CoverageStatement]:
        said = []
        for source in self.rng.choice((("one",), ("one", "two"))):
            globs = self.rng.choice(
                (("*",), ("order.*", "attestation.*"), (TRIGGER,), LINKED, (self.rng.choice(LINKED),))
            )
            cut = self.near()
            apart = self.rng.choice((0, 0, 1, HOUR))
            said += [
                CoverageStatement(source, globs, Interval(low, cut)),
                CoverageStatement(source, globs, Interval(cut + apart, high)),
            ]
            if self.often(0.3):
                said.append(CoverageStatement(source, ("*",), Interval(low, high)))
            if self.often(0.4):
                gap = self.near()
                types = self.rng.choice((globs, ("*",), (TRIGGER,)))
                said.append(
                    CoverageStatement(source, types, Interval(gap, gap + self.rng.choice((1, HOUR, DAY))), gap=True)
                )
        self.rng.shuffle(said)
        return said

    def holes(self) -> tuple[tuple[Hole, ...], int]:
        """Rejected lines, readable and not, and the number of lines read."""
        lines = self.rng.choice((1000, 1001, 100_000))
        made: list[Hole] = []
        if self.calm:
            return (), lines
        for number in range(self.rng.choice((0, 0, 1, 1, 2, 3))):
            kind = self.rng.choice((*LINKED, TRIGGER, GAUGE, CLOSING, None))
            start = self.near()
            end = start + self.rng.choice((0, 0, 1, HOUR, DAY))
            if kind is None or self.often(0.1):
                start, end = min(self.marks) - 900 * DAY, max(self.marks) + 900 * DAY
            made.append(Hole(kind, self.case() if kind else None, start, end, "log.ndjson", number + 1, "EVT-FIELD"))
        return tuple(made), lines

    def captures(self) -> dict[str, frozenset[str]]:
        """Types whose sources do not record some field that a condition asks for."""
        if self.calm or self.often(0.5):
            return {}
        missing = self.rng.sample(sorted(_asked(self.rule) - STRUCTURAL), k=min(1, len(_asked(self.rule) - STRUCTURAL)))
        kinds = self.rng.sample((TRIGGER, GAUGE, *LINKED, CLOSING), 3)
        return {kind: frozenset(catalogue().types[kind].fields) - set(missing) for kind in kinds}

    def period(self) -> tuple[dt.date, dt.date] | None:
        """None, or days that may cut through the events."""
        if self.often(0.6):
            return None
        first = self.almanac.day(self.near()) - dt.timedelta(days=self.rng.choice((0, 0, 1, 30, 200)))
        return first, first + dt.timedelta(days=self.rng.choice((1, 2, 31, 92, 365, 900, 900)))

    def service(self) -> Service:
        """The service in its zone."""
        return Service(id=SERVICE, zone=self.almanac.zone, calendar=self.almanac.country, started=self.started)

    def world(self) -> World:
        """The world."""
        self.marks.append(self.almanac.start(self.day))
        if self.rule.expect.attested is not None:
            for _ in range(self.rng.choice((0, 1, 1, 2, 3))):
                self.attestation()
        gauged = self.rule.for_each is not None and self.rule.for_each.event == GAUGE
        for _ in range(self.rng.choice((0, 1, 2, 4, 6, 9, 12))):
            (self.gauge if gauged else self.trigger)()
        for _ in range(self.rng.choice((0, 2, 5, 10, 15, 20))):
            self.linked()
        if self.gated:
            self.gate_facts()
        if not self.events:
            self.add("log.counted", self.marks[0])
        as_of = self.as_of()
        if self.often(0.15):
            as_of = max(instant(event["time"]) for event in self.events)
        self.correct(as_of)
        self.rng.shuffle(self.events)
        statements = self.statements(as_of)
        holes, lines = self.holes()
        ids = sorted(event["id"] for event in self.events)
        disputed = 0 if self.calm or self.often(0.6) else self.rng.randrange(min(4, len(ids)))
        conflicts = frozenset(self.rng.sample(ids, disputed))
        project = Project(service=self.service(), skew=f"PT{self.skew}S", **self.demands())
        return World(tuple(self.events), self.rule, project, as_of, statements, holes, conflicts, self.captures(),
                     lines, self.period())  # fmt: skip

    def correct(self, as_of: int) -> None:
        """Sometimes an event replaces another, known by `as_of`."""
        known = [event for event in self.events if instant(event["time"]) <= as_of]
        if known and self.often(0.15):
            first = self.rng.choice(known)
            self.events.append(first | {"id": f"e{len(self.events)}", "corrects": first["id"]})


def _asked(rule: Rule) -> set[str]:
    """Fields that the rule's conditions mention."""
    return {
        name
        for key, value in _walk(rule.model_dump())
        if key in {"where", "trigger", "each"} and isinstance(value, dict)
        for name in fields_named(value)
    }


def _types(rule: Rule) -> set[str]:
    """Event types that the rule mentions."""
    return {value for key, value in _walk(rule.model_dump()) if key == "event" and isinstance(value, str)}


def _walk(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _walk(value)
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _walk(part)


def random_world(seed: int, pattern: str | None = None) -> World:
    """The world of a seed, the same every time."""
    return Worlds(Random(seed), pattern).world()
