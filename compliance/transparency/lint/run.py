"""The linter: every check over every part of a report, as findings with their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter

from compliance.transparency.check import SEVERITIES, checks
from compliance.transparency.figures import Figures
from compliance.transparency.finding import Finding, Linted, address
from compliance.transparency.lint.blanks import blank_remarks, tier_remarks, very_large_rows
from compliance.transparency.lint.labels import code_remarks, label_remarks, other_remarks, scope_remarks
from compliance.transparency.lint.medians import median_remarks
from compliance.transparency.lint.numbers import number_remarks
from compliance.transparency.lint.parts import form_remark, part_remarks, population_remarks, service_remarks
from compliance.transparency.lint.periods import (
    agreement_remarks,
    cycle_remark,
    day_remarks,
    main_period,
    period_remarks,
)
from compliance.transparency.lint.rows import row_remarks
from compliance.transparency.lint.sums import sum_remarks
from compliance.transparency.lint.texts import text_remarks
from compliance.transparency.remark import Remark
from compliance.transparency.report import Published
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template

Placed = tuple[Sheet | None, str, int | None, Remark]
"""Sheet, else file and part, of a remark."""


def lint(report: Published, *, tier: str = "", listing: int = 1000, complete: bool = True) -> Linted:
    """Findings of one report, worst first. `tier`: intermediary, hosting, online_platform, vlop, vlose, or empty.

    `listing`: findings listed of each check and part; counts stay exact. `complete=False`: missing parts are not reported.
    """
    figures = {number: Figures(sheet) for number, sheet in report.parts.items()}
    placed = list(_placed(report, figures, tier, complete=complete))
    counts = Counter(_severity(remark) for *_, remark in placed)
    listed: Counter[tuple[str, int | None]] = Counter()
    findings = []
    for sheet, file, number, remark in placed:
        mark = (remark.check, number)
        listed[mark] += 1
        if listed[mark] <= listing:
            findings.append(_finding(sheet, file, number, remark))
    main = main_period(figures)
    return Linted(
        name=report.name,
        services=report.services,
        period=f"{main[0]}/{main[1]}" if main else "",
        parts=tuple(sheet.part.number for sheet in report.sheets),
        rows=sum(len(sheet.body) for sheet in report.sheets),
        findings=tuple(sorted(findings, key=_order)),
        counts={severity: counts[severity] for severity in SEVERITIES},
    )


def _placed(report: Published, figures: dict[int, Figures], tier: str, *, complete: bool) -> Iterator[Placed]:
    for file, remark in report.remarks:
        yield None, file, None, remark
    if complete and report.sheets:
        for number, remark in part_remarks(report):
            yield None, report.name, number, remark
    form = form_remark(report)
    if form and complete:
        yield None, report.name, None, form
    for sheet in report.sheets:
        own = figures[sheet.part.number]
        for remark in _sheet_remarks(own if own.sheet is sheet else Figures(sheet), tier):
            yield sheet, sheet.grid.source, sheet.part.number, remark
    for place, remark in (*service_remarks(report), *sum_remarks(figures)):
        yield place, place.grid.source, place.part.number, remark
    yield from _report_remarks(report, figures, tier)


def _sheet_remarks(figures: Figures, tier: str) -> Iterator[Remark]:
    sheet = figures.sheet
    yield from sheet.remarks
    yield from row_remarks(figures)
    yield from label_remarks(sheet)
    yield from code_remarks(sheet)
    yield from scope_remarks(sheet)
    yield from other_remarks(sheet)
    yield from text_remarks(sheet)
    if sheet.part.number == 1:
        yield from day_remarks(sheet)
    yield from period_remarks(figures)
    yield from number_remarks(figures)
    yield from blank_remarks(figures, tier)
    yield from median_remarks(figures)
    if sheet.part.number == 10:
        yield from population_remarks(figures)


def _report_remarks(report: Published, figures: dict[int, Figures], tier: str) -> Iterator[Placed]:
    main = main_period(figures)
    for number, own in figures.items():
        for remark in agreement_remarks(own, main):
            yield own.sheet, own.sheet.grid.source, number, remark
    for remark in tier_remarks(figures, tier) if len(figures) > 1 else ():
        yield None, report.name, None, remark
    large = tier in template().half_year_tiers if tier else (True if any(very_large_rows(figures).values()) else None)
    cycle = cycle_remark(main, very_large=large)
    if cycle:
        yield None, report.name, None, cycle


def _severity(remark: Remark) -> str:
    return remark.severity or checks()[remark.check].severity


def _finding(sheet: Sheet | None, file: str, number: int | None, remark: Remark) -> Finding:
    check = checks()[remark.check]
    line = row = None
    letter = header = cell = ""
    if sheet is not None:
        part = sheet.part
        if remark.row is not None:
            row, line = remark.row + 1, sheet.grid.lines[remark.row] if remark.row < len(sheet.grid.lines) else None
        if remark.column is not None:
            letter = get_column_letter(remark.column + 1)
        if remark.figure:
            header = part.columns[part.index(remark.figure)].header
            cell = address(part, remark.key, remark.figure)
    return Finding(
        check=check.id,
        severity=_severity(remark),
        title=check.title,
        basis=check.basis,
        part=number,
        file=file,
        line=line,
        row=row,
        letter=letter,
        header=header,
        cell=cell,
        found=remark.found,
        wanted=remark.wanted,
        fix=remark.fix or check.fix,
        mended=remark.mended,
    )


def _order(finding: Finding) -> tuple[Any, ...]:
    place = (finding.part or 0, finding.file, finding.row or 0, finding.letter, finding.check, finding.found)
    return (SEVERITIES.index(finding.severity), *place)
