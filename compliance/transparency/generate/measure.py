"""Figures of the report counted from the log: value, holding and note of each cell, and what in the log is odd."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from compliance.assess.figures.compute import Frame
from compliance.assess.figures.model import Holding
from compliance.assess.figures.query import Query
from compliance.events.catalogue import catalogue
from compliance.transparency.generate.cells import Cell, Relation, relations
from compliance.transparency.generate.relation import Window, aggregate, oddities
from compliance.transparency.model import TOTAL, RowKey

HOUR_US = 3_600_000_000
Address = tuple[int, str, RowKey]
"""Part, column and row of a cell."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value (None: nothing to measure, or not held), how many records are behind it, and its definition."""

    value: float | int | None
    records: int
    holding: Holding
    note: str
    relation: str
    cell: str


@dataclass(slots=True)
class Measured:
    """Figures by address, those of rows in which nothing happened apart, problems in words, and the queries run."""

    figures: dict[Address, Figure] = field(default_factory=dict)
    nothing: dict[tuple[int, str], Figure] = field(default_factory=dict)
    """Part and column (categories) or indicator (by scope) to the figure of a row that no event fell in."""
    problems: list[str] = field(default_factory=list)
    queries: dict[str, Query] = field(default_factory=dict)
    remainders: dict[int, list[str]] = field(default_factory=dict)
    """Part to what it counts in TOTAL alone, in words."""

    def figure(self, part: int, column: str, key: RowKey) -> Figure | None:
        """The figure of a cell; None where no relation fills it."""
        found = self.figures.get((part, column, key))
        return found or self.nothing.get((part, column if column != "value" else key[0]))


def measure(frame: Frame, window: Window) -> Measured:
    """Every figure that the shipped relations define, over the log of the frame."""
    made = Measured()
    for relation in relations():
        notes = {name: _holding(frame, relation, cell, window) for name, cell in relation.cells.items()}
        if unread := _unread(frame, relation):
            notes = dict.fromkeys(notes, (Holding.NOT_HELD, unread))
            _fill(made, relation, notes, [])
        else:
            query = aggregate(relation, window)
            made.queries[relation.id] = query
            _fill(made, relation, notes, frame.dataset.con.execute(query.sql, list(query.values)).fetchall())
            made.problems += _odd(frame, relation, window, made)
        for note in dict.fromkeys(f"{relation.id}: {note}" for holding, note in notes.values() if note):
            made.problems.append(note)
    return made


def _fill(
    made: Measured, relation: Relation, notes: dict[str, tuple[Holding, str]], rows: list[tuple[Any, ...]]
) -> None:
    for index, (name, cell) in enumerate(relation.cells.items()):
        holding, note = notes[name]
        seen = any(row[7 + 2 * index] for row in rows)
        if holding is Holding.NOT_HELD and seen:
            holding = Holding.PARTIAL
        held = holding is not Holding.NOT_HELD
        zero = 0 if held and cell.value in {"count", "sum"} else None
        column = name if relation.categorised else name.partition(":")[0]
        nothing = Figure(zero, 0, holding, note, relation.id, name)
        if relation.categorised or relation.scope:
            made.nothing[relation.part, column] = nothing
        for row in rows:
            key = _key(relation, name, row)
            if key is None:
                continue
            value, records = row[6 + 2 * index : 8 + 2 * index]
            if value is not None and cell.value == "hours":
                value = value / HOUR_US
            elif value is not None and cell.value in {"count", "sum", "latest"}:
                value = int(value)
            address = (relation.part, column if relation.categorised else "value", key)
            made.figures[address] = Figure(value if held else None, records, holding, note, relation.id, name)
        if not rows and not relation.scope and not relation.categorised:
            indicator, _, scope = name.partition(":")
            made.figures[relation.part, "value", (indicator, scope)] = nothing


def _key(relation: Relation, name: str, row: tuple[Any, ...]) -> RowKey | None:
    """The template's row of an aggregated row; None where it is the group of events without a code."""
    scope, category, keyword, no_scope, no_category, no_keyword = row[:6]
    if (not no_scope and scope is None) or (not no_category and category is None):
        return None
    if not relation.categorised:
        indicator, _, fixed = name.partition(":")
        if relation.scope:
            return None if no_scope else (indicator, scope)
        return indicator, fixed
    if not no_keyword and not keyword:
        return None
    whole = TOTAL if relation.scope else ""
    return (whole if no_scope else scope, TOTAL if no_category else category, "" if no_keyword else keyword)


def _unread(frame: Frame, relation: Relation) -> str:
    needed = {*relation.own_fields, *(name for link in relation.links for name in relation.link_fields(link))}
    if missing := sorted(needed - frame.columns):
        return f"the field {missing[0]} was not read in this run"
    return ""


def _events(relation: Relation, cell: Cell) -> Iterator[tuple[str, frozenset[str]]]:
    """Event types a figure needs complete, each with the fields it needs recorded."""
    own = set(cell.own_fields)
    own |= {relation.links[name].match for name in cell.links}
    yield relation.event, frozenset(own)
    for name in cell.links:
        yield relation.links[name].event, frozenset({relation.links[name].to or relation.links[name].match})
    if relation.scope and relation.scope.link:
        yield relation.links[relation.scope.link].event, frozenset({relation.scope.field})


def _holding(frame: Frame, relation: Relation, cell: Cell, window: Window) -> tuple[Holding, str]:
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


def _odd(frame: Frame, relation: Relation, window: Window, made: Measured) -> Iterator[str]:
    query = oddities(relation, window)
    for category, keyword, scope, lost, odd, unscoped, count, ids in frame.dataset.con.execute(
        query.sql, list(query.values)
    ).fetchall():
        events = f"{count} event(s) {relation.event}: {', '.join(ids)}{' ...' if count > len(ids) else ''}"
        if lost and relation.categorised:
            words = f"category {category or 'not recorded'}"
            made.remainders.setdefault(relation.part, []).append(f"{count} record(s) with {words}")
            yield f"{relation.id}: {words} is none of part {relation.part}, counted in TOTAL alone; {events}"
        if odd:
            yield f"{relation.id}: sub-category {keyword} is none of {category}, counted as Other; {events}"
        if unscoped and relation.scope and relation.part == 3:
            words = f"Member State {scope or 'not recorded'}"
            made.remainders.setdefault(relation.part, []).append(f"{count} record(s) with {words}")
            yield f"{relation.id}: {words} has no block of its own, counted in TOTAL alone; {events}"
