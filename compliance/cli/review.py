"""The talk of `compliance letter review`: one doubt at a time, a decision each, written before the next is asked."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from compliance.clock import Clock
from compliance.errors import UsageError
from compliance.letters.review import Item


def walk(path: Path, role: str, letter: Path | None, clock: Clock) -> None:
    """Ask for each doubt: accept, correct, skip or quit. UsageError `LET-TERMINAL` where nobody can be asked."""
    from compliance.errors import LetterError
    from compliance.letters.formats import read_document
    from compliance.letters.request import load_request
    from compliance.letters.review import items, letter_beside, settle, write_settled

    request = load_request(path, confirming=True)
    found = letter_beside(request, path, letter)
    waiting = items(request, read_document(found) if found else None)
    if waiting and not sys.stdin.isatty():
        raise UsageError(
            "LET-TERMINAL",
            "a review asks questions and there is no terminal to answer on",
            hint="run it in a terminal, or edit the request and use `compliance letter confirm --accept FIELD`",
        )
    if not found:
        typer.echo("the letter is not beside the request: only places are shown (give --letter)", err=True)
    for number, item in enumerate(waiting, start=1):
        _show(item, number, len(waiting))
        while True:
            choice = typer.prompt("[a]ccept  [c]orrect  [s]kip  [q]uit", default="s", err=True).strip().lower()[:1]
            if choice in "acsq":
                break
        if choice == "q":
            break
        if choice == "s":
            continue
        try:
            corrected = typer.prompt(f"value of {item.field} (YAML)", err=True) if choice == "c" else None
            settled = settle(request, item.field, role, clock(), corrected)
        except LetterError as error:
            typer.echo(f"{error.code}: {error.message}\nnext: {error.hint}; left open", err=True)
            continue
        write_settled(path, request, settled)
        request = load_request(path, confirming=True)
    left = len(request.to_confirm)
    print(f"settled\t{len(waiting) - left}\topen\t{left}")
    if not left:
        typer.echo(f"next: compliance letter confirm {path} --role '{role}'", err=True)


def _show(item: Item, number: int, total: int) -> None:
    where = f"line {item.line}{f', page {item.page}' if item.page else ''}" if item.line else "stands nowhere"
    typer.echo(f"\n{number} of {total}  {item.field}  ({where})\n  why: {item.why}", err=True)
    if item.excerpt:
        typer.echo(f"  letter: {item.excerpt}", err=True)
    typer.echo("  read as: " + item.value.replace("\n", "\n           "), err=True)
