"""One page for the first hour: does the letter bind, which clocks run, what to preserve now, which question goes to whom."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.letters.letter import Deadline, Letter
from compliance.letters.vocabulary import letters_data


def triage_page(letter: Letter) -> str:
    """The page as plain text, about sixty lines; internal, not for the authority."""
    return (
        "\n".join(
            [
                *_head(letter),
                "",
                *_force(letter),
                "",
                *_clocks(letter),
                "",
                *_preserve(letter),
                "",
                *_owners(letter),
                "",
                *_open(letter),
            ]
        )
        + "\n"
    )


def _head(letter: Letter) -> Iterator[str]:
    yield f"TRIAGE - internal - {letter.file}"
    dated = letter.date.isoformat() if letter.date else "undated"
    yield f"{letter.sender.authority}, {letter.reference or 'no reference found'}, {dated}, language {letter.language}"
    yield f"{letter.subject or 'no subject found'}"


def _force(letter: Letter) -> Iterator[str]:
    words = letters_data("triage.yaml")
    binds = {True: "YES", False: "NO", None: "NOT SETTLED: legal must say"}[letter.binding]
    yield "DOES IT BIND?"
    yield f"  kind        {words['kinds'][letter.kind]}"
    yield f"  binds       {binds}{' (a draft)' if letter.draft else ''}"
    yield f"  basis       {', '.join(letter.legal_bases) or 'none named'}"
    if letter.negated_articles:
        yield f"  it says it is no request under {', '.join(letter.negated_articles)}"
    yield f"  competence  {letter.competence}{': ' + letter.competence_note if letter.competence_note else ''}"
    yield f"  addressee   {letter.addressee or 'not found'} - is this the provider, and the entity that runs the service?"
    channel = (letter.intake or {}).get("channel")
    yield f"  channel     {channel or 'not recorded'} - the Art. 11 point of contact? Call the authority back on a number from its own site"
    if letter.sanctions:
        yield f"  sanctions   {', '.join(letter.sanctions)}"


def _clocks(letter: Letter) -> Iterator[str]:
    yield "WHICH CLOCKS RUN?"
    received = (letter.intake or {}).get("received_at")
    yield f"  received    {received or 'NOT RECORDED: no period from receipt can be computed; record it in the intake'}"
    listed = [each for each in (letter.deadline, *letter.additional_deadlines, *letter.redress) if each]
    for each in listed:
        yield from _clock(each)
    if not listed:
        yield f"  the letter sets no time limit{': ' + ', '.join(letter.vague_terms) if letter.vague_terms else ''}"
    for line in letters_data("triage.yaml")["parallel"].get(letter.kind, ()):
        yield f"  check       {line}"


def _clock(deadline: Deadline) -> Iterator[str]:
    due = deadline.instant.isoformat(timespec="minutes") if deadline.instant else "OPEN"
    applies = ", ".join(deadline.applies_to) if isinstance(deadline.applies_to, tuple) else deadline.applies_to
    asked = " (requested, not binding)" if deadline.binding is False and deadline.scope == "answer" else ""
    yield f'  {deadline.id:<3} {due:<24} {deadline.scope.replace("_", " ")}: {applies}{asked} - "{_short(deadline.text, 60)}"'
    for other in deadline.alternatives:
        yield f"        other reading {other.isoformat(timespec='minutes')}"
    for need in deadline.needs:
        yield f"        to settle: {need}"


def _preserve(letter: Letter) -> Iterator[str]:
    words = letters_data("triage.yaml")
    yield "PRESERVE NOW (most volatile first)"
    types = {question.type for question in letter.questions if question.type}
    for entry in words["preserve"]:
        if not entry.get("types") or types & set(entry["types"]):
            yield f"  - {entry['what']}"
    if letter.entities:
        yield f"  - everything about: {', '.join(_short(each, 70) for each in letter.entities[:6])}"
    if letter.period:
        yield f"  - period of data: {letter.period.start} to {letter.period.end or 'open'}"
    if letter.confidentiality and letter.confidentiality.get("non_disclosure_to_user"):
        yield "  ! do not inform the user; keep the circle of people small"


def _owners(letter: Letter) -> Iterator[str]:
    owners = letters_data("triage.yaml")["owners"]
    yield "QUESTION -> TYPE -> OWNER"
    leaves = [question for question in letter.questions if question.leaf]
    for question in leaves[:60]:
        kind = (question.type or "narrative").replace("_", " ")
        owner = owners[question.type or "narrative"]
        limit = question.deadline_ref or ""
        yield f"  {question.number or '-':<7} {kind:<20} {owner:<34} {limit:<3} {_short(question.text, 50)}"
    if len(leaves) > 60:
        yield f"  ... and {len(leaves) - 60} more"
    if not leaves:
        yield "  nothing is asked that was recognised"


def _open(letter: Letter) -> Iterator[str]:
    yield "TO SETTLE BEFORE ANYTHING IS ANSWERED"
    for field, why in letter.to_confirm.items():
        yield f"  {field}: {why}"
    if not letter.to_confirm:
        yield "  nothing was read with doubt; compare with the letter all the same, then confirm"


def _short(text: str, length: int) -> str:
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return text if len(text) <= length else text[: length - 1] + "…"
