"""`compliance transparency freeze`, `approve`, `published` and `versions`: from a generated report to a published one."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Option("--publication", help="Folder of the publication: its versions and its record.")]
Role = Annotated[str, typer.Option("--by", help="The role that takes this step, such as: head of transparency.")]
Config = Annotated[Path | None, typer.Option(help="Configuration; else the nearest compliance.toml.")]


def _now() -> datetime:
    return datetime.now(UTC)


def freeze(
    report: Annotated[Path, typer.Argument(help="Folder of the report that was generated.")],
    publication: Folder,
    by: Role,
    store: Annotated[
        Path | None, typer.Option(help="Store to hold against: published recipients, statements accepted.")
    ] = None,
    last: Annotated[
        list[Path] | None, typer.Option(help="The last period's report, as it was published. May be repeated.")
    ] = None,
    declared: Annotated[Path | None, typer.Option(help="What was declared for the report: who owns its texts.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="From which difference on a reason is asked for; else ours.")
    ] = None,
    texts_by: Annotated[
        str, typer.Option("--texts-by", help="The role that owns the texts nobody declared: those of the tool.")
    ] = "",
    why: Annotated[str, typer.Option(help="Of an update: why the report is corrected.")] = "",
    how: Annotated[str, typer.Option(help="Of an update: how it was corrected.")] = "",
    config: Config = None,
) -> None:
    """Freeze a report as a version: copy its files, and write the form of what has to be answered before it is approved."""
    from compliance.transparency.publishing.freeze import freeze as take
    from compliance.transparency.publishing.record import FORM, UPDATE

    version = take(
        report,
        publication,
        by=by,
        clock=_now,
        store=store,
        last=last or [],
        declared=declared,
        config=config,
        policy=policy,
        texts_by=texts_by,
        why=why,
        how=how,
    )
    print(version.folder / FORM)
    if version.frozen["updates"]:
        print(version.folder / UPDATE)
    print(
        f"version {version.number} is frozen: {len(version.frozen['files'])} files, {len(version.questions)} question(s), "
        f"{len(version.open)} open",
        file=sys.stderr,
    )


def approve(publication: Folder, by: Role) -> None:
    """Approve the last version: bound to its files and to the answers; never by the role that prepared it."""
    from compliance.transparency.publishing.approve import approve as take

    version = take(publication, by=by, clock=_now)
    print(f"version {version.number} is approved by {by}", file=sys.stderr)


def published(
    sources: Annotated[
        list[str], typer.Argument(help="What lies in public: addresses, files, a folder or a ZIP.", metavar="SOURCE...")
    ],
    publication: Folder,
    by: Role,
    on: Annotated[str | None, typer.Option(help="Day of publication; else today (UTC).")] = None,
    plain_http: Annotated[bool, typer.Option("--plain-http", help="Take an address without encryption too.")] = False,
) -> int:
    """Archive what was published, and prove that its bytes are those that were approved."""
    from compliance.cli.exit_code import ExitCode
    from compliance.errors import UsageError
    from compliance.transparency.publishing.publish import published as take

    try:
        day = date.fromisoformat(on) if on else None
    except ValueError as error:
        raise UsageError("PUB-DAY", f"not a day: {on!r}", hint="write 2026-08-28") from error
    version, found = take(publication, sources, on=day, by=by, clock=_now, plain_http=plain_http)
    for note in found.notes:
        print(note)
    for change in found.cells:
        print(f"{change.cell}: approved {change.before or 'blank'}, published {change.after or 'blank'}")
    words = "is what was approved" if found.equal else "is NOT what was approved"
    print(f"what was published {words} (version {version.number}); archived in {version.folder}", file=sys.stderr)
    return ExitCode.DONE if found.equal else ExitCode.FINDINGS


def versions(
    publication: Folder,
    form: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    config: Config = None,
) -> int:
    """Show the versions of a report, by when it is due and has to stay public, and what stands in the way."""
    from compliance.assess.session import choose_format, project_of
    from compliance.cli.exit_code import ExitCode
    from compliance.transparency.publishing.record import open_publication
    from compliance.transparency.render.publishing import FORMATS

    render = choose_format(form, FORMATS)
    found = open_publication(publication)
    sys.stdout.write(render(found, project_of(config)[0].service.calendar))
    return ExitCode.INTEGRITY if found.void else ExitCode.DONE
