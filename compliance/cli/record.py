"""`compliance rules record`: what each revision of a rule means, kept beside the pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def record(
    folder: Annotated[Path | None, typer.Argument(help="Folder of a pack; else the shipped packs.")] = None,
) -> None:
    """Record the meaning of each rule's revision in `revisions.csv`. `rules lint` then tells when a rule changed under it."""
    from compliance.resources import data_dir
    from compliance.rules.loader import load_rules
    from compliance.rules.revision import record as keep

    where = folder or data_dir("rules")
    print(keep(load_rules([where]), where))
