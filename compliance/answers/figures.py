"""Answers that are numbers: the shipped figures that a question asks for, with method, population, query and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from compliance.answers.case import Reference
from compliance.answers.desk import UNIDENTIFIED, Desk, Subject, gaps_for, needs_person, subject_of
from compliance.answers.model import Answer, ExhibitDraft, Gap, Question, StatedFigure, Status
from compliance.answers.timeline import minute_tables
from compliance.answers.wording import choose_figures
from compliance.assess.figures import Definition, Figure, Holding, Measure, figure
from compliance.clock import HOUR_US, local_date

MINUTE_WORDS = ("per minute", "minute by minute", "par minute", "pro minute", "al minuto", "por minuto")
DIMENSIONS = (
    (
        "month",
        (
            "per month",
            "each month",
            "monthly",
            "per_month",
            "quarter",
            "par mois",
            "trimestre",
            "pro monat",
            "monatlich",
            "al mese",
            "por mes",
        ),
    ),
    (
        "member_state",
        (
            "member state",
            "per_member_state",
            "état membre",
            "états membres",
            "mitgliedstaat",
            "stato membro",
            "stati membri",
            "estado miembro",
            "estados miembros",
        ),
    ),
    ("category", ("category", "categories", "catégorie", "kategorie", "categoria", "categoría")),
)


def dimensions_of(question: Question, fields: Iterable[str]) -> tuple[str, ...]:
    """Breakdowns the question asks for that the figure's own event can give."""
    text = " ".join((question.text, question.context, *question.format_demands)).lower()
    available = set(fields)
    found: list[str] = []
    for name, words in DIMENSIONS:
        if not any(word in text for word in words):
            continue
        if name == "member_state":
            found += [field for field in ("member_state", "country", "issuing_member_state") if field in available][:1]
        elif name == "month" or name in available:
            found.append(name)
    return tuple(found)


