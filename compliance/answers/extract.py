"""Extracts of the log, and random samples drawn so that anyone can draw them again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from compliance.answers.coverage import vouched
from compliance.answers.desk import Desk, Subject, gaps_for, needs_person, subject_of
from compliance.answers.model import Answer, ExhibitDraft, Question, Status
from compliance.answers.scope import Found, counts_by_type, extent, find, marks, quoted, selection
from compliance.answers.timeline import column_known, event_table
from compliance.answers.topic import named_types, sample_type

MOST = 5_000
"""Largest number of events in one extract; a larger one is cut, and says so."""
_SIZE = re.compile(
    r"(?:sample of|sample:|échantillon(?: aléatoire)? de|stichprobe von|campione(?: casuale)? di|muestra(?: aleatoria)? de)"
    r"\s+(\d[\d .,\u00a0]*)",
    re.IGNORECASE,
)


def answer_extract(desk: Desk, question: Question, types: tuple[str, ...] = ()) -> Answer:
    """The records of the question's subject (or of `types`), at most `MOST`, each with its place in the log."""
    subject = subject_of(desk, question)
    subject = replace(subject, types=types or named_types(question, subject.types) or subject.types)
    chosen = selection(subject.types, subject.window, subject.references)
    total = sum(counts_by_type(desk.dataset, chosen).values())
    gaps = gaps_for(desk, subject.types, extent(desk.dataset, chosen, subject.window))
    if (
        not total
        and subject.types
        and not subject.unidentified
        and vouched(desk.dataset, subject.types, subject.window, desk.catalogue)
    ):
        return Answer(question, Status.ANSWERED, "", (desk.say("extract.nil"),))
    if not total:
        return needs_person(desk, question, desk.say("extract.missing.what"), desk.say("extract.missing.why"))
    counted = (desk.say("extract.held", count=desk.phrases.number(total), window=subject.window.words),)
    if not desk.event_level:
        return Answer(question, Status.WITHHELD, desk.say("aggregate.only"), counted, gaps=gaps)
    events = find(desk.dataset, chosen, MOST)
    reasons = [desk.say("extract.cut", most=MOST, count=total)] if total > MOST else []
    reasons += [desk.say("gaps.records")] if gaps else []
    reasons += [desk.say("subject.unidentified")] if subject.unidentified else []
    return Answer(
        question,
        Status.PARTLY if reasons else Status.ANSWERED,
        "; ".join(reasons),
        counted,
        exhibits=(
            event_table(desk, desk.say("extract.title"), "extract", events, subject),
            *_database(desk, events, subject),
        ),
        gaps=gaps,
    )


def answer_sample(desk: Desk, question: Question) -> Answer:
    """A random sample: population, seed and method stated, so that it can be drawn again from the same population."""
    subject = subject_of(desk, question)
    event_type = sample_type(question) or next((name for name in subject.types if name.endswith(".decided")), "")
    size = sample_size(question.text)
    if not event_type or size is None:
        return needs_person(
            desk,
            question,
            desk.say("sample.missing.what"),
            desk.say("sample.missing.why"),
        )
    narrow = tuple(each for each in subject.references if each.field in desk.catalogue.types[event_type].fields)
    chosen = selection((event_type,), subject.window, narrow)
    population = int(
        desk.dataset.con.execute(f"SELECT count(*) FROM ev WHERE {chosen.sql}", list(chosen.values)).fetchall()[0][0]
    )
    gaps = gaps_for(desk, (event_type,), subject.window)
    seed = hashlib.sha256(f"{desk.asked.reference}\n{question.number}\n{event_type}".encode()).hexdigest()[:16]
    method = desk.say(
        "sample.method",
        population=desk.phrases.number(population),
        type=event_type,
        window=subject.window.words,
        seed=seed,
        size=desk.phrases.number(size),
    )
    if not population:
        return Answer(question, Status.NOT_HELD, desk.say("sample.empty"), (method,), gaps=gaps)
    if not desk.event_level:
        return Answer(question, Status.WITHHELD, desk.say("aggregate.only"), (method,), gaps=gaps)
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE {chosen.sql} ORDER BY sha256(? || chr(10) || id), id LIMIT ?"
    drawn = tuple(Found(*row) for row in desk.dataset.con.execute(query, [*chosen.values, seed, size]).fetchall())
    number = desk.phrases.number
    title = desk.say("sample.title", size=number(len(drawn)), population=number(population))
    exhibits = (
        event_table(desk, title, "sample", drawn, subject),
        *_linked(desk, drawn, subject),
    )
    reasons = [desk.say("sample.small", population=population)] if population < size else []
    reasons += [desk.say("gaps.population")] if gaps else []
    return Answer(
        question,
        Status.PARTLY if reasons else Status.ANSWERED,
        "; ".join(reasons),
        (method,),
        exhibits=exhibits,
        gaps=gaps,
    )


def sample_size(text: str) -> int | None:
    """Size of the sample a question asks for, where it says so."""
    match = _SIZE.search(text)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    return int(digits) if digits and 0 < int(digits) <= MOST else None


def _linked(desk: Desk, drawn: tuple[Found, ...], subject: Subject) -> tuple[ExhibitDraft, ...]:
    """Statements of reasons and database entries of the decisions drawn, where the records link them."""
    decisions = _values(desk, "decision_id", [event.n for event in drawn])
    if not decisions:
        return ()
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE type = 'sor.sent' AND decision_id IN ({marks(decisions)}) ORDER BY t, id"
    sent = tuple(Found(*row) for row in desk.dataset.con.execute(query, decisions).fetchall())
    title = desk.say("sample.statements")
    return (event_table(desk, title, "extract", sent, subject), *_database(desk, sent, subject)) if sent else ()


def _database(desk: Desk, events: tuple[Found, ...], subject: Subject) -> tuple[ExhibitDraft, ...]:
    """Entries of the Transparency Database for the statements of reasons among some events."""
    puids = _values(desk, "puid", [event.n for event in events if event.type == "sor.sent"])
    if not puids:
        return ()
    query = f"SELECT n, id, type::VARCHAR, t FROM ev WHERE type = 'sor.tdb_accepted' AND puid IN ({marks(puids)}) ORDER BY t, id"
    accepted = tuple(Found(*row) for row in desk.dataset.con.execute(query, puids).fetchall())
    title = desk.say("sample.database")
    return (event_table(desk, title, "extract", accepted, subject),) if accepted else ()


def _values(desk: Desk, column: str, rows: list[int]) -> list[str]:
    """Values of a column in some rows; none where the table lacks the column."""
    if not rows or not column_known(desk, column):
        return []
    name = quoted(column)
    query = f"SELECT DISTINCT {name} FROM ev WHERE n IN ({marks(rows)}) AND {name} IS NOT NULL ORDER BY 1"
    return [row[0] for row in desk.dataset.con.execute(query, rows).fetchall()]
