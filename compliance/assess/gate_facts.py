"""What the log itself says of how far it can be believed: measured clocks, samples, independent counters, seals, orphans."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from compliance.engine.interface import Engine
from compliance.engine.plan import (
    Aggregate,
    Expr,
    Filter,
    Join,
    Project,
    Relation,
    Scan,
    both,
    call,
    col,
    either,
    keep,
    lit,
)
from compliance.events.catalogue import Catalogue
from compliance.events.coverage import FIELDS as WINDOWS
from compliance.events.dataset import CoverageStatement, Interval
from compliance.project import Join as Joined
from compliance.project import Project as Configuration

FIELDS = (
    *WINDOWS,
    "clock_offset_ms",
    "corrects",
    "digest",
    "event_count",
    "previous_digest",
    "sampled_share",
    "source",
)
"""Fields that gates read, whatever the rules need."""
HEARTBEAT, COUNTER, SEAL = "log.heartbeat", "log.counted", "log.segment_sealed"
OF_THE_LOG = (HEARTBEAT, COUNTER, SEAL, "log.gap_declared")
"""What sources say of themselves; no counter counts it and no seal covers it."""


def fields_of_gates(project: Configuration | None) -> frozenset[str]:
    """Fields that the gates read, with those of the configuration's links."""
    return frozenset(FIELDS) | {join.by for join in (project.gates.joins if project else ())}


@dataclass(frozen=True, slots=True)
class Log:
    """The events of the service that is judged, up to the instant up to which the log is known."""

    engine: Engine
    shapes: Catalogue
    as_of: int
    service: str | None
    """None: events of every service count."""
    seen: frozenset[str]
    statements: Sequence[CoverageStatement]

    def events(self, event_type: str | None = None) -> Relation:
        """Visible events, of one type or of all."""
        tests: list[Expr] = [call("<=", col("t"), lit(self.as_of))]
        if self.service is not None:
            tests.append(call("=", col("service"), lit(self.service)))
        if event_type is not None:
            tests.append(call("=", col("type"), lit(event_type)))
        return Filter(Scan("ev"), both(*tests))

    def types(self, globs: str | None) -> frozenset[str]:
        """Event types that a JSON list of globs names."""
        return frozenset(self.shapes.matching(json.loads(globs))) if globs else frozenset()


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat that says how far its clock was off, or how much of its events the source records."""

    source: str
    types: frozenset[str]
    window: Interval
    offset_us: int | None
    sampled: float | None


@dataclass(frozen=True, slots=True)
class Count:
    """An independent counter's figure, and how many events the log holds in the same window."""

    source: str
    types: frozenset[str]
    window: Interval
    stated: int
    held: int


@dataclass(frozen=True, slots=True)
class Orphans:
    """How many events of one type name no event of another."""

    join: Joined
    orphans: int
    events: int

    @property
    def share(self) -> float:
        """Share of the events that name none."""
        return self.orphans / self.events if self.events else 0.0


def beats(log: Log) -> list[Beat]:
    """Heartbeats that speak of their clock or of sampling."""
    if HEARTBEAT not in log.seen:
        return []
    telling = either(call("is_not_null", col("clock_offset_ms")), call("is_not_null", col("sampled_share")))
    names = ("source", "event_types", "complete_from", "complete_until", "clock_offset_ms", "sampled_share")
    rows = log.engine.rows(Project(Filter(log.events(HEARTBEAT), telling), keep(*names)))
    return [
        Beat(source, log.types(globs), Interval(a, b), None if offset is None else offset * 1000, sampled)
        for source, globs, a, b, offset, sampled in list(rows)
    ]


def counts(log: Log) -> list[Count]:
    """Figures of independent counters for windows that have ended, each beside what the log holds."""
    if COUNTER not in log.seen:
        return []
    names = ("source", "event_types", "complete_from", "complete_until", "event_count")
    rows = sorted(
        (row for row in log.engine.rows(Project(log.events(COUNTER), keep(*names))) if None not in row), key=str
    )
    stated = [(source, log.types(globs), Interval(a, b), n) for source, globs, a, b, n in rows if b - 1 <= log.as_of]
    table = log.engine.table(
        (("k", "BIGINT"), ("kind", "VARCHAR"), ("a", "BIGINT"), ("b", "BIGINT")),
        [(k, kind, w.start, w.end) for k, (_, types, w, _) in enumerate(stated) for kind in sorted(types & log.seen)],
    )
    held = _tally(log, table, call("text", col("type", "l")))
    return [Count(source, types, w, n, held.get(k, 0)) for k, (source, types, w, n) in enumerate(stated)]


