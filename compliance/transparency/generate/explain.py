"""The events behind one cell of a report: the condition of the figure without its aggregation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from compliance.assess.session import instant_of
from compliance.clock import HOUR_US, format_us
from compliance.errors import UsageError
from compliance.events.dataset import Dataset
from compliance.period import Period
from compliance.project import Project
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import Relation, choices, relations
from compliance.transparency.generate.declared import Declared
from compliance.transparency.generate.measure import measure
from compliance.transparency.generate.missing import scopes_of
from compliance.transparency.generate.relation import listing
from compliance.transparency.generate.rows import formatted
from compliance.transparency.generate.session import prepared, read
from compliance.transparency.model import TOTAL, RowKey
from compliance.transparency.template import template


@dataclass(frozen=True, slots=True)
class Behind:
    """One event behind a cell: its id, its moment, what it adds (hours, items, or empty), and its line."""

    id: str
    moment: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A cell: its figure, how it is defined, how many events are behind it, and the first of them."""

    figure: str
    note: str
    """What the log lacks for it; empty where it lacks nothing."""
    words: tuple[str, ...]
    """Definition, readings taken, population, provision."""
    total: int
    events: tuple[Behind, ...]


def explain_cell(
    store: Path,
    cell: str,
    period: str,
    *,
    declared: Path | None = None,
    config: Path | None = None,
    as_of: str | None = None,
    listed: int | None = None,
) -> Explained:
    """Figure and definition of a cell and the events behind it. UsageError `TRG-CELL` where no event is behind such a cell."""
    found(cell)
    dataset, project, span, said = read(store, period, declared, config)
    return explain(dataset, project, span, said, cell, as_of=instant_of(as_of), listed=listed)


def explain(
    dataset: Dataset,
    project: Project,
    span: Period,
    declared: Declared,
    cell: str,
    *,
    as_of: int | None = None,
    listed: int | None = None,
) -> Explained:
    """Figure and definition of a cell and the events behind it, by moment; of many, the first `listed`."""
    relation, name, key = found(cell)
    setting, frame, window = prepared(dataset, project, span, declared, as_of)
    measured = measure(frame, window, (relation,))
    column = name if relation.categorised else "value"
    figure = measured.figure(relation.part, column, key)
    query = listing(relation, window, name, _row(relation, key))
    con = frame.dataset.con
    total = con.execute(f"SELECT count(*) FROM ({query.sql})", list(query.values)).fetchall()[0][0]
    rows = con.execute(f"{query.sql} LIMIT ?", [*query.values, total if listed is None else listed]).fetchall()
    places = frame.dataset.locator.places([row[0] for row in rows])
    own = relation.cells[name]
    readings = (choices()[choice].options[setting.choices[choice]] for choice in (*own.choices, *relation.choices))
    return Explained(
        formatted(figure.value) if figure else "",
        figure.note if figure else "",
        (own.definition, *readings, f"Population: {relation.population}", relation.provision),
        total,
        tuple(
            Behind(event, format_us(moment), _added(own.value, value), str(places.get(n, "")))
            for n, event, moment, value in rows
        ),
    )


def _added(kind: str, value: object) -> str:
    if kind == "hours" and isinstance(value, int):
        return f"{formatted(value / HOUR_US)} hours"
    if kind == "share":
        return "in the part" if value else "not in the part"
    if kind == "ratio" and isinstance(value, dict):
        return f"{value['top']} of {value['bottom']}"
    return "" if kind == "count" else str(value)


def found(cell: str) -> tuple[Relation, str, RowKey]:
    """Relation, name of its figure and row of an address as the linter writes it, whatever its case."""
    wanted = cell.strip().upper()
    for relation in relations():
        part = template().parts[relation.part]
        for name in relation.cells:
            for column, key in _keys(relation, name):
                if address(part, key, column).upper() == wanted:
                    return relation, name, key
    raise UsageError(
        "TRG-CELL",
        f"no figure from the log is in a cell {cell!r}",
        hint="write it as `lint` does: 4:NOTICES:TOTAL, 3:ITEMS:STATEMENT_CATEGORY_VIOLENCE@DE, 7:COMPLAINTS:UPHELD",
    )


def _keys(relation: Relation, name: str) -> list[tuple[str, RowKey]]:
    part = template().parts[relation.part]
    scopes = scopes_of(part)
    if relation.categorised:
        return [(name, row.key) for row in part.rows_for(scopes if relation.scope else ())]
    indicator, _, scope = name.partition(":")
    return [("value", (indicator, one)) for one in (scopes if relation.scope else (scope,))]


def _row(relation: Relation, key: RowKey) -> dict[str, str]:
    if not relation.categorised:
        return {"scope": key[1]} if relation.scope else {}
    scope, category, keyword = key
    row = {"scope": scope} if relation.scope and scope != TOTAL else {}
    row |= {"category": category} if category != TOTAL else {}
    return row | ({"keyword": keyword} if keyword else {})
