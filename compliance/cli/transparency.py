"""`compliance transparency`: the harmonised transparency report; make the service's own, check anybody's."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from compliance.cli.transparency_generate import explain, generate
from compliance.cli.transparency_publish import approve, freeze, published, versions
from compliance.cli.transparency_recount import recount
from compliance.cli.verb_group import VerbGroup


def lint(
    paths: Annotated[
        list[Path], typer.Argument(help="CSV files, folders, ZIP archives or workbooks.", metavar="PATH...")
    ],
    form: Annotated[str, typer.Option("--format", help="table, json, sarif, html.")] = "table",
    fix: Annotated[
        Path | None, typer.Option("--fix", help="Folder for a corrected copy and the list of its changes.")
    ] = None,
    tier: Annotated[
        str, typer.Option(help="Kind of provider: intermediary, hosting, online_platform, vlop, vlose.")
    ] = "",
    fail_level: Annotated[str, typer.Option(help="Severity from which findings give exit code 1.")] = "warning",
    listing: Annotated[int, typer.Option(help="Findings listed per check and part; counts are exact.", min=1)] = 1000,
) -> int:
    """Check any publisher's report against the template and its arithmetic, and say how to put it right."""
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode
    from compliance.errors import UsageError
    from compliance.transparency.check import SEVERITIES
    from compliance.transparency.render import FORMATS
    from compliance.transparency.session import lint_paths, summary, write_corrected

    render = choose_format(form, FORMATS)
    if fail_level not in SEVERITIES:
        raise UsageError(
            "USE-LEVEL", f"there is no severity {fail_level!r}", hint=f"use one of {', '.join(SEVERITIES)}"
        )
    reports, found = lint_paths(paths, tier=tier, listing=listing)
    sys.stdout.write(render(found))
    for folder, changes in write_corrected(reports, fix) if fix else ():
        print(f"corrected copy in {folder}: {len(changes)} change(s), listed in changes.csv", file=sys.stderr)
    print(summary(found), file=sys.stderr)
    return ExitCode.FINDINGS if any(one.at_least(fail_level) for one in found) else ExitCode.DONE


def checks(form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table") -> None:
    """List what `lint` looks for: id, severity, on whose word, and whether `--fix` puts it right."""
    from compliance.assess.session import choose_format
    from compliance.rules.listing import FORMATS
    from compliance.transparency.check import checks as known
    from compliance.transparency.pages import check_rows

    render = choose_format(form, FORMATS)
    sys.stdout.write(render(check_rows()))
    print(f"{len(known())} checks", file=sys.stderr)


class PeriodFirst(VerbGroup):
    """Takes a period in place of a verb as `generate` of that period."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that the words name."""
        if args and args[0][:1].isdigit():
            args = ["generate", *args]
        return super().resolve_command(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the verb and its parts."""
    group = typer.Typer(
        cls=PeriodFirst,
        no_args_is_help=True,
        help="Make harmonised transparency reports, and check anybody's (Reg. (EU) 2024/2835). "
        "`compliance transparency 2026-H1 ...` is short for `generate 2026-H1 ...`.",
    )
    for command in (generate, explain, recount, freeze, approve, published, versions, lint, checks):
        group.command()(command)
    app.add_typer(group, name="transparency")
