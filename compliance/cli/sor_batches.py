"""`compliance sor batches` and `compliance sor receipts`: calls for the service, and its answers as events."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def batches(
    files: Annotated[list[Path], typer.Argument(help="Payloads (JSON, NDJSON) or full dumps (zip, CSV).")],
    out: Annotated[Path, typer.Option("-o", "--out", help="New folder for the batches and their manifest.")],
    size: Annotated[
        int, typer.Option(help="Statements in a batch; the service takes at most 100.", min=1, max=100)
    ] = 100,
    sent: Annotated[
        list[Path] | None, typer.Option(help="Events of `sor receipts`: what the service took already is left out.")
    ] = None,
) -> int:
    """Write calls that the service takes: every statement valid, no identifier twice. Nothing is sent."""
    from compliance.sor.batches import write_batches
    from compliance.sor.rows import read_rows
    from compliance.sor.sent import taken_in

    found = write_batches(read_rows(files), out, size=size, sent=taken_in(sent or ()))
    print(f"batches\t{out}\t{len(found.batches)}")
    for each in found.left_out:
        said = "; ".join(text for texts in each.errors.values() for text in texts)
        print(f"left out\t{each.file}:{each.line}\t{each.puid}\t{each.why}{': ' + said if said else ''}")
    print(
        f"{found.statements + len(found.left_out):,} statements: {found.statements:,} in {len(found.batches):,} batches, "
        f"{len(found.left_out):,} left out",
        file=sys.stderr,
    )
    return int(bool(found.left_out))


def receipts(
    answers: Annotated[list[Path], typer.Argument(help="Saved answers: one JSON object to a line or to a file.")],
    folder: Annotated[Path, typer.Option("--batches", help="The folder that `sor batches` wrote.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Log to write the events to; never overwritten.")],
    store: Annotated[Path | None, typer.Option(help="Store to ingest that log into, where it is sealed.")] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
) -> int:
    """Read what the service answered: an event for each statement it took or refused, in a log and, with --store, sealed."""
    from compliance.assess.session import project_of
    from compliance.errors import InputError, Place
    from compliance.sor.receipts import as_log, read_receipts

    if out.exists():
        raise InputError(
            "SOR-EXISTS", "the log is there already", place=Place(str(out)), hint="name a new file: each run is a log"
        )
    project, _ = project_of(config)
    found = read_receipts(folder, answers, project.service.id)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(as_log(found))
    if store is not None:
        from compliance.events.store import Store

        opened = Store.open(store) if store.exists() else Store.create(store)
        opened.ingest([out], project=project, clock=lambda: datetime.now(UTC))
    taken, refused = found.count("sor.tdb_accepted"), found.count("sor.tdb_rejected")
    print(f"events\t{out}\t{len(found.events)}")
    for name in found.unanswered:
        print(f"unanswered\t{name}")
    for puid in found.unnamed:
        print(f"no receipt\t{puid}\tthe answer is 201 but does not name it")
    print(f"{taken:,} taken, {refused:,} refused, {len(found.unanswered):,} batches unanswered", file=sys.stderr)
    return int(bool(refused or found.unanswered or found.unnamed))
