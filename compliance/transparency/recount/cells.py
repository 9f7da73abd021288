"""Every figure of a published report beside the count from the log: equal, different, or not to be known (rule TRP-RECOUNT)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from compliance.assess.figures.model import Holding
from compliance.errors import InputError, Place
from compliance.transparency.figures import Cell, Figures
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import relations
from compliance.transparency.generate.measure import Figure, Measured
from compliance.transparency.generate.missing import scopes_of
from compliance.transparency.generate.rows import blocks_of, formatted
from compliance.transparency.generate.session import Generated
from compliance.transparency.model import Column, Part, Row
from compliance.transparency.report import Published
from compliance.transparency.template import template

COUNTED = range(3, 11)
"""Parts that hold figures."""


TAKEN = frozenset({"latest", "mean"})
"""Figures that the log holds ready made: without a record of them nothing is counted, and nothing is nought."""


class State(StrEnum):
    """What can be said of one cell."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """The log does not hold enough to tell."""
    DECLARED = "declared"
    """No log holds it: somebody declared it, and it is not compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One cell: what was published, what the log gives, and how many records are behind the latter."""

    cell: str
    part: int
    group: str
    """The kind of figure, as `publication.recounted` names it."""
    state: State
    published: str
    counted: str
    records: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recounted:
    """A report counted again. `cells` are those that are not equal; the counts are of all."""

    name: str
    service: str
    period: tuple[str, str]
    counts: Mapping[str, Mapping[State, int]]
    """Group of figures to cells by state."""
    cells: tuple[Compared, ...]
    notes: tuple[str, ...]

    def count(self, state: State) -> int:
        """Cells of a state in all groups."""
        return sum(counts[state] for counts in self.counts.values())


def recount(published: Published, made: Generated) -> Recounted:
    """A published report against the figures of the same period and service.

    InputError `TRC-PERIOD` where it is about another period, `TRC-PARTS` where it has no part with figures.
    """
    sheets = {number: Figures(sheet) for number, sheet in published.parts.items() if number in COUNTED}
    if not sheets:
        raise InputError(
            "TRC-PARTS",
            "the report has none of the parts 3 to 10, which hold figures",
            place=Place(published.name),
            hint="name the folder or workbook of the whole report",
        )
    _require_period(published, sheets, made)
    found: list[Compared] = []
    counts: dict[str, Counter[State]] = {}
    for number, figures in sheets.items():
        for one in _part(template().parts[number], figures, made):
            counts.setdefault(one.group, Counter())[one.state] += 1
            if one.state is not State.EQUAL:
                found.append(one)
    missing = [number for number in COUNTED if number not in sheets]
    notes = [f"part {number} is not in the report, and was not compared" for number in missing]
    notes += [f"{where}: {note}" for where, listed in made.measured.notes.items() for note in listed]
    if published.services and made.setting.service not in published.services:
        notes.insert(0, f"the report names the service {published.services[0]!r}, the log {made.setting.service!r}")
    return Recounted(
        published.name,
        made.setting.service,
        (made.setting.first, made.setting.last),
        counts,
        tuple(found),
        tuple(notes),
    )


def _require_period(published: Published, sheets: Mapping[int, Figures], made: Generated) -> None:
    wanted = (made.setting.first, made.setting.last)
    for figures in sheets.values():
        span = figures.period
        if span is not None and tuple(day.isoformat() for day in span) != wanted:
            raise InputError(
                "TRC-PERIOD",
                f"the report is about {span[0].isoformat()} to {span[1].isoformat()}, not {wanted[0]} to {wanted[1]}",
                place=Place(published.name),
                hint="name the period of the report",
            )


def _part(part: Part, figures: Figures, made: Generated) -> Iterator[Compared]:
    """Cells that one side at least fills, in the order of the template: a service leaves blank what it does not owe."""
    for row in part.rows_for(_scopes(part, figures, made.measured)):
        for column in part.columns:
            if column.role == "figure" or (column.role == "value" and part.shape == "indicators"):
                cell = figures.cell(row.key, column.key)
                if _published(cell)[0] or address(part, row.key, column.key) in made.report.filled:
                    yield _cell(part, row, column, cell, made)


def _scopes(part: Part, figures: Figures, measured: Measured) -> tuple[str, ...]:
    """Scopes of the part; in part 3, whose blocks are those Member States that issued an order, of either side."""
    known = scopes_of(part)
    if part.number != 3:
        return known
    published = {key[0] for rows in figures.groups.values() for key in rows}
    return tuple(scope for scope in known if scope in published or scope in blocks_of(part, measured))


def _cell(part: Part, row: Row, column: Column, cell: Cell | None, made: Generated) -> Compared:
    """One cell of which one side at least has something to say."""
    figure = made.measured.figure(part.number, column.key, row.key)
    text, value = _published(cell)
    place = address(part, row.key, column.key)
    group = group_of(part.number, row.key)
    if figure is None:
        return Compared(place, part.number, group, State.DECLARED, text, "", 0)
    declared = place in made.report.filled and made.report.filled[place] is None
    state, note = _state(text, value, figure, declared=declared)
    counted = formatted(figure.value)
    return Compared(place, part.number, group, state, text, counted, figure.records, note or figure.note)


def _published(cell: Cell | None) -> tuple[str, float | int | None]:
    if cell is None:
        return "", None
    return cell.sheet.values(cell.column)[cell.at].strip(), cell.value


def _state(text: str, value: float | None, figure: Figure, *, declared: bool) -> tuple[State, str]:
    if declared and figure.holding is not Holding.COMPLETE:
        return State.DECLARED, "declared, and the log does not hold it whole"
    if text and value is None:
        return State.DIFFERS, "no number can be read here"
    if figure.holding is Holding.NOT_HELD:
        return State.UNKNOWN, figure.note
    if text and figure.value is None and _kind(figure) in TAKEN:
        return (State.DECLARED if declared else State.UNKNOWN), "the log holds no record of it"
    same = _same(text, value, figure.value)
    if figure.holding is Holding.COMPLETE:
        return (State.EQUAL if same else State.DIFFERS), ""
    if _bounded(figure) and (value or 0) < (figure.value or 0):
        return State.DIFFERS, f"the log alone holds more; {figure.note}"
    return State.UNKNOWN, figure.note


def _kind(figure: Figure) -> str:
    return next(one for one in relations() if one.id == figure.relation).cells[figure.cell].value


def _bounded(figure: Figure) -> bool:
    return isinstance(figure.value, int)


def _same(text: str, value: float | None, counted: float | None) -> bool:
    """Equal to the last decimal that was published; a blank equals nothing counted."""
    if value is None:
        return not counted
    if counted is None:
        return value == 0
    decimals = len(text.partition(".")[2]) if "." in text else 0
    whole = isinstance(counted, int)
    return value == counted if whole else abs(value - counted) <= 0.5 * 10.0**-decimals + 1e-9


def group_of(part: int, key: tuple[str, ...]) -> str:
    """The kind of figure that a row of a part holds, as the event `publication.recounted` names it."""
    if part == 7:
        if key[0].startswith("disputes"):
            return "disputes"
        return "suspensions" if key[0].startswith("suspensions") else "complaints"
    if part == 8:
        return "accuracy_by_language" if key[1] in template().languages else "automated_means"
    return {
        3: "orders",
        4: "notices",
        5: "own_initiative_illegal",
        6: "own_initiative_terms",
        9: "human_resources",
        10: "recipients",
    }[part]
