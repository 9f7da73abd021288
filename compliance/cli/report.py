"""`compliance report`: the quarterly report as PDF, workbook, page and JSON."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def report(
    period: Annotated[str, typer.Argument(help="2026-Q3; also 2026-H1, 2026-08, 2026, FROM..TO.")],
    store: Annotated[Path, typer.Option(help="The store to report on.")],
    out: Annotated[Path, typer.Option(help="Folder for report.pdf, .xlsx, .html and .json.")],
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    rules: Annotated[list[Path] | None, typer.Option(help="Folder with further rules. May be repeated.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Instant up to which the log counts as known; else its last event.")
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option(help="report.json of the period before, to see what has moved since.")
    ] = None,
    signed_off_by: Annotated[
        list[str] | None, typer.Option(help="Role that has signed off. May be repeated; a draft until all have.")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="embedded, or spark: a store on storage that all workers share.")
    ] = "embedded",
    remote: Annotated[
        str | None, typer.Option(help="Spark Connect server, e.g. sc://host:15002.", envvar="SPARK_REMOTE")
    ] = None,
) -> None:
    """Write the quarterly report: PDF, workbook, page and JSON with the same figures."""
    from compliance.assess.session import summary
    from compliance.reports.session import report_on

    written = report_on(
        store,
        period,
        out,
        config=config,
        rules=rules or [],
        as_of=as_of,
        earlier=earlier,
        signed_off=signed_off_by or [],
        engine=engine,
        remote=remote,
    )
    for path in (written.pdf, written.workbook, written.page, written.record):
        print(path)
    print(summary(written.assessment), file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(report)
