"""How far the log carries a figure: whether its sources record the fields, are complete over the period, and were read whole."""

from __future__ import annotations

import math
from collections.abc import Iterator

from compliance.assess.figures.compute import Frame
from compliance.assess.figures.model import Holding
from compliance.events.catalogue import catalogue
from compliance.transparency.generate.cells import Cell, Relation
from compliance.transparency.generate.relation import Window


def _events(relation: Relation, cell: Cell) -> Iterator[tuple[str, frozenset[str]]]:
    """Event types a figure needs complete, each with the fields it needs recorded."""
    own = set(cell.own_fields)
    own |= {relation.links[name].match for name in cell.links}
    yield relation.event, frozenset(own)
    for name in cell.links:
        yield relation.links[name].event, frozenset({relation.links[name].to or relation.links[name].match})
    if relation.scope and relation.scope.link:
        yield relation.links[relation.scope.link].event, frozenset({relation.scope.field})


def holding_of(frame: Frame, relation: Relation, cell: Cell, window: Window) -> tuple[Holding, str]:
    """How far the log carries a figure, and what is missing, in words."""
    start, end = window.scope.start, window.scope.end
    last = min(end, window.scope.as_of)
    if start > last:
        return Holding.NOT_HELD, "the period begins after the log ends"
    worst, notes = Holding.COMPLETE, []
    for event, fields in _events(relation, cell):
        recorded = frame.dataset.captures.get(event)
        if recorded is not None and (missing := sorted(fields & set(catalogue().types[event].fields) - recorded)):
            return Holding.NOT_HELD, f"the sources of {event} do not record {missing[0]}"
        share = _covered(frame, event, start, end)
        if share == 0:
            worst = Holding.NOT_HELD
            notes.append(f"no log is known to be complete for {event}")
        elif share < 1:
            worst = Holding.PARTIAL if worst is Holding.COMPLETE else worst
            notes.append(f"logs of {event} are complete for {math.floor(share * 1000) / 10:.1f} % of the period")
        refused = sum(
            1 for hole in frame.dataset.holes if hole.type == event and hole.start <= last and hole.end >= start
        )
        if refused:
            worst = Holding.PARTIAL if worst is Holding.COMPLETE else worst
            notes.append(f"{refused} refused line(s) of {event} may belong here")
    return worst, "; ".join(dict.fromkeys(notes))


def _covered(frame: Frame, event: str, start: int, end: int) -> float:
    """Share of the whole period in which a log is complete for a type; below one where the log ends before the period."""
    windows = [
        (max(one.start, start), min(one.end, end, frame.scope.as_of + 1)) for one in frame.windows.get(event, ())
    ]
    done, upto = 0, start
    for since, until in sorted(windows):
        done += max(0, until - max(since, upto))
        upto = max(upto, until)
    return done / max(end - start, 1)
