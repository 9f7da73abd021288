"""`compliance store`: what a store holds, its ledger, whether it is intact, and dismissals of gaps."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup

Folder = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
Form = Annotated[str, typer.Option("--format", help="table or json.")]


def _check(form: str) -> bool:
    from compliance.errors import UsageError

    if form not in {"table", "json"}:
        raise UsageError("USE-FORMAT", f"there is no format {form!r} for this verb", hint="use table or json")
    return form == "json"


def info(store: Folder, form: Form = "table") -> None:
    """Show the store's head, its files with their counts, and refused lines that are open."""
    from compliance.events.account import COLUMNS, totals
    from compliance.events.store import Store

    as_json = _check(form)
    found = Store.open(store)
    head, files = found.checkpoint(), found.files()
    still = [entry for entry in found.rejects() if not entry["dismissed"]]
    facts = {
        "origin": head.origin,
        "events": head.size,
        "root": head.root.hex(),
        "ledger": found.ledger.head,
        "segments": len(found.segments()),
        "files": len(files),
        "open_rejects": len(still),
        **totals(files),
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for name, value in facts.items():
            print(f"{name:14} {value:,}" if name in (*COLUMNS, "events") else f"{name:14} {value}")
    print(f"read {len(found.ledger)} ledger entries of {store}", file=sys.stderr)


def ledger(store: Folder, form: Form = "table") -> None:
    """Show every act on the store, in order; each entry is chained to the one before."""
    from compliance.events.store import Store

    as_json = _check(form)
    found = Store.open(store)
    for entry in found.ledger:
        if as_json:
            print(json.dumps(entry, ensure_ascii=False, sort_keys=True))
            continue
        about = entry.get("segment") or entry.get("reject") or entry.get("origin") or entry.get("extent") or ""
        what = ", ".join(file["file"] for file in entry.get("files", ())) or entry.get("reason", "")
        print(f"{entry['seq']:>5}  {entry.get('at', ''):20}  {entry['kind']:9}  {entry['hash'][:16]}  {about}  {what}")
    print(f"read {len(found.ledger)} ledger entries, chain intact, head {found.ledger.head}", file=sys.stderr)


def verify(
    store: Folder, deep: Annotated[bool, typer.Option("--deep", help="Make every leaf anew from its line.")] = False
) -> None:
    """Check ledger, receipts, file digests and the Merkle tree. Exit code 5 where anything fails."""
    from compliance.events.store import Store
    from compliance.events.verify import verify_store

    found = verify_store(Store.open(store), deep=deep)
    print(f"ledger    {found.entries} entries, chain intact")
    print(f"segments  {found.segments}, files as sealed")
    print(f"tree      {found.leaves:,} leaves give the root that the ledger names")
    if deep:
        print(f"leaves    {found.remade:,} made anew from their lines")
    for text in found.not_checked:
        print(f"not checked: {text}")
    print(f"checked {found.segments} segment(s) of {store}: intact", file=sys.stderr)


def dismiss(
    reject: Annotated[str, typer.Argument(help="Name of the refused line, as in rejects.ndjson (000001-3).")],
    store: Folder,
    role: Annotated[str, typer.Option(help="Role of the person who decides.")],
    reason: Annotated[str, typer.Option(help="Why the line is no gap.")],
) -> None:
    """Record that a refused line is no gap: its hole is gone from then on, and the ledger says by whom and why."""
    from compliance.events.store import Store

    entry = Store.open(store).dismiss(reject, role=role, reason=reason, clock=lambda: datetime.now(UTC))
    print(f"{entry['reject']}\t{entry['hash']}")
    print(f"recorded in the ledger as entry {entry['seq']}", file=sys.stderr)


def erase(
    store: Folder,
    role: Annotated[str, typer.Option(help="Role of the person who decides.")],
    reason: Annotated[str, typer.Option(help="Why, e.g. the number of the data subject's request.")],
    ground: Annotated[str, typer.Option(help="Legal ground, e.g. 'Regulation (EU) 2016/679 Art. 17(1)(a)'.")],
    field: Annotated[str, typer.Option(help="Field that names the person, e.g. recipient_id.")] = "",
    value: Annotated[
        Path | None,
        typer.Option("--value-file", help="File with the field's value: it shall not stand in a shell's history."),
    ] = None,
    event: Annotated[list[str] | None, typer.Option(help="Id of an event. May be repeated.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="The whole event, not only all but its open fields.")] = False,
) -> None:
    """Erase content of events for good. Leaves, proofs and head still verify; a preservation hold goes before."""
    from compliance.answers.hold import holds_of
    from compliance.assess.recall import FOLDER
    from compliance.errors import UsageError
    from compliance.events.erasure import Order, rows_of_ids, rows_of_person
    from compliance.events.erasure import erase as erased
    from compliance.events.store import Store

    if bool(field and value) == bool(event):
        raise UsageError("USE-ERASE", "name a person or events", hint="give --field and --value-file, or --event")
    found = Store.open(store)
    text = _text_of(value) if value else ""
    rows = rows_of_person(found, field, text) if value else rows_of_ids(found, event or [])
    order = Order(rows, whole, role, reason, ground, (text,) if text else ())
    entry = erased(found, order, holds=holds_of, clock=lambda: datetime.now(UTC), memories=(FOLDER,))
    print(f"erased\t{len(rows)}\t{entry['hash'] if entry else '-'}")
    print(
        f"{len(rows):,} event(s) erased for good; copies elsewhere (logs, backups, bundles handed out) are not reached",
        file=sys.stderr,
    )


def _text_of(path: Path) -> str:
    from compliance.errors import InputError, Place

    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "STO-VALUE", f"the value cannot be read: {error}", place=Place(str(path)), hint="write it into a text file"
        ) from error
    if not text:
        raise InputError("STO-VALUE", "the value is empty", place=Place(str(path)), hint="write it into a text file")
    return text


def retain(
    store: Folder,
    schedule: Annotated[Path, typer.Option("--schedule", help="YAML list of types and how long they are kept.")],
    role: Annotated[str, typer.Option(help="Role that runs the schedule.")] = "",
    today: Annotated[
        str, typer.Option("--today", help="Day for which periods are counted, YYYY-MM-DD; default: today, UTC.")
    ] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone in which days begin.")] = "UTC",
    act: Annotated[bool, typer.Option("--erase", help="Erase what is due; else it is only counted.")] = False,
) -> None:
    """Count what is past its retention period and, with --erase, erase it. A preservation hold goes before."""
    from compliance.answers.hold import holds_of
    from compliance.assess.recall import FOLDER
    from compliance.events.retention import due, load_schedule
    from compliance.events.retention import retain as retained
    from compliance.events.store import Store

    found = Store.open(store)
    dues = due(found, load_schedule(schedule), _day(today), zone)
    for each in dues:
        print(
            f"{each.period.then}\t{len(each.rows)}\t{each.before}\t{', '.join(each.period.types)}\t{each.period.origin}"
        )
    if act:
        entries = retained(found, dues, role=role, holds=holds_of, clock=lambda: datetime.now(UTC), memories=(FOLDER,))
        print(f"recorded {len(entries)} erasure(s) in the ledger", file=sys.stderr)
    else:
        print("nothing was erased; add --erase to do so", file=sys.stderr)


def _day(text: str) -> date:
    from compliance.errors import UsageError

    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError as error:
        raise UsageError("USE-DAY", f"not a day: {text!r}", hint="write it as 2026-10-01") from error


def register(app: typer.Typer) -> None:
    """Add the verb and its acts."""
    group = typer.Typer(
        cls=VerbGroup,
        name="store",
        help="What a store holds, and whether it is intact.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for act in (info, ledger, verify, dismiss, erase, retain):
        group.command()(act)
    app.add_typer(group)
