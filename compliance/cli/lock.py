"""`compliance rules lock`: which rules, in exactly which words, so that a check can be repeated by them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def lock(
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    rules: Annotated[
        list[Path] | None, typer.Option("--rules", help="Folder with further rules. May be repeated.")
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="With what each rule says, for `compliance rules diff`.")
    ] = False,
) -> None:
    """Write a lock of the rules: revision and digest of each. `compliance check --rules-lock` judges by it again."""
    from compliance.assess.session import project_of, rules_of
    from compliance.rules.lock import lock_text

    project, folder = project_of(config)
    loaded = rules_of(project, folder, rules or [])
    sys.stdout.write(lock_text(loaded, words=words))
    print(f"locked {len(loaded)} rules", file=sys.stderr)
