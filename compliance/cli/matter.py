"""`compliance matter`: where an answer stands, holds, review and approval."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup

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
            help="report.json, a transparency report, an earlier matter or bundle, public statements in YAML, or a register.",
        ),
    ],
) -> int:
    """Hold the answer's figures against what the house said before: reports, earlier answers, public statements."""
    from compliance.answers.consistency import compare as take
    from compliance.answers.register import with_register
    from compliance.cli.exit_code import ExitCode

    sources, left_out = with_register(against, folder)
    for path, why in left_out.items():
        print(f"NOT compared with {path}: {why}", file=sys.stderr)
    found = take(folder, sources, role, _now)
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


def house_register(
    folder: Annotated[Path, typer.Argument(help="Folder of the house's register; begun where there is none yet.")],
    items: Annotated[
        list[Path] | None,
        typer.Argument(help="What to enter: request.yaml, a matter's folder, public statements in YAML. None: list."),
    ] = None,
    role: Annotated[str, typer.Option("--role", help="The role that enters something.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print the register as JSON.")] = False,
) -> int:
    """The house's register: enter letters, answers and public statements, or list them with what is open."""
    import json
    from dataclasses import asdict

    from compliance.answers.register import in_words, record, view
    from compliance.cli.exit_code import ExitCode

    for item in items or ():
        entry = record(folder, item, role, _now)
        print(f"recorded: {entry.action} {item} by {role}", file=sys.stderr)
    if items:
        return ExitCode.DONE
    found = view(folder)
    print(json.dumps(asdict(found), ensure_ascii=False, indent=2) if json_ else "\n".join(in_words(found, _now())))
    undrafted = sum(not letter.answers for letter in found.unsent)
    never = sum(not said.compared for said in found.statements)
    print(
        f"{len(found.unsent)} letter(s) to which no answer was sent, {undrafted} without a draft; "
        f"{never} statement file(s) never compared",
        file=sys.stderr,
    )
    return ExitCode.DONE


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(cls=VerbGroup, help="Where an answer stands: holds, review, approval.", no_args_is_help=True)
    group.command()(show)
    group.command()(hold)
    group.command()(compare)
    group.command()(settle)
    group.command()(approve)
    group.command("register")(house_register)
    app.add_typer(group, name="matter")
