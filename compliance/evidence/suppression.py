"""Small cells and those that would give them away: which numbers of related tables must not be shown.

A number of 1 to k-1 is small and is suppressed. Where totals would give it away, further numbers go with it, until every small
number could, for all that is shown, be as large as k or another number. Nils are shown. k is a policy, no law fixes it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Cell = Hashable
LEAST = 10
"""Smallest number shown by default. Origin: policy of this software, after the custom of statistical offices."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A reader knows that the parts add up to the total."""

    total: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Total and parts."""
        return (self.total, *self.parts)


def suppressed(
    values: Mapping[Cell, int],
    sums: Sequence[Sum],
    least: int = LEAST,
    *,
    derived: Collection[Cell] = (),
    fixed: Collection[Cell] = (),
) -> frozenset[Cell]:
    """Cells not to be shown. `derived`: never printed, but worth protecting; `fixed`: known to readers whatever is printed."""
    small = {cell for cell, value in values.items() if 0 < value < least}
    hidden = (small | set(derived)) - set(fixed)
    while True:
        exposed = _exposed(values, sums, hidden, small - set(fixed), least)
        if not exposed:
            return frozenset(hidden - set(derived))
        further = _further(values, sums, hidden, exposed, set(fixed))
        if further is None:
            return frozenset(hidden - set(derived))
        hidden.add(further)


def _exposed(
    values: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], small: set[Cell], least: int
) -> set[Cell]:
    """Small cells that what is shown pins down, or holds below k."""
    low, high = _bounds(values, sums, hidden)
    fixed = _determined(sums, hidden)
    return {cell for cell in small if cell in fixed or high[cell] < least or low[cell] == high[cell]}


def _further(
    values: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell], exposed: set[Cell], fixed: set[Cell]
) -> Cell | None:
    """The number that costs least, among those that stand in a sum with an exposed one: a part rather than a total."""
    found = [
        (cell == each.total, values[cell], repr(cell), cell)
        for each in sums
        if exposed & set(each.cells)
        for cell in each.cells
        if cell not in hidden and cell not in fixed and values[cell] > 0
    ]
    return min(found, key=lambda one: one[:3])[3] if found else None


def _bounds(
    values: Mapping[Cell, int], sums: Sequence[Sum], hidden: set[Cell]
) -> tuple[dict[Cell, float], dict[Cell, float]]:
    """Least and greatest value of each cell that fits all sums, for a reader who knows that nils are shown."""
    low: dict[Cell, float] = {cell: 0 if cell in hidden else value for cell, value in values.items()}
    high: dict[Cell, float] = {cell: math.inf if cell in hidden else value for cell, value in values.items()}
    for _ in range(4 * len(sums) + 4):
        before = (dict(low), dict(high))
        for each in sums:
            _tighten(each, low, high)
        if before == (low, high):
            break
    return low, high


def _tighten(each: Sum, low: dict[Cell, float], high: dict[Cell, float]) -> None:
    least, most = sum(low[part] for part in each.parts), sum(high[part] for part in each.parts)
    low[each.total], high[each.total] = max(low[each.total], least), min(high[each.total], most)
    for part in each.parts:
        others = sum(low[other] for other in each.parts if other != part)
        rest = sum(high[other] for other in each.parts if other != part)
        high[part] = min(high[part], high[each.total] - others)
        if rest != math.inf:
            low[part] = max(low[part], low[each.total] - rest)


def _determined(sums: Sequence[Sum], hidden: set[Cell]) -> set[Cell]:
    """Hidden cells that the sums determine, whatever combination of them it takes (reduced row echelon form, exact)."""
    cells = sorted({cell for each in sums for cell in each.cells if cell in hidden}, key=repr)
    rows = [
        [Fraction((cell == each.total) - each.parts.count(cell)) for cell in cells]
        for each in sums
        if hidden & set(each.cells)
    ]
    done = 0
    for column in range(len(cells)):
        pivot = next((row for row in range(done, len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for row in range(len(rows)):
            if row != done and (factor := rows[row][column]):
                rows[row] = [value - factor * own for value, own in zip(rows[row], rows[done], strict=True)]
        done += 1
    found = set()
    for reduced in rows[:done]:
        named = [cell for cell, value in zip(cells, reduced, strict=True) if value]
        if len(named) == 1:
            found.add(named[0])
    return found
