"""`compliance init`: a commented configuration to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made where it is missing.")] = Path(),
) -> None:
    """Write a commented compliance.toml; a file that is there already is never touched."""
    from compliance.errors import Place, UsageError
    from compliance.resources import data_dir

    target = folder / "compliance.toml"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write((data_dir("examples") / "compliance.toml").read_text("utf-8"))
    except FileExistsError as error:
        raise UsageError(
            "INIT-EXISTS",
            "there is a configuration here already; it was left as it is",
            place=Place(str(target)),
            hint="edit that file, or name another folder",
        ) from error
    print(target)
    print(_HINTS, file=sys.stderr)


_HINTS = """next: 1. fill in [service] and [profile] in that file
      2. compliance check LOG...                         judge a log at once, without a store
      3. compliance ingest LOG... --store store          seal it, so that it can be proved later
      4. compliance doctor --store store                 what is missing, and which rules it would unlock
Keep letters and requests in letters/, rules of your own in rules/, reports and bundles in out/."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(init)
