"""`compliance explain`: why a rule or a finding says what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def explain(
    subject: Annotated[str, typer.Argument(help="A rule (id or key), or a finding's id.", metavar="RULE|FINDING")],
    logs: Annotated[list[Path] | None, typer.Argument(help="Logs to judge.", metavar="[LOG]...")] = None,
    store: Annotated[Path | None, typer.Option(help="A store instead of logs.")] = None,
    mapping: Annotated[str | None, typer.Option("--map", help="Mapping for a foreign log.")] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    rules: Annotated[list[Path] | None, typer.Option(help="Folder with further rules. May be repeated.")] = None,
    period: Annotated[str | None, typer.Option(help="2026-Q3, 2026-08, FROM..TO.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Instant up to which the log counts as known.")] = None,
    listing: Annotated[int, typer.Option(help="Findings listed per rule, verdict and reason.", min=1)] = 100_000,
) -> None:
    """Print why a rule or a finding says what it says. A rule can be explained without a log."""
    from compliance.assess.explain import explain as explained
    from compliance.assess.session import judge, project_of, rules_of
    from compliance.rules.pages import page

    is_finding = subject.startswith("F-")
    if not logs and store is None and not is_finding:
        project, folder = project_of(config)
        sys.stdout.write("\n".join(page(one.rule) for one in rules_of(project, folder, rules or (), [subject])))
        return
    judged = judge(
        logs or [],
        store=store,
        mapping=mapping,
        config=config,
        rules=rules or [],
        only=[] if is_finding else [subject],
        period=period,
        as_of=as_of,
        listing=listing,
    )
    sys.stdout.write(explained(judged, subject))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(explain)
