"""`compliance rules new`: a rule file to fill in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def new(
    rule: Annotated[str, typer.Argument(help="Id of the new rule: act, provision, word, e.g. DSA-16.4-QUICK.")],
    into: Annotated[Path, typer.Option(help="Folder of the pack.")] = Path(),
    pattern: Annotated[
        str, typer.Option(help="Pattern that decides it; docs/how-to/write-a-rule.md helps to choose.")
    ] = "response",
    like: Annotated[str | None, typer.Option(help="Start from this shipped rule instead.")] = None,
) -> None:
    """Write a new rule file with a word on every key, the provision from the register, and tests to change."""
    from compliance.rules.compiled import load_compiled
    from compliance.rules.pack import pack_folders
    from compliance.rules.scaffold import sample_of, write_scaffold

    loaded = {one.rule.id: one for one in load_compiled(pack_folders())}
    if rule in loaded:
        from compliance.errors import Place, UsageError

        place = Place(str(loaded[rule].path))
        raise UsageError("RUL-EXISTS", f"{rule} ships already", place=place, hint="choose another last word of the id")
    path = write_scaffold(rule, sample_of(loaded, pattern, like), into)
    print(path)
    print(f"next: write what is marked FILL IN, then `compliance rules lint {path}`", file=sys.stderr)
