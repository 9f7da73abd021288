"""`compliance attest`: record what a person answers for, and show how each statement stands."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup

Config = Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")]
More = Annotated[list[Path] | None, typer.Option("--rules", help="Folder with further rules. May be repeated.")]


def add(
    statement: Annotated[str, typer.Argument(help="Name of the statement; `attest list` shows those asked for.")],
    role: Annotated[str, typer.Option(help="Role of the person who attests.")],
    reviewer: Annotated[str, typer.Option(help="Role of the person who reviewed it.")] = "",
    scope: Annotated[str, typer.Option(help="What it covers: service, feature, market.")] = "",
    text: Annotated[str, typer.Option(help="The statement in the person's words.")] = "",
    document: Annotated[
        Path | None, typer.Option(help="Document that was attested; its SHA-256 goes into the record.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="Instant or day at which it was made; else now.")] = None,
    valid_from: Annotated[str | None, typer.Option("--from", help="Instant or day from which it holds.")] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help="Instant or day from which it no longer counts; else in a year.")
    ] = None,
    log: Annotated[Path, typer.Option(help="Log that gets the line; made where there is none.")] = Path(
        "attestations.ndjson"
    ),
    store: Annotated[Path | None, typer.Option(help="Store to ingest that log into, where the line is sealed.")] = None,
    config: Config = None,
    rules: More = None,
) -> None:
    """Record an attestation as a line of a log and, with --store, seal it there."""
    import json

    from compliance.assess.attestation import Statement, attestation, record
    from compliance.assess.session import instant_of, project_of, rules_of
    from compliance.clock import to_us
    from compliance.errors import UsageError
    from compliance.patterns.limit import Days

    project, folder = project_of(config)
    present = to_us(datetime.now(UTC))
    made = instant_of(at)
    if made is not None and made > present:
        raise UsageError("ATT-FUTURE", f"{at} has not come yet", hint="an attestation is made now or was made before")
    said = Statement(
        statement,
        role,
        present - present % 1_000_000 if made is None else made,
        reviewer,
        scope,
        text,
        instant_of(valid_from),
        instant_of(expires),
        document,
    )
    days = Days(project.service.zone, project.service.calendar)
    event = attestation(said, rules_of(project, folder, rules or []), project.service.id, days)
    record(event, log, store, project, lambda: datetime.now(UTC))
    print(json.dumps(event, ensure_ascii=False))
    where = f"sealed in {store}" if store is not None else "not sealed: ingest that log"
    print(f"attested {statement} until {event['expires_at']}; added to {log}, {where}", file=sys.stderr)


def listed(
    logs: Annotated[list[Path] | None, typer.Argument(help="Logs to read without a store.", metavar="[LOG]...")] = None,
    store: Annotated[Path | None, typer.Option(help="Read a store instead of logs.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Instant or day for which to say it; else now.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
    config: Config = None,
    rules: More = None,
) -> None:
    """List the statements that the rules ask for, and how each stands: attested, expired, or not attested."""
    from collections import Counter

    from compliance.assess.attestation import standing_rows, statements_asked
    from compliance.assess.session import choose_format, judge, project_of, rules_of
    from compliance.rules.listing import FORMATS

    render = choose_format(form, FORMATS)
    asking = [
        one.rule.id for found in statements_asked(rules_of(*project_of(config), rules or [])).values() for one in found
    ]
    known_to = as_of or datetime.now(UTC).isoformat(timespec="seconds")
    run = judge(logs or [], store=store, config=config, rules=rules or [], only=asking, as_of=known_to)
    rows = standing_rows(run)
    sys.stdout.write(render(rows))
    states = Counter(row["state"] for row in rows)
    said = ", ".join(f"{states[state]} {state}" for state in sorted(states))
    print(f"{len(rows)} statements as of {run.assessment.as_of}: {said}", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb and its parts."""
    group = typer.Typer(
        cls=VerbGroup, no_args_is_help=True, help="Record what a person answers for, and how each statement stands."
    )
    group.command()(add)
    group.command("list")(listed)
    app.add_typer(group, name="attest")
