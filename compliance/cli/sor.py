"""`compliance sor`: statements of reasons judged as the Commission's service judges them, converted, batched, reconciled."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.sor_batches import batches, receipts
from compliance.cli.sor_convert import convert
from compliance.cli.sor_reconcile import reconcile
from compliance.cli.sor_remark import remark
from compliance.cli.sor_summary import summary
from compliance.cli.verb_group import VerbGroup

Files = Annotated[
    list[Path], typer.Argument(help="Payloads (JSON, NDJSON, calls) or dumps (zip as published, CSV); also .gz, .zst.")
]


def validate(
    files: Files,
    schema: Annotated[
        str, typer.Option(help="auto (dumps by their columns, else 2025-07), 2025-07 or 2023-09.")
    ] = "auto",
    endpoint: Annotated[
        str | None, typer.Option(help="single or multiple; default: calls to multiple, statements alone to single.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, jsonl or json.")] = "table",
    processes: Annotated[
        int | None, typer.Option(help="Processes for dumps; default: one per processor.", min=1)
    ] = None,
) -> int:
    """Judge statements offline by the service's own rules, and say what it would answer."""
    from compliance.sor import render
    from compliance.sor.judged import Tally
    from compliance.sor.session import exit_code, options
    from compliance.sor.sweep import sweep

    chosen = options(schema=schema, endpoint=endpoint, form=form, processes=processes)
    tally = Tally(files=len(files))
    write = {"table": render.table, "jsonl": render.lines, "json": render.document}[form]
    for number, text in enumerate(write(sweep(files, chosen), tally)):
        sys.stdout.write(text)
        if number == 0:
            sys.stdout.flush()  # the first finding is seen while the rest is read
    print(render.summary(tally), file=sys.stderr)
    return exit_code(tally)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(
        cls=VerbGroup,
        help="Statements of reasons: validate, convert, batch, read receipts, reconcile, sum up.",
        no_args_is_help=True,
    )
    for command in (validate, remark, convert, batches, receipts, reconcile, summary):
        group.command()(command)
    app.add_typer(group, name="sor")
