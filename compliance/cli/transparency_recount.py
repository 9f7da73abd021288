"""`compliance transparency recount`: a published report against the log, cell by cell."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def recount(
    paths: Annotated[
        list[Path], typer.Argument(help="The report: its folder, CSV files, ZIP or workbook.", metavar="REPORT...")
    ],
    store: Annotated[Path, typer.Option(help="The store to count.")],
    period: Annotated[str | None, typer.Option(help="The period of the report; else the one it names.")] = None,
    declared: Annotated[
        Path | None, typer.Option("--declared", help="What was declared for the report: the readings taken in it.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Instant up to which the log counts as known; else its end.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
    seal: Annotated[
        bool, typer.Option("--record", help="Seal what was found in the store, where the rules TRP-RECOUNT judge it.")
    ] = False,
    document: Annotated[str, typer.Option("--document", help="The report's identifier in the log, for --record.")] = "",
    version: Annotated[str, typer.Option(help="The report's version, for --record.")] = "1",
    log: Annotated[Path, typer.Option(help="Log that --record adds to.")] = Path("recounts.ndjson"),
) -> int:
    """Count a published report again from the log, and itemise what differs: both figures, and the records behind ours."""
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode, worst
    from compliance.errors import UsageError
    from compliance.transparency.recount import session
    from compliance.transparency.recount.cells import State
    from compliance.transparency.render.recount import FORMATS, summary

    render = choose_format(form, FORMATS)
    if seal and not document:
        raise UsageError(
            "TRC-DOCUMENT", "which report is it?", hint="--document ID, as publication.published names it in the log"
        )
    found = session.recounted(paths, store, period=period, declared=declared, config=config, as_of=as_of)
    sys.stdout.write(render(found))
    print(summary(found), file=sys.stderr)
    if seal:
        events = session.seal(
            found,
            paths,
            log,
            store,
            config=config,
            document=document,
            version=version,
            clock=lambda: datetime.now(UTC),
        )
        print(f"{len(events)} event(s) publication.recounted added to {log} and sealed in {store}", file=sys.stderr)
    differs, unknown = found.count(State.DIFFERS), found.count(State.UNKNOWN)
    return worst([ExitCode.FINDINGS] * bool(differs) + [ExitCode.EVIDENCE] * bool(unknown))
