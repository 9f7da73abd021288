"""`compliance matter`: where an answer stands, holds, review and approval."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(help="The folder that `compliance answer --out` wrote.")]
Role = Annotated[
    str, typer.Option("--role", help="The role that acts, e.g. 'head of compliance'. Never a person's name.")
]
Note = Annotated[str, typer.Option("--note", help="Why, or on what ground.")]


def _now() -> datetime:
    return datetime.now(UTC)


def show(folder: Folder) -> None:
    """Show where an answer stands, every step and hold, and whether the bundle is still the one approved."""
    from compliance.answers.consistency import unsettled
    from compliance.answers.matter import open_matter

    matter = open_matter(folder)
    print(f"state\t{matter.state or 'open'}{' - VOID: ' + matter.void if matter.void else ''}")
    print(f"bundle\t{matter.bundle_id or 'none yet'}")
    if matter.verification:
        print(f"verified\t{matter.verification.headline}")
    for entry in matter.entries:
        if entry.action == "compared":
            names = ", ".join(source["source"] for source in entry.detail["sources"])
            number = len(entry.detail["contradictions"])
            print(f"{entry.at}\tcompared\t{entry.role}\twith {names}: {number} contradiction(s)")
            continue
        detail = "; ".join(f"{name}: {value}" for name, value in entry.detail.items() if value and name != "bundle_id")
        print(f"{entry.at}\t{entry.action}\t{entry.role}\t{detail}")
    for one in unsettled(folder):
        print(f"open\t{one.id}\t{one.why}\t{one.here}\t{one.there}")
    if matter.void:
        raise typer.Exit(5)


def hold(
    folder: Folder,
    role: Role,
    note: Note,
    store: Annotated[
        Path | None, typer.Option("--store", help="Record the hold in this store too: it blocks erasure there.")
    ] = None,
) -> None:
    """Record a preservation hold: nothing about the matter is deleted until it is lifted."""
    from compliance.answers.hold import record_hold

    print(record_hold(folder, store, role=role, reason=note, reference=folder.name, clock=_now))


def approve(
    folder: Folder,
    role: Role,
    note: Note = "",
    step: Annotated[str, typer.Option("--step", help="reviewed, approved, signed, sent or acknowledged.")] = "approved",
) -> None:
    """Take the next step. Approval binds the bundle's id, and whoever prepared an answer does not approve it."""
    from compliance.answers.consistency import compared, require_settled
    from compliance.answers.matter import advance

    if step == "approved":
        require_settled(folder)
        if not compared(folder):
            print("note: this answer was compared with nothing; `compliance matter compare` does", file=sys.stderr)
    matter = advance(folder, _now, step, role, note)
    print(f"{matter.state}\t{matter.bundle_id}")
    print(f"recorded: {step} by {role}; any later change in the bundle voids it", file=sys.stderr)


def compare(
    folder: Folder,
    role: Role,
    against: Annotated[
        list[Path],
        typer.Option(
            "--against",
            help="report.json, a transparency report, an earlier matter or bundle, or public statements in YAML.",
        ),
    ],
) -> int:
    """Hold the answer's figures against what the house said before: reports, earlier answers, public statements."""
    from compliance.answers.consistency import compare as take
    from compliance.cli.exit_code import ExitCode

    found = take(folder, against, role, _now)
    for entry in found:
        print(f"{entry.id}\t{entry.figure}\t{entry.why}\t{entry.here}\t{entry.there}")
    print(f"{len(found)} contradiction(s); approval waits until each is settled", file=sys.stderr)
    return ExitCode.FINDINGS if found else ExitCode.DONE


def settle(
    folder: Folder,
    contradiction: Annotated[str, typer.Argument(help="Its id, as `compare` prints it.")],
    role: Role,
    note: Annotated[str, typer.Option("--note", help="Which of the two holds, and why.")],
) -> None:
    """Record which of two statements holds, and why."""
    from compliance.answers.consistency import settle as take

    take(folder, contradiction, role, note, _now)
    print(f"recorded: {contradiction} settled by {role}", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help="Where an answer stands: holds, review, approval.", no_args_is_help=True)
    group.command()(show)
    group.command()(hold)
    group.command()(compare)
    group.command()(settle)
    group.command()(approve)
    app.add_typer(group, name="matter")
