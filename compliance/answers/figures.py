"""Answers that are numbers: the shipped figures that a question asks for, with method, population, query and limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from compliance.answers.case import Reference
from compliance.answers.desk import Desk, Subject, gaps_for, needs_person, subject_of
from compliance.answers.figure_table import STATES, days_words, figure_table
from compliance.answers.model import Answer, ExhibitDraft, Gap, Question, Recount, StatedFigure, Status
from compliance.answers.phrase import Phrases
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
            found += [field for field in STATES if field in available][:1]
        elif name == "month" or name in available:
            found.append(name)
    return tuple(found)


def answer_figures(desk: Desk, question: Question) -> Answer:
    """The figures a question asks for, each broken down as asked where the records allow it."""
    subject = subject_of(desk, question)
    families = {name: spec.family for name, spec in desk.catalogue.types.items()}
    words = desk.phrases
    choice = choose_figures(
        question, subject.families, families, lambda each: (each.title, words.figure(each, "title"))
    )
    chosen = choice.figures
    if not chosen:
        return needs_person(
            desk,
            question,
            desk.say("figure.missing.what", number=question.number),
            desk.say("figure.missing.why"),
        )
    period = figure_period(desk, question)
    stated: list[StatedFigure] = []
    exhibits: list[ExhibitDraft] = []
    gaps: list[Gap] = []
    say = desk.say
    short: list[str] = [say("figure.nearest")] if choice.nearest else []
    for definition in chosen:
        where, unnarrowed = _narrowed(definition, subject.references, desk)
        wanted = dimensions_of(question, desk.catalogue.types[definition.measure.event].fields)
        result = figure(desk.dataset, desk.project, definition.id, period, wanted, where)
        again = Recount(definition.id, period, where)
        stated.append(replace(_stated(result, definition, subject, period, desk, unnarrowed), recount=again))
        exhibits += [
            replace(figure_table(result, definition, part.by, period, desk), recount=replace(again, by=part.by))
            for part in result.breakdowns
            if part.rows or (part.by in STATES and result.measure.holding is Holding.COMPLETE)
        ]
        if result.measure.holding is not Holding.COMPLETE:
            gaps += gaps_for(desk, result.events, subject.window)
            note = words.note(result.note) or say("figure.unvouched")
            short.append(say("figure.limited", title=words.figure(definition, "title"), limit=note))
        if unnarrowed:
            short.append(say("figure.limited", title=words.figure(definition, "title"), limit=unnarrowed))
    short += _missing_dimensions(question, chosen, desk)
    if subject.unidentified:
        short.append(say("subject.unidentified"))
    if question.instants:
        short.append(say("figure.whole_days"))
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
        return None, desk.say("figure.unnarrowed", cases=", ".join(each.value for each in references))
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
        title = desk.phrases.figure(definition, "title")
        fields = desk.catalogue.types[definition.measure.event].fields.keys()
        if by_state and not set(STATES) & fields:
            found.append(desk.say("figure.limited", title=title, limit=desk.say("figure.no_state")))
        found += [
            desk.say("figure.limited", title=title, limit=desk.say("figure.no_field", field=words))
            for words, field in asked.items()
            if field not in fields
        ]
    return found


def value_text(measure: Measure, phrases: Phrases) -> str:
    """A number as printed: exact, `at least` where the log is partial, empty where not held or nothing to measure."""
    say, number = phrases.say, phrases.number
    if measure.times is not None:
        times = measure.times
        if times.median is None:
            return say("value.no_case", open=number(times.open))
        hours = [number(round(each / HOUR_US, 2), 2) for each in (times.median, times.p90 or 0, times.maximum or 0)]
        return say(
            "value.times", median=hours[0], p90=hours[1], longest=hours[2], n=number(times.n), open=number(times.open)
        )
    if measure.value is None:
        return ""
    if measure.of is not None:
        share = say("value.share", percent=number(100 * measure.value / measure.of, 1)) if measure.of else ""
        return say("value.of", value=number(measure.value), of=number(measure.of)) + share
    exact = number(measure.value)
    return say("value.at_least", value=exact) if measure.holding is Holding.PARTIAL else exact


def _stated(
    result: Figure, definition: Definition, subject: Subject, period: tuple[date, date], desk: Desk, unnarrowed: str
) -> StatedFigure:
    say, words = desk.say, desk.phrases
    told = [part for part in (words.figure(definition, "limits"), words.note(result.note), unnarrowed) if part]
    limits = told[0] if len(told) == 1 else "; ".join(part.rstrip(".") for part in told)
    population = words.figure(definition, "population")
    if subject.references and not unnarrowed:
        population += " " + say("figure.narrowed", cases=subject.named)
    return StatedFigure(
        result.id,
        words.figure(definition, "title"),
        value_text(result.measure, words),
        words.named("unit", result.unit),
        words.figure(definition, "definition"),
        population,
        say("figure.method" if result.measure.times is None else "figure.method.times", instant=desk.as_of),
        result.query,
        result.parameters,
        limits,
        days_words(period, desk),
        desk.zone,
        result.measure.holding.value,
        None if result.measure.times is not None else result.measure.value,
        result.kind == "times",
    )
