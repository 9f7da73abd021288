"""The numbers of an answer as cells of related tables: which stand for the same, which add up to which."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from compliance.answers.desk import Desk
from compliance.answers.inside import counted_inside
from compliance.answers.model import Answer, Recount
from compliance.assess.figures import Definition, Measure
from compliance.assess.figures.definition import TIME_PARTS, Count
from compliance.assess.figures.query import parts_of
from compliance.clock import midnight_us
from compliance.evidence.suppression import Sum


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """One number of a figure: the figure, its condition, its window (UTC µs), one group of a dimension, and which part of it.

    Parts: `value`, `of`, `n`, `open`; `rest` and `cases` are never printed, but follow from what is.
    """

    figure: str
    where: str
    start: int
    end: int
    by: str = ""
    key: str = ""
    part: str = ""

    def at(self, place: Number) -> bool:
        """True where both are numbers of the same place."""
        return replace(self, part="") == place


@dataclass(slots=True)
class Cells:
    """Values, sums, numbers never printed, and numbers that readers know from elsewhere."""

    desk: Desk
    values: dict[Hashable, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    derived: set[Hashable] = field(default_factory=set)
    fixed: set[Hashable] = field(default_factory=set)


def place_of(desk: Desk, recount: Recount, key: str | None = None) -> Number:
    """Where a figure's number stands; with `key`, that of one group of the dimension. A month is a window of its own."""
    where = json.dumps(recount.where, sort_keys=True)
    start, end = (midnight_us(day, desk.zone) for day in recount.period)
    if key is None:
        return Number(recount.figure, where, start, end)
    if recount.by in TIME_PARTS:
        part = next(each for each in parts_of(recount.period, desk.zone, recount.by) if each.label == key)
        return Number(recount.figure, where, part.start, part.end)
    return Number(recount.figure, where, start, end, recount.by, key)


def numbers_of(measure: Measure) -> dict[str, int]:
    """Parts of a measure that are printed."""
    if measure.times is not None:
        return {"n": measure.times.n, "open": measure.times.open}
    found = {"value": measure.value, "of": measure.of}
    return {part: value for part, value in found.items() if value is not None}


def cells_of(desk: Desk, answers: Sequence[Answer], least: int) -> Cells:
    """Every number that figures and their tables state, and how they hang together."""
    out = Cells(desk)
    totals: dict[Number, Definition] = {}
    recounts = [each.recount for answer in answers for each in answer.figures]
    recounts += [draft.recount for answer in answers for draft in answer.exhibits if draft.kind == "table"]
    for recount in recounts:
        if recount is None:
            continue
        definition, found = counted_inside(desk, recount)
        whole = place_of(desk, recount)
        totals[whole] = definition
        _add(out, definition, whole, found.measure, least)
        if recount.by:
            rows = [(place_of(desk, recount, row.key), row.measure) for row in found.by(recount.by).rows]
            for place, measure in rows:
                _add(out, definition, place, measure, least)
            _add_up(out, whole, [place for place, _ in rows])
    _nested(out, totals)
    return out


def _add(out: Cells, definition: Definition, place: Number, measure: Measure, least: int) -> None:
    """The numbers of one place, and what follows from them: the rest of a share, all cases of a distribution."""
    parts = numbers_of(measure)
    for part, value in parts.items():
        out.values[replace(place, part=part)] = value
    if definition.measure.kind in {"share", "paired"} and {"value", "of"} <= parts.keys():
        rest = replace(place, part="rest")
        out.values[rest] = parts["of"] - parts["value"]
        out.derived.add(rest)
        out.sums.append(Sum(replace(place, part="of"), (replace(place, part="value"), rest)))
    if "open" in parts:
        cases = replace(place, part="cases")
        out.values[cases] = parts["n"] + parts["open"]
        (out.fixed if out.values[cases] >= least else out.derived).add(cases)
        out.sums.append(Sum(cases, (replace(place, part="n"), replace(place, part="open"))))


def _add_up(out: Cells, whole: Number, groups: Sequence[Number]) -> None:
    """The groups of a dimension add up to the whole, where they do (different values counted once do not)."""
    for part in ("value", "of", "n", "open"):
        total = replace(whole, part=part)
        cells = tuple(each for each in (replace(place, part=part) for place in groups) if each in out.values)
        if cells and total in out.values and total not in cells and out.values[total] == _sum(out, cells):
            out.sums.append(Sum(total, cells))


def _sum(out: Cells, cells: Iterable[Number]) -> int:
    return sum(out.values[cell] for cell in cells)


def _nested(out: Cells, totals: dict[Number, Definition]) -> None:
    """One period inside another: the difference is known to whoever knows both."""
    for outer in totals:
        for inner, definition in totals.items():
            same = (outer.figure, outer.where) == (inner.figure, inner.where) and outer != inner
            additive = not (isinstance(definition.measure, Count) and definition.measure.distinct)
            if not (same and additive and outer.start <= inner.start and inner.end <= outer.end):
                continue
            for part in ("value", "of", "n", "open"):
                total, own = replace(outer, part=part), replace(inner, part=part)
                if total in out.values and own in out.values and out.values[total] >= out.values[own]:
                    rest = replace(outer, key=f"without {inner.start}-{inner.end}", part=part)
                    out.values[rest] = out.values[total] - out.values[own]
                    out.derived.add(rest)
                    out.sums.append(Sum(total, (own, rest)))
