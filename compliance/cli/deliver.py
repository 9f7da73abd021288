"""`compliance deliver`: lay a bundle out for a way of handing it over."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def deliver(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder (the one that holds bagit.txt).")],
    out: Annotated[Path, typer.Option("--out", help="New folder for the transmissions.")],
    profile: Annotated[
        str, typer.Option(help="eu-send, folder, or a YAML file with the limits that a letter sets.")
    ] = "eu-send",
) -> None:
    """Lay an intact bundle out as loose files with flat names, in parts where they are too large for a transfer service, with an index."""
    from compliance.evidence.delivery import deliver as laid_out
    from compliance.evidence.delivery import load_profile

    made = laid_out(bundle, out, load_profile(profile))
    print(f"delivery\t{made.folder}\t{made.transmissions}\t{len(made.files)}")
    split = len({each.path for each in made.files if each.parts > 1})
    print(
        f"{len(made.files):,} files in {made.transmissions} transmission(s), {split} file(s) of the bundle in parts; INDEX.xlsx says "
        "which is which, RESTORE.md how to put them together again",
        file=sys.stderr,
    )


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(deliver)
