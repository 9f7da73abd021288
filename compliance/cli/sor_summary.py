"""`compliance sor summary`: what dumps hold, per day, platform, category and so on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def summary(
    dumps: Annotated[
        list[Path], typer.Argument(help="Full or light dumps (zip as published, CSV).", metavar="DUMP...")
    ],
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for summary.html, summary.xlsx and summary.json.")
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes for dumps; default: one per processor.", min=1)
    ] = None,
) -> int:
    """Count statements per day, platform, category, ground, restriction, automation, source, territory and content type.

    No row stops it: lines that are no statement are set aside with place and reason, and the counts add up.
    """
    from compliance import __version__
    from compliance.assess.session import choose_format
    from compliance.reports.statements import FORMATS, write
    from compliance.sor.session import exit_code
    from compliance.sor.summary import summed
    from compliance.sor.sweep import processors

    render = choose_format(form, FORMATS)
    found = summed(dumps, processes or processors())
    sys.stdout.write(render(found))
    for path in write(found, out, f"compliance {__version__}") if out else ():
        print(path, file=sys.stderr)
    print(
        f"counted {found.statements:,} statement(s) of {found.files} file(s); {found.refused:,} line(s) set aside, "
        f"{found.blank:,} blank; {found.read:,} read",
        file=sys.stderr,
    )
    return exit_code(found.tally())
