"""`compliance transparency generate` and `explain`: the service's own report from its log, and what is behind a cell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Declaration = Annotated[Path | None, typer.Option("--declared", help="YAML file with what a log cannot hold.")]
Configuration = Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")]
Known = Annotated[str | None, typer.Option(help="Instant up to which the log counts as known; else its last event.")]


def generate(
    period: Annotated[str, typer.Argument(help="2026-H1 for very large providers, else 2026.")],
    store: Annotated[Path, typer.Option(help="The store to count.")],
    out: Annotated[Path, typer.Option(help="New or empty folder for eleven CSV files, a workbook and figures.json.")],
    declared: Declaration = None,
    config: Configuration = None,
    as_of: Known = None,
) -> int:
    """Write the service's transparency report: all eleven parts, counted from the log."""
    from compliance.cli.exit_code import ExitCode
    from compliance.transparency.generate.session import generate_report

    made, paths = generate_report(store, period, out, declared=declared, config=config, as_of=as_of)
    for path in paths:
        print(path)
    for problem in made.report.problems:
        print(f"problem: {problem}", file=sys.stderr)
    cells, problems = len(made.report.filled), len(made.report.problems)
    print(f"{cells:,} figures in 11 parts; {problems} problem(s) to look at", file=sys.stderr)
    return ExitCode.FINDINGS if problems else ExitCode.DONE


def explain(
    cell: Annotated[str, typer.Argument(help="Cell as `lint` names it: 4:NOTICES:TOTAL.")],
    store: Annotated[Path, typer.Option(help="The store to count.")],
    period: Annotated[str, typer.Option(help="The period of the report.")],
    declared: Declaration = None,
    config: Configuration = None,
    as_of: Known = None,
    listing: Annotated[int, typer.Option(help="Events listed; their number is exact.", min=1)] = 100,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
) -> None:
    """List the events behind a cell: id, moment, what each adds, and its file and line."""
    from dataclasses import asdict

    from compliance.assess.session import choose_format
    from compliance.rules.listing import FORMATS
    from compliance.transparency.generate.explain import explain_cell

    render = choose_format(form, FORMATS)
    made = explain_cell(store, cell, period, declared=declared, config=config, as_of=as_of, listed=listing)
    sys.stdout.write(render([asdict(event) for event in made.events]))
    for words in (*made.words, *(f"The log lacks: {note}." for note in (made.note,) if note)):
        print(words, file=sys.stderr)
    shown = f", the first {len(made.events):,} listed" if len(made.events) < made.total else ""
    print(f"{cell}: {made.figure or 'blank'}; {made.total:,} event(s) behind it{shown}", file=sys.stderr)
