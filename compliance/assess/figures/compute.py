"""Figures of a period: each definition run once over the log, with what the log's coverage lets it say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compliance.assess.figures.definition import TIME_PARTS, Definition, definition_of, definitions
from compliance.assess.figures.model import (
    BUCKETS,
    LAST_BUCKET,
    Breakdown,
    Distribution,
    Figure,
    FigureSet,
    Holding,
    Measure,
    Row,
)
from compliance.assess.figures.plan import figure_plan
from compliance.assess.figures.query import Scope, parts_of
from compliance.clock import midnight_us
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine
from compliance.engine.plan import Aggregate, Scan, Union, keep, lit
from compliance.engine.plan import Project as Chosen
from compliance.engine.sql import DUCKDB
from compliance.errors import UsageError
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Dataset, Interval
from compliance.patterns.coverage import by_type, windows_of
from compliance.project import Project
from compliance.rules.condition import ConditionError, Node, fields_of, parameters_of, parse_condition

UNNAMED = "service"
"""Id of a service that nobody has named: then the one service in the log is meant, as in a check."""

WHOLE = "all"
"""Names the figure itself among its breakdowns; no field is called so."""
COUNTED = {"count", "sum", "paired"}
"""Kinds of which the absence of events, where the log is complete, is a nil."""


def compute(
    dataset: Dataset,
    project: Project,
    period: tuple[date, date],
    as_of: int | None = None,
    *,
    chosen: Sequence[Definition] | None = None,
    engine: Engine | None = None,
) -> FigureSet:
    """All shipped figures (or those chosen) of `[first day, first day after)` in the service's zone, with breakdowns.

    `as_of`: UTC µs up to which the log is known; default the latest accepted event. The set is the same on every engine.
    """
    frame = frame_of(dataset, project, period, as_of, engine)
    made = tuple(
        _figure(frame, definition, definition.by, None) for definition in (definitions() if chosen is None else chosen)
    )
    return FigureSet(project.service.id, project.service.zone, period, frame.scope.as_of, made)


def figure(
    dataset: Dataset,
    project: Project,
    figure_id: str,
    period: tuple[date, date],
    by: str | Sequence[str] | None = None,
    where: Mapping[str, Any] | None = None,
    *,
    as_of: int | None = None,
) -> Figure:
    """One figure, by any number of dimensions (fields of its event, `month`, `week`, `day`), narrowed by a condition.

    `where` is a condition as in the rules, on the figure's own event: `{"category": {"eq": "..."}}`. InputError
    `FIG-UNKNOWN`, UsageError `FIG-BY` or `FIG-WHERE` where id, dimension or condition do not fit.
    """
    definition = definition_of(figure_id)
    dimensions = (by,) if isinstance(by, str) else tuple(by or ())
    fields = catalogue().types[definition.measure.event].fields
    for dimension in dimensions:
        if dimension not in fields and dimension not in TIME_PARTS:
            raise UsageError(
                "FIG-BY",
                f"{figure_id} cannot be broken down by {dimension!r}",
                hint=f"month, week, day, or a field of {definition.measure.event}",
            )
    return _figure(frame_of(dataset, project, period, as_of), definition, dimensions, _narrowing(definition, where))


def _narrowing(definition: Definition, where: Mapping[str, Any] | None) -> Node | None:
    if not where:
        return None
    try:
        node = parse_condition(where)
    except ConditionError as error:
        raise UsageError(
            "FIG-WHERE",
            f"the condition cannot be read: {error}",
            hint='write it as in a rule: {"category": {"eq": "..."}}',
        ) from error
    if parameters_of(node):
        raise UsageError("FIG-WHERE", "a figure has no parameters", hint="write the value itself in place of $name")
    if unknown := fields_of(node) - set(catalogue().types[definition.measure.event].fields):
        raise UsageError(
            "FIG-WHERE",
            f"{definition.measure.event} has no field {min(unknown)!r}",
            hint="name fields of the figure's own event",
        )
    return node


@dataclass(frozen=True, slots=True)
class Frame:
    """What every figure of one run shares."""

    dataset: Dataset
    engine: Engine
    zone: str
    period: tuple[date, date]
    scope: Scope
    columns: frozenset[str]
    tolerance: float
    windows: Mapping[str, tuple[Interval, ...]]
    """Event type to the windows in which its sources are complete; a type nobody speaks of is absent."""


def frame_of(
    dataset: Dataset, project: Project, period: tuple[date, date], as_of: int | None, engine: Engine | None = None
) -> Frame:
    """What all figures of one run share. Without `as_of` the log is known up to its latest accepted event."""
    runs = engine or Embedded(dataset.con)
    zone = project.service.zone
    known = (
        as_of
        if as_of is not None
        else dataset.watermark
        if dataset.watermark is not None
        else midnight_us(period[1], zone)
    )
    columns = frozenset(row[0] for row in dataset.con.execute("DESCRIBE ev").fetchall())
    services = {row[0] for row in runs.rows(Aggregate(Scan("ev"), keep("service"), ()))}
    alone = services <= {project.service.id} or (len(services) == 1 and project.service.id == UNNAMED)
    scope = Scope(
        midnight_us(period[0], zone), midnight_us(period[1], zone), known, None if alone else project.service.id
    )
    tolerance = min((source.tolerance for source in project.sources), default=0.001)
    speaking = by_type(dataset.statements, catalogue())
    windows = {event: windows_of(statements, event, catalogue()) for event, statements in speaking.items()}
    return Frame(dataset, runs, zone, period, scope, columns, tolerance, windows)


def _figure(frame: Frame, definition: Definition, dimensions: Sequence[str], extra: Node | None) -> Figure:
    needed = {*definition.fields, *(fields_of(extra) if extra else ())}
    empty = Figure(
        definition.id,
        definition.title,
        definition.unit,
        definition.measure.kind,
        definition.definition,
        definition.population,
        definition.limits,
        definition.provision,
        definition.events,
        Measure(None, Holding.NOT_HELD),
        (),
        _unread(frame, definition, needed),
        "",
        (),
    )
    if empty.note:
        return empty
    whole = figure_plan(definition, frame.scope, extra=extra)
    rows = _run(frame, {WHOLE: whole, **_plans(frame, definition, dimensions, extra)})
    query, parameters = DUCKDB.marked(whole)
    one = next(iter(rows[WHOLE]), None)
    holding, note = _with_refused(
        frame, definition, one, *_holding(frame, definition, frame.scope.start, frame.scope.end)
    )
    measure = _measure(definition, one, holding)
    if measure.holding is Holding.NOT_HELD:
        return replace(empty, note=note, query=query, parameters=parameters)
    return replace(
        empty,
        measure=measure,
        note=note,
        query=query,
        parameters=parameters,
        breakdowns=tuple(_breakdown(frame, definition, by, rows.get(by, ()), measure.holding) for by in dimensions),
    )


def _plans(
    frame: Frame, definition: Definition, dimensions: Sequence[str], extra: Node | None
) -> Mapping[str, Aggregate]:
    """The figure's plan by each dimension that can be read."""
    return {
        by: figure_plan(definition, frame.scope, parts=parts_of(frame.period, frame.zone, by), extra=extra)
        if by in TIME_PARTS
        else figure_plan(definition, frame.scope, by=by, extra=extra)
        for by in dimensions
        if by in TIME_PARTS or not _unread(frame, definition, {by})
    }


