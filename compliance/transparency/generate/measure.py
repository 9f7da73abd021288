"""Figures of the report counted from the log: value, holding and note of each cell, and what in the log is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from compliance.assess.figures.compute import Frame
from compliance.assess.figures.model import Holding
from compliance.assess.figures.query import Query
from compliance.clock import HOUR_US
from compliance.transparency.generate.cells import Relation, relations
from compliance.transparency.generate.extract import extract
from compliance.transparency.generate.holding import holding_of
from compliance.transparency.generate.relation import LEADING, Window, aggregate, oddities
from compliance.transparency.model import TOTAL, RowKey

WHOLE = frozenset({"count", "sum", "fte", "latest", "mean"})
"""Kinds of figures that are whole numbers."""
NIL = frozenset({"count", "sum", "fte"})
"""Kinds of which the absence of records, where the log is complete, is a 0."""
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
    """Figures by address, those of rows in which nothing happened apart, what is odd or not held in words, the queries run."""

    figures: dict[Address, Figure] = field(default_factory=dict)
    nothing: dict[tuple[int, str], Figure] = field(default_factory=dict)
    """Part and column (categories) or indicator (by scope) to the figure of a row that no event fell in."""
    problems: list[str] = field(default_factory=list)
    """What is odd in the events that were counted."""
    notes: dict[str, list[str]] = field(default_factory=dict)
    """Relation to what its figures lack."""
    queries: dict[str, Query] = field(default_factory=dict)
    remainders: dict[int, list[str]] = field(default_factory=dict)
    """Part to what it counts in TOTAL alone, in words."""
    apart: dict[Address, dict[str, Figure]] = field(default_factory=dict)
    """Address to the same figure of each system alone."""
    words: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    """Part and category to what the records say that its sub-category Other is about."""

    def figure(self, part: int, column: str, key: RowKey) -> Figure | None:
        """The figure of a cell; None where no relation fills it."""
        found = self.figures.get((part, column, key))
        return found or self.nothing.get((part, column if column != "value" else key[0]))


def measure(frame: Frame, window: Window, chosen: Sequence[Relation] | None = None) -> Measured:
    """Every figure that the shipped relations define, or those chosen, over the log of the frame."""
    made = Measured()
    chosen = relations() if chosen is None else chosen
    fast = replace(window, tables=extract(frame, chosen))
    for relation in chosen:
        notes = {name: holding_of(frame, relation, cell, window) for name, cell in relation.cells.items()}
        if unread := _unread(frame, relation):
            notes = dict.fromkeys(notes, (Holding.NOT_HELD, unread))
            _fill(made, relation, notes, [], window)
        else:
            made.queries[relation.id] = aggregate(relation, window)
            query = aggregate(relation, fast)
            rows = frame.dataset.con.execute(query.sql, list(query.values)).fetchall()
            _fill(made, relation, notes, rows, window)
            if relation.categorised and any(row[9] for row in rows if all(row[4:8])):
                made.problems += _odd(frame, relation, window, made)
        lacks = dict.fromkeys(one for _, note in notes.values() if note for one in note.split("; "))
        made.notes.setdefault(relation.id, [])[:0] = lacks
    return made


def _fill(
    made: Measured,
    relation: Relation,
    notes: dict[str, tuple[Holding, str]],
    rows: list[tuple[Any, ...]],
    window: Window,
) -> None:
    for row in rows:
        if row[8] and relation.categorised and row[1]:
            made.words.setdefault((relation.part, row[1]), set()).update(
                filter(None, map(str.strip, filter(None, row[8])))
            )
    for index, (name, cell) in enumerate(relation.cells.items()):
        holding, note = notes[name]
        at = LEADING + 2 * index
        if holding is Holding.NOT_HELD and any(row[at + 1] for row in rows):
            holding = Holding.PARTIAL
        held = holding is not Holding.NOT_HELD
        column = name if relation.categorised else name.partition(":")[0]
        nothing = Figure(0 if held and cell.value in NIL else None, 0, holding, note, relation.id, name)
        if relation.categorised or relation.scope:
            made.nothing[relation.part, column] = nothing
        elif not rows:
            indicator, _, scope = name.partition(":")
            made.figures[relation.part, "value", (indicator, scope)] = nothing
        for row in rows:
            key = _key(relation, name, row)
            if key is None:
                continue
            figure = Figure(
                _number(cell.value, row[at]) if held else None, row[at + 1], holding, note, relation.id, name
            )
            if cell.value == "mean" and figure.records < window.months:
                short = f"only {figure.records} of {window.months} months are recorded"
                figure = replace(figure, holding=Holding.PARTIAL, note="; ".join(filter(None, (note, short))))
                made.notes.setdefault(relation.id, []).append(f"{' '.join(key)}: {short}")
            address = (relation.part, column if relation.categorised else "value", key)
            if row[7]:
                made.figures[address] = figure
            elif row[3] is not None:
                made.apart.setdefault(address, {})[row[3]] = figure


def _number(kind: str, value: Any) -> float | int | None:
    """The value of an aggregated cell: hours, a whole number, or a share."""
    if value is None:
        return None
    if kind == "hours":
        return float(value) / HOUR_US
    return int(value) if kind in WHOLE else float(value)


def _key(relation: Relation, name: str, row: tuple[Any, ...]) -> RowKey | None:
    """The template's row of an aggregated row; None where it is the group of events without a code."""
    scope, category, keyword, _, no_scope, no_category, no_keyword = row[:7]
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
