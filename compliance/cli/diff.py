"""`compliance rules diff`: what changed between two versions of the rules, in words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Side = Annotated[Path, typer.Argument(help="A folder or file of rules, or a lock of `rules lock --words`.")]


def diff(
    before: Side,
    after: Side,
    form: Annotated[str, typer.Option("--format", help="table, md, json, csv.")] = "table",
) -> None:
    """Say what changed from one version of the rules to another: limits, scope, exceptions, conditions, words."""
    from compliance.assess.rulebook import change_lines, change_pages, change_rows
    from compliance.assess.session import choose_format
    from compliance.rules.listing import FORMATS
    from compliance.rules.version import compare, version_at

    formats = {**FORMATS, "table": change_lines, "md": change_pages}
    render = choose_format(form, formats)
    found = compare(version_at(before), version_at(after))
    sys.stdout.write(render(change_rows(found)))
    judged = {change.rule for change in found if change.kind != "wording"}
    print(
        f"{len({change.rule for change in found})} rules changed, {len(judged)} of them judge otherwise",
        file=sys.stderr,
    )
