"""The desk as a recipient can set it up: nothing on it but the events inside a bundle, and the shipped definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compliance.answers.case import Cases
from compliance.answers.desk import Desk, Subject
from compliance.answers.figure_table import figure_table
from compliance.answers.figures import value_text
from compliance.answers.model import Asked, Choices, Recount
from compliance.answers.scope import Found, Window
from compliance.answers.timeline import event_table
from compliance.assess.figures import Definition, Figure, Holding, definition_of, figure
from compliance.clock import parse_instant
from compliance.errors import Place
from compliance.events.catalogue import catalogue
from compliance.events.dataset import CoverageStatement, Interval
from compliance.evidence.exhibit import cell_text
from compliance.evidence.inside import dataset_inside
from compliance.project import Project, Service
from compliance.rules.condition import fields_of, parse_condition

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What of an answer decides how its events are counted and shown."""

    service: str
    zone: str
    language: str
    known_to: int | None
    """Instant (UTC µs) up to which the log was known."""


def inside_desk(
    setting: Setting,
    events: Mapping[int, Mapping[str, Any]],
    recounts: Sequence[Recount],
    *,
    lines: Mapping[int, Place] | None = None,
    complete: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> Desk:
    """A desk over disclosed events by row. `complete`: windows (UTC µs) in which the log is complete, by event type."""
    statements = [
        CoverageStatement("the bundle's coverage", (name,), Interval(*window))
        for name, windows in (complete or {}).items()
        for window in windows
    ]
    known_to = setting.known_to
    needed = {name for each in recounts for name in _fields(each)}
    dataset = dataset_inside(events, fields=needed, lines=lines, statements=statements, known_to=known_to)
    asked = Asked("", "", "", True, setting.language, *("",) * 6, (), (), (), None, (), (), "", "")
    project = Project(service=Service(id=setting.service, zone=setting.zone))
    return Desk(dataset, project, catalogue(), asked, Choices(), True, {}, (), (), Cases({}))


def _fields(recount: Recount) -> set[str]:
    """Fields that counting needs: the definition's, the condition's, the dimension."""
    found = set(definition_of(recount.figure).fields) | ({recount.by} if recount.by else set())
    return found | (set(fields_of(parse_condition(recount.where))) if recount.where else set())


def counted_inside(desk: Desk, recount: Recount) -> tuple[Definition, Figure]:
    """A figure counted over the events of a desk, by its dimension where it has one."""
    by = (recount.by,) if recount.by else ()
    definition = definition_of(recount.figure)
    return definition, figure(desk.dataset, desk.project, recount.figure, recount.period, by, recount.where)


def value_inside(desk: Desk, found: Figure, holding: str) -> str:
    """The figure's number as the answer would print it, were the log held as far as `holding` says."""
    return value_text(replace(found.measure, holding=Holding(holding)), desk.phrases)


def table_inside(desk: Desk, definition: Definition, found: Figure, recount: Recount, holding: str) -> Rows:
    """Rows of the figure's table as its exhibit would show them, were the log held as far as `holding` says; that column left out."""
    held = replace(found, measure=replace(found.measure, holding=Holding(holding)))
    drawn = figure_table(held, definition, recount.by, recount.period, desk)
    return tuple(tuple(map(cell_text, row[:-1])) for row in drawn.rows)


def events_inside(desk: Desk, events: Sequence[tuple[int, Mapping[str, Any]]]) -> Rows:
    """Rows of a table of events as its exhibit would show them, in the order given."""
    found = [
        Found(row, str(event["id"]), str(event["type"]), parse_instant(str(event["time"]))) for row, event in events
    ]
    subject = Subject((), (), Window(None, None, ""), (), False)
    return tuple(tuple(map(cell_text, row)) for row in event_table(desk, "", "", found, subject).rows)


def holding_of(rows: Sequence[Sequence[Any]]) -> str:
    """How far the log is held over a whole table that is shown: complete where every row is."""
    shown = {str(row[-1]) for row in rows if row}
    return Holding.COMPLETE.value if shown <= {Holding.COMPLETE.value} else Holding.PARTIAL.value


def recount_of(entry: Mapping[str, Any]) -> Recount:
    """Recount of an entry of `method/replay.json`. ValueError, KeyError or TypeError where it is none."""
    first, after = (date.fromisoformat(day) for day in entry["period"])
    return Recount(entry["figure"], (first, after), entry["where"], entry["by"])
