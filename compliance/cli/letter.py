"""`compliance letter`: read a regulator's letter, explain its deadlines, triage it, confirm the request."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from compliance.cli.verb_group import VerbGroup


class Format(StrEnum):
    """How a request is printed."""

    YAML = "yaml"
    JSON = "json"


LetterPath = Annotated[Path, typer.Argument(help="The letter: pdf, docx, eml, txt or md.")]
RequestPath = Annotated[Path, typer.Argument(help="The request.yaml that `letter read` wrote.")]
IntakePath = Annotated[
    Path | None,
    typer.Option(
        "--intake", help="JSON or YAML with received_at, channel, addressee_member_state: receipt is never guessed."
    ),
]


def _now() -> datetime:
    return datetime.now(UTC)


def read(
    file: LetterPath,
    intake: IntakePath = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the request here; default: print it.")] = None,
    form: Annotated[Format | None, typer.Option("--format", help="How to print: yaml (default) or json.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file given with -o, edits and all.")] = False,
    house: Annotated[
        Path | None, typer.Option("--register", help="Also enter the letter into this register. Needs -o and --role.")
    ] = None,
    role: Annotated[str, typer.Option("--role", help="The role that enters the letter into the register.")] = "",
) -> None:
    """Read a letter into a request: who asks what, on which basis, until when; a person then confirms it."""
    from compliance.letters.intake import load_intake
    from compliance.letters.read import read_letter
    from compliance.letters.request import from_letter
    from compliance.letters.request_file import to_json, to_yaml, write_request

    if house is not None:
        from compliance.answers.register import enter, ready
        from compliance.errors import UsageError

        if out is None:
            raise UsageError(
                "USE-REGISTER", "a register holds requests that lie in a file", hint="give -o REQUEST.yaml"
            )
        ready(house, role)
    request = from_letter(read_letter(file, load_intake(intake) if intake else None))
    if out is not None:
        write_request(request, out, force=force)
        print(f"request\t{out}")
        if house is not None:
            entry = enter(house, out, role, _now)
            print(f"recorded: {entry.action} {out} by {entry.role} in {house}", file=sys.stderr)
    if out is None or form is not None:
        print(to_json(request) if form is Format.JSON else to_yaml(request), end="")
    leaves = sum(question.leaf for question in request.questions)
    print(
        f"read: {request.kind}, {leaves} question(s), {len(request.to_confirm)} field(s) to settle before it can be confirmed",
        file=sys.stderr,
    )


def deadlines(
    request: RequestPath,
    ics: Annotated[
        Path | None, typer.Option("--ics", help="Also write the time limits as a calendar file (RFC 5545).")
    ] = None,
) -> None:
    """Explain each time limit of a request: every reading, the rule, what it was computed from."""
    from compliance.letters.explain import explain_deadlines
    from compliance.letters.request import load_request

    loaded = load_request(request)
    print(explain_deadlines(loaded), end="")
    if ics is not None:
        from compliance.letters.calendar_file import calendar_of, entries, undated
        from compliance.letters.request_file import replace_text

        replace_text(ics, calendar_of(loaded, _now()).decode())
        print(f"calendar: {len(entries(loaded))} entries in {ics}, each at its earliest reading", file=sys.stderr)
        if missing := undated(loaded):
            names = ", ".join(part.id for part in missing)
            print(f"calendar: {names} cannot be computed yet: a task without a date", file=sys.stderr)


def drafts(
    file: LetterPath,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the drafts; none there is overwritten.")],
    intake: IntakePath = None,
) -> None:
    """Draft the first letters back, in the letter's language: acknowledgement, clarification, extension."""
    from compliance.letters.drafts import drafts as drafted
    from compliance.letters.drafts import write_drafts
    from compliance.letters.intake import load_intake
    from compliance.letters.read import read_letter

    letter = read_letter(file, load_intake(intake) if intake else None)
    for path in write_drafts(letter, out):
        print(f"draft\t{path}")
    for note in drafted(letter)[0].notes:
        print(f"note: {note}", file=sys.stderr)


def review(
    request: RequestPath,
    role: Annotated[str, typer.Option("--role", help="The role that reviews, e.g. 'legal counsel'. Never a name.")],
    letter: Annotated[
        Path | None, typer.Option("--letter", help="The letter; default: the file of its name beside the request.")
    ] = None,
) -> None:
    """Walk through what was read with doubt, beside the letter's own words; each decision is recorded at once."""
    from compliance.cli.review import walk

    walk(request, role, letter, _now)


def page(
    file: LetterPath,
    out: Annotated[Path, typer.Option("--html", help="Write the page here.")],
    intake: IntakePath = None,
) -> None:
    """Write the letter as a page with every extracted part marked: what was read, where, and how surely."""
    from compliance.letters.formats import read_document
    from compliance.letters.intake import load_intake
    from compliance.letters.page import letter_page
    from compliance.letters.read import read_letter
    from compliance.letters.request_file import replace_text

    read_as = read_letter(file, load_intake(intake) if intake else None)
    replace_text(out, letter_page(read_as, read_document(file)))
    print(f"page\t{out}")


def triage(file: LetterPath, intake: IntakePath = None) -> None:
    """Print one page for the first hour: does it bind, which clocks run, what to preserve now, who answers what."""
    from compliance.letters.intake import load_intake
    from compliance.letters.read import read_letter
    from compliance.letters.triage import triage_page

    print(triage_page(read_letter(file, load_intake(intake) if intake else None)), end="")


def confirm(
    request: RequestPath,
    role: Annotated[
        str, typer.Option("--role", help="The role that confirms, e.g. 'legal counsel'. Never a person's name.")
    ],
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", help="A doubt that is accepted as it stands, by its field; repeat, or 'all'."),
    ] = None,
) -> None:
    """Record that a role compared the request with the letter; refused while doubts are neither removed nor accepted."""
    from compliance.letters.confirm import confirm_request

    confirmed = confirm_request(request, role, tuple(accept or ()), _now)
    by = confirmed.confirmed_by
    print(f"confirmed\t{by.role if by else ''}\t{by.at.isoformat() if by else ''}")


def text(file: LetterPath) -> None:
    """Print the letter's text as read, with line numbers: what the places in a request point to."""
    from compliance.letters.formats import read_document

    document = read_document(file)
    for block in document.blocks:
        print(f"{document.line_at(block.start)}\t{block.start}\t{block.text}")
    for note in document.notes:
        print(f"note: {note}", file=sys.stderr)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(
        cls=VerbGroup, help="Read a regulator's letter into a request that a person confirms.", no_args_is_help=True
    )
    for command in (read, triage, drafts, page, review, deadlines, confirm, text):
        group.command()(command)
    app.add_typer(group, name="letter")
