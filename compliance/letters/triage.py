"""One page for the first hour: does the letter bind, which clocks run, what to preserve now, which question goes to whom."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from compliance.letters.letter import Deadline, Letter
from compliance.letters.vocabulary import letters_data

_WIDTH = 132


def triage_page(letter: Letter) -> str:
    """The page as plain text, about sixty lines of at most 132 characters; internal, not for the authority."""
    parts = (_head, _force, _call_back, _clocks, _preserve, _owners, _open)
    return "\n\n".join("\n".join(_fitted(part(letter))) for part in parts) + "\n"


def _fitted(lines: Iterable[str]) -> Iterator[str]:
    """Lines no wider than the page; what a letter brought along that is no text cannot move the cursor."""
    for line in lines:
        plain = "".join(character if character.isprintable() else " " for character in line)
        yield from textwrap.wrap(plain, _WIDTH, subsequent_indent=" " * 14, break_on_hyphens=False)


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
    yield f"  channel     {channel or 'not recorded'} - the Art. 11 point of contact?"
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
    words = letters_data("triage.yaml")
    touched = (each["line"] for each in words["touches"] if re.search(each["words"], letter.text, re.IGNORECASE))
    for line in dict.fromkeys((*words["parallel"].get(letter.kind, ()), *touched)):
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


def _call_back(letter: Letter) -> Iterator[str]:
    """Whom to call to know that the letter is genuine, what to ask, and what the letter says of itself, to compare only."""
    sender = letter.sender
    yield "IS IT GENUINE? CALL BACK"
    unit = ", ".join(part for part in (sender.unit, sender.signatory_role) if part)
    yield f"  whom        {sender.authority}{f' ({unit})' if unit else ''}"
    yield "  how         by a number from its own site, never one from the letter"
    dated = letter.date.isoformat() if letter.date else "undated"
    yield f"  ask         did you send {letter.reference or 'this letter'} of {dated}, to which entity, by which channel, and due when?"
    if letter.mailed_from:
        yield f"  sent from   {_short(letter.mailed_from, 90)} - as the mail says, which anybody can write"
    texts = f"{letter.mailed_from}\n{letter.text}"
    addresses = list(dict.fromkeys(match.lower().rstrip(".") for match in _ADDRESS.findall(texts)))
    numbers = list(dict.fromkeys(" ".join(match.split()) for match in _NUMBER.findall(letter.text)))
    named = ", ".join((*addresses[:6], *numbers[:4]))
    yield f"  it names    {f'{named} - to compare, not to use' if named else 'neither an address nor a number'}"
    domain = letters_data("triage.yaml")["domains"].get(sender.authority_id)
    foreign = [each for each in addresses if domain and not _within(each.rsplit("@", 1)[1], domain)]
    if foreign:
        yield f"  ! not of {domain}: {', '.join(foreign[:4])} - whose are they?"
    if not domain:
        yield "  domain      not known here for certain: see the Commission's list of coordinators, or the authority's own site"


_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_NUMBER = re.compile(r"(?:\+|\b00)\d{1,3}[ \d()/.-]{6,18}\d")


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _owners(letter: Letter) -> Iterator[str]:
    words = letters_data("triage.yaml")
    yield "QUESTION -> TYPE -> OWNER -> FEASIBLE BY (policy of the house, not law; clock of the receipt) -> LIMIT"
    leaves = [question for question in letter.questions if question.leaf]
    for question in leaves[:60]:
        kind = question.type or "narrative"
        ready, late = _feasible(letter, question.deadline_ref, words["sources"][kind]["hours"])
        limit = f"{question.deadline_ref or ''}{' TOO LATE' if late else ''}"
        named = f"{question.number or '-':<7} {kind.replace('_', ' '):<20} {words['owners'][kind]:<30}"
        yield f"  {named} {ready:<16} {limit:<11} {_short(question.text, 38)}"
    if len(leaves) > 60:
        yield f"  ... and {len(leaves) - 60} more"
    if not leaves:
        yield "  nothing is asked that was recognised"
        return
    yield "WHAT EACH IS MADE FROM"
    for kind in dict.fromkeys(question.type or "narrative" for question in leaves):
        yield f"  {kind.replace('_', ' '):<20} {words['sources'][kind]['from']}"


def _feasible(letter: Letter, limit: str | None, hours: int) -> tuple[str, bool]:
    """When the owner can have it, from receipt where that is recorded, and whether that is behind the question's limit."""
    received = (letter.intake or {}).get("received_at")
    if not received:
        return f"receipt + {hours} h", False
    ready = datetime.fromisoformat(str(received)) + timedelta(hours=hours)
    dues = [each for each in (letter.deadline, *letter.additional_deadlines) if each and each.instant]
    own = [each.instant for each in dues if each.id == limit] or [
        each.instant for each in dues if each.scope == "answer" and each.applies_to == "all"
    ]
    late = any(each is not None and ready > each for each in own)
    return ready.isoformat(sep=" ", timespec="minutes")[:16], late


def _open(letter: Letter) -> Iterator[str]:
    yield "TO SETTLE BEFORE ANYTHING IS ANSWERED"
    for field, why in letter.to_confirm.items():
        yield f"  {field}: {why}"
    if not letter.to_confirm:
        yield "  nothing was read with doubt; compare with the letter all the same, then confirm"


def _short(text: str, length: int) -> str:
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return text if len(text) <= length else text[: length - 1] + "…"
