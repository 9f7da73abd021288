"""`compliance sor remark`: what does not fit although the service takes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def remark(
    files: Annotated[
        list[Path], typer.Argument(help="Payloads (JSON, NDJSON, calls) or dumps (zip as published, CSV).")
    ],
    light: Annotated[
        list[Path] | None,
        typer.Option("--light", help="Light dump of the same day: report only where it and the full one disagree."),
    ] = None,
    schema: Annotated[
        str, typer.Option(help="auto (dumps by their columns, else 2025-07), 2025-07 or 2023-09.")
    ] = "auto",
    form: Annotated[str, typer.Option("--format", help="table, jsonl or json.")] = "table",
) -> int:
    """Our own checks beyond the service's: dates, ends, keywords, personal data, retired codes, light against full."""
    from compliance.sor import remarked
    from compliance.sor.rows import require_some
    from compliance.sor.session import options

    version = options(schema=schema, endpoint=None, form=form, processes=1).schema
    counts = remarked.Remarks()
    found = remarked.compared(files, light, counts) if light else remarked.remarked(files, counts, schema=version)
    write = {"table": remarked.table, "jsonl": remarked.lines, "json": remarked.document}[form]
    for text in write(found, counts):
        sys.stdout.write(text)
    require_some(counts.statements + counts.unread)
    print(remarked.summary(counts), file=sys.stderr)
    return int(bool(counts.remarked or counts.unread))
