"""Arithmetic: what the annex states or defines to add up, and what adds up in most reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compliance.transparency.figures import Cell, Figures, Period
from compliance.transparency.identity import Identity, cell_of, identities
from compliance.transparency.model import TOTAL, RowKey
from compliance.transparency.remark import Remark, shown
from compliance.transparency.sheet import Sheet

Placed = tuple[Sheet, Remark]


def sum_remarks(parts: Mapping[int, Figures]) -> Iterator[Placed]:
    """Remarks on every identity that does not hold, at the cell of the whole."""
    kinds = {
        "children": _children,
        "total": _categories,
        "scopes": _scopes,
        "restrictions": _restrictions,
        "columns": _columns,
    }
    for identity in identities():
        if identity.kind == "cells":
            yield from _cells(identity, parts)
            continue
        for number in identity.parts:
            if number in parts:
                for period, group in parts[number].each():
                    yield from kinds[identity.kind](identity, parts[number], period, group)


def _counts(figures: Figures) -> list[str]:
    return [key for key, kind in figures.columns if kind == "count"]


def _children(
    identity: Identity, figures: Figures, _: Period, group: Mapping[RowKey, Sequence[int]]
) -> Iterator[Placed]:
    families: dict[RowKey, list[int]] = {}
    for key, rows in group.items():
        if key[2]:
            families.setdefault((key[0], key[1], ""), []).extend(rows)
    for whole, rows in families.items():
        if whole in group:
            yield from _add_up(identity, figures, group[whole][0], rows, "sub-categories")


def _categories(
    identity: Identity, figures: Figures, _: Period, group: Mapping[RowKey, Sequence[int]]
) -> Iterator[Placed]:
    for scope in dict.fromkeys(key[0] for key in group):
        rows = [rows[0] for key, rows in group.items() if key[0] == scope and key[1] != TOTAL and not key[2]]
        if (scope, TOTAL, "") in group and rows:
            yield from _add_up(identity, figures, group[scope, TOTAL, ""][0], rows, "categories")


def _scopes(identity: Identity, figures: Figures, _: Period, group: Mapping[RowKey, Sequence[int]]) -> Iterator[Placed]:
    states: dict[RowKey, list[int]] = {}
    for key, rows in group.items():
        if key[0] != TOTAL:
            states.setdefault((TOTAL, *key[1:]), []).append(rows[0])
    for whole, rows in states.items():
        if whole in group and not (whole[2] and len(group[whole]) > 1):
            yield from _add_up(identity, figures, group[whole][0], rows, "Member States")


def _add_up(identity: Identity, figures: Figures, whole: int, rows: Sequence[int], name: str) -> Iterator[Placed]:
    """A remark per count column in which the rows do not add up to the whole. Blank rows add nothing, if any is filled."""
    for column in _counts(figures):
        numbers = figures.numbers(column)
        total = numbers[whole].value
        values = [numbers[at].value for at in rows]
        if (
            total is None
            or all(value is None for value in values)
            or any(numbers[at].check and numbers[at].value is None for at in rows)
        ):
            continue
        added = sum(value for value in values if value is not None)
        if added != total:
            cell = Cell(figures.sheet, whole, column, numbers[whole])
            yield _placed(identity, cell, f"{total}", f"{added}, what its {len(rows)} {name} add up to", [cell])


def _restrictions(
    identity: Identity, figures: Figures, _: Period, group: Mapping[RowKey, Sequence[int]]
) -> Iterator[Placed]:
    columns = [
        column.key for column in figures.sheet.part.columns if column.restriction and column.key in figures.sheet.where
    ]
    for rows in group.values():
        for at in rows:
            total = figures.numbers("measures")[at].value if "measures" in figures.sheet.where else None
            values = [figures.numbers(column)[at] for column in columns]
            if total is None or any(number.check and number.value is None for number in values):
                continue
            known = [number.value for number in values if number.value is not None]
            if known and sum(known) != total:
                cell = Cell(figures.sheet, at, "measures", figures.numbers("measures")[at])
                contexts = [Cell(figures.sheet, at, column, figures.numbers(column)[at]) for column in columns]
                yield _placed(
                    identity, cell, f"{total}", f"{sum(known)}, what its restrictions add up to", [cell, *contexts]
                )


def _columns(
    identity: Identity, figures: Figures, _: Period, group: Mapping[RowKey, Sequence[int]]
) -> Iterator[Placed]:
    if not {identity.small, identity.whole} <= set(figures.sheet.where):
        return
    small, whole = figures.numbers(identity.small), figures.numbers(identity.whole)
    for rows in group.values():
        for at in rows:
            one, other = small[at].value, whole[at].value
            if one is not None and other is not None and one > other:
                cells = [
                    Cell(figures.sheet, at, identity.small, small[at]),
                    Cell(figures.sheet, at, identity.whole, whole[at]),
                ]
                yield _placed(identity, cells[0], f"{one}", f"at most {other}: {identity.says}", cells)


def _cells(identity: Identity, parts: Mapping[int, Figures]) -> Iterator[Placed]:
    for period in _shared_periods(identity, parts):
        left, right = (_side(side, parts, period) for side in (identity.left, identity.right))
        if left is None or right is None:
            continue
        one, other = (sum(cell.value for cell in side if cell.value is not None) for side in (left, right))
        fails = one > other if identity.relation == "at_most" else one != other
        if fails:
            bound = "at most " if identity.relation == "at_most" else ""
            yield _placed(identity, left[0], f"{one}", f"{bound}{other}: {identity.says}", [*left, *right])


def _shared_periods(identity: Identity, parts: Mapping[int, Figures]) -> list[Period]:
    """Periods that every part of the identity has; parts of one period each share it, whatever they call it."""
    numbers = {cell_of(text)[0].number for text in (*identity.left, *identity.right)}
    if not numbers <= set(parts):
        return []
    sets = [list(parts[number].groups) for number in sorted(numbers)]
    if all(len(periods) == 1 for periods in sets):
        return [None]
    return [period for period in sets[0] if period and all(period in periods for periods in sets)]


def _side(texts: Sequence[str], parts: Mapping[int, Figures], period: Period) -> list[Cell] | None:
    """Cells of one side; None where one is missing, blank or no certain number."""
    found: list[Cell] = []
    for text in texts:
        part, column, key = cell_of(text)
        figures = parts[part.number]
        if key[-1] == "*":
            group = figures.groups.get(period) or next(iter(figures.groups.values()))
            keys = [one for one in group if one[0] == key[0] and one[1] not in part.scopes]
            cells = [figures.cell(one, column, period) for one in keys]
            if not cells:
                return None
        else:
            cells = [figures.cell(key, column, period)]
        for cell in cells:
            if cell is None or cell.value is None:
                return None
            found.append(cell)
    return found


def _placed(identity: Identity, cell: Cell, found: str, wanted: str, cells: Sequence[Cell]) -> Placed:
    """The remark at a cell; a departure from practice that the publisher explains is only noted."""
    said = next((one.context for one in cells if one.context), "") if identity.basis == "practice" else ""
    return cell.sheet, Remark(
        identity.check,
        found,
        wanted,
        f"explained by the publisher: {shown(said)}" if said else "",
        row=cell.sheet.body[cell.at],
        column=cell.sheet.where[cell.column],
        key=cell.sheet.keys[cell.at],
        figure=cell.column,
        severity="note" if said else "",
    )
