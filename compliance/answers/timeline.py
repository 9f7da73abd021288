"""Chronologies: what the log recorded, in UTC, with the line of each record; dense telemetry as counts per minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.answers.desk import Desk, Subject, gaps_for, needs_person, subject_of
from compliance.answers.model import Answer, ExhibitDraft, Question, Status
from compliance.answers.scope import Found, Selection, counts_by_type, extent, find, marks, quoted, selection
from compliance.answers.topic import types_of
from compliance.clock import format_us
from compliance.errors import Place
from compliance.events.catalogue import ENVELOPE, Kind, Sensitivity

DENSE = 200
"""More records of one type than this are shown as counts per minute, with the first and the last record."""
MOST_ROWS = 100_000
"""Rows of a table by the minute; a longer one is cut, and says so."""
COLUMNS = ("time_utc", "event_type", "what", "details", "event_id", "log_file", "log_line")


def answer_timeline(desk: Desk, question: Question) -> Answer:
    """A chronology of the cases a question names, or of its subject in its period."""
    subject = subject_of(desk, question, related=True)
    chosen = selection(subject.types, subject.window, subject.references)
    counts = counts_by_type(desk.dataset, chosen)
    gaps = gaps_for(desk, subject.types, extent(desk.dataset, chosen, subject.window))
    if not counts:
        return (
            needs_person(desk, question, desk.say("timeline.missing.what"), desk.say("timeline.missing.why"))
            if not gaps
            else Answer(
                question,
                Status.NOT_HELD,
                desk.say("timeline.unvouched"),
                gaps=gaps,
            )
        )
    if not desk.event_level:
        held = desk.say("timeline.held", count=desk.phrases.number(sum(counts.values())), kinds=len(counts))
        return Answer(question, Status.WITHHELD, desk.say("aggregate.only"), (held,), gaps=gaps)
    sparse = tuple(name for name, count in counts.items() if count <= DENSE)
    dense = tuple(name for name in counts if name not in sparse)
    shown = find(desk.dataset, selection(sparse, subject.window, subject.references)) if sparse else ()
    ends = tuple(event for name in dense for event in _ends(desk, subject, name))
    events = tuple(sorted({*shown, *ends}, key=lambda event: (event.t, event.id)))
    chronology = event_table(desk, desk.say("timeline.title"), "timeline", events, subject)
    paragraphs = (_sentence(desk, counts, subject, events), *asserted_causes(desk, subject))
    reasons = [desk.say("gaps.records")] if gaps else []
    reason = "; ".join([desk.say("subject.unidentified"), *reasons] if subject.unidentified else reasons)
    return Answer(
        question,
        Status.PARTLY if reason else Status.ANSWERED,
        reason,
        paragraphs,
        exhibits=(chronology, *minute_tables(desk, subject, dense)),
        gaps=gaps,
    )


def asserted_causes(desk: Desk, subject: Subject) -> tuple[str, ...]:
    """Causes on record, each with who asserted it, when, and the evidence recorded; nothing where the subject is no incident."""
    about = desk.event_level and {"incident", "statement"} & set(subject.families)
    if not about or not column_known(desk, "cause_asserted"):
        return ()
    chosen = selection(types_of(("incident", "statement"), desk.catalogue), subject.window, subject.references)
    query = (
        "SELECT cause_asserted::VARCHAR, asserted_by::VARCHAR, cause_evidence::VARCHAR, min(t) "
        f"FROM ev WHERE {chosen.sql} AND cause_asserted IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4, 1, 2, 3"
    )
    rows = desk.dataset.con.execute(query, list(chosen.values)).fetchall()
    unknown, caution = desk.say("not_recorded"), desk.say("cause.caution")
    listed = (
        desk.say(
            "cause.asserted",
            cause=cause.replace("_", " "),
            who=who or unknown,
            instant=format_us(at),
            evidence=desk.phrases.named("proof", evidence) if evidence else unknown,
        )
        for cause, who, evidence, at in rows
    )
    return (desk.say("cause.listed", causes="; ".join(listed)), caution) if rows else (caution,)


def _sentence(desk: Desk, counts: Mapping[str, int], subject: Subject, events: Sequence[Found]) -> str:
    named = desk.say("timeline.about", cases=subject.named) if subject.named else ""
    return desk.say(
        "timeline.sentence",
        count=desk.phrases.number(sum(counts.values())),
        kinds=len(counts),
        about=named,
        first=format_us(events[0].t),
        last=format_us(events[-1].t),
        window=subject.window.words,
    )


def _ends(desk: Desk, subject: Subject, event_type: str) -> tuple[Found, ...]:
    """First and last record of a dense type."""
    chosen = selection((event_type,), subject.window, subject.references)
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE {chosen.sql} ORDER BY t DESC, id DESC LIMIT 1"
    last = desk.dataset.con.execute(query, list(chosen.values)).fetchall()
    return tuple(dict.fromkeys([*find(desk.dataset, chosen, 1), *(Found(*row) for row in last)]))


def minute_tables(desk: Desk, subject: Subject, dense: Sequence[str]) -> tuple[ExhibitDraft, ...]:
    """Counts of each type per minute (and Member State, where recorded), with sums and highest values of its integer fields."""
    found = []
    for name in dense:
        chosen = selection((name,), subject.window, subject.references)
        spec = desk.catalogue.types[name]
        numbers = [
            field.name
            for field in spec.fields.values()
            if field.kind is Kind.INTEGER and field.sensitivity is Sensitivity.OPEN
        ]
        place = next((field for field in ("member_state", "country") if field in spec.fields), "")
        head = (
            "minute_utc",
            *([place] if place else []),
            "records",
            *(f"{part}_{field}" for field in numbers for part in ("sum", "highest")),
        )
        by = desk.say("minutes.and", dimension=desk.phrases.named("dimension", place)) if place else ""
        rows = _per_minute(desk, chosen, numbers, place)
        cut = desk.say("minutes.cut", most=MOST_ROWS) if len(rows) == MOST_ROWS else ""
        made = desk.say("minutes.made", type=name, by=by) + cut
        found.append(
            ExhibitDraft(
                desk.say("minutes.title", type=desk.phrases.event(name, spec.title), by=by),
                "minutes",
                made,
                desk.custodian(spec.family),
                subject.window.words,
                head,
                rows,
            )
        )
    return tuple(found)


def _per_minute(desk: Desk, chosen: Selection, numbers: Sequence[str], place: str) -> tuple[tuple[Any, ...], ...]:
    sums = "".join(f", sum({quoted(field)})::BIGINT, max({quoted(field)})::BIGINT" for field in numbers)
    group = f"coalesce({quoted(place)}, '')" if place else "''"
    query = (
        f"SELECT t // 60000000 AS minute, {group} AS place, count(*){sums} FROM ev WHERE {chosen.sql} "
        "GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?"
    )
    rows = desk.dataset.con.execute(query, [*chosen.values, MOST_ROWS]).fetchall()
    return tuple((format_us(row[0] * 60_000_000), *(row[1:] if place else row[2:])) for row in rows)


def event_table(desk: Desk, title: str, kind: str, events: Sequence[Found], subject: Subject) -> ExhibitDraft:
    """A table of events, one line each, with the log file and line of its record. Open fields only."""
    numbers = [event.n for event in events]
    full = desk.dataset.locator.events(numbers)
    places = desk.dataset.locator.places(numbers)
    rows = tuple(
        (
            format_us(event.t),
            event.type,
            desk.catalogue.types[event.type].title,
            details(desk, full[event.n]),
            event.id,
            *_place(places[event.n]),
        )
        for event in events
    )
    families = sorted({desk.catalogue.types[event.type].family for event in events})
    custodian = "; ".join(dict.fromkeys(desk.custodian(family) for family in families))
    return ExhibitDraft(
        title,
        kind,
        desk.say("events.made", window=subject.window.words),
        custodian,
        subject.window.words,
        COLUMNS,
        rows,
        tuple(numbers),
    )


def _place(place: Place) -> tuple[str, int | None]:
    """Base name of the log file (machine paths stay inside) and line."""
    return place.file.replace("\\", "/").rsplit("/", 1)[-1], place.line


def details(desk: Desk, event: Mapping[str, Any]) -> str:
    """Open fields of an event beyond the envelope, `field: value`, in the catalogue's order."""
    spec = desk.catalogue.types[event["type"]]
    return "; ".join(
        f"{name}: {_plain(desk, event[name])}"
        for name, field in spec.fields.items()
        if name not in ENVELOPE and field.sensitivity is Sensitivity.OPEN and event.get(name) is not None
    )


def _plain(desk: Desk, value: Any) -> str:
    if isinstance(value, bool):
        return desk.say("yes") if value else desk.say("no")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def column_known(desk: Desk, name: str) -> bool:
    """True where the event table has the column."""
    return bool(
        desk.dataset.con.execute(
            f"SELECT 1 FROM (DESCRIBE ev) WHERE column_name IN ({marks([name])})", [name]
        ).fetchall()
    )
