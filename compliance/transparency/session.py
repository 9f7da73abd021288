"""What `compliance transparency lint` does: read, lint, and where asked write corrected copies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from compliance.errors import InputError, Place, UsageError
from compliance.transparency.check import SEVERITIES
from compliance.transparency.correct import Change, correct
from compliance.transparency.finding import Linted
from compliance.transparency.lint.run import lint
from compliance.transparency.report import Published, read_reports
from compliance.transparency.template import template

_CHANGES = "changes.csv"


def lint_paths(paths: Sequence[Path], *, tier: str = "", listing: int = 1000) -> tuple[list[Published], list[Linted]]:
    """Reports found in the paths, and the findings of each. Missing parts are no finding where one CSV file was named."""
    tiers = sorted(set().union(*template().tiers.values()))
    if tier and tier not in tiers:
        raise UsageError("TRP-TIER", f"there is no tier {tier!r}", hint=f"use one of {', '.join(tiers)}")
    reports = list(read_reports(paths))
    single = (
        len(paths) == 1
        and len(reports) == 1
        and len(reports[0].sheets) == 1
        and reports[0].sheets[0].grid.form == "csv"
    )
    alone = single and paths[0].is_file() and paths[0].suffix.lower() != ".zip"
    return reports, [lint(report, tier=tier, listing=listing, complete=not alone) for report in reports]


def write_corrected(reports: Sequence[Published], folder: Path) -> list[tuple[Path, tuple[Change, ...]]]:
    """Corrected copies in a new folder, each report in its own where there are several, and the list of its changes."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            "TRP-OUT",
            "the folder for the corrected copy is not empty",
            hint="name a new or an empty folder; nothing is overwritten",
            place=Place(str(folder)),
        )
    written = []
    own = [report for report in reports if report.sheets]
    for number, report in enumerate(own, start=1):
        place = folder if len(own) == 1 else folder / f"{number:02d}-{_slug(report)}"
        copy = correct(report)
        place.mkdir(parents=True, exist_ok=True)
        for name, text in copy.files.items():
            (place / name).write_bytes(text.encode())
        (place / _CHANGES).write_bytes(copy.change_list().encode())
        written.append((place, copy.changes))
    return written


def summary(found: Sequence[Linted]) -> str:
    """One line: how many reports, parts and rows were read, and what was found."""
    counts = ", ".join(f"{sum(one.counts.get(name, 0) for one in found):,} {name}s" for name in SEVERITIES)
    parts, rows = sum(len(one.parts) for one in found), sum(one.rows for one in found)
    return f"checked {len(found)} report(s), {parts} part(s), {rows:,} rows: {counts}"


def _slug(report: Published) -> str:
    text = report.services[0] if report.services else Path(report.name).stem
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "report"
