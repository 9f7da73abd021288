"""`compliance doctor`: does the installation work, and what is missing before rules can be judged."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from compliance.assess.readiness import Readiness

_SHOWN = 10


def doctor(
    logs: Annotated[
        list[Path] | None, typer.Argument(help="Logs to look at, without a store.", metavar="[LOG]...")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Look at a store instead of logs.")] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
) -> None:
    """Check the set-up, and rank missing sources and answers by the rules that each would unlock."""
    from compliance.assess.readiness import readiness
    from compliance.assess.session import dataset_of, project_of, rules_of
    from compliance.project import find_config

    path = config or find_config(Path.cwd())
    project, folder = project_of(config)
    rules = rules_of(project, folder)
    _print_rows(
        ("configuration", str(path) if path else "none; `compliance init` writes one"),
        *_installation(),
        ("rules", f"{len(rules)} shipped and own rules are sound"),
    )
    if not logs and store is None:
        print("name a log or --store DIR to see what is missing for which rule", file=sys.stderr)
        return
    dataset = dataset_of(logs or [], store, None, project, rules, None)
    found = readiness(rules, project, dataset)
    for line in _advice(found):
        print(line)
    print(
        f"looked at {len(rules)} rules: {len(found.ready)} have what they need, {len(found.not_applicable)} do not apply",
        file=sys.stderr,
    )


def _installation() -> Iterator[tuple[str, str]]:
    """What the installation itself needs: versions, shipped fonts, time zones, and the tools others verify with."""
    import shutil
    from zoneinfo import ZoneInfo

    import duckdb

    from compliance import __version__
    from compliance.reports.fonts import register_fonts

    register_fonts()
    yield "version", f"compliance {__version__}, Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}"
    yield "fonts and time zones", f"found ({ZoneInfo('Europe/Brussels').key})"
    for tool, use in (("openssl", "checks a seal without this software"), ("sha512sum", "checks a bundle's files")):
        yield tool, f"{'found' if shutil.which(tool) else 'not found'}; {use}"
    yield "free disk here", f"{shutil.disk_usage(Path.cwd()).free / 1e9:,.0f} GB"


def _print_rows(*rows: tuple[str, str]) -> None:
    for name, value in rows:
        print(f"{name:22} {value}")


def _advice(found: Readiness) -> Iterator[str]:
    if found.facts:
        yield "\nAnswers missing in [profile]:"
        for fact in found.facts[:_SHOWN]:
            yield f"  {fact.because} - {_rules(fact.rules)}"
    if found.sources:
        yield "\nSources missing, the one that unlocks most first (each counts those above it as there):"
        for rank, source in enumerate(found.sources[:_SHOWN], 1):
            unlocks = f"unlocks {_rules(source.unlocks)}" if source.unlocks else f"helps {_rules(source.helps)}"
            yield f"  {rank}. {source.family}: {unlocks}"
            if source.unseen:
                yield f"     log these events: {', '.join(source.unseen)}"
            if source.uncovered:
                yield f"     say from when to when they are complete (`log.heartbeat`, or [[coverage]]): {', '.join(source.uncovered)}"
    if found.fields:
        yield "\nFields that rules read and no source captures:"
        for field in found.fields[:_SHOWN]:
            yield f"  {field.event_type}: {field.field} - {_rules(field.rules)}"
    if not (found.facts or found.sources or found.fields):
        yield "\nNothing is missing."


def _rules(ids: tuple[str, ...]) -> str:
    shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    return f"{len(ids)} rule{'' if len(ids) == 1 else 's'}: {shown}"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(doctor)