def _run(frame: Frame, plans: Mapping[str, Aggregate]) -> Mapping[str, list[tuple[Any, ...]]]:
    """The rows of each plan by group, the unstated one last. They are run as one: each job has its price on a cluster."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in plans}
    together = Union(
        tuple(
            Chosen(plan, (("plan", lit(name)), *keep(*(column for column, _ in (*plan.keys, *plan.values)))))
            for name, plan in plans.items()
        )
    )
    for name, *row in frame.engine.rows(together):
        found[name].append(tuple(row))
    return {name: sorted(rows, key=lambda row: (row[0] is None, row[0] or "")) for name, rows in found.items()}


def _breakdown(
    frame: Frame, definition: Definition, by: str, rows: Sequence[tuple[Any, ...]], whole: Holding
) -> Breakdown:
    if by not in TIME_PARTS:
        return Breakdown(by, tuple(Row(row[0] or "", _measure(definition, row, whole)) for row in rows))
    found = {row[0]: row for row in rows}
    return Breakdown(
        by,
        tuple(
            Row(
                part.label,
                _measure(definition, found.get(part.label), _holding(frame, definition, part.start, part.end)[0]),
            )
            for part in parts_of(frame.period, frame.zone, by)
        ),
    )


def _measure(definition: Definition, row: tuple[Any, ...] | None, holding: Holding) -> Measure:
    """The number of one group. Events seen outside coverage are a lower bound; none seen there is not held."""
    if holding is Holding.NOT_HELD and row is not None:
        holding = Holding.PARTIAL
    if holding is Holding.NOT_HELD:
        return Measure(None, holding)
    if definition.measure.kind == "times":
        labels = [*(label for label, _ in BUCKETS), LAST_BUCKET]
        nothing: tuple[Any, ...] = (0, 0, 0, None, None, None, *(0 for _ in labels))
        n, still_open, total, median, p90, top, *buckets = row[1:] if row else nothing
        return Measure(
            median,
            holding,
            times=Distribution(n, still_open, int(total), median, p90, top, tuple(zip(labels, buckets, strict=True))),
        )
    if row is None:
        nil = definition.measure.kind in COUNTED or definition.measure.kind == "overlap"
        return Measure(
            0 if nil else None, holding, of=0 if definition.measure.kind in {"share", "ratio", "paired"} else None
        )
    value, of = row[1], row[2]
    return Measure(None if value is None else int(value), holding, of=None if of is None else int(of))


def _unread(frame: Frame, definition: Definition, fields: set[str]) -> str:
    """Why the fields cannot be used: not read in this run, or not recorded by the sources; empty where they can."""
    if missing := sorted(fields - frame.columns):
        return f"the field {missing[0]} was not read in this run"
    for event in definition.events:
        recorded = frame.dataset.captures.get(event)
        own = fields & set(catalogue().types[event].fields)
        if recorded is not None and (missing := sorted(own - recorded)):
            return f"the sources of {event} do not record {missing[0]}"
    return ""


def _holding(frame: Frame, definition: Definition, start: int, end: int) -> tuple[Holding, str]:
    """How far the log covers the figure's event types in a window, and what is missing, in words."""
    last = min(end, frame.scope.as_of)
    if start > last:
        return Holding.NOT_HELD, "the period begins after the log ends"
    worst, notes = Holding.COMPLETE, []
    for event in definition.events:
        windows = frame.windows.get(event, ())
        share = _covered_share(windows, start, last)
        if share == 0:
            worst = Holding.NOT_HELD
            notes.append(f"no log is known to be complete for {event}")
        elif share < 1:
            worst = max(worst, Holding.PARTIAL, key=_rank)
            notes.append(f"logs of {event} are complete for {math.floor(share * 1000) / 10:.1f} % of the period")
    return worst, "; ".join(notes)


