"""`compliance schema`: print a published JSON Schema by its name."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def schema(
    name: Annotated[
        str | None,
        typer.Argument(help="rule, register, assessment, request, or an event type such as notice.received."),
    ] = None,
) -> None:
    """Print a JSON Schema: of a rule file, a published contract or an event type; without a name, list them all."""
    from compliance.rules.published import schema_names, schema_text

    sys.stdout.write("".join(f"{one}\n" for one in schema_names()) if name is None else schema_text(name))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(schema)
