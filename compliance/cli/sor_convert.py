"""`compliance sor convert`: old codes and dump rows in the current schema, as payloads or as rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def convert(
    files: Annotated[list[Path], typer.Argument(help="Full dumps (zip as published, CSV) or payloads (JSON, NDJSON).")],
    choices: Annotated[
        Path | None,
        typer.Option("--choices", help="What becomes of retired codes; without it, what must be chosen is printed."),
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", help="payload (JSON lines, as the service takes them) or dump (CSV, today's columns)."),
    ] = "payload",
) -> int:
    """Write statements in the current schema; renamed codes follow the Commission's table.

    A statement with a retired code is written only once a person has chosen the code's successor: nothing is guessed.
    """
    from compliance.errors import UsageError
    from compliance.sor.choices import Choices, load_choices, skeleton
    from compliance.sor.columns import column_rows
    from compliance.sor.convert import Conversion, convert_rows, summary
    from compliance.sor.rows import read_rows, require_some

    if to not in {"payload", "dump"}:
        raise UsageError("USE-FORMAT", f"nothing is converted to {to!r}", hint="use payload or dump")
    counts = Conversion()
    write = convert_rows if to == "payload" else column_rows
    chosen = load_choices(choices) if choices else Choices()
    for text in write(read_rows(files), chosen, counts):
        sys.stdout.write(text)
    require_some(counts.read)
    print(summary(counts), file=sys.stderr, end="")
    if counts.open:
        print("choose a successor for each of these, and name the file with --choices:", file=sys.stderr)
        print(skeleton(counts.open), file=sys.stderr, end="")
    return int(bool(counts.waiting or counts.unread))
