"""`compliance store`: what a store holds, its ledger, whether it is intact, and dismissals of gaps."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

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
        about = entry.get("segment") or entry.get("reject") or entry.get("origin") or ""
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


def register(app: typer.Typer) -> None:
    """Add the verb and its acts."""
    group = typer.Typer(
        name="store", help="What a store holds, and whether it is intact.", no_args_is_help=True, rich_markup_mode=None
    )
    for act in (info, ledger, verify, dismiss):
        group.command()(act)
    app.add_typer(group)
