"""An ingest in words and figures: the conservation table, why lines were refused, and the coverage found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from compliance.clock import format_us
from compliance.events.dataset import CoverageStatement, FileCounts, Interval
from compliance.events.ingest import IngestReport
from compliance.events.sift import by_code, in_words

COLUMNS = ("lines", "accepted", "duplicates", "rejected", "blank", "filtered")
_LISTED = 20
"""Windows of coverage that are printed for a person."""


def totals(files: Iterable[FileCounts]) -> dict[str, int]:
    """Sums over files of lines, accepted, duplicates, rejected, blank and filtered."""
    listed = list(files)
    return {name: sum(getattr(entry, name) for entry in listed) for name in COLUMNS}


def record(report: IngestReport) -> dict[str, Any]:
    """The report as JSON values: files, totals, reasons, coverage, segments, reject files, warnings."""
    files = (*report.files, *report.repeated)
    return {
        "files": [asdict(entry) for entry in files],
        "totals": totals(files),
        "reasons": by_code(report.rejects),
        "coverage": [
            {
                "source": entry.source,
                "event_types": list(entry.event_types),
                "from": format_us(entry.window.start),
                "until": format_us(entry.window.end),
                "gap": entry.gap,
                "declared_by": entry.declared_by,
            }
            for entry in report.statements
        ],
        "segments": list(report.segments),
        "reject_files": [str(path) for path in report.reject_files],
        "warnings": list(report.warnings),
    }


def table(report: IngestReport) -> Iterator[str]:
    """Lines of text: one row per file and the total, then reasons, coverage and warnings."""
    files = (*report.files, *report.repeated)
    rows: list[tuple[str, ...]] = [("file", *COLUMNS)]
    rows += [(entry.file, *(f"{getattr(entry, name):,}" for name in COLUMNS)) for entry in files]
    rows.append(("total", *(f"{count:,}" for count in totals(files).values())))
    yield from _aligned(rows)
    for sentence in in_words(report.rejects):
        yield f"refused   {sentence}"
    for path in report.reject_files if report.rejects else ():
        yield f"rejects   {path}"
    for entry in report.repeated:
        yield f"known     {entry.file}: read before; a receipt was added and nothing else"
    joined = _joined(report.statements)
    for statement in joined[:_LISTED]:
        yield f"coverage  {_statement(statement)}"
    if len(joined) > _LISTED:
        yield f"coverage  and {len(joined) - _LISTED:,} windows more; --format json lists all"
    for warning in report.warnings:
        yield f"warning   {warning}"


def _joined(statements: Iterable[CoverageStatement]) -> list[CoverageStatement]:
    """The statements of each source with windows that touch put together: a heartbeat a day is one line, not a hundred."""
    found: list[CoverageStatement] = []
    for entry in sorted(
        statements, key=lambda one: (one.source, one.event_types, one.gap, one.declared_by, one.window.start)
    ):
        last = found[-1] if found else None
        same = last is not None and replace(last, window=entry.window) == entry
        if last is not None and same and entry.window.start <= last.window.end:
            window = Interval(last.window.start, max(last.window.end, entry.window.end))
            found[-1] = replace(last, window=window)
        else:
            found.append(entry)
    return found


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _statement(entry: CoverageStatement) -> str:
    what = "lost events" if entry.gap else "complete"
    said = f" (declared by {entry.declared_by})" if entry.declared_by else ""
    window = f"{format_us(entry.window.start)} to {format_us(entry.window.end)}"
    return f"{entry.source}: {', '.join(entry.event_types)} {what} {window}{said}"