def _with_refused(
    frame: Frame, definition: Definition, row: tuple[Any, ...] | None, holding: Holding, note: str
) -> tuple[Holding, str]:
    """The holding once refused lines are weighed: few beside what was counted are noted, more make a lower bound."""
    holes = _holes(frame, definition, frame.scope.start, min(frame.scope.end, frame.scope.as_of))
    if not holes:
        return holding, note
    counted = _records(definition, row)
    if holding is Holding.COMPLETE and holes > frame.tolerance * counted:
        holding = Holding.PARTIAL
    word = "1 refused line" if holes == 1 else f"{holes} refused lines"
    return holding, "; ".join(part for part in (note, f"{word} may belong here") if part)


def _records(definition: Definition, row: tuple[Any, ...] | None) -> int:
    """Records behind a figure, as far as its row tells."""
    if row is None or definition.measure.kind in {"sum", "highest", "latest", "ratio", "overlap"}:
        return 0
    if definition.measure.kind == "times":
        return int(row[1]) + int(row[2])
    return int(row[1] if row[2] is None else row[2])


def _rank(holding: Holding) -> int:
    return (Holding.COMPLETE, Holding.PARTIAL, Holding.NOT_HELD).index(holding)


def _covered_share(windows: Sequence[Interval], start: int, last: int) -> float:
    covered = sum(max(0, min(window.end, last) - max(window.start, start)) for window in windows)
    if any(window.start <= start and window.end >= last for window in windows):
        return 1.0
    return min(covered / max(last - start, 1), 0.9999) if covered else 0.0


def _holes(frame: Frame, definition: Definition, start: int, last: int) -> int:
    """Refused lines that may be events of this figure: of its types and window, or unreadable above the tolerance."""
    holes = frame.dataset.holes
    lines = sum(file.lines for file in frame.dataset.files)
    unreadable = sum(1 for hole in holes if hole.type is None)
    typed = sum(1 for hole in holes if hole.type in definition.events and hole.start <= last and hole.end >= start)
    return typed + (unreadable if unreadable > frame.tolerance * max(lines, 1) else 0)
