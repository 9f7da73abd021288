"""`compliance check`: judge logs, or a store, by the rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def check(
    logs: Annotated[
        list[Path] | None, typer.Argument(help="Logs to judge without a store.", metavar="[LOG]...")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Judge a store instead of logs.")] = None,
    mapping: Annotated[
        str | None, typer.Option("--map", help="Mapping for a foreign log: a shipped name or a file.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")] = None,
    rules: Annotated[list[Path] | None, typer.Option(help="Folder with further rules. May be repeated.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Judge only this rule, by id or key. May be repeated.")] = None,
    period: Annotated[str | None, typer.Option(help="2026-Q3, 2026-H1, 2026-08, 2026, or FROM..TO in days.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Instant up to which the log counts as known; else its last event.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="table, json, jsonl, csv, sarif, junit, github, md.")] = "table",
    new_only: Annotated[
        Path | None, typer.Option(help="List only what this earlier assessment (JSON) did not.")
    ] = None,
    rules_lock: Annotated[
        Path | None, typer.Option(help="Judge by exactly the rules of this lock or assessment, or say what differs.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="What if a target of your own were another: RULE.parameter=VALUE. May be repeated."),
    ] = None,
    fail_level: Annotated[str, typer.Option(help="Severity from which findings give exit code 1.")] = "low",
    require_evidence: Annotated[
        bool, typer.Option("--require-evidence", help="Exit 4 where any rule lacks evidence.")
    ] = False,
    listing: Annotated[
        int, typer.Option(help="Findings listed per rule, verdict and reason; counts are exact.", min=1)
    ] = 1000,
    explain_plan: Annotated[
        bool,
        typer.Option(
            "--explain-plan", help="Show what was read and the SQL that judged each rule, instead of findings."
        ),
    ] = False,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Judge a store whole, also what cannot have changed since its last check."),
    ] = False,
    memory: Annotated[
        str | None,
        typer.Option(help="Memory the run may take, e.g. 4GB; beyond it the engine spills to disk. Else 1800MB."),
    ] = None,
    engine: Annotated[
        str, typer.Option(help="embedded, or spark: a store on storage that all workers share.")
    ] = "embedded",
    remote: Annotated[
        str | None, typer.Option(help="Spark Connect server, e.g. sc://host:15002.", envvar="SPARK_REMOTE")
    ] = None,
) -> int:
    """Judge logs, or a store, by the rules."""
    from compliance.assess.comparison import new_only as only_new
    from compliance.assess.contract import from_json
    from compliance.assess.outcome_code import failing, unevidenced
    from compliance.assess.render import FORMATS
    from compliance.assess.render.plan import plan_text
    from compliance.assess.render.table import what_if_lines
    from compliance.assess.session import choose_format, judge, summary
    from compliance.cli.exit_code import ExitCode, worst

    render = choose_format(form, FORMATS)
    run = judge(
        logs or [],
        store=store,
        mapping=mapping,
        config=config,
        rules=rules or [],
        only=only or [],
        period=period,
        as_of=as_of,
        listing=listing,
        memory=memory,
        fail_level=fail_level,
        rules_lock=rules_lock,
        settings=settings or [],
        engine=engine,
        remote=remote,
        anew=anew,
    )
    assessment = run.assessment
    if new_only is not None:
        assessment = only_new(assessment, from_json(new_only.read_bytes(), str(new_only)))
    sys.stdout.write(plan_text(assessment, run.rules, run.columns) if explain_plan else render(assessment))
    failed = failing(assessment, fail_level)
    lacking = unevidenced(assessment, run.project.required, every=require_evidence)
    for rule in lacking:
        print(f"not enough evidence: {rule.id} {rule.title}", file=sys.stderr)
    for warning in assessment.warnings:
        print(f"note: {warning}", file=sys.stderr)
    for line in (*what_if_lines(assessment), *run.effects):
        print(line, file=sys.stderr)
    if run.again[0]:
        print(
            f"note: {run.again[0]} rules were judged again only in the {run.again[1]:,} events that can have changed since "
            "the last check; --anew judges everything",
            file=sys.stderr,
        )
    if run.unfit:
        print(
            f"note: what the store remembers of its last check was not used, as {run.unfit}: everything was judged anew",
            file=sys.stderr,
        )
    if run.unkept:
        print(f"note: the store does not remember this check ({run.unkept}): the next judges all anew", file=sys.stderr)
    print(summary(assessment), file=sys.stderr)
    return worst([ExitCode.FINDINGS] * bool(failed) + [ExitCode.EVIDENCE] * bool(lacking))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(check)
