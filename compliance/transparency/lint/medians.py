"""Medians: of nothing, missing, impossible beside the medians of their parts, or in another unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compliance.transparency.figures import Cell, Figures, Period
from compliance.transparency.model import TOTAL, RowKey
from compliance.transparency.remark import Remark, shown
from compliance.transparency.template import template

_SLACK = 0.01
"""Hours by which medians may lie apart through rounding."""


def median_remarks(figures: Figures) -> Iterator[Remark]:
    """Remarks on the medians of a part."""
    for period, group in figures.each():
        if figures.sheet.part.shape == "categories":
            for column in figures.sheet.part.columns:
                if column.type == "hours" and column.key in figures.sheet.where:
                    yield from _column(figures, column.key, column.counted_by, period, group)
        elif figures.sheet.part.shape == "indicators":
            for key in group:
                if key[1] == "median":
                    median = figures.cell(key, "value", period)
                    count = figures.cell((key[0], "total"), "value", period)
                    yield from _beside(median, count)


def _column(
    figures: Figures, column: str, counted_by: str, period: Period, group: Mapping[RowKey, Sequence[int]]
) -> Iterator[Remark]:
    texts = figures.sheet.values(column)
    counts = figures.numbers(counted_by) if counted_by in figures.sheet.where else ()
    for key, (at, *_) in group.items():
        if texts[at].strip() or (counts and counts[at].value):  # most rows: nothing was counted, and nothing is said
            yield from _beside(figures.cell(key, column, period), figures.cell(key, counted_by, period))
    if not figures.filled(column):
        return
    wholes: dict[RowKey, list[RowKey]] = {}
    for scope, category, keyword in group:
        if keyword:
            wholes.setdefault((scope, category, ""), []).append((scope, category, keyword))
        elif category != TOTAL:
            wholes.setdefault((scope, TOTAL, ""), []).append((scope, category, ""))
    for whole, parts in wholes.items():
        median = figures.cell(whole, column, period)
        if median is not None and median.value is not None:
            yield from _between(median, float(median.value), [figures.cell(part, column, period) for part in parts])


def _beside(median: Cell | None, count: Cell | None) -> Iterator[Remark]:
    """Remarks on one median beside the count it belongs to."""
    if median is None:
        return
    if median.value is not None and median.value > template().median_at_most:
        yield _remark("TRL-MEDIAN-LONG", median, f"{median.value:g} hours", "hours")
    if count is None:
        return
    text = median.sheet.values(median.column)[median.at].strip()
    if count.value == 0 and text:
        yield _remark("TRL-BLANK-MEDIAN", median, f"{shown(text)}, where nothing was counted", "blank")
    elif count.value and not text:
        severity = "" if not median.context else "note"
        yield _remark("TRL-MEDIAN-BLANK", median, f"blank, where {count.value} were counted", "hours", severity)


def _between(whole: Cell, value: float, parts: Sequence[Cell | None]) -> Iterator[Remark]:
    """Remarks on a median (its cell and value) beside the medians of its parts: all that were counted belong to one of them."""
    known = [
        float(part.value) for part in parts if part is not None and part.value is not None and not _of_nothing(part)
    ]
    if not known:
        return
    low, high = min(known), max(known)
    if not low - _SLACK <= value <= high + _SLACK:
        yield _remark(
            "TRL-MEDIAN-BETWEEN",
            whole,
            f"{value:g} hours",
            f"between {low:g} and {high:g}, the medians of its parts",
        )
    mean = sum(known) / len(known)
    if len(known) >= 4 and low < high and abs(value - mean) <= max(1e-9, abs(mean) * 1e-9):
        yield _remark("TRL-MEDIAN-MEAN", whole, f"{value:g} hours", "the median over all durations")


def _of_nothing(part: Cell) -> bool:
    column = next(one for one in part.sheet.part.columns if one.key == part.column)
    count = part.sheet.values(column.counted_by)[part.at].strip() if column.counted_by in part.sheet.where else ""
    return count == "0"


def _remark(check: str, cell: Cell, found: str, wanted: str, severity: str = "") -> Remark:
    return Remark(
        check,
        found,
        wanted,
        row=cell.sheet.body[cell.at],
        column=cell.sheet.where[cell.column],
        key=cell.sheet.keys[cell.at],
        figure=cell.column,
        severity=severity,
    )
