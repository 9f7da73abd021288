"""`compliance ledger`: give the log's head away, and hold heads given away against the log."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup

Folder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]


def publish(
    store: Folder,
    out: Annotated[Path, typer.Option("--out", help="Folder that somebody else keeps; the head is written into it.")],
    role: Annotated[str, typer.Option("--role", help="Role that gives the head away, e.g. 'log custodian'.")],
    tsa: Annotated[
        str | None, typer.Option("--tsa", help="URL of a time stamp authority (RFC 3161) to stamp the head.")
    ] = None,
) -> None:
    """Write the log's head for others to keep. Run it on a schedule: only a head given away shows that a log was made anew."""
    from compliance.events.store import Store
    from compliance.evidence.publish import publish_head
    from compliance.evidence.timestamp import tsa_at

    found = publish_head(
        Store.open(store), out, role=role, clock=lambda: datetime.now(UTC), tsa=tsa_at(tsa) if tsa else None
    )
    print(f"head\t{found}")
    print("give this file to somebody who cannot write to the store: an auditor, counsel, a notary", file=sys.stderr)


def check(
    store: Folder,
    heads: Annotated[Path, typer.Argument(help="Folder with the heads that were given away.")],
) -> None:
    """Hold heads given away earlier against the log as it is now. Exit code 5 where one does not hold."""
    from compliance.events.store import Store
    from compliance.evidence.publish import check_heads

    lines = check_heads(Store.open(store), heads)
    for line in lines:
        print(line)
    print(f"checked {len(lines)} head(s): the log continues each of them", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb and its acts."""
    group = typer.Typer(
        cls=VerbGroup,
        name="ledger",
        help="Give the log's head away, and check it.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for act in (publish, check):
        group.command()(act)
    app.add_typer(group)
