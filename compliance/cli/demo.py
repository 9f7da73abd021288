"""`compliance demo`: replay a night on a fictional platform, end to end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Folder to make; where one is there already, a run-N inside it.", metavar="[DIR]")
    ] = Path("halcyon-demo"),
    seed: Annotated[int, typer.Option(help="Another seed gives another platform with the same night.")] = 1,
    scale: Annotated[float, typer.Option(help="Share of the usual traffic, for a quick look.", min=0.03, max=20)] = 1.0,
) -> None:
    """Replay a night that was in the news on a fictional platform: logs, check, report, two letters, two bundles."""
    from compliance.answers.demonstration import demonstrate

    run = demonstrate(folder, seed=seed, scale=scale, say=lambda text: print(text, file=sys.stderr, flush=True))
    print("\n".join(run.closing()))
    print(f"demonstration of a fictional service in {run.folder}, {run.seconds:.0f} s", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(demo)
