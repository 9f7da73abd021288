"""`compliance rules mutate`: which changes of a rule its own tests do not notice."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def mutate(
    folders: Annotated[list[Path] | None, typer.Argument(help="Rule files or folders; else the shipped packs.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this rule, by id or key. May be repeated.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
    workers: Annotated[int | None, typer.Option(help="Processes; else one per core.", min=1)] = None,
) -> int:
    """Change each rule a little, again and again, and name every change that the rule's own tests let pass."""
    from compliance.assess.mutation import mutate as mutated
    from compliance.assess.rulebook import survivor_lines, survivor_rows
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode
    from compliance.rules.listing import FORMATS
    from compliance.rules.loader import load_rules, named

    render = choose_format(form, FORMATS)
    found = list(mutated(named(load_rules(folders), only or []), workers))
    rows = survivor_rows(found)
    sys.stdout.write(survivor_lines(rows) if form == "table" else render(rows))
    made, broken = sum(one.made for one in found), sum(bool(one.broken) for one in found)
    alive = len(rows) - broken
    same = sum(one.same for one in found)
    print(
        f"{made} mutants of {len(found)} rules, {alive} survive, {same} provably say the same; "
        f"{broken} rules fail their own tests",
        file=sys.stderr,
    )
    return ExitCode.FINDINGS if rows else ExitCode.DONE
