"""`compliance rules`: list, show, lint, test and map the rules, and say which of them bind the service."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup
from compliance.errors import UsageError

Folders = Annotated[list[Path] | None, typer.Argument(help="Rule files or folders; else the shipped packs.")]
Config = Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")]
More = Annotated[list[Path] | None, typer.Option("--rules", help="Folder with further rules. May be repeated.")]
Only = Annotated[list[str] | None, typer.Option(help="Only this rule, by id or key. May be repeated.")]
Day = Annotated[str | None, typer.Option(help="Day for which to say it, as 2026-08-13; else today.")]


def list_rules(
    config: Config = None,
    rules: More = None,
    day: Day = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv.")] = "table",
) -> None:
    """List the rules, with their limits as of a day."""
    from compliance.assess.rulebook import rule_rows
    from compliance.assess.session import choose_format, project_of, rules_of
    from compliance.rules.listing import FORMATS

    render = choose_format(form, FORMATS)
    loaded = rules_of(*project_of(config), rules or [])
    sys.stdout.write(render(rule_rows(loaded, _day(day))))
    print(f"{len(loaded)} rules", file=sys.stderr)


def show(
    rule: Annotated[str, typer.Argument(help="Id or key of the rule.")], config: Config = None, rules: More = None
) -> None:
    """Show the page of one rule: what, why, limits, exceptions, examples."""
    from compliance.assess.session import project_of, rules_of
    from compliance.rules.pages import page

    sys.stdout.write("\n".join(page(one.rule) for one in rules_of(*project_of(config), rules or [], [rule])))


def lint(
    folders: Folders = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 3 on warnings too.")] = False,
    form: Annotated[str, typer.Option("--format", help="table, json, csv, github.")] = "table",
) -> int:
    """Name every fault of every rule file, by file, line and column, and what a careful author would still add."""
    from compliance.assess.rulebook import note_lines, note_rows
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode
    from compliance.rules.lint import lint as examine
    from compliance.rules.listing import FORMATS, to_github

    render = choose_format(form, {**FORMATS, "github": to_github})
    found = examine(folders)
    sys.stdout.write(note_lines(found) if form == "table" else render(note_rows(found)))
    warnings = len(found.notes) - found.faults
    print(f"{len(found.rules)} sound rules, {found.faults} faults, {warnings} warnings", file=sys.stderr)
    return ExitCode.INPUT if found.faults or (strict and warnings) else ExitCode.DONE


def run_tests(
    folders: Folders = None,
    only: Only = None,
    form: Annotated[str, typer.Option("--format", help="table, json, csv, junit.")] = "table",
    workers: Annotated[int | None, typer.Option(help="Processes; else one per core.", min=1)] = None,
) -> int:
    """Run the tests inside the rule files on the real engine."""
    from compliance.assess.rulebook import test_lines, test_rows
    from compliance.assess.ruletest import run_rule_tests
    from compliance.assess.session import choose_format
    from compliance.cli.exit_code import ExitCode
    from compliance.rules.listing import FORMATS, to_junit
    from compliance.rules.loader import load_rules, named

    render = choose_format(form, {**FORMATS, "junit": to_junit})
    rows = test_rows(run_rule_tests(named(load_rules(folders), only or []), workers))
    sys.stdout.write(test_lines(rows) if form == "table" else render(rows))
    failed = sum(row["outcome"] != "passed" for row in rows)
    print(f"{len(rows)} tests, {failed} failed", file=sys.stderr)
    return ExitCode.FINDINGS if failed else ExitCode.DONE


def coverage(
    config: Config = None,
    rules: More = None,
    by: Annotated[str, typer.Option(help="row (one per obligation), article, chapter (the summary).")] = "row",
    form: Annotated[str, typer.Option("--format", help="table, json, csv, md.")] = "table",
) -> None:
    """Say for every obligation of the register which rule covers it, or why none does; counted by chapter on stderr."""
    from compliance.assess.coverage import VIEWS, chapter_rows, coverage_table, to_markdown
    from compliance.assess.session import choose_format, project_of, rules_of
    from compliance.rules.listing import FORMATS, to_table
    from compliance.rules.register import coverage_of_register

    view = choose_format(by, VIEWS)
    render = choose_format(form, {**FORMATS, "table": coverage_table, "md": to_markdown})
    found = coverage_of_register(rules_of(*project_of(config), rules or []))
    sys.stdout.write(render(view(found)))
    if by != "chapter":
        sys.stderr.write(to_table(chapter_rows(found)))
    print(f"{len(found)} obligations, {sum(one.kind == 'planned' for one in found)} without an answer", file=sys.stderr)


def docs(
    out: Annotated[Path, typer.Option(help="Folder to write the pages to.")] = Path("docs/rules"),
    folders: Folders = None,
) -> None:
    """Write one page per rule and an index, in Markdown."""
    from compliance.rules.loader import load_rules
    from compliance.rules.pages import write_pages

    print(write_pages(load_rules(folders), out))


def _day(text: str | None) -> date:
    """The day named, else today: the command line is where the clock is read."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("CLI-DAY", f"not a day: {text!r}", hint="write it as 2026-08-13") from error


def register(app: typer.Typer) -> None:
    """Add the verb and its parts."""
    from compliance.cli.applicable import applicable
    from compliance.cli.diff import diff
    from compliance.cli.lock import lock
    from compliance.cli.mutate import mutate
    from compliance.cli.new_rule import new
    from compliance.cli.record import record

    group = typer.Typer(cls=VerbGroup, no_args_is_help=True, help="List, show, lint, test and map the rules.")
    group.command("list")(list_rules)
    for command in (show, lint, coverage, docs, applicable, lock):
        group.command()(command)
    group.command("test")(run_tests)
    group.command()(mutate)
    group.command()(diff)
    group.command()(record)
    group.command()(new)
    app.add_typer(group, name="rules")