def answer_figures(desk: Desk, question: Question) -> Answer:
    """The figures a question asks for, each broken down as asked where the records allow it."""
    subject = subject_of(desk, question)
    families = {name: spec.family for name, spec in desk.catalogue.types.items()}
    choice = choose_figures(question, subject.families, families)
    chosen = choice.figures
    if not chosen:
        return needs_person(
            desk,
            question,
            f"the figure asked for in question {question.number}",
            "no figure of this kind is defined over the records held",
        )
    period = figure_period(desk, question)
    stated: list[StatedFigure] = []
    exhibits: list[ExhibitDraft] = []
    gaps: list[Gap] = []
    short: list[str] = (
        ["the nearest figure defined over the records; it is not exactly what is asked"] if choice.nearest else []
    )
    for definition in chosen:
        where, unnarrowed = _narrowed(definition, subject.references, desk)
        wanted = dimensions_of(question, desk.catalogue.types[definition.measure.event].fields)
        result = figure(desk.dataset, desk.project, definition.id, period, wanted, where)
        stated.append(_stated(result, subject, period, desk, unnarrowed))
        exhibits += [_table(result, part.by, period, desk) for part in result.breakdowns if part.rows]
        if result.measure.holding is not Holding.COMPLETE:
            gaps += gaps_for(desk, result.events, subject.window)
            short.append(f"{result.title}: {result.note or 'the log does not vouch for every record'}")
        if unnarrowed:
            short.append(f"{result.title}: {unnarrowed}")
    short += _missing_dimensions(question, chosen, desk)
    if subject.unidentified:
        short.append(UNIDENTIFIED)
    if question.instants:
        short.append("figures are counted over whole days; a table by the minute keeps to the times asked for")
    if any(word in question.text.lower() for word in MINUTE_WORDS):
        exhibits += minute_tables(desk, subject, tuple(dict.fromkeys(each.measure.event for each in chosen)))
    held = [each for each in stated if each.value]
    status = Status.NOT_HELD if not held else Status.PARTLY if short else Status.ANSWERED
    return Answer(
        question,
        status,
        "; ".join(dict.fromkeys(short)),
        figures=tuple(stated),
        exhibits=tuple(exhibits),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def figure_period(desk: Desk, question: Question) -> tuple[date, date]:
    """Days over which figures are counted: the question's, else the letter's, else the whole log."""
    period = question.period or desk.asked.period
    if period:
        return period
    first = local_date(desk.dataset.first or 0, desk.zone)
    last = local_date(desk.dataset.watermark or 0, desk.zone)
    return first, date.fromordinal(last.toordinal() + 1)


def _narrowed(
    definition: Definition, references: tuple[Reference, ...], desk: Desk
) -> tuple[dict[str, Any] | None, str]:
    """Condition for the cases the question names; and what is to be said where the records do not carry them."""
    if not references:
        return None, ""
    fields = desk.catalogue.types[definition.measure.event].fields
    named = [each for each in references if each.field in fields]
    if not named:
        return None, f"not narrowed to {', '.join(each.value for each in references)}, which these records do not carry"
    field = named[0].field
    return {field: {"in": [each.value for each in named if each.field == field]}}, ""


def _missing_dimensions(question: Question, chosen: Iterable[Definition], desk: Desk) -> list[str]:
    """Breakdowns asked for that the records of a figure do not allow."""
    text = " ".join((question.text, *question.format_demands)).lower()
    named = {field.replace("_", " "): field for field in desk.catalogue.fields if field != "member_state"}
    asked = {words: field for words, field in named.items() if re.search(rf"\b(?:by|per) {words}\b", text)}
    by_state = any(word in text for word in DIMENSIONS[1][1])
    found = []
    for definition in chosen:
        fields = desk.catalogue.types[definition.measure.event].fields.keys()
        if by_state and not {"member_state", "country", "issuing_member_state"} & fields:
            found.append(f"{definition.title}: the records do not state a Member State")
        found += [
            f"{definition.title}: the records do not state the {words}"
            for words, field in asked.items()
            if field not in fields
        ]
    return found


def value_text(measure: Measure) -> str:
    """A number as printed: exact, `at least` where the log is partial, empty where not held or nothing to measure."""
    if measure.times is not None:
        times = measure.times
        if times.median is None:
            return f"no completed case (n 0, still open {times.open})"
        return (
            f"median {_hours(times.median)} h, 90th percentile {_hours(times.p90)} h, longest {_hours(times.maximum)} h "
            f"(n {times.n}, still open {times.open})"
        )
    if measure.value is None:
        return ""
    if measure.of is not None:
        share = f" ({100 * measure.value / measure.of:.1f} %)" if measure.of else ""
        return f"{measure.value} of {measure.of}{share}"
    least = "at least " if measure.holding is Holding.PARTIAL else ""
    return f"{least}{measure.value}"


def _hours(micros: int | None) -> str:
    return "" if micros is None else f"{micros / HOUR_US:.2f}"


def _days(period: tuple[date, date]) -> str:
    return f"{period[0]} to {date.fromordinal(period[1].toordinal() - 1)} inclusive"


def _stated(result: Figure, subject: Subject, period: tuple[date, date], desk: Desk, unnarrowed: str) -> StatedFigure:
    method = f"counted once by the query over the accepted events, known to {desk.as_of}; times are medians of completed cases, in hours"
    limits = "; ".join(part for part in (result.limits, result.note, unnarrowed) if part)
    population = result.population + (f" Narrowed to {subject.named}." if subject.references and not unnarrowed else "")
    return StatedFigure(
        result.id,
        result.title,
        value_text(result.measure),
        result.unit,
        result.definition,
        population,
        method,
        result.query,
        result.parameters,
        limits,
        _days(period),
        desk.zone,
        result.measure.holding.value,
    )


def _table(result: Figure, by: str, period: tuple[date, date], desk: Desk) -> ExhibitDraft:
    timed = result.kind == "times"
    head = (by, "median_hours", "p90_hours", "n", "still_open", "holding") if timed else (by, "value", "of", "holding")
    rows: list[tuple[Any, ...]] = []
    for row in result.by(by).rows:
        measure = row.measure
        if timed and measure.times is not None:
            rows.append(
                (
                    row.key,
                    _hours(measure.times.median),
                    _hours(measure.times.p90),
                    measure.times.n,
                    measure.times.open,
                    measure.holding.value,
                )
            )
        elif not timed:
            rows.append((row.key, measure.value, measure.of, measure.holding.value))
    family = desk.catalogue.types[result.events[0]].family
    return ExhibitDraft(
        f"{result.title} by {by.replace('_', ' ')}",
        "table",
        f"figure {result.id}, query in method/queries.json",
        desk.custodian(family),
        _days(period),
        head,
        tuple(rows),
    )
