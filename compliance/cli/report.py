"""`compliance report`: the quarterly report as PDF, workbook, page and JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def report(
    period: Annotated[str, typer.Argument(help="2026-Q3, 2026-H1, 2026-08, 2026, or FROM..TO in days.")],
    store: Annotated[Path, typer.Option(help="The store to report on.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    rules: Annotated[list[Path] | None, typer.Option(help="Folder with further rules. May be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Instant up to which the log counts as known; else its last event.")] = None,
    earlier: Annotated[Path | None, typer.Option(help="The JSON of the report of the period before, as given then.")] = None,
    signed_off_by: Annotated[list[str] | None, typer.Option(help="Role that has signed off. May be repeated.")] = None,
) -> None:
    """Write the quarterly report: PDF, workbook, page and JSON from one assessment."""
    from compliance.assess.session import instant_of, project_of, rules_of, summary
    from compliance.events.store import Store
    from compliance.period import parse_period
    from compliance.reports.publish import gather, publish, requirement_of_report

    span, known = parse_period(period), instant_of(as_of)
    project, folder = project_of(config)
    loaded = rules_of(project, folder, rules or ())
    dataset = Store.open(store).dataset(requirement_of_report(loaded), project=project)
    material = gather(dataset, loaded, project, span, as_of=known, earlier=earlier, signed_off=tuple(signed_off_by or ()))
    made = publish(material, out)
    for path in (made.pdf, made.workbook, made.page, made.record):
        print(path)
    for warning in material.now.warnings:
        print(f"note: {warning}", file=sys.stderr)
    print(summary(material.now), file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(report)