def _tally(log: Log, table: str, key: Expr) -> dict[int, int]:
    """Number of events in each window of a table (`k, kind, a, b`), joined by `key`."""
    on = both(
        call("=", key, col("kind", "r")),
        call(">=", col("t", "l"), col("a", "r")),
        call("<", col("t", "l"), col("b", "r")),
    )
    own = [call("not", call("=", col("type"), lit(kind))) for kind in OF_THE_LOG]
    joined = Join(Filter(log.events(), both(*own)), Scan(table), on, (("k", col("k", "r")),))
    found = dict(list(log.engine.rows(Aggregate(joined, keep("k"), (("c", call("count")),)))))
    log.engine.drop(table)
    return found


def broken_seals(log: Log) -> tuple[dict[str, str], frozenset[str]]:
    """Sources whose seals do not fit, each with the reason, and the sources that seal at all."""
    if SEAL not in log.seen:
        return {}, frozenset()
    names = ("t", "id", "source", "digest", "previous_digest", "event_count", "complete_from", "complete_until")
    rows = sorted(log.engine.rows(Project(log.events(SEAL), keep(*names))), key=lambda row: (row[2], row[0], row[1]))
    counted = [row for row in rows if None not in row[5:] and row[7] - 1 <= log.as_of]
    table = log.engine.table(
        (("k", "BIGINT"), ("kind", "VARCHAR"), ("a", "BIGINT"), ("b", "BIGINT")),
        [(k, row[2], row[6], row[7]) for k, row in enumerate(counted)],
    )
    held, corrections = _tally(log, table, col("source", "l")), _corrections(log)
    found: dict[str, str] = {}
    for source, seals in groupby(rows, key=lambda row: str(row[2])):
        for earlier, later in pairwise(seals):
            if later[4] is not None and earlier[3] is not None and later[4] != earlier[3]:
                found.setdefault(source, f"the seal {later[1]} of {source} does not follow from the one before it")
    for k, row in enumerate(counted):
        source, sealed, n = str(row[2]), row[5], held.get(k, 0)
        if not sealed - corrections.get(source, 0) <= n <= sealed:
            found.setdefault(source, f"the seal {row[1]} of {source} covers {sealed} events, the log holds {n}")
    return found, frozenset(str(row[2]) for row in rows)


def _corrections(log: Log) -> dict[str, int]:
    """Number of corrections of each source: so many of its sealed events may have been replaced."""
    corrected = Filter(log.events(), call("is_not_null", col("corrects")))
    return dict(list(log.engine.rows(Aggregate(corrected, keep("source"), (("c", call("count")),)))))


def types_of_sources(log: Log, sources: Iterable[str]) -> frozenset[str]:
    """Event types that the log holds of some sources, or that they say they record."""
    names = set(sources)
    if not names:
        return frozenset()
    rows = list(log.engine.rows(Aggregate(log.events(), keep("type", "source"), (("c", call("count")),))))
    spoken = {
        kind for one in log.statements if one.source in names for kind in log.shapes.matching(list(one.event_types))
    }
    return frozenset(str(row[0]) for row in rows if row[1] in names) | spoken


def orphans(log: Log, join: Joined, start: int, last: int) -> Orphans:
    """Events of `join.event` in `[start, last]` whose field is empty or names no event of `join.to`."""
    inside = both(call(">=", col("t"), lit(start)), call("<=", col("t"), lit(last)))
    mine = Project(Filter(log.events(join.event), inside), (("k", col(join.by)),))
    others = Aggregate(log.events(join.to), (("k", col(join.by)),), (("c", call("count")),))
    joined = Join(mine, others, call("=", col("k", "l"), col("k", "r")), (("c", col("c", "r")),), kind="left")
    lost = call("count_if", call("is_null", col("c")))
    row: tuple[Any, ...] = next(iter(list(log.engine.rows(Aggregate(joined, (), (("o", lost), ("n", call("count"))))))))
    return Orphans(join, int(row[0]), int(row[1]))
