"""`compliance ingest`: logs into a store, counted line by line."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def ingest(
    logs: Annotated[list[Path], typer.Argument(help="Log files: NDJSON (plain, .gz, .zst), CSV or Parquet.")],
    store: Annotated[Path, typer.Option(help="Folder of the store; made where there is none.")],
    mapping: Annotated[
        str | None, typer.Option("--map", help="Mapping for a foreign log: a shipped name or a file.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    memory: Annotated[str, typer.Option(help="Bound on memory; beyond it data spills to disk.")] = "2GB",
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
) -> None:
    """Read logs into a store. Every line is accepted, a duplicate, or refused with file, line, field and reason."""
    from compliance.errors import InputError, UsageError
    from compliance.events.account import record, table, totals
    from compliance.events.mapping import load_mapping
    from compliance.events.store import Store
    from compliance.project import default_project, find_config, load_project

    if form not in {"table", "json"}:
        raise UsageError("USE-FORMAT", f"there is no format {form!r} for this verb", hint="use table or json")
    path = config or find_config(Path.cwd())
    project = load_project(path) if path else default_project()
    chosen = load_mapping(mapping) if mapping else None
    kept = Store.open(store) if (store / "ledger.jsonl").exists() else Store.create(store)
    report = kept.ingest(logs, project=project, clock=lambda: datetime.now(UTC), mapping=chosen, memory=memory)
    if form == "json":
        print(json.dumps(record(report), ensure_ascii=False, indent=2))
    else:
        print("\n".join(table(report)))
    counts = totals((*report.files, *report.repeated))
    print(
        f"read {counts['lines']:,} lines of {len(logs):,} file(s): {counts['accepted']:,} accepted, "
        f"{counts['duplicates']:,} duplicates, {counts['rejected']:,} refused; "
        f"the store holds {kept.checkpoint().size:,} events",
        file=sys.stderr,
    )
    if counts["lines"] and counts["rejected"] == counts["lines"]:
        raise InputError(
            "ING-NOTHING",
            "not one line is an event",
            hint="is this the right file? For a foreign log name a mapping with --map",
        )


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(ingest)
