"""The answer as a workbook: read-me, questions, figures, gaps, exhibits, and a sheet per table. Same input, same bytes."""

from __future__ import annotations

from openpyxl import Workbook

from compliance.answers.desk import Desk
from compliance.answers.model import Mandate
from compliance.answers.package import Packed
from compliance.answers.paper import facts_of
from compliance.evidence.tablebook import add_sheet, saved

MOST_ROWS = 20_000
"""Rows of a table that the workbook repeats; a longer one stands in its CSV exhibit alone."""


def answer_workbook(desk: Desk, packed: Packed, mandate: Mandate, legal_character: str) -> bytes:
    """Bytes of the workbook. Text is never a formula; a table too long for a sheet is left to its CSV, and the sheet says so."""
    book, say = Workbook(write_only=True), desk.say
    add_sheet(
        book,
        say("sheet.read_me"),
        (say("head.item"), say("head.content")),
        [
            *facts_of(desk, mandate, legal_character),
            (say("read_me.times"), say("read_me.times_words")),
            (say("read_me.tables"), say("read_me.tables_words")),
            (say("read_me.empty"), say("read_me.empty_words")),
        ],
    )
    add_sheet(
        book,
        say("questions.title"),
        (
            say("head.question"),
            say("head.quoted"),
            say("head.status"),
            say("head.why"),
            say("head.answer"),
            say("head.exhibits"),
        ),
        [
            (
                answer.question.number,
                answer.question.text,
                say(f"status.{answer.status.value}"),
                answer.reason,
                "\n".join(answer.paragraphs),
                ", ".join(packed.of[answer.question.number]),
            )
            for answer in packed.answers
        ],
    )
    add_sheet(
        book,
        say("sheet.figures"),
        (
            say("head.question"),
            say("head.figure"),
            say("head.value"),
            say("head.unit"),
            say("head.definition"),
            say("head.population"),
            say("head.period"),
            say("head.zone"),
            say("head.method"),
            say("head.limits"),
            say("head.id"),
        ),
        [
            (
                answer.question.number,
                each.title,
                each.amount
                if each.amount is not None and each.value == desk.phrases.number(each.amount)
                else each.value,
                each.unit,
                each.definition,
                each.population,
                each.period,
                each.zone,
                each.method,
                each.limits,
                each.id,
            )
            for answer in packed.answers
            for each in answer.figures
        ],
    )
    add_sheet(
        book,
        say("sheet.gaps"),
        (say("head.missing"), say("head.why"), say("head.since"), say("head.remedy"), say("head.supplied_by")),
        [(gap.what, gap.why, gap.since, gap.remedy, gap.supply_by) for gap in packed.gaps],
    )
    add_sheet(
        book,
        say("sheet.exhibits"),
        (
            say("head.exhibit"),
            say("head.title"),
            say("head.question"),
            say("head.file"),
            say("head.rows"),
            say("head.custodian"),
            say("head.made"),
            say("head.period"),
        ),
        [
            (
                each.id,
                each.title,
                ", ".join(each.questions),
                each.file,
                each.rows,
                each.custodian,
                each.made,
                each.period,
            )
            for each in packed.exhibits
        ],
    )
    drafts = [draft for answer in packed.answers for draft in answer.exhibits]
    for exhibit, draft in zip(packed.exhibits, drafts, strict=True):
        if draft.columns:
            fits = len(draft.rows) <= MOST_ROWS
            add_sheet(
                book,
                exhibit.id,
                [desk.phrases.column(name) for name in draft.columns],
                draft.rows if fits else [(say("sheet.too_long", count=len(draft.rows)),)],
                styled=False,
            )
    return saved(book)
