"""`compliance sor reconcile`: the service's records against the database's public dumps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def reconcile(
    dumps: Annotated[
        list[Path], typer.Argument(help="Dumps of the days to compare (zip as published, CSV).", metavar="DUMP...")
    ],
    store: Annotated[Path | None, typer.Option(help="The service's store.")] = None,
    logs: Annotated[
        list[Path] | None, typer.Option("--log", help="The service's logs, instead of a store. May be repeated.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option(help="The platform's name in the database; else the configured name of the service.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="The service's id in the log; else the configured one.")] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, jsonl, csv.")] = "table",
    listing: Annotated[int, typer.Option(help="Identifiers listed per status; counts are exact.", min=1)] = 100_000,
) -> int:
    """Compare statements sent and accepted with the dumps of the same days: missing, extra, different, and the list.

    Where a gap of the log or an unreadable line of a dump may be the reason, the difference is called not certain.
    """
    from compliance.assess.published import reconcile as compared
    from compliance.assess.render.public_record import FORMATS
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode, worst
    from compliance.sor.digest import altered

    render = choose_format(form, FORMATS)
    found = compared(
        dumps, store=store, logs=logs or [], config=config, platform=platform, service=service, listing=listing
    )
    sys.stdout.write(render(found))
    uncertain = sum(found.uncertain.values())
    print(
        f"{found.counts['agrees']:,} identifier(s) agree, {found.differing:,} do not, {uncertain:,} not certain; "
        f"{found.published:,} row(s) of {found.platform} on {len(found.days)} day(s)",
        file=sys.stderr,
    )
    if found.altered:
        raise altered()
    return worst([ExitCode.FINDINGS] * bool(found.differing) + [ExitCode.EVIDENCE] * bool(uncertain))
