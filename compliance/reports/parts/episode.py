"""What happened in the period: incidents, livestreams, letters."""

from __future__ import annotations

from compliance.reports.content import Block, Cell, Column, Table
from compliance.reports.material import Material
from compliance.reports.wording import code_words


def outages(material: Material) -> tuple[Block, ...]:
    """Incidents as logged. A cause is somebody's assertion, beside the evidence for it."""
    rows = tuple(
        (
            Cell(o.incident_id),
            Cell(code_words(o.functionality)),
            Cell(o.detected),
            Cell(o.resolved),
            Cell(None if o.resolved is None else o.resolved - o.detected),
            Cell(o.users, bound="" if o.users is not None else "not held"),
            Cell(
                f"asserted: {code_words(o.cause)}; evidence: {code_words(o.evidence)}" if o.cause else "none asserted"
            ),
        )
        for o in material.outages
    )
    columns = (
        Column("Incident", "id", 1.6),
        Column("Function", weight=1.2),
        Column("Detected (UTC)", "instant", 1.5),
        Column("Resolved (UTC)", "instant", 1.5),
        Column("Lasted", "time", 1.1),
        Column("Users in the Union", "count", 1.2),
        Column("Cause", weight=2.6),
    )
    return (
        Table(
            "outages",
            "Incidents",
            columns,
            rows,
            empty="No incident is in the log of this period.",
            note="An outage as such engages no DSA rule. What somebody asserted as the cause is not a finding of cause.",
        ),
    )


def livestreams(material: Material) -> tuple[Block, ...]:
    """The livestreams that an incident touched, and those with the largest audiences."""
    rows = tuple(
        (
            Cell(s.stream_id),
            Cell(s.title or ""),
            Cell(s.scheduled),
            Cell(_gap(s.scheduled, s.speech)),
            Cell(s.ended),
            Cell(s.listeners, bound="" if s.listeners is not None else "not held"),
            Cell(s.failures, of=s.attempts, bound="" if s.attempts else "not held"),
            Cell(", ".join(s.incidents) or "none"),
        )
        for s in material.livestreams
    )
    columns = (
        Column("Livestream", "id", 1.9),
        Column("Title", weight=1.7),
        Column("Announced for (UTC)", "instant", 1.5),
        Column("To first speech", "time", 1.0),
        Column("Ended (UTC)", "instant", 1.5),
        Column("Most listeners", "count", 1.1),
        Column("Failed attempts to join", "share", 2.0),
        Column("Incident at the time", "id", 1.5),
    )
    return (
        Table(
            "livestreams",
            "Livestreams that ran during an incident, then the largest",
            columns,
            rows,
            empty="No livestream is in the log of this period.",
            note="Listeners are worldwide. Attempts are not people. Overlap is not cause.",
        ),
    )


def _gap(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def letters(material: Material) -> tuple[Block, ...]:
    """Letters of authorities in the period, and earlier ones still open."""
    rows = tuple(
        (
            Cell(letter.request_id),
            Cell(code_words(letter.kind)),
            Cell(letter.authority),
            Cell(letter.delivered),
            Cell(letter.due),
            Cell(letter.answered),
            Cell(_answer(letter.due, letter.answered, material.as_of)),
        )
        for letter in material.letters
    )
    columns = (
        Column("Matter", "id", 1.2),
        Column("Kind", weight=1.8),
        Column("Authority", weight=1.8),
        Column("Delivered (UTC)", "instant", 1.4),
        Column("Due (UTC)", "instant", 1.4),
        Column("Answered (UTC)", "instant", 1.4),
        Column("State", weight=1.3),
    )
    return (
        Table(
            "letters",
            "Letters of authorities",
            columns,
            rows,
            empty="No letter of an authority is in the log of this period.",
        ),
    )


def _answer(due: int | None, answered: int | None, as_of: int) -> str:
    if answered is not None:
        return "answered" if due is None or answered <= due else "answered late"
    if due is None:
        return "asks for no answer"
    return "open" if as_of <= due else "overdue"
