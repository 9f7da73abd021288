"""`compliance rules applicable`: what binds the service on a day, row by row of the decision table, part and rule."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer


def applicable(
    config: Annotated[
        Path | None,
        typer.Option("--profile", "--config", help="Configuration with the profile; else the nearest compliance.toml."),
    ] = None,
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", help="Folder with further rules. May be repeated.")
    ] = None,
    day: Annotated[str | None, typer.Option("--date", "--day", help="Day, as 2026-08-13; else today.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
) -> None:
    """Say what binds the service on a day and why: rows of the decision table, parts of the law, rules."""
    from compliance.assess.session import choose_format, project_of, rules_of
    from compliance.errors import UsageError
    from compliance.rules.decision import applicability_rows
    from compliance.rules.listing import FORMATS

    render = choose_format(form, FORMATS)
    try:
        on = date.fromisoformat(day) if day else datetime.now(UTC).date()
    except ValueError as error:
        raise UsageError("CLI-DAY", f"not a day: {day!r}", hint="write it as 2026-08-13") from error
    project, folder = project_of(config)
    rows = applicability_rows(rules_of(project, folder, rules or []), project.profile, on)
    sys.stdout.write(render(rows))
    bound = sum(row["state"] == "applies" for row in rows if row["kind"] == "rule")
    whole = sum(row["kind"] == "rule" for row in rows)
    signed = f"attested by {project.profile.owner}" if project.profile.owner else "attested by nobody"
    print(f"{bound} of {whole} rules bind the service on {on}; its profile is {signed}", file=sys.stderr)
